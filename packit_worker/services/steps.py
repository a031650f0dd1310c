"""Steps of packit in the box, with what they need from outside downloaded for them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from packit_worker.box.answer import Answer
from packit_worker.box.errors import DISK, UNAVAILABLE, BoxError
from packit_worker.box.folders import Folder
from packit_worker.box.limits import MIB
from packit_worker.box.running import Box
from packit_worker.errors import RefusedError, TransientError
from packit_worker.services.download import Downloader

# What packit calls its exceptions, and what it is to us.
_KINDS = {"ReleaseSkippedPackitException": "release-skipped"}
_FULL = "No space left on device"
_NOTHING = "nothing to commit"
_LONGEST = 1000


class Steps:
    """Runs steps.

    Args:
        box: where they run.
        downloader: who gets their sources.
    """

    def __init__(self, box: Box, downloader: Downloader) -> None:
        self.box = box
        self._downloader = downloader

    def run(self, folder: Folder, step: str, arguments: Mapping[str, Any]) -> Answer:
        """Do a step, and download what it asks for meanwhile.

        Args:
            folder: of this run.
            step: a module of `packit_worker.box.steps` that answers as `attempt` says.
            arguments: of the step.

        Raises:
            RefusedError: `sandbox-unavailable`; `release-skipped`; `nothing-to-do`; else
                `sync-failed`, with the reason in packit's words.
            TransientError: a source is not there (`archive-not-there`), or its host is down.
        """
        missing: list[str] = []

        def fetch(url: str, into: Path) -> bool:
            is_there = self._downloader.download(url, into)
            if not is_there:
                missing.append(url)
            return is_there

        try:
            answer = self.box.run(folder, step, arguments, fetch=fetch)
        except BoxError as error:
            if error.code == UNAVAILABLE:
                raise RefusedError(UNAVAILABLE, error.detail) from error
            raise RefusedError("sync-failed", f"{error.code}: {error.detail}") from error
        if "error" in answer.value:
            raise self._error(answer.value, missing)
        return replace(answer, log=answer.log.replace("\0", ""))

    def _error(self, value: Mapping[str, Any], missing: Sequence[str]) -> Exception:
        """Return what an answer without a result means."""
        text = str(value["error"])[-_LONGEST:]
        named = [url for url in missing if url in text]
        if named:
            return TransientError("archive-not-there", service=named[0][:200])
        if _FULL in text:
            allowed = f"box.disk_mib of the settings allows {self.box.settings.limits.disk // MIB}"
            full = f"its work directory is full: {allowed} MiB ({text})"
            return RefusedError("sync-failed", str(BoxError(DISK, full)))
        if _NOTHING in text:
            return RefusedError("nothing-to-do", text)
        return RefusedError(_KINDS.get(str(value.get("kind")), "sync-failed"), text)
