"""Both stages on real brokers, with real worker processes."""

import json
import subprocess
import sys
from datetime import UTC, datetime
from uuid import UUID, uuid4, uuid5

import pytest
from servers.worker_process import ROOT, command_environment
from twelve_events import BY_WORD, SAMPLES

ALL_QUEUES = ["default", "parse_message", "record_outcome", "slow", *BY_WORD]
COPR = BY_WORD["copr_build"]


def kwargs_of(message):
    args, kwargs, _embed = message.payload
    assert args == []
    return kwargs


def send(app, **kwargs):
    return app.send_task("task.parse_message", kwargs=kwargs).id


class TestStage1Alone:
    """No stage 2 worker runs: what stage 1 sends waits in the queues."""

    def test_each_event_waits_in_its_own_queue(self, foreign, stage_1, broker_side):
        for sample in SAMPLES:
            send(foreign, **sample.arguments())
        stage_1.wait_for("parsed ", count=12)
        assert broker_side.depths(ALL_QUEUES) == dict.fromkeys(BY_WORD, 1)
        for sample in SAMPLES:
            message = broker_side.take(sample.word)
            assert message.headers["task"] == sample.task
            assert kwargs_of(message) == sample.kwargs
        assert broker_side.depths(ALL_QUEUES) == {}

    def test_a_message_carries_its_trail(self, foreign, stage_1, broker_side):
        sent_at = datetime.now(UTC)
        foreign.send_task(
            "task.parse_message",
            kwargs=COPR.arguments(event=json.dumps(COPR.payload)),
            headers={"packit_correlation_id": "from-the-relay"},
        )
        message = broker_side.take("copr_build")
        assert message.headers["packit_correlation_id"] == "from-the-relay"
        assert "packit_follow" not in message.headers
        age = datetime.fromisoformat(message.headers["packit_sent_at"]) - sent_at
        assert 0 <= age.total_seconds() < 20
        # The arguments are sent once, not also as text for monitors.
        assert (message.headers["argsrepr"], message.headers["kwargsrepr"]) == ("...", "...")

    def test_without_a_delivery_id_the_ids_follow_from_the_task(
        self, foreign, stage_1, broker_side
    ):
        task_id = send(foreign, **COPR.arguments())
        message = broker_side.take("copr_build")
        expected = uuid5(UUID(task_id), "task.process_copr_build_event")
        assert message.headers["id"] == str(expected)
        assert message.headers["packit_correlation_id"] == task_id

    @pytest.mark.parametrize("task_id", ["no uuid", "lone \ud800 surrogate"])
    def test_a_foreign_task_id(self, foreign, stage_1, broker_side, task_id):
        if not broker_side.is_redis and "\ud800" in task_id:
            pytest.skip("AMQP takes no such id")
        for _ in range(2):
            foreign.send_task("task.parse_message", kwargs=COPR.arguments(), task_id=task_id)
        ids = {broker_side.take("copr_build").headers["id"] for _ in range(2)}
        assert len(ids) == 1
        assert UUID(ids.pop()).version == 5

    def test_the_same_delivery_leads_to_the_same_id(self, foreign, stage_1, broker_side):
        def stage_2_id(**others):
            send(foreign, **COPR.arguments(**others))
            return broker_side.take("copr_build").headers["id"]

        first = stage_2_id(delivery_id="guid-1")
        assert UUID(first).version == 5
        assert stage_2_id(delivery_id="guid-1") == first
        assert stage_2_id(delivery_id="guid-2") != first
        # Another source may use the same ids; and JSON knows letters that UTF-8 does not.
        assert stage_2_id(delivery_id="guid-1", source=None) != first
        assert UUID(stage_2_id(delivery_id="\ud800")).version == 5

    def test_an_envelope_brings_a_delivery_id(self, foreign, stage_1, broker_side):
        topic = "org.fedoraproject.prod.copr.build.end"
        envelope = {"topic": topic, "msg": COPR.payload, "msg_id": "2026-1"}
        dump = {"topic": topic, "body": COPR.payload, "id": "2026-1", "headers": {}}
        for event, others in (
            (envelope, {}),
            (dump, {}),
            (COPR.payload, {"event_type": topic, "delivery_id": "2026-1"}),
        ):
            send(foreign, event=event, source="fedora-messaging", **others)
        ids = [broker_side.take("copr_build").headers["id"] for _ in range(3)]
        assert len(set(ids)) == 1

    @pytest.mark.parametrize(
        ("event", "record"),
        [
            (
                {"hello": "world"},
                {"outcome": "skipped", "code": "unknown-event", "at": None},
            ),
            ("no JSON", {"outcome": "malformed", "code": "malformed", "at": "$"}),
            (["a", "list"], {"code": "malformed", "detail": "expected an object", "at": "$"}),
            (None, {"code": "malformed", "detail": "expected an object", "at": "$"}),
            ("[" * 100_000, {"code": "malformed", "detail": "nested too deep to be read"}),
            (
                BY_WORD["release"].payload | {"release": {"tag_name": 5}},
                {"code": "malformed", "at": "$.release.tag_name"},
            ),
            (
                BY_WORD["issue_comment"].payload | {"action": "deleted"},
                {"code": "action-not-handled", "at": None},
            ),
        ],
    )
    def test_what_a_person_may_ask_about_is_recorded(
        self, foreign, stage_1, broker_side, event, record
    ):
        task_id = send(foreign, event=event, delivery_id="guid-3")
        message = broker_side.take("record_outcome")
        kwargs = kwargs_of(message)
        assert message.headers["task"] == "task.record_outcome"
        assert message.headers["packit_correlation_id"] == task_id
        assert set(kwargs) == {
            "outcome", "code", "detail", "at", "repository", "source", "event_type", "delivery_id",
        }  # fmt: skip
        assert kwargs.items() >= {**record, "source": None, "delivery_id": "guid-3"}.items()
        assert stage_1.is_alive

    def test_an_ordinary_skip_is_not_recorded(self, foreign, stage_1, broker_side):
        done = stage_1.text().count("skipped ")
        push = BY_WORD["push_github_gh"]
        send(foreign, **push.arguments(event=push.payload | {"ref": "refs/tags/1.0"}))
        comment = BY_WORD["issue_comment"]
        talk = comment.payload | {"comment": {"id": 1, "body": "Thank you."}}
        send(foreign, **comment.arguments(event=talk))
        stage_1.wait_for("skipped ", count=done + 2)
        assert "skipped  tag-push" in stage_1.text()
        assert "skipped  no-command" in stage_1.text()
        assert broker_side.depths(ALL_QUEUES) == {}

    def test_what_it_keeps_out_of_memory(self, stage_1):
        maps = (f"/proc/{stage_1.pid}/maps", "sqlalchemy", "ogr", "packit/")
        with open(maps[0]) as mapped:  # noqa: PTH123 - not a path of ours
            libraries = mapped.read()
        assert [name for name in maps[1:] if f"site-packages/{name}" in libraries] == []


