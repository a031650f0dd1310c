"""What both forges promise alike, asked of a real forge where the environment names one.

For each of `GITHUB` and `PAGURE`: `PACKIT_WORKER_TEST_<forge>_API` (address),
`PACKIT_WORKER_TEST_<forge>_TOKEN`, `PACKIT_WORKER_TEST_<forge>_REPOSITORY` (a path, with a
`.packit.yaml` on its default branch, to which the token's owner may write) and
`PACKIT_WORKER_TEST_<forge>_OWNER` (a login that may merge there). Without them: the stand-ins.
A status and an issue are written there.
"""

import os
from dataclasses import dataclass

import pytest
from servers.forge_stand_ins import HELLO, RPM

from packit_worker.errors import RefusedError
from packit_worker.forge import Repository, Thread
from packit_worker.services.forge import Forges
from packit_worker.services.forge_settings import ForgeSettings


@dataclass
class Target:
    forges: Forges
    repository: Repository
    owner: str


@pytest.fixture(params=["github", "pagure"])
def target(request, open_forges):
    kind = request.param
    given = {
        name: os.environ.get(f"PACKIT_WORKER_TEST_{kind.upper()}_{name}")
        for name in ("API", "TOKEN", "REPOSITORY", "OWNER")
    }
    repository, owner = (HELLO, "octo") if kind == "github" else (RPM, "anna")
    url, token = given["API"], given["TOKEN"]
    if url:
        namespace, _, name = given["REPOSITORY"].rpartition("/")
        repository, owner = Repository(repository.host, namespace, name), given["OWNER"]
    else:
        url = request.getfixturevalue(kind).url
        token = "ghp_writer" if kind == "github" else "bot-token"
    settings = ForgeSettings(
        host=repository.host,
        type=kind,
        api_url=url,
        token=token,
        declared_public=kind == "pagure",
        timeout=10,
    )
    return Target(open_forges(settings), repository, owner)


def test_a_repository_and_its_config(target):
    forges, repository = target.forges, target.repository
    assert forges.visibility(repository) == "public"
    branch = forges.default_branch(repository)
    assert ".packit.yaml" in forges.files_at(repository, branch)
    assert "specfile_path" in forges.file_at(repository, branch, ".packit.yaml")
    assert forges.file_at(repository, branch, "no/such/file") is None
    for call in (forges.files_at, lambda *at: forges.file_at(*at, ".packit.yaml")):
        with pytest.raises(RefusedError) as refused:
            call(repository, "no-such-branch")
        assert refused.value.code == "ref-not-found"


def test_who_may_merge(target):
    assert target.forges.can_merge(target.repository, target.owner) is True
    assert target.forges.can_merge(target.repository, "no-such-login-4711") is False


def test_a_repository_that_is_none(target):
    none = Repository(target.repository.host, "no-such-namespace-4711", "none")
    with pytest.raises(RefusedError) as refused:
        target.forges.default_branch(none)
    assert refused.value.code == "repository-not-visible"


def test_a_pull_request_that_is_none(target):
    with pytest.raises(RefusedError) as refused:
        target.forges.pull_request(target.repository, 99_999)
    assert refused.value.code == "not-found"


def test_an_issue_with_a_comment(target):
    forges, repository = target.forges, target.repository
    issue = forges.open_issue(repository, "A try", "Of the test suite.")
    thread = Thread("issue", issue.id)
    forges.comment(repository, thread, "First.")
    forges.comment(repository, thread, "Second: ř €.")
    forges.close_issue(repository, issue.id)
    assert [comment.body for comment in forges.comments(repository, thread)][:2] == [
        "First.",
        "Second: ř €.",
    ]


def test_the_head_of_a_branch(target):
    forges, repository = target.forges, target.repository
    branch = forges.default_branch(repository)
    head = forges.branch_head(repository, branch)
    assert len(head) == 40
    assert forges.files_at(repository, head) == forges.files_at(repository, branch)
    for odd in ("no such/branch?x=1", "#", "%2e", head):
        with pytest.raises(RefusedError) as caught:
            forges.branch_head(repository, odd)
        assert caught.value.code == "ref-not-found"


def test_a_status_of_an_unknown_commit(target):
    with pytest.raises(RefusedError) as refused:
        target.forges.set_status(
            target.repository,
            "1" * 40,
            context="packit-worker/test",
            state="pending",
            text="A try.",
            url="https://example.com/runs/1",
        )
    assert refused.value.code == "not-found"
