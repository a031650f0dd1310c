import pytest
from saved_messages import load

from parsers import MalformedError, Parsed, parse

FOLDER = "fedora-messaging/copr_build/"
TEAPOT = {
    "build_id": 7510022,
    "chroot": "fedora-rawhide-x86_64",
    "owner": "@brewers",
    "user": "packit",
    "project_name": "brewing-teapot-41",
    "pkg": "teapot",
    "version": "2.1-1.20240529163501123456.main.4.gabc1234.fc41",
    "timestamp": None,
}
SOURCE = {**TEAPOT, "chroot": "srpm-builds", "pkg": None, "version": None}


@pytest.mark.parametrize(
    ("case", "kwargs"),
    [
        ("start", {**TEAPOT, "topic": "copr.build.start", "status": 3}),
        (
            "end_succeeded",
            {
                **TEAPOT,
                "topic": "copr.build.end",
                "status": 1,
                "timestamp": "2024-05-29T16:35:02.250000+00:00",
            },
        ),
        ("end_failed", {**TEAPOT, "topic": "copr.build.end", "status": 0}),
        ("srpm_start", {**SOURCE, "topic": "copr.build.start", "status": 3}),
        ("srpm_end", {**SOURCE, "topic": "copr.build.end", "status": 1}),
    ],
)
def test_builds(case, kwargs):
    outcome = parse(load(FOLDER + case))
    assert outcome == Parsed("CoprBuildEvent", kwargs)
    assert outcome.task == "task.process_copr_build_event"


@pytest.mark.parametrize("topic", ["copr.build.start", "org.fedoraproject.dev.copr.build.start"])
def test_topic_beside_the_bare_body(topic):
    kwargs = parse(load(FOLDER + "start")["body"], event_type=topic).kwargs
    assert kwargs == {**TEAPOT, "topic": "copr.build.start", "status": 3}


def test_neither_submitter_nor_package_need_be_told():
    event = load(FOLDER + "start")
    for key in ("user", "pkg", "version"):
        del event["body"][key]
    kwargs = parse(event).kwargs
    assert (kwargs["user"], kwargs["pkg"], kwargs["version"]) == (None, None, None)


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"build": "7510022"}, "$.body.build"),
        ({"build": True}, "$.body.build"),
        ({"build": 2**63}, "$.body.build"),
        ({"status": None}, "$.body.status"),
        ({"status": 1.0}, "$.body.status"),
        ({"chroot": ""}, "$.body.chroot"),
        ({"owner": None}, "$.body.owner"),
        ({"copr": ["x"]}, "$.body.copr"),
        ({"pkg": "tea\x00pot"}, "$.body.pkg"),
        ({"timestamp": "soon"}, "$.body.timestamp"),
        ({"timestamp": True}, "$.body.timestamp"),
    ],
)
def test_malformed(change, path):
    event = load(FOLDER + "start")
    event["body"].update(change)
    with pytest.raises(MalformedError) as caught:
        parse(event)
    assert caught.value.path == path
