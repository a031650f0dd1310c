"""A GitHub and a Pagure to talk to."""

import pytest

from packit_worker.forge import Repository
from packit_worker.sandbox.github import GithubStandIn
from packit_worker.sandbox.server import Server
from packit_worker.services.forge import Forges
from packit_worker.services.forge_settings import ForgeSettings, GithubAppKey

HELLO = Repository("github.com", "octo", "hello")
SECRET = Repository("github.com", "octo", "secret")
CONFIG = "specfile_path: hello.spec\njobs: []\n"


@pytest.fixture
def github(tmp_path):
    """A stand-in with a public repository, a private one, and accounts of every kind."""
    stand_in = GithubStandIn(tmp_path / "github")
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
    return ForgeSettings(host="github.com", type="github", api_url=url, timeout=1, **given)


@pytest.fixture
def writer(github):
    return Forges([github_settings(github.url)])


@pytest.fixture
def as_app(github):
    key = GithubAppKey(app_id=github.github_app.id, private_key=github.github_app.private_key)
    return Forges([github_settings(github.url, app=key)])
