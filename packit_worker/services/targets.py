"""A `packit_worker.targets.Targets` over Bodhi's releases."""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.metadata import version

from packit_worker.errors import TransientError
from packit_worker.services.aliases import Distro, aliases_of
from packit_worker.services.bodhi import BodhiReleases, ReleaseList
from packit_worker.targets import DEFAULT_TARGET, Chroots

_DEFAULT_ARCH = "x86_64"
_ARCH = re.compile(r"(.+)-(aarch64|armhfp|i386|i586|ppc64le|riscv64|s390x|x86_64)")
# Names which no alias has: what they mean does not depend on which releases there are now.
_EXPLICIT = re.compile(
    r"fedora-(\d+|rawhide|eln)|epel-[1-9]|(?!fedora-|epel-|opensuse-)[a-z+]+(-[a-z+]+)*-\d[\w.]*"
)
_FEDORA = re.compile(r"fedora-(\d+|rawhide|eln)")
_EPEL = re.compile(r"epel-[1-9]")
_RENAMED = {"centos-stream": "centos-stream-8"}
_ELN = Distro("fedora-eln", "eln", (0,), "")
_OPENSUSE = "opensuse-distro-aliases"


class BodhiTargets:
    """Works targets out. One for each thread, like the list of releases."""

    def __init__(self, releases: BodhiReleases) -> None:
        self._releases = releases

    def chroots(self, targets: Iterable[str]) -> Chroots:
        """Return the chroots of targets and aliases."""
        wanted = [_split(target) for target in dict.fromkeys(targets)] or [_split(DEFAULT_TARGET)]
        names: set[str] = set()
        notes: list[str] = []
        for name, arch in wanted:
            found, note = self._expand(_RENAMED.get(name, name))
            names.update(f"{one}-{arch}" for one in found)
            notes.append(note)
        return Chroots(tuple(sorted(names)), tuple(dict.fromkeys(filter(None, notes))))

    def koji_targets(self, targets: Iterable[str]) -> Chroots:
        """Return the build targets of Koji that targets and aliases mean."""
        names: set[str] = set()
        notes: list[str] = []
        for name in dict.fromkeys(targets) or (DEFAULT_TARGET,):
            found = _koji_name(name)
            if found is not None:
                names.add(found)
                continue
            known = self._releases.load()
            distros = _distros_of(name, aliases_of(known.releases))
            names.update([name] if distros is None else [one.branch for one in distros])
            notes.append(_note(known))
        return Chroots(tuple(sorted(names)), tuple(dict.fromkeys(filter(None, notes))))

    def latest_stable_fedora(self) -> Chroots:
        """Return the chroot of the latest stable Fedora."""
        found = self.chroots(["fedora-latest-stable"])
        if not found.names:
            raise TransientError("no-stable-release", service="Bodhi")
        return found

    def _expand(self, name: str) -> tuple[Iterable[str], str]:
        """Return the chroots a name stands for, without architecture, and what to say of it."""
        if _EXPLICIT.fullmatch(name):
            return [name], ""
        if name.startswith("opensuse-"):
            bundled = _opensuse().get(name)
            return bundled or [name], _opensuse_note() if bundled else ""
        known = self._releases.load()
        aliases = aliases_of(known.releases)
        return _of_alias(name, aliases), _note(known)


def _split(target: str) -> tuple[str, str]:
    found = _ARCH.fullmatch(target)
    return (found[1], found[2]) if found else (target, _DEFAULT_ARCH)


def _koji_name(name: str) -> str | None:
    """Return the target that a name stands for whatever releases there are; None: Bodhi knows."""
    fedora = _FEDORA.fullmatch(name)
    if fedora:
        return f"f{fedora[1]}" if fedora[1].isdecimal() else fedora[1]
    if _EPEL.fullmatch(name):
        return name.replace("-", "")
    return None if name.startswith(("fedora-", "epel-")) else name


def _of_alias(name: str, aliases: Mapping[str, tuple[Distro, ...]]) -> Iterable[str]:
    found = _distros_of(name, aliases)
    return [name] if found is None else [one.chroot for one in found]


def _distros_of(name: str, aliases: Mapping[str, tuple[Distro, ...]]) -> Sequence[Distro] | None:
    """Return the releases of an alias, a name or a branch; None: it is none of them."""
    if name in aliases:
        return aliases[name]
    known = (*aliases["fedora-all"], *aliases["epel-all"], _ELN)
    return [one for one in known if name in {one.name, one.branch}] or None


def _note(known: ReleaseList) -> str:
    if not known.stale:
        return ""
    return f"Bodhi is down: the releases are those of {known.fetched:%Y-%m-%d %H:%M} UTC."


@cache
def _opensuse() -> Mapping[str, tuple[str, ...]]:
    # It knows the releases of its own day, and how to ask two fixed addresses without a timeout.
    from opensuse_distro_aliases import (  # noqa: PLC0415 - few use it
        CACHED_ACTIVE_DISTRIBUTION_ALIASES,
    )

    known = CACHED_ACTIVE_DISTRIBUTION_ALIASES
    return {alias: tuple(one.namever for one in distros) for alias, distros in known.items()}


def _opensuse_note() -> str:
    return f"The releases of openSUSE are those that {_OPENSUSE} {version(_OPENSUSE)} lists."
