"""The stand-in of GitHub, asked over plain HTTP: what it refuses, and in which words."""

import jwt
import pytest
import requests
from servers.forge_stand_ins import CONFIG

from packit_worker.sandbox.github_auth import new_app

WRITER = {"Authorization": "token ghp_writer"}


def ask(github, method, path, **more):
    return requests.request(method, github.url + path, timeout=5, **({"headers": WRITER} | more))


def test_an_unknown_path_and_an_unknown_method(github):
    for method, path in (("GET", "/repos/octo/hello/nonsense"), ("PUT", "/repos/octo/hello")):
        answer = ask(github, method, path)
        assert answer.status_code == 404
        assert answer.json()["message"] == "Not Found"


def test_a_wrong_token(github):
    answer = ask(github, "GET", "/repos/octo/hello", headers={"Authorization": "token no"})
    assert (answer.status_code, answer.json()["message"]) == (401, "Bad credentials")


def test_a_private_repository_looks_like_none(github):
    hidden, absent = (ask(github, "GET", f"/repos/octo/{name}") for name in ("secret", "absent"))
    assert hidden.status_code == absent.status_code == 404
    assert hidden.json() == absent.json()


@pytest.mark.parametrize(
    ("body", "status", "message"),
    [
        ({}, 422, 'Invalid request.\n\n"body" wasn\'t supplied.'),
        ({"body": "x", "text": "y"}, 422, 'Invalid request.\n\n"text" is not a permitted key.'),
        ({"body": 1}, 422, "Invalid request.\n\nFor 'properties/body', 1 is not a string."),
        ({"body": " "}, 422, "Validation Failed"),
        ({"body": "x" * 65_536}, 422, "Validation Failed"),
        ([], 400, "Problems parsing JSON"),
    ],
)
def test_the_fields_of_a_comment(github, body, status, message):
    github.world.issue(github.world.projects["octo/hello"], author="olaf", title="Help")
    answer = ask(github, "POST", "/repos/octo/hello/issues/1/comments", json=body)
    assert (answer.status_code, answer.json()["message"]) == (status, message)
    assert github.world.writes == []


def test_a_comment_without_a_login(github):
    github.world.issue(github.world.projects["octo/hello"], author="olaf", title="Help")
    path = "/repos/octo/hello/issues/1/comments"
    assert ask(github, "POST", path, json={"body": "x"}, headers={}).status_code == 401


def token_of(app, key=None, **claims):
    given = {"iat": 1_700_000_000, "exp": 4_000_000_000, "iss": app.id} | claims
    return jwt.encode(given, key or app.private_key, algorithm="RS256")


def test_an_apps_signature_is_checked(github):
    app = github.github_app
    github.auth.install("octo/hello")
    tries = {
        token_of(app): 200,
        token_of(app, new_app().private_key): 401,
        token_of(app, iss="999"): 401,
        token_of(app, exp=1_700_000_001): 401,
        "a.b.c": 401,
    }
    for token, status in tries.items():
        headers = {"Authorization": f"Bearer {token}"}
        answer = ask(github, "GET", "/repos/octo/hello/installation", headers=headers)
        assert answer.status_code == status


def test_files_are_those_of_git_at_the_ref(github):
    git = github.world.projects["octo/hello"].git
    old = git.resolve("main")
    git.commit({".packit.yaml": "new: true\n"})
    path = "/repos/octo/hello/contents/.packit.yaml"
    assert "bmV3OiB0cnVlCg==" in ask(github, "GET", path).json()["content"]
    assert ask(github, "GET", f"{path}?ref={old}").json()["size"] == len(CONFIG)
    listed = ask(github, "GET", "/repos/octo/hello/contents/docs").json()
    assert [(one["type"], one["path"]) for one in listed] == [("file", "docs/index.md")]


def test_the_record_holds_no_secret(github):
    ask(github, "GET", "/repos/octo/hello")
    [seen] = github.stand_in.requests
    assert (str(seen), seen.login, seen.status) == ("GET /repos/octo/hello", "wilma", 200)
    assert "ghp_writer" not in repr(github.stand_in.requests)
