"""The stand-in of Copr refuses what Copr refuses, and sends what its backend sends."""

import pytest
import requests

from packit_worker.sandbox.copr_backend import Outcome
from parsers import parse

KEY = ("jhqtlogin", "hush-token")
F44, RAWHIDE = "fedora-44-x86_64", "fedora-rawhide-x86_64"


@pytest.fixture
def call(copr_stand_in):
    def call(method, path, key=KEY, **more):
        url = f"{copr_stand_in.url}/api_3{path}"
        answer = requests.request(method, url, auth=key, timeout=5, **more)
        return answer.status_code, answer.json()

    return call


@pytest.fixture
def build(copr_stand_in):
    """A build of two chroots which nobody has begun."""
    world = copr_stand_in.world
    project = world.project("packit/hedgehog", chroots=(F44, RAWHIDE))
    return world.add_build(project, "packit", "custom", {"script": "#!/bin/sh\n"}, {})


def custom(**more):
    where = {"ownername": "@brewers", "projectname": "teapot"}
    return {"json": where | {"script": "#!/bin/sh\n"} | more}


@pytest.mark.parametrize(
    ("arguments", "status", "text"),
    [
        (("POST", "/project/add/packit", None), 401, "Login invalid/expired."),
        (("POST", "/project/add/packit", ("jhqtlogin", "x")), 401, "Login invalid/expired."),
        (("POST", "/project/add/nobody"), 404, "No such user `nobody'"),
        (("POST", "/project/add/@nobody"), 404, "Group nobody does not exist."),
        (("POST", "/project/add/stranger"), 403, "You were authorized as 'packit' user without"),
        (("POST", "/project/add/@brewers"), 403, "You were authorized as 'packit' user without"),
        (("GET", "/project?ownername=a&projectname=b"), 404, "Project a/b does not exist."),
        (("PUT", "/project/edit/a/b"), 404, "Project a/b does not exist."),
        (("GET", "/build/5"), 404, "Build 5 does not exist."),
        (("GET", "/build-chroot?build_id=x&chrootname=y"), 400, "Missing argument build_id"),
        (("GET", "/nothing"), 404, "Such API endpoint doesn't exist"),
    ],
)
def test_how_copr_says_no(call, arguments, status, text):
    answered, body = call(*arguments)
    assert answered == status
    assert body["error"].startswith(text)


@pytest.mark.parametrize(
    ("sent", "text"),
    [
        (custom(script=""), "Bad request parameters: {'script': ['This field is required.']}"),
        (custom(script="#" * 4097), "Bad request parameters: {'script': ['Maximum script size"),
        (custom(chroot="fedora-9"), "Bad request parameters: {'chroot': ['Not a valid choice.']}"),
        (custom(chroots=["f"]), "Bad request parameters: {'chroots': [\"'f' is not a valid choice"),
        (custom(colour="red"), "Unknown fields: colour"),
        ({"data": "no JSON"}, "The request is no JSON object"),
    ],
)
def test_what_a_build_must_be(call, sent, text):
    status, body = call("POST", "/build/create/custom", ("strangerlogin", "other-token"), **sent)
    assert status == 400
    assert body["error"].startswith(text)


def test_edit_is_for_owners_and_admins(call, copr_stand_in):
    status, body = call("PUT", "/project/edit/@brewers/teapot", json={"description": "D"})
    assert (status, body["error"]) == (403, "Only owners and admins may update their projects.")
    project = copr_stand_in.world.projects["@brewers/teapot"]
    project.permissions["packit", "admin"] = "approved"
    status, body = call("PUT", "/project/edit/@brewers/teapot", json={"description": "D"})
    assert (status, body["description"]) == (200, "D")


