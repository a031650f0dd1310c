"""The forge service on GitHub, through the real ogr and PyGithub."""

import pytest
from servers.forge_stand_ins import CONFIG, HELLO

from packit_worker.errors import RefusedError
from packit_worker.forge import Visibility


def asked(github):
    return [str(seen) for seen in github.stand_in.requests]


def test_visibility_is_one_call(github, writer):
    assert writer.visibility(HELLO) is Visibility.PUBLIC
    assert asked(github) == ["GET /repos/octo/hello"]


def test_files_and_a_file_at_a_ref(github, writer):
    assert writer.files_at(HELLO, "main") == {".packit.yaml", "hello.spec"}
    assert writer.file_at(HELLO, "main", ".packit.yaml") == CONFIG
    assert writer.file_at(HELLO, "main", "packit.yaml") is None
    assert writer.file_at(HELLO, "main", "docs") is None


def test_an_unknown_ref_is_no_missing_file(writer):
    with pytest.raises(RefusedError) as refused:
        writer.file_at(HELLO, "no-such-branch", ".packit.yaml")
    assert refused.value.code == "ref-not-found"


def test_an_app_gets_a_token_once(github, as_app):
    github.auth.install("octo/hello")
    assert as_app.visibility(HELLO) is Visibility.PUBLIC
    assert as_app.visibility(HELLO) is Visibility.PUBLIC
    assert asked(github) == [
        "GET /repos/octo/hello/installation",
        "POST /app/installations/501/access_tokens",
        "GET /repos/octo/hello",
        "GET /repos/octo/hello",
    ]


def test_an_app_that_is_not_installed(as_app):
    with pytest.raises(RefusedError) as refused:
        as_app.visibility(HELLO)
    assert refused.value.code == "app-not-installed"


def test_a_status(github, writer):
    sha = github.world.projects["octo/hello"].git.resolve("main")
    writer.set_status(
        HELLO, sha, context="rpm", state="pending", text="Accepted.", url="https://e.test/runs/1"
    )
    [write] = github.world.writes
    assert (write.kind, write.by, write.data["description"]) == ("status", "wilma", "Accepted.")
    assert asked(github) == [f"POST /repos/octo/hello/statuses/{sha}"]
