"""What packit's aliases mean, worked out from Bodhi's list of releases.

packit works them out through `fedora-distro-aliases`, which asks one fixed Bodhi and has no way
in for a list from elsewhere; so the rules are written down here once more.
https://packit.dev/docs/configuration#aliases
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from packit_worker.services.bodhi import Release

_NUMBERS = re.compile(r"\d+(\.\d+)*")
# Bodhi also lists containers, Flatpaks and the like, which have prefixes of their own.
_FEDORA = "FEDORA"
_EPEL = "FEDORA-EPEL"
# From this one on, EPEL has minor releases.
_MINOR_EPEL = 10


@dataclass(frozen=True, slots=True)
class Distro:
    """A release: its name (`fedora-44`, `epel-10.2`) and its branch in dist-git."""

    name: str
    branch: str
    version: tuple[int, ...]
    state: str

    @property
    def chroot(self) -> str:
        """The name that Copr gives to it; all minor releases of EPEL but the next share one."""
        if not self.name.startswith("epel-") or self.version[0] < _MINOR_EPEL:
            return self.name
        prefix = "rhel+epel" if "." in self.branch else "epel"
        return f"{prefix}-{self.version[0]}"


def aliases_of(releases: Sequence[Release]) -> Mapping[str, tuple[Distro, ...]]:
    """Return the distributions of each alias, the oldest first."""
    active = [one for one in releases if one["state"] != "archived"]
    fedora = _fedora(active)
    stable = tuple(one for one in fedora if one.state == "current")
    devel = tuple(one for one in fedora if one.state in {"pending", "frozen"})
    epel = _sorted(_distro(one, one["name"]) for one in active if _is(one, _EPEL))
    aliases = {
        "fedora-all": fedora,
        "fedora-stable": stable,
        "fedora-development": devel,
        "fedora-latest": devel[-2:-1] or stable[-1:],
        "fedora-latest-stable": stable[-1:],
        "fedora-branched": stable + devel[:-1],
        "epel-all": epel,
    }
    for major in {one.version[0] for one in epel if one.version[0] >= _MINOR_EPEL}:
        minors = tuple(one for one in epel if one.version[0] == major)
        aliases[f"epel-{major}-all"] = minors
        aliases[f"epel-{major}-branched"] = tuple(one for one in minors if "." in one.branch)
        aliases[f"epel-{major}"] = tuple(one for one in minors if "." not in one.branch)
    return aliases


def _fedora(releases: Sequence[Release]) -> tuple[Distro, ...]:
    """Return Fedora's releases, of which the highest is Rawhide: Bodhi has no word for it."""
    found = _sorted(_distro(one, one["long_name"]) for one in releases if _is(one, _FEDORA))
    if not found:
        return ()
    rawhide = replace(found[-1], name="fedora-rawhide", branch="rawhide")
    # In the days after a branching, Bodhi may still say `rawhide` of what was branched.
    named = (
        replace(one, branch=f"f{one.version[0]}") if one.branch == "rawhide" else one
        for one in found[:-1]
    )
    return (*named, rawhide)


def _is(release: Release, prefix: str) -> bool:
    # ELN has the prefix of Fedora, and no number.
    return release["id_prefix"] == prefix and bool(_NUMBERS.fullmatch(release["version"]))


def _distro(release: Release, name: str) -> Distro:
    version = tuple(int(number) for number in release["version"].split("."))
    return Distro(
        name=name.lower().replace(" ", "-"),
        branch=release["branch"],
        version=version,
        state=release["state"],
    )


def _sorted(distros: Iterable[Distro]) -> tuple[Distro, ...]:
    return tuple(sorted(distros, key=lambda one: one.version))
