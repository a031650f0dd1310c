"""The stand-in of Pagure, asked over plain HTTP and by those ogr methods we do not use."""

import pytest
import requests
from ogr import PagureService

BOT = {"Authorization": "token bot-token"}


def ask(pagure, method, path, **more):
    return requests.request(method, pagure.url + path, timeout=5, **({"headers": BOT} | more))


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/api/0/rpms/absent", 404, "ENOPROJECT"),
        ("GET", "/api/0/rpms/secret", 404, "ENOPROJECT"),
        ("GET", "/api/0/rpms/hello/pull-request/9", 404, "ENOREQ"),
        ("GET", "/api/0/rpms/hello/issue/9", 404, "ENOISSUE"),
        ("GET", "/api/0/rpms/hello/c/abc123/flag", 404, "ENOCOMMIT"),
        ("POST", "/api/0/rpms/hello/new_issue", 400, "EINVALIDREQ"),
    ],
)
def test_what_is_refused_has_a_code(pagure, method, path, status, code):
    answer = ask(pagure, method, path)
    assert (answer.status_code, answer.json()["error_code"]) == (status, code)
    assert answer.json()["error"]


def test_an_unknown_path(pagure):
    assert ask(pagure, "GET", "/api/0/rpms/hello/nonsense").status_code == 404
    assert ask(pagure, "GET", "/rpms/hello/nonsense").status_code == 404


@pytest.mark.parametrize("headers", [{}, {"Authorization": "token no"}])
def test_a_write_needs_a_token(pagure, headers):
    answer = ask(pagure, "POST", "/api/0/rpms/hello/new_issue", headers=headers)
    assert (answer.status_code, answer.json()["error_code"]) == (401, "EINVALIDTOK")


def test_an_unknown_field(pagure):
    words = {"title": "a", "issue_content": "b", "colour": "red"}
    answer = ask(pagure, "POST", "/api/0/rpms/hello/new_issue", data=words)
    assert answer.json()["errors"] == {"colour": ["Unknown field."]}
    assert pagure.world.writes == []


def test_ogr_itself(pagure):
    service = PagureService(token="bot-token", instance_url=pagure.url)
    project = service.get_project(namespace="rpms", repo="hello")
    pagure.world.pull(pagure.world.projects["rpms/hello"], author="otto", files={"a": "b"})
    assert service.user.get_username() == "bot"
    assert project.exists()
    issue = project.create_issue("Broken", "It is.")
    issue.comment("Still.")
    assert [comment.body for comment in issue.get_comments()] == ["Still."]
    issue.close()
    assert project.get_issue_list() == []
    pull = project.get_pr(1)
    pull.comment("Hello.")
    assert [comment.author for comment in pull.get_comments()] == ["bot"]
    pull.set_flag("ci", "Passed", "https://ci.example/1")
    assert [flag.context for flag in pull.get_statuses()] == ["ci"]
    service.session.close()
