"""Where the tests of a chroot run: its test targets, and the compose of each.

A target is a distribution and an architecture, like a chroot: `centos-stream-9-x86_64`.
https://packit.dev/docs/configuration/upstream/tests
"""

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from packit_worker.testing_farm import Ranch

# https://docs.testing-farm.io/Testing%20Farm/0.1/test-environment.html
ARCHES: Mapping[Ranch, tuple[str, ...]] = MappingProxyType(
    {"public": ("aarch64", "x86_64"), "redhat": ("aarch64", "ppc64le", "s390x", "x86_64")}
)

# EPEL is no system of its own: its packages are tested where they get installed.
_EPEL_ON: Mapping[Ranch, Mapping[str, str]] = MappingProxyType(
    {
        "public": {
            "epel-6": "centos-6",
            "epel-7": "centos-7",
            "epel-8": "centos-stream-8",
            "epel-9": "centos-stream-9",
            "epel-10": "centos-stream-10",
        },
        "redhat": {
            "epel-6": "rhel-6",
            "epel-7": "rhel-7",
            "epel-8": "rhel-8",
            "epel-9": "centos-stream-9",
            "epel-10": "centos-stream-10",
        },
    }
)
_SPELLED = (("Centos", "CentOS"), ("Rhel", "RHEL"), ("Oraclelinux", "Oracle-Linux"))
_MAJOR_CENTOS = re.compile(r"CentOS-\d+")


def split_target(target: str) -> tuple[str, str]:
    """Return the distribution and the architecture of a chroot or target."""
    distro, _, arch = target.rpartition("-")
    return distro, arch


def targets_of(chroot: str, distros: Iterable[str], ranch: Ranch) -> tuple[str, ...]:
    """Return where the packages of a chroot are tested.

    Args:
        chroot: where they were built: `epel-9-x86_64`.
        distros: what the config names for it; none: the distribution itself.
        ranch: where tests run.
    """
    distro, arch = split_target(chroot)
    # A minor release of EPEL is tested on the same system as the others.
    usual = _EPEL_ON[ranch].get(distro.partition(".")[0], distro)
    named = tuple(dict.fromkeys(distros)) or (usual,)
    return tuple(f"{each}-{arch}" for each in named)


def compose_of(distro: str, composes: Iterable[str], ranch: Ranch) -> str | None:
    """Return the compose of a distribution, or None where the ranch has none.

    Args:
        distro: `fedora-44`, or a compose by its own name.
        composes: what the ranch knows: names, or regular expressions for names.
        ranch: where tests run.
    """
    known = tuple(composes)
    return next((name for name in _names(distro, ranch) if _is_known(name, known)), None)


def _names(distro: str, ranch: Ranch) -> tuple[str, ...]:
    """Return what the compose may be called, the likeliest first."""
    titled = distro.title().replace("Latest", "latest")
    for wrong, right in _SPELLED:
        titled = titled.replace(wrong, right)
    if titled == "CentOS-Stream":
        titled = "CentOS-Stream-8"
    return (distro, titled, *_internal_names(titled)) if ranch == "redhat" else (distro, titled)


def _internal_names(titled: str) -> tuple[str, ...]:
    """Return how the internal ranch calls what gets updates."""
    if titled == "Fedora-Rawhide":
        return ("Fedora-Rawhide-Nightly",)
    if titled.startswith("Fedora-"):
        return (f"{titled}-Updated",)
    if _MAJOR_CENTOS.fullmatch(titled):
        return (f"{titled}-latest",)
    if titled.startswith("RHEL-"):
        return (f"{titled}-Nightly", f"{titled}-LatestReleased")
    return ()


def _is_known(name: str, composes: tuple[str, ...]) -> bool:
    return any(name == each or _matches(each, name) for each in composes)


def _matches(pattern: str, name: str) -> bool:
    try:
        return re.fullmatch(pattern, name) is not None
    except re.error:  # a name that is no expression
        return False
