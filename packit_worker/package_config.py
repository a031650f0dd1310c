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
    """One entry of `jobs`, for one package and one trigger.

    Attributes:
        index: the place of the entry in the config, from 0; an entry with several triggers
            (`commit | koji_build`) or packages makes several jobs of one index.
        type: as packit names it today (`copr_build`, `tests`, `upstream_koji_build`, …).
        trigger: `pull_request`, `commit`, `release`, …
        identifier: its own name, if it has one.
        is_namesake: another job of this type, trigger and package has the same identifier; one
            that stands at the top of the config is inherited by all.
        package: which of the packages of a monorepo; "" where there is one alone.
        targets: chroots or aliases, as written, in order.
        branch: the branch whose commits it builds, if one is set.
        dist_git_branches: branches or aliases, as written.
        skip_build: a `tests` job that needs no build.
        labels: what `--labels` of a command chooses by.
        values: every key of the job as packit reads it, JSON only; the package's keys included.
            `specfile_path` is None where it is for whoever has the files to look for one.
    """

    index: int
    type: str
    trigger: str
    identifier: str | None = None
    is_namesake: bool = False
    package: str = ""
    targets: tuple[str, ...] = ()
    branch: str | None = None
    dist_git_branches: tuple[str, ...] = ()
    skip_build: bool = False
    labels: tuple[str, ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """What tells it apart from the other jobs: its identifier, else type and place.

        In a monorepo one entry of `jobs` is a job for each package, whose name comes first.
        """
        own = self.identifier or self.type
        if self.is_namesake or not self.identifier:
            own = f"{own}#{self.index}"
        return f"{self.package}/{own}" if self.package else own


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageConfig:
    """A whole package config.

    Attributes:
        path: the file it was read from.
        jobs: in the order of the file; the ones packit assumes where the file names none.
        notes: what was accepted though it is spelled in an old way, for people.
        values: the whole config as packit reads it, JSON only: `packages` by name, and `jobs`, each
            with its own `packages`. Once each `specfile_path` is set, `packit.schema` loads it.
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