def test_a_build_from_urls_is_one_for_each(call, copr_stand_in):
    where = {"ownername": "@brewers", "projectname": "teapot"}
    urls = ["https://example.com/a.src.rpm", "https://example.com/b.src.rpm"]
    key = ("strangerlogin", "other-token")
    status, body = call("POST", "/build/create/url", key, json=where | {"pkgs": urls})
    assert status == 200
    assert [one["id"] for one in body["items"]] == [7000001, 7000002]
    status, body = call("GET", "/build-chroot?build_id=7000001&chrootname=fedora-44-x86_64")
    assert (status, body["state"], body["result_url"]) == (200, "waiting", None)


def short(message):
    what = message["topic"].rpartition(".")[2]
    return (what, message["body"]["chroot"], message["body"]["status"])


ALL = [
    ("start", "srpm-builds", 3),
    ("end", "srpm-builds", 1),
    ("start", F44, 3),
    ("end", F44, 0),
    ("start", RAWHIDE, 3),
    ("end", RAWHIDE, 1),
]


@pytest.mark.parametrize(
    ("order", "sent"),
    [
        ("as-sent", ALL),
        ("reversed", ALL[::-1]),
        ("ends-only", ALL[1::2]),
        ("starts-only", ALL[::2]),
        ("none", []),
    ],
)
def test_messages_come_in_any_order_or_not_at_all(copr_stand_in, build, order, sent):
    seen = []
    copr_stand_in.backend.on_message = seen.append
    outcome = Outcome(chroots={F44: "failed"}, order=order)
    returned = copr_stand_in.run(build.id, outcome)
    assert [short(message) for message in seen] == sent
    assert [short(message) for message in returned] == ALL
    assert build.state == "failed"


def test_after_a_failed_source_package_no_chroot_speaks(copr_stand_in, build):
    messages = copr_stand_in.run(build.id, Outcome(source="failed"))
    said = [short(one) for one in messages]
    assert said == [("start", "srpm-builds", 3), ("end", "srpm-builds", 0)]
    assert build.state == "failed"


def test_a_build_that_hangs_has_no_end(copr_stand_in, build):
    messages = copr_stand_in.run(build.id, Outcome(source="hangs"))
    assert [short(one) for one in messages] == [("start", "srpm-builds", 3)]
    assert build.state == "running"


def test_a_canceled_build_is_not_run(copr_stand_in, build):
    build.canceled = True
    assert copr_stand_in.run(build.id) == []


def test_messages_are_what_our_parser_reads(copr_stand_in, build):
    first, *_, last = copr_stand_in.run(build.id)
    parsed = parse(last)
    assert parsed.event == "CoprBuildEvent"
    assert parsed.kwargs == {
        "topic": "copr.build.end",
        "build_id": 7000001,
        "chroot": "fedora-rawhide-x86_64",
        "status": 1,
        "owner": "packit",
        "user": "packit",
        "project_name": "hedgehog",
        "pkg": "teapot",
        "version": "2.1-1",
        "timestamp": None,
    }
    assert parse(first).kwargs["pkg"] is None


def test_another_process_gives_the_order(copr_stand_in, build):
    url = f"{copr_stand_in.url}/_sandbox/builds/{build.id}/run"
    order = {"chroots": {F44: "failed"}, "order": "none", "package": ["hedgehog", "1.0-1"]}
    answer = requests.post(url, json=order, timeout=5)
    assert [short(message) for message in answer.json()["messages"]] == ALL
    assert build.package == "hedgehog"
    for wrong in ({"order": "sideways"}, {"source": "explodes"}, {"colour": "red"}):
        assert requests.post(url, json=wrong, timeout=5).status_code == 400
    missing = f"{copr_stand_in.url}/_sandbox/builds/1/run"
    assert requests.post(missing, json={}, timeout=5).status_code == 404


def test_builds_may_run_by_themselves(call, copr_stand_in):
    copr_stand_in.automatic = Outcome()
    status, body = call(
        "POST", "/build/create/custom", ("strangerlogin", "other-token"), **custom()
    )
    assert (status, body["state"]) == (200, "succeeded")
