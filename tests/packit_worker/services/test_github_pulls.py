"""Our pull requests on GitHub: an account works from its fork, an App in the repository itself."""

import pytest
from servers.forge_stand_ins import HELLO, github_settings

from packit_worker.errors import RefusedError, TransientError
from packit_worker.sandbox.faults import Fault
from packit_worker.services.forge_settings import GithubAppKey
from packit_worker.services.github_pulls import GithubPulls
from packit_worker.services.pulls import Words

WORDS = Words(title="Update", body="A text", source_branch="f44-sync", target_branch="main")


@pytest.fixture
def open_pulls():
    opened = []

    def open_pulls(settings):
        opened.append(GithubPulls(settings))
        return opened[-1]

    yield open_pulls
    for each in opened:
        each.close()


@pytest.fixture
def by_account(github, open_pulls):
    return open_pulls(github_settings(github.url, git_url="https://git.example"))


@pytest.fixture
def by_app(github, app_key, open_pulls):
    github.auth.install("octo/hello")
    key = GithubAppKey(app_id="4711", private_key=app_key)
    return open_pulls(github_settings(github.url, app=key, git_url="https://git.example"))


def push(github, path, text):
    """What git would push to a branch."""
    project = github.world.projects[path]
    return project.git.commit({"x": text}, ref="refs/heads/f44-sync", start="main")


def test_an_account_has_a_fork(github, by_account):
    place = by_account.place(HELLO)
    assert (place.repository.path, place.owner) == ("wilma/hello", "wilma")
    assert (place.remote.url, place.remote.user) == (
        "https://git.example/wilma/hello.git",
        "x-access-token",
    )
    assert place.remote.token == "ghp_writer"
    assert "ghp_writer" not in repr(place)
    assert github.world.projects["wilma/hello"].parent == "octo/hello"
    # The second time it is there.
    assert by_account.place(HELLO) == place
    assert [each.kind for each in github.world.writes] == ["fork"]


def test_a_pull_request_from_the_fork(github, by_account):
    place = by_account.place(HELLO)
    head = push(github, "wilma/hello", "1")
    assert by_account.find(HELLO, place, WORDS) is None
    opened = by_account.open(HELLO, place, WORDS)
    (pull,) = github.world.projects["octo/hello"].pulls.values()
    assert (pull.author, pull.source, pull.head_sha) == ("wilma", "wilma/hello", head)
    assert (pull.title, pull.body) == ("Update", "A text")
    assert by_account.find(HELLO, place, WORDS) == opened
    changed = Words(title="Newer", body="", source_branch="f44-sync", target_branch="main")
    by_account.edit(HELLO, opened, changed)
    assert (pull.title, pull.body) == ("Newer", "")


def test_an_app_pushes_to_the_repository_itself(github, by_app):
    place = by_app.place(HELLO)
    assert (place.repository, place.owner) == (HELLO, "octo")
    assert place.remote.url == "https://git.example/octo/hello.git"
    # A token of the installation, made for an hour; never the key.
    assert place.remote.token in github.auth.app.tokens
    push(github, "octo/hello", "1")
    assert by_app.find(HELLO, place, WORDS) is None
    opened = by_app.open(HELLO, place, WORDS)
    (pull,) = github.world.projects["octo/hello"].pulls.values()
    assert (pull.source, pull.source_branch) == ("octo/hello", "f44-sync")
    assert pull.author.endswith("[bot]")
    assert by_app.find(HELLO, place, WORDS) == opened
    assert [each.kind for each in github.world.writes] == ["pull"]


def test_an_app_that_is_not_installed(github, app_key, open_pulls):
    key = GithubAppKey(app_id="4711", private_key=app_key)
    pulls = open_pulls(github_settings(github.url, app=key))
    with pytest.raises(RefusedError):
        pulls.place(HELLO)


@pytest.mark.parametrize("state", ["closed", "merged"])
def test_one_that_is_no_longer_open_does_not_count(github, by_account, state):
    place = by_account.place(HELLO)
    push(github, "wilma/hello", "1")
    by_account.open(HELLO, place, WORDS)
    github.world.projects["octo/hello"].pulls[1].state = state
    assert by_account.find(HELLO, place, WORDS) is None


def test_one_of_other_branches_does_not_count(github, by_account):
    place = by_account.place(HELLO)
    push(github, "wilma/hello", "1")
    by_account.open(HELLO, place, WORDS)
    other = Words(title="U", body="", source_branch="f43-sync", target_branch="main")
    assert by_account.find(HELLO, place, other) is None


def test_nothing_is_opened_twice_by_itself(github, by_account):
    """A call whose answer was lost may have been carried out."""
    place = by_account.place(HELLO)
    push(github, "wilma/hello", "1")
    github.faults.add(Fault(kind="drop", match="POST .*/pulls", after=True))
    with pytest.raises(TransientError):
        by_account.open(HELLO, place, WORDS)
    assert len(github.world.projects["octo/hello"].pulls) == 1
    assert by_account.find(HELLO, place, WORDS).number == 1


@pytest.mark.parametrize("kind", ["unavailable", "too-many-requests", "broken"])
def test_github_is_in_trouble(github, by_account, kind):
    place = by_account.place(HELLO)
    github.faults.add(Fault(kind=kind, match="POST .*/pulls"))
    with pytest.raises(TransientError):
        by_account.open(HELLO, place, WORDS)


def test_no_permission(github, by_account):
    place = by_account.place(HELLO)
    github.faults.add(Fault(kind="forbidden", match="POST .*/pulls"))
    with pytest.raises(RefusedError) as caught:
        by_account.open(HELLO, place, WORDS)
    assert caught.value.code == "no-permission"
