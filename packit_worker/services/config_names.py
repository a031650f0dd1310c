"""Old spellings of a package config: what packit no longer reads, put as it reads it today."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from packit_worker.services.config_text import Document, Path
from packit_worker.services.config_words import quoted

OLD_JOB_TYPES: Mapping[str, str] = {
    "build": "copr_build",
    "production_build": "upstream_koji_build",
}
OLD_KEYS: Mapping[str, str] = {
    "upstream_project_name": "upstream_package_name",
    "synced_files": "files_to_sync",
    "dist_git_branch": "dist_git_branches",
    "dist-git-branch": "dist_git_branches",
}
# packit does nothing with them, or fails on them.
IGNORED_KEYS = ("dist_git_url",)
# Where one text stands for a list of one.
_LISTS = ("targets", "dist_git_branches")


def triggers_of(text: str) -> list[str]:
    """Return the triggers that `commit | koji_build` names, each once, in order."""
    return list(dict.fromkeys(name.strip() for name in text.split("|")))


@dataclass(slots=True)
class Renaming:
    """Renames what is old in a checked document, and notes it.

    Attributes:
        notes: what was accepted though it is old, with its line.
    """

    document: Document
    notes: list[str] = field(default_factory=list)

    def data(self) -> dict[str, Any]:
        """Return the whole config in today's spelling.

        Raises:
            ConfigError: a key is there in two spellings that say different things.
        """
        data = self._keys(self.document.data, ())
        if "packages" in data:
            data["packages"] = self._packages(data["packages"], ("packages",))
        if "jobs" in data:
            jobs = enumerate(data["jobs"])
            data["jobs"] = [self._job(job, ("jobs", index)) for index, job in jobs]
        return data

    def _job(self, written: Mapping[str, Any], place: Path) -> dict[str, Any]:
        job = self._keys(written, place)
        old = job["job"]
        if old in OLD_JOB_TYPES:
            job["job"] = OLD_JOB_TYPES[old]
            self._note((*place, "job"), f'the job type "{old}" is called "{job["job"]}" today.')
        if isinstance(job.get("packages"), dict):
            job["packages"] = self._packages(job["packages"], (*place, "packages"))
        if "metadata" in job:
            self._flatten(job, place)
        return job

    def _flatten(self, job: dict[str, Any], place: Path) -> None:
        """Move the keys below `metadata`, where packit wanted them until 2021, into the job."""
        inner = (*place, "metadata")
        for key, value in self._keys(job.pop("metadata") or {}, inner).items():
            if key in job and job[key] != value:
                reason = f"{quoted(key)} is also in the job itself, with another value."
                raise self.document.error((*inner, key), reason)
            job[key] = value
        self._note(inner, '"metadata" is not needed: its keys belong to the job itself.')

    def _packages(self, packages: Mapping[str, Any], place: Path) -> dict[str, Any]:
        return {name: self._keys(package, (*place, name)) for name, package in packages.items()}

    def _keys(self, written: Mapping[str, Any], place: Path) -> dict[str, Any]:
        """Return one level with new keys, and lists where one text may stand for one."""
        renamed: dict[str, Any] = {}
        for key, value in written.items():
            if key in IGNORED_KEYS:
                self._note((*place, key), f'the key "{key}" does nothing any more.')
                continue
            new = OLD_KEYS.get(key, key)
            if new != key:
                self._note((*place, key), f'the key "{key}" is called "{new}" today.')
            listed = [value] if new in _LISTS and isinstance(value, str) else value
            if new in renamed and renamed[new] != listed:
                reason = f'"{new}" is here in two spellings, with different values.'
                raise self.document.error((*place, key), reason)
            renamed[new] = listed
        return renamed

    def _note(self, place: Path, text: str) -> None:
        line = self.document.line(place)
        self.notes.append(f"{self.document.path} line {line}: {text}")