class TestBothStages:
    """Runs after the class above, in this order: from here on the queues are emptied."""

    def test_replay_follows_all_to_their_end(self, broker, stage_1, stage_2, tmp_path):
        for sample in SAMPLES:
            if sample.source == "github":
                (tmp_path / f"{sample.word}.json").write_text(json.dumps(sample.payload))
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "packit_worker",
                "replay",
                "--json",
                "--source",
                "github",
                "--timeout",
                "20",
                str(tmp_path),
            ],
            env=command_environment(tmp_path, broker),
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, "")
        ends = {}
        for line in done.stdout.splitlines():
            end = json.loads(line)
            ends[end["payload"].rpartition("/")[2]] = (end["event"], end["queue"], end["outcome"])
        # No forge is configured.
        assert ends == {
            "installation.json": ("InstallationEvent", "installation", "skipped"),
            "issue_comment.json": ("IssueCommentEvent", "issue_comment", "skipped"),
            "pull_request_comment_gh.json": (
                "PullRequestCommentGHEvent",
                "pull_request_comment_gh",
                "skipped",
            ),
            "pull_request_gh.json": ("PullRequestGHEvent", "pull_request_gh", "skipped"),
            "push_github_gh.json": ("PushGithubGHEvent", "push_github_gh", "skipped"),
            "release.json": ("ReleaseEvent", "release", "skipped"),
        }

    def test_all_events_are_rebuilt_and_decided(self, foreign, stage_1, stage_2, broker_side):
        for sample in SAMPLES:
            trail = {"packit_correlation_id": f"of-{sample.word}"}
            arguments = sample.arguments(delivery_id=str(uuid4()))
            foreign.send_task("task.parse_message", kwargs=arguments, headers=trail)
        for ended in (
            "InstallationEvent skipped unknown-forge [of-installation]",
            "ReleaseEvent skipped unknown-forge [of-release]",
            "PushGithubGHEvent skipped unknown-forge [of-push_github_gh]",
            "PullRequestGHEvent skipped unknown-forge [of-pull_request_gh]",
            "PullRequestCommentGHEvent skipped unknown-forge [of-pull_request_comment_gh]",
            "IssueCommentEvent skipped unknown-forge [of-issue_comment]",
            "PushPagureEvent skipped unknown-forge [of-push_pagure]",
            "PullRequestPagureEvent skipped unknown-forge [of-pull_request_pagure]",
            "PullRequestCommentPagureEvent skipped unknown-forge [of-pull_request_comment_pagure]",
            "CoprBuildEvent skipped not-ours [of-copr_build]",
            "KojiBuildEvent skipped not-ours [of-koji_build]",
            "TestingFarmResultEvent waiting result-before-row until ",
        ):
            stage_2.wait_for(ended)
        assert broker_side.depths(ALL_QUEUES) == {}

    def test_the_same_delivery_is_a_duplicate(self, foreign, stage_1, stage_2):
        release = BY_WORD["release"].arguments(delivery_id=str(uuid4()))
        for trail in ("first", "second"):
            headers = {"packit_correlation_id": trail}
            foreign.send_task("task.parse_message", kwargs=release, headers=headers)
            stage_2.wait_for(f"[{trail}]")
        assert "ReleaseEvent skipped unknown-forge [first]" in stage_2.text()
        assert "ReleaseEvent duplicate [second]" in stage_2.text()

    def test_wrong_kwargs_end_as_invalid(self, foreign, stage_1, stage_2, broker_side):
        from kombu import Queue  # noqa: PLC0415

        arguments = None if broker_side.is_redis else {"x-queue-type": "quorum"}
        queue = Queue("copr_build", queue_arguments=arguments)
        for wrong in ({"colour": "red"}, {"build_id": "4711"}):
            foreign.send_task(COPR.task, kwargs=COPR.kwargs | wrong, queue=queue)
        stage_2.wait_for("task.process_copr_build_event: invalid: $.colour: unknown")
        stage_2.wait_for("invalid: $.build_id: Expected `int`, got `str`")
        headers = {"packit_correlation_id": "right"}
        foreign.send_task(COPR.task, kwargs=COPR.kwargs, queue=queue, headers=headers)
        stage_2.wait_for("CoprBuildEvent skipped not-ours [right]")
