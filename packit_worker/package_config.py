"""A repository's package config as plain data, and what can be wrong with it.

Handlers, checks and selection read this; `services.package_config` makes it, with packitos.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

# The files we look for, in this order; the first that is there counts.
CONFIG_FILES = (".packit.yaml", ".packit.yml", "packit.yaml", "packit.yml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One entry of `jobs`.

    Attributes:
        index: its place in the config, from 0.
        type: as packit names it today (`copr_build`, `tests`, `upstream_koji_build`, …).
        trigger: `pull_request`, `commit`, `release`, …
        identifier: its own name, if it has one.
        package: of a monorepo; "" otherwise.
        targets: chroots or aliases, as written, in order.
        branch: the branch whose commits it builds, if one is set.
        dist_git_branches: branches or aliases, as written.
        skip_build: a `tests` job that needs no build.
        labels: what `--labels` of a command chooses by.
        values: every key of the job as packit reads it, JSON only; the package's keys included.
    """

    index: int
    type: str
    trigger: str
    identifier: str | None = None
    package: str = ""
    targets: tuple[str, ...] = ()
    branch: str | None = None
    dist_git_branches: tuple[str, ...] = ()
    skip_build: bool = False
    labels: tuple[str, ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """What tells it apart from the other jobs: its identifier, else type and place."""
        return self.identifier or f"{self.type}#{self.index}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageConfig:
    """A whole package config.

    Attributes:
        path: the file it was read from.
        jobs: in the order of the file; the ones packit assumes where the file names none.
        notes: what was accepted though it is spelled in an old way, for people.
        values: the whole config as packit reads it, JSON only.
    """

    path: str
    jobs: tuple[Job, ...]
    notes: tuple[str, ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict)


class ConfigError(Exception):
    """A package config cannot be used: the text names file, line, key, and what was meant.

    Attributes:
        path: the file.
        line: from 1; None where it cannot be told.
        key: the key at fault, dotted (`jobs[0].tragets`); "" for the file as a whole.
        reason: what is wrong, in one sentence.
    """

    def __init__(self, path: str, reason: str, *, key: str = "", line: int | None = None) -> None:
        place = f"{path} line {line}" if line else path
        super().__init__(f"{place}: {reason}")
        self.path = path
        self.line = line
        self.key = key
        self.reason = reason


class ConfigReader(Protocol):
    """Reads package configs; it makes no outside call."""

    def read(self, path: str, text: str, *, repository: str) -> PackageConfig:
        """Return the config that `text`, the file at `path` of `repository` (a name), holds.

        Raises:
            ConfigError: it cannot be used.
        """
