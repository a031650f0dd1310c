"""Which composes the tests of a chroot run on."""

import pytest

from packit_worker.sandbox.testing_farm_world import COMPOSES
from packit_worker.testing_farm_composes import compose_of, split_target, targets_of


@pytest.mark.parametrize(
    ("chroot", "distros", "ranch", "targets"),
    [
        ("fedora-44-x86_64", (), "public", ("fedora-44-x86_64",)),
        ("fedora-44-aarch64", (), "redhat", ("fedora-44-aarch64",)),
        ("epel-9-x86_64", (), "public", ("centos-stream-9-x86_64",)),
        ("epel-10.2-x86_64", (), "public", ("centos-stream-10-x86_64",)),
        ("epel-8-x86_64", (), "public", ("centos-stream-8-x86_64",)),
        ("epel-8-x86_64", (), "redhat", ("rhel-8-x86_64",)),
        ("epel-7-x86_64", ("centos-7", "rhel-7"), "redhat", ("centos-7-x86_64", "rhel-7-x86_64")),
        ("epel-7-x86_64", ("centos-7", "centos-7"), "public", ("centos-7-x86_64",)),
    ],
)
def test_targets_of_a_chroot(chroot, distros, ranch, targets):
    assert targets_of(chroot, distros, ranch) == targets


def test_split():
    assert split_target("centos-stream-9-x86_64") == ("centos-stream-9", "x86_64")


@pytest.mark.parametrize(
    ("distro", "ranch", "compose"),
    [
        ("fedora-44", "public", "Fedora-44"),
        ("fedora-rawhide", "public", "Fedora-Rawhide"),
        ("centos-stream-9", "public", "CentOS-Stream-9"),
        ("fedora-44", "redhat", "Fedora-44-Updated"),
        ("fedora-rawhide", "redhat", "Fedora-Rawhide-Nightly"),
        ("rhel-9.6.0", "redhat", "RHEL-9.6.0-Nightly"),
        ("RHEL-9.4.0-Nightly", "redhat", "RHEL-9.4.0-Nightly"),
        ("Fedora-44", "public", "Fedora-44"),
        ("fedora-39", "public", None),
        ("rhel-9.6.0", "public", None),
        ("debian-13", "public", None),
        ("", "public", None),
    ],
)
def test_compose_of_a_distribution(distro, ranch, compose):
    assert compose_of(distro, COMPOSES[ranch], ranch) == compose


@pytest.mark.parametrize(
    ("distro", "known", "compose"),
    [
        ("centos-7", ["CentOS-7-latest"], "CentOS-7-latest"),
        ("centos-8.4", ["CentOS-8.4"], "CentOS-8.4"),
        ("rhel-7", ["RHEL-7-LatestReleased"], "RHEL-7-LatestReleased"),
        ("oraclelinux-8", ["Oracle-Linux-8"], "Oracle-Linux-8"),
        ("fedora-44", ["Fedora-[0-9]+"], "Fedora-44"),
        ("fedora-44", ["Fedora-4", "Fedora-444", "(Fedora"], None),
        ("c++", ["c++"], "c++"),
    ],
)
def test_names_and_expressions(distro, known, compose):
    assert compose_of(distro, known, "redhat") == compose
