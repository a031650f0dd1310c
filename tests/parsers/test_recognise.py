import pytest
from saved_messages import load

from parsers import Options, delivery_id
from parsers.message import Message
from parsers.recognise import github_type, recognise
from parsers.result import Skip

DIST_GIT = "https://src.fedoraproject.org"
BUILD = {"build": 7, "chroot": "fedora-43-x86_64"}
BUILD_TOPIC = "org.fedoraproject.prod.copr.build.end"
NO_TOPIC = Skip("unknown-event", "no topic, neither beside the message nor inside")
NO_SHAPE = Skip("unknown-event", "no header, no topic, and no shape that we know")


def found(event, source=None, event_type=None, **options):
    return recognise(event, source, event_type, Options(**options))


def on(host):
    return {"repository": {"html_url": f"https://{host}/meadow/hedgehog"}}


@pytest.mark.parametrize(
    ("name", "header", "shape"),
    [
        ("pull_request_gh/opened", "pull_request", "pull_request"),
        ("push_github_gh/branch", "push", "push"),
        ("release/published", "release", "release"),
        ("issue_comment/command", "issue_comment", "issue_comment"),
        ("pull_request_comment_gh/command", "issue_comment", "issue_comment"),
        ("installation/created", "installation", "installation"),
        (
            "installation/repositories_added",
            "installation_repositories",
            "installation_repositories",
        ),
        ("unhandled/star", "star", ""),
        ("unhandled/check_run", "check_run", ""),
        ("unhandled/create", "create", ""),
        ("unhandled/ping", "ping", ""),
        ("unhandled/installation_target", "installation_target", ""),
        ("unhandled/pull_request_review", "pull_request_review", ""),
        ("unhandled/pull_request_review_comment", "pull_request_review_comment", ""),
        ("unhandled/pull_request_review_thread", "pull_request_review_thread", ""),
        ("unhandled/workspace_hibernation", "workspace_hibernation", ""),
    ],
)
def test_github(name, header, shape):
    body = load(f"github/{name}")
    by_header = Message("github", header, body, "$", "https://github.com")
    by_shape = Message("github", shape, body, "$", "https://github.com")
    assert found(body, "github", header) == by_header
    assert found(body, None, header) == by_header
    assert found(body, "github") == by_shape
    assert found(body, "github", "") == by_shape
    assert found(body) == by_shape


@pytest.mark.parametrize(
    "body",
    [
        {"repositories_added": [], "installation": {"account": {}}},
        {"repositories_removed": [], "installation": {"account": {}}},
    ],
)
def test_one_list_of_a_delta_is_enough(body):
    assert github_type(body) == "installation_repositories"


@pytest.mark.parametrize(
    "body", [{}, {"installation": None}, {"installation": {"id": 1}}, {"installation": [1]}]
)
def test_a_body_without_a_shape_of_ours(body):
    assert github_type(body) == ""


@pytest.mark.parametrize(
    ("body", "is_ours"),
    [
        (on("github.com"), True),
        (on("code.fennel.example"), False),
        (on("github.com.fennel.example"), False),
        (on("github.com@fennel.example"), False),
        ({"repository": {"html_url": "http://github.com/meadow/hedgehog"}}, True),
        ({"repository": {"html_url": "github.com/meadow/hedgehog"}}, False),
        ({"repository": {"html_url": 7}, "sender": {"html_url": "https://github.com/oat"}}, True),
        ({"repository": "x", "organization": {"html_url": "https://github.com/meadow"}}, True),
        ({"installation": {"account": {"html_url": "https://github.com/oat"}}}, True),
        ({**on("code.fennel.example"), "sender": {"html_url": "https://github.com/oat"}}, False),
        ({"installation": 7, "sender": None}, False),
        ({}, False),
    ],
)
def test_without_a_source_the_host_decides(body, is_ours):
    outcome = found(body)
    if is_ours:
        assert (outcome.source, outcome.web_url) == ("github", "https://github.com")
    else:
        assert outcome == NO_SHAPE


def test_hosts_of_github_enterprise():
    body = on("git.fennel.example")
    options = {"github_hosts": frozenset({"git.fennel.example"}), "web_url": {}}
    assert found(body, **options) == Message("github", "", body, "$", "")
    assert found(on("github.com"), **options) == NO_SHAPE


@pytest.mark.parametrize(
    ("name", "header"), [("push/branch", "push"), ("pull_request/opened", "pull_request")]
)
def test_gitea_looks_alike_and_is_not_github(name, header):
    body = load(f"gitea/{name}")
    assert found(body) == NO_SHAPE
    message = found(body, None, header)
    assert (message.source, message.type) == ("pagure", header)


@pytest.mark.parametrize("source", ["gitlab", "", "GitHub", "a" * 100])
def test_a_source_that_nobody_knows(source):
    outcome = found({"topic": BUILD_TOPIC}, source, BUILD_TOPIC)
    assert outcome == Skip("unknown-event", f"source '{source[:80]}'")


@pytest.mark.parametrize("event_type", [None, "", "push"])
def test_testing_farm(event_type):
    notification = {"request_id": "b1e0"}
    result = {"pipeline": {"id": "b1e0"}}
    assert found(notification, "testing-farm", event_type) == Message(
        "testing-farm", "notification", notification
    )
    assert found(result, "testing-farm", event_type) == Message("testing-farm", "result", result)
    assert found({}, "testing-farm", event_type) == NO_SHAPE
    assert found({"pipeline": "b1e0"}, "testing-farm", event_type) == NO_SHAPE


