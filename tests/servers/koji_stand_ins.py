"""A Koji to talk to: the stand-in, plain or over TLS; for contract tests a real hub.

CONTRIBUTING.md names the variables that name the real one.
"""

import os
from contextlib import ExitStack, closing

import pytest
from servers.patience import PATIENCE

from packit_worker.sandbox.certificates import Authority
from packit_worker.sandbox.koji import KojiStandIn
from packit_worker.sandbox.server import Server
from packit_worker.services.koji import KojiHub
from packit_worker.services.koji_settings import KojiCertificate, KojiPassword, KojiSettings

PASSWORD = "hush-password"
WEB = "https://koji.example.org/koji"
FILES = "https://koji-files.example.org"
TARGETS = ("rawhide", "f44", "epel9")
_URL = "PACKIT_WORKER_TEST_KOJI_URL"
REAL_TARGET = os.environ.get("PACKIT_WORKER_TEST_KOJI_TARGET", "f44")
_ACCOUNT = ("PACKIT_WORKER_TEST_KOJI_USERNAME", "PACKIT_WORKER_TEST_KOJI_PASSWORD")


def new_koji():
    """A stand-in with our account, a stranger's, and three targets."""
    stand_in = KojiStandIn(WEB)
    world = stand_in.world
    world.user("packit", password=PASSWORD)
    world.user("stranger", password="other-password")
    world.target("rawhide", ("x86_64", "aarch64", "s390x"))
    world.target("f44")
    world.target("epel9", ("x86_64",))
    return stand_in


@pytest.fixture
def koji_stand_in():
    stand_in = new_koji()
    with Server(stand_in.stand_in) as server:
        stand_in.url = f"{server.url}/kojihub"
        yield stand_in


@pytest.fixture(scope="session")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def tls_stand_in(authority):
    """The same, over TLS, where a client may show a certificate."""
    stand_in = new_koji()
    with Server(stand_in.stand_in, tls=authority.server_context()) as server:
        stand_in.url = f"{server.url}/kojihub"
        yield stand_in


def koji_settings(url, **more):
    given = {"login": KojiPassword(password=PASSWORD), "timeout": PATIENCE, "username": "packit"}
    return KojiSettings(hub_url=url, web_url=WEB, files_url=FILES, **(given | more))


@pytest.fixture
def open_koji():
    """Open clients by their settings, and close them at the end."""
    with ExitStack() as stack:
        yield lambda settings: stack.enter_context(closing(KojiHub(settings)))


@pytest.fixture
def koji(koji_stand_in, open_koji):
    """Our account's client of the stand-in."""
    return open_koji(koji_settings(koji_stand_in.url))


@pytest.fixture
def koji_by_certificate(tls_stand_in, authority, open_koji):
    """Our account's client, over TLS, by a certificate."""
    login = KojiCertificate(file=authority.issue("packit"))
    more = {"login": login, "server_ca": authority.file}
    return open_koji(koji_settings(tls_stand_in.url, **more))


@pytest.fixture
def any_koji(request, open_koji):
    """The client of a real hub where one is given, else of the stand-in."""
    url = os.environ.get(_URL)
    if not url:
        return request.getfixturevalue("koji")
    username, password = (os.environ[name] for name in _ACCOUNT)
    login = KojiPassword(password=password)
    return open_koji(koji_settings(url, username=username, login=login, timeout=30))
