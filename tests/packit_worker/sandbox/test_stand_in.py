"""The control endpoint, for tests and demos in other processes."""

import requests
from servers.forge_stand_ins import HELLO


def control(github, method, path, **more):
    return requests.request(method, f"{github.url}/_sandbox/{path}", timeout=5, **more)


def test_failures_can_be_ordered_and_taken_back(github):
    order = {"kind": "unavailable", "match": "GET /repos/octo/hello$", "count": 2}
    assert control(github, "POST", "faults", json=order).status_code == 204
    address = f"{github.url}/repos/octo/hello"
    assert requests.get(address, timeout=5).status_code == 503
    assert requests.get(f"{address}/contents/", timeout=5).status_code == 200
    assert control(github, "DELETE", "faults").status_code == 204
    assert requests.get(address, timeout=5).status_code == 200


def test_an_order_that_is_none_is_refused(github):
    for order in ({"kind": "tired"}, {"kind": "drop", "match": "("}, {"kind": "drop", "when": 1}):
        answer = control(github, "POST", "faults", json=order)
        assert answer.status_code == 400
        assert answer.json()["error"]


def test_the_record_can_be_read_and_emptied(github, writer):
    writer.open_issue(HELLO, "Broken", "It is.")
    assert [one["path"] for one in control(github, "GET", "requests").json()] == [
        "/repos/octo/hello/issues"
    ]
    [write] = control(github, "GET", "writes").json()
    assert (write["kind"], write["repository"], write["by"]) == ("issue", "octo/hello", "wilma")
    control(github, "DELETE", "record")
    assert control(github, "GET", "requests").json() == []
    assert control(github, "GET", "writes").json() == []


def test_a_release_of_a_tag_can_be_published(github):
    hello = github.world.projects["octo/hello"]
    hello.releases.append("1.4.0")
    hello.git.tag("1.5.0", hello.git.resolve("main"))
    order = {"repository": "octo/hello", "tag": "1.5.0"}
    assert control(github, "POST", "releases", json=order).status_code == 204
    # Published again it is there once.
    assert control(github, "POST", "releases", json=order).status_code == 204
    newest = requests.get(f"{github.url}/repos/octo/hello/releases/latest", timeout=5).json()
    assert (newest["tag_name"], hello.releases) == ("1.5.0", ["1.4.0", "1.5.0"])


def test_a_release_of_what_is_not_there_is_refused(github):
    for order, error in (
        ({"repository": "octo/absent", "tag": "1.5.0"}, "repository: there is no octo/absent"),
        ({"repository": "octo/hello", "tag": "9.9"}, "tag: octo/hello has no 9.9"),
        ({"tag": "main"}, "repository: there is no None"),
        ([], "an object is wanted"),
    ):
        answer = control(github, "POST", "releases", json=order)
        assert (answer.status_code, answer.json()) == (400, {"error": error})
    assert github.world.projects["octo/hello"].releases == []