def test_testing_farm_by_shape():
    assert found({"request_id": "b1e0"}).source == "testing-farm"
    assert found({"pipeline": {"id": "b1e0"}}).source == "testing-farm"
    assert found({}) == NO_SHAPE


@pytest.mark.parametrize(
    ("event", "event_type", "where"),
    [
        (BUILD, BUILD_TOPIC, "$"),
        ({**BUILD, "topic": BUILD_TOPIC}, None, "$"),
        ({"topic": BUILD_TOPIC, "msg": BUILD, "msg_id": "2025-1"}, None, "$.msg"),
        ({"topic": BUILD_TOPIC, "msg": BUILD, "msg_id": "2025-1"}, BUILD_TOPIC, "$.msg"),
        ({"topic": BUILD_TOPIC, "body": BUILD, "id": "b1", "headers": {}}, None, "$.body"),
        ({"topic": "anything", "body": BUILD}, "copr.build.end", "$.body"),
        ({"topic": BUILD_TOPIC, "msg": "text", "body": BUILD}, None, "$.body"),
    ],
)
@pytest.mark.parametrize("source", [None, "fedora-messaging"])
def test_the_layouts_of_a_bus_message(event, event_type, where, source):
    message = found(event, source, event_type)
    assert (message.source, message.type) == ("fedora-messaging", "copr.build.end")
    assert (message.at, message.web_url) == (where, DIST_GIT)
    assert message.body["chroot"] == "fedora-43-x86_64"


@pytest.mark.parametrize(
    ("source", "topic", "expected"),
    [
        (None, "org.fedoraproject.stg.copr.build.end", ("fedora-messaging", "copr.build.end")),
        (None, "org.fedoraproject.dev.buildsys.tag", ("fedora-messaging", "buildsys.tag")),
        (
            None,
            "org.fedoraproject.test.buildsys.tag",
            ("pagure", "org.fedoraproject.test.buildsys.tag"),
        ),
        (None, "buildsys.tag", ("fedora-messaging", "buildsys.tag")),
        (None, "copr.build.end", ("fedora-messaging", "copr.build.end")),
        (None, "pagure.git.receive", ("fedora-messaging", "pagure.git.receive")),
        (None, "git.receive", ("pagure", "git.receive")),
        ("pagure", "git.receive", ("pagure", "git.receive")),
        ("pagure", "pagure.git.receive", ("pagure", "git.receive")),
        ("pagure", "io.pagure.prod.pagure.git.receive", ("pagure", "git.receive")),
        ("fedora-messaging", "git.receive", ("fedora-messaging", "git.receive")),
        ("fedora-messaging", "bodhi.update.edit", ("fedora-messaging", "bodhi.update.edit")),
    ],
)
def test_topics(source, topic, expected):
    message = found({}, source, topic)
    assert (message.source, message.type) == expected


def test_the_forge_of_a_topic():
    assert found({}, "pagure", "git.receive").web_url == "https://pagure.io"
    assert found({}, None, "io.pagure.stg.pagure.git.receive").web_url == "https://pagure.io"
    assert found({}, None, "org.fedoraproject.prod.pagure.git.receive").web_url == DIST_GIT
    assert found({}, "fedora-messaging", "copr.build.end", web_url={}).web_url == ""


def test_the_old_push_of_dist_git_has_one_commit():
    message = found({"commit": {}}, None, "git.receive")
    assert (message.source, message.type) == ("fedora-messaging", "git.receive")


@pytest.mark.parametrize("source", [None, "centosmsg"])
def test_centos(source):
    body = {"branch": "c10s"}
    message = found(body, source, "git.fennel.example/git.receive")
    expected = Message("centosmsg", "git.receive", body, "$", "https://git.fennel.example")
    assert message == expected


@pytest.mark.parametrize(
    ("source", "topic"), [("centosmsg", "git.receive"), (None, "a/b/c"), ("centosmsg", "a/b/c")]
)
def test_a_topic_of_centos_names_host_and_topic(source, topic):
    outcome = found({}, source, topic)
    assert outcome == Skip("unknown-event", f"topic '{topic}' is not <host>/<topic>")


@pytest.mark.parametrize(
    ("event", "source"),
    [
        ({}, "fedora-messaging"),
        ({}, "pagure"),
        ({}, "centosmsg"),
        ({"topic": ""}, None),
        ({"topic": 7}, None),
        ({"topic": None, "msg": {}}, "fedora-messaging"),
    ],
)
def test_no_topic(event, source):
    assert found(event, source) == NO_TOPIC


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        ({"topic": "a", "msg": {}, "msg_id": "2025-1"}, "2025-1"),
        ({"topic": "a", "body": {}, "id": "b1"}, "b1"),
        ({"topic": "a", "body": {}, "id": "b1", "msg_id": "2025-1"}, "b1"),
        ({"topic": "a", "msg": {}}, None),
        ({"topic": "a", "msg": {}, "msg_id": 7}, None),
        ({"topic": "a", "msg": {}, "msg_id": ""}, None),
        ({"topic": "a", "msg": {}, "msg_id": "\ud800"}, None),
        ({"topic": "a", "body": {}, "id": "\x00"}, None),
        ({"topic": "a", "id": "b1"}, None),
        ({"msg": {}, "msg_id": "2025-1"}, None),
        ({"topic": "a", "body": "text", "id": "b1"}, None),
        ([], None),
        (None, None),
    ],
)
def test_the_id_that_a_bus_gave(event, expected):
    assert delivery_id(event) == expected
