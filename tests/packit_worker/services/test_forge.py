"""One door for all forges: the host's name decides who answers."""

import subprocess
import sys

import pytest
from servers.forge_stand_ins import HELLO, github_settings, pagure_settings

from packit_worker.errors import RefusedError
from packit_worker.forge import Repository, Thread
from packit_worker.sandbox.github import GithubStandIn
from packit_worker.sandbox.pagure import PagureStandIn
from packit_worker.sandbox.server import Server
from packit_worker.services.forge import Forges
from packit_worker.services.forge_settings import ForgeSettings, GithubAppKey

IMPORTS = """
import sys
import packit_worker.forge, packit_worker.texts, packit_worker.services.forge
heavy = {"ogr", "github", "requests", "packit", "sqlalchemy"} & set(sys.modules)
print(sorted(heavy))
"""


def test_forges_on_one_address_are_not_mixed_up(tmp_path, open_forges):
    # ogr finds a service by the host name of its address, and the three share 127.0.0.1.
    github, first, second = (
        GithubStandIn(tmp_path / "github"),
        PagureStandIn(tmp_path / "first"),
        PagureStandIn(tmp_path / "second"),
    )
    files = {"of-github": github, "of-first": first, "of-second": second}
    for name, stand_in in files.items():
        stand_in.world.user("bot", token="bot-token")
        stand_in.world.project("octo/hello", files={name: ""}, roles={"bot": "write"})
    with (
        Server(github.stand_in) as one,
        Server(first.stand_in) as two,
        Server(second.stand_in) as three,
    ):
        forges = open_forges(
            github_settings(one.url, token="bot-token"),
            pagure_settings(two.url, host="first.example.org"),
            pagure_settings(three.url, host="second.example.org"),
        )
        for host, name in (
            ("github.com", "of-github"),
            ("first.example.org", "of-first"),
            ("second.example.org", "of-second"),
        ):
            repository = Repository(host, "octo", "hello")
            assert forges.files_at(repository, "main") == {name}
            forges.open_issue(repository, f"Title {name}", "Body.")
        assert [len(stand_in.world.writes) for stand_in in files.values()] == [1, 1, 1]


def test_a_host_we_do_not_know(open_forges):
    with pytest.raises(RefusedError) as refused:
        open_forges(github_settings("http://127.0.0.1:1")).comment(
            Repository("gitlab.example", "octo", "hello"), Thread("issue", 1), "Hello."
        )
    assert refused.value.code == "unknown-forge"


def test_a_host_given_twice():
    settings = github_settings("http://127.0.0.1:1")
    with pytest.raises(ValueError, match="twice"):
        Forges([settings, settings])


def test_nothing_heavy_is_loaded_before_a_forge_is_asked():
    ended = subprocess.run(
        [sys.executable, "-c", IMPORTS], capture_output=True, text=True, timeout=30, check=False
    )
    assert (ended.returncode, ended.stdout) == (0, "[]\n")


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"api_url": "api.github.com"}, "https://"),
        ({"api_url": "https://api.github.com/"}, "slash"),
        ({"declared_public": True}, "declared_public"),
        ({"timeout": 0}, "timeout"),
        ({"token": "t", "app": GithubAppKey(app_id="1", private_key="k")}, "app"),
    ],
)
def test_settings_that_cannot_work(more, words):
    given = {"host": "github.com", "type": "github", "api_url": "https://api.github.com"}
    with pytest.raises(ValueError, match=words):
        ForgeSettings(**(given | more))


def test_no_secret_shows_in_a_repr():
    app = GithubAppKey(app_id="1", private_key="tr0ub4dor")
    for settings in (
        github_settings("http://127.0.0.1:1", token="tr0ub4dor"),
        github_settings("http://127.0.0.1:1", app=app),
        HELLO,
    ):
        assert "tr0ub4dor" not in repr(settings)
