"""A Copr to talk to: the stand-in, or for contract tests a real frontend named by the environment.

CONTRIBUTING.md names the variables.
"""

import os
from contextlib import ExitStack, closing

import pytest
from servers.patience import PATIENCE

from packit_worker.copr import CoprProject
from packit_worker.sandbox.copr import CoprStandIn
from packit_worker.sandbox.server import Server
from packit_worker.services.copr import CoprFrontend
from packit_worker.services.copr_settings import CoprSettings

OURS = CoprProject("packit", "meadow-tools-hedgehog-217")
THEIRS = CoprProject("@brewers", "teapot")
_URL = "PACKIT_WORKER_TEST_COPR_URL"
_ACCOUNT = {
    "username": "PACKIT_WORKER_TEST_COPR_USERNAME",
    "login": "PACKIT_WORKER_TEST_COPR_LOGIN",
    "token": "PACKIT_WORKER_TEST_COPR_TOKEN",
}


@pytest.fixture
def copr_stand_in():
    """A stand-in with our account, a stranger's, and a project of a group we are not in."""
    stand_in = CoprStandIn()
    world = stand_in.world
    world.user("packit", login="jhqtlogin", token="hush-token")
    world.user("stranger", login="strangerlogin", token="other-token")
    world.groups["brewers"] = ["stranger"]
    world.project("@brewers/teapot", chroots=("fedora-44-x86_64",))
    with Server(stand_in.stand_in) as server:
        stand_in.url = server.url
        yield stand_in


def copr_settings(url, **more):
    given = {"username": "packit", "login": "jhqtlogin", "token": "hush-token", "timeout": PATIENCE}
    return CoprSettings(url=url, **(given | more))


@pytest.fixture
def open_copr():
    """Open clients by their settings, and close them at the end."""
    with ExitStack() as stack:
        yield lambda settings: stack.enter_context(closing(CoprFrontend(settings)))


@pytest.fixture
def copr(copr_stand_in, open_copr):
    """Our account's client of the stand-in."""
    return open_copr(copr_settings(copr_stand_in.url))


@pytest.fixture
def any_copr(request, open_copr):
    """The client of a real frontend where one is given, else of the stand-in."""
    url = os.environ.get(_URL)
    if not url:
        return request.getfixturevalue("copr")
    given = {name: os.environ[variable] for name, variable in _ACCOUNT.items()}
    return open_copr(CoprSettings(url=url.rstrip("/"), timeout=30, **given))
