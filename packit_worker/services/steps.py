"""Steps of packit in the box, with what they need from outside downloaded for them."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from packit_worker.box.answer import Answer
from packit_worker.box.errors import UNAVAILABLE, BoxError
from packit_worker.box.folders import Folder
from packit_worker.box.running import Box
from packit_worker.errors import RefusedError, TransientError
from packit_worker.services.download import Downloader

# Each source that a spec file names may take a round.
_MOST_ROUNDS = 12
_MOST_SOURCES = 64
# What packit calls its exceptions, and what it is to us.
_KINDS = {"ReleaseSkippedPackitException": "release-skipped"}
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
        """Do a step; each time it lacks sources, download them and do it anew.

        Args:
            folder: of this run.
            step: a module of `packit_worker.box.steps` that answers as `attempt` says.
            arguments: of the step, without `sources`.

        Raises:
            RefusedError: `sandbox-unavailable`; `release-skipped`; `nothing-to-do`; else
                `sync-failed`, with the reason in packit's words.
            TransientError: a source is not there (`archive-not-there`), or its host is down.
        """
        sources: dict[str, str | None] = {}
        for _ in range(_MOST_ROUNDS):
            answer = self._once(folder, step, {**arguments, "sources": sources})
            if "wanted" not in answer.value:
                break
            self._download(folder, answer.value["wanted"], sources)
        if "error" in answer.value or "wanted" in answer.value:
            raise _error(answer.value, sources)
        return answer

    def _once(self, folder: Folder, step: str, arguments: Mapping[str, Any]) -> Answer:
        try:
            answer = self.box.run(folder, step, arguments)
        except BoxError as error:
            if error.code == UNAVAILABLE:
                raise RefusedError(UNAVAILABLE, error.detail) from error
            raise RefusedError("sync-failed", f"{error.code}: {error.detail}") from error
        return replace(answer, log=answer.log.replace("\0", ""))

    def _download(self, folder: Folder, wanted: object, sources: dict[str, str | None]) -> None:
        if not (isinstance(wanted, list) and all(isinstance(url, str) for url in wanted)):
            raise RefusedError("sync-failed", "what the step wants is no list of addresses")
        for url in wanted:
            if url in sources:
                continue
            if len(sources) >= _MOST_SOURCES:
                raise RefusedError("sync-failed", f"it wants more than {_MOST_SOURCES} sources")
            name = f"source-{len(sources)}"
            is_there = self._downloader.download(url, folder.given / name)
            sources[url] = name if is_there else None


def _error(value: Mapping[str, Any], sources: Mapping[str, str | None]) -> Exception:
    """Return what an answer without a result means."""
    text = str(value.get("error", "it wants sources without end"))[-_LONGEST:]
    missing = [url for url, name in sources.items() if name is None and url in text]
    if missing:
        return TransientError("archive-not-there", service=missing[0][:200])
    if _NOTHING in text:
        return RefusedError("nothing-to-do", text)
    return RefusedError(_KINDS.get(str(value.get("kind")), "sync-failed"), text)
