"""A GitHub and a Pagure to talk to."""

from contextlib import ExitStack, closing

import pytest
from servers.patience import PATIENCE

from packit_worker.forge import Repository
from packit_worker.sandbox.github import GithubStandIn
from packit_worker.sandbox.github_auth import load_app, new_app
from packit_worker.sandbox.pagure import PagureStandIn
from packit_worker.sandbox.server import Server
from packit_worker.services.forge import Forges
from packit_worker.services.forge_settings import ForgeSettings, GithubAppKey

HELLO = Repository("github.com", "octo", "hello")
RPM = Repository("src.example.org", "rpms", "hello")
FORK = Repository("src.example.org", "fork/otto/rpms", "hello")
SECRET = Repository("github.com", "octo", "secret")
CONFIG = "specfile_path: hello.spec\njobs: []\n"


@pytest.fixture(scope="session")
def app_key():
    """The key of an App: making one takes a third of a second."""
    return new_app().private_key


@pytest.fixture
def github(tmp_path, app_key):
    """A stand-in with a public repository, a private one, and accounts of every kind."""
    stand_in = GithubStandIn(tmp_path / "github", load_app(app_key))
    world = stand_in.world
    world.user("octo", token="ghp_admin")
    world.user("wilma", token="ghp_writer")
    world.user("olaf", token="ghp_outsider")
    world.user("robot[bot]", bot=True)
    files = {".packit.yaml": CONFIG, "hello.spec": "Name: hello\n", "docs/index.md": "Hello.\n"}
    world.project("octo/hello", files=files, roles={"octo": "admin", "wilma": "write"})
    world.project("octo/secret", files=files, private=True, roles={"octo": "admin"})
    with Server(stand_in.stand_in) as server:
        stand_in.url = server.url
        yield stand_in


def github_settings(url, **more):
    given = {"token": "ghp_writer"} | more
    if "app" in given:
        del given["token"]
    return ForgeSettings(host="github.com", type="github", api_url=url, timeout=PATIENCE, **given)


def pagure_settings(url, **more):
    given = {"host": "src.example.org", "token": "bot-token", "timeout": PATIENCE} | more
    return ForgeSettings(type="pagure", api_url=url, **given)


@pytest.fixture
def pagure(tmp_path):
    """A Pagure with a public project, a private one, a fork, and accounts of every kind."""
    stand_in = PagureStandIn(tmp_path / "pagure")
    world = stand_in.world
    for login in ("anna", "carl", "otto", "bot"):
        world.user(login, token=f"{login}-token")
    world.groups["packagers"] = ["gina"]
    files = {".packit.yaml": CONFIG, "hello.spec": "Name: hello\n", "docs/index.md": "Hello.\n"}
    roles = {"anna": "admin", "carl": "write", "bot": "write", "otto": "read"}
    rpm = world.project("rpms/hello", files=files, roles=roles, branch="rawhide")
    rpm.groups["packagers"] = "write"
    world.project("fork/otto/rpms/hello", files=files, parent="rpms/hello", branch="rawhide")
    world.project("rpms/secret", files=files, private=True, roles={"anna": "admin"})
    with Server(stand_in.stand_in, "127.0.0.2") as server:
        stand_in.url = server.url
        yield stand_in


@pytest.fixture
def open_forges():
    """Open forges by their settings, and close them at the end."""
    with ExitStack() as stack:
        yield lambda *settings: stack.enter_context(closing(Forges(settings)))


@pytest.fixture
def bot(pagure, open_forges):
    return open_forges(pagure_settings(pagure.url))


@pytest.fixture
def writer(github, open_forges):
    return open_forges(github_settings(github.url))


@pytest.fixture
def as_app(github, open_forges):
    key = GithubAppKey(app_id=github.github_app.id, private_key=github.github_app.private_key)
    return open_forges(github_settings(github.url, app=key))
