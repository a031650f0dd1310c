"""What is shown to whom, and what is not."""

import re
from contextlib import contextmanager

import pytest
from public_world import COMMIT, PRIVATE, UNKNOWN, stopped
from sqlalchemy import Engine, event, update

from packit_worker.assembly import database_to_read
from packit_worker.decision import Decision
from packit_worker.pages.app import create_app
from packit_worker.run_states import RunKind, RunState
from packit_worker.sentences import refused, sentence
from packit_worker.settings import Settings
from packit_worker.store.job_states import JobState
from packit_worker.store.models import Event, Project, Run

NIL = "00000000-0000-0000-0000-000000000000"


def text_of(answer):
    """The words of a page, without tags, white space folded."""
    plain = re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True))
    return re.sub(r"\s+", " ", plain)


def test_a_failed_run_says_first_what_went_wrong(world, client):
    event_id, (run_id,) = world.build()
    answer = client.get(f"/runs/{run_id}")
    assert answer.status_code == 200
    text = text_of(answer)
    said = "First error Build failed after 4 min. Line 6 of the log: "
    assert f"Copr build for fedora-42-x86_64 failed {said}" in text
    first = text.index("wick.c:42:9: error: &#39;flame&#39; undeclared")
    assert first < text.index("About this run")
    assert "Something in this change is at fault." in text
    html = answer.get_data(as_text=True)
    for address in (
        "https://copr.example.org/coprs/build/9876543",
        f"https://github.com/fedora-lab/lantern/commit/{COMMIT}",
        "https://github.com/fedora-lab/lantern/pull/7",
        f"/status/events/{event_id}",
        "/status/static/pages.css",
    ):
        assert f'href="{address}"' in html
    for moment in (
        "Accepted 2026-03-01 12:16:42 UTC",
        "Submitted to Copr 2026-03-01 12:16:44 UTC",
        "Started 2026-03-01 12:17:40 UTC (58 s after it was accepted)",
        "Ended 2026-03-01 12:21:52 UTC (it took 4 min 12 s)",
        "Commit status written 2026-03-01 12:21:53 UTC (as failure)",
    ):
        assert moment in text
    assert "PullRequestCoprBuildHandler done Attempts 1 Ended with built" in text
    assert "Attempt 1" in text


def test_the_tree_is_that_of_the_command(world, client):
    event_id, (run_id,) = world.build()
    for path in (f"/runs/{run_id}", f"/events/{event_id}"):
        text = text_of(client.get(path))
        assert "recognised as PullRequestGHEvent, task task.process_pull_request_gh_event" in text
        assert "pr_id: 7" in text
        assert "yes visibility: fedora-lab/lantern is public" in text
        assert "note: package config: .packit.yaml" in text
        chosen = "done PullRequestCoprBuildHandler, job copr_build#0: job copr_build asks for it"
        assert f"{chosen} yes may-write" in text
        assert "not chosen: other: trigger is release" in text


def test_a_run_that_succeeded_has_no_error(world, client):
    _, (run_id,) = world.build(state=RunState.SUCCESS, text="Built in 4 min 12 s.", log="done\n")
    text = text_of(client.get(f"/runs/{run_id}"))
    assert "Copr build for fedora-42-x86_64 succeeded Built in 4 min 12 s." in text
    assert "First error" not in text
    assert "Log done" in text


@pytest.mark.parametrize(
    "ending", ["The page shows the first error.", "The page shows the log.", "The page shows why."]
)
def test_a_page_does_not_lead_to_itself(world, client, ending):
    _, (run_id,) = world.build(text=f"Build failed after 4 min. {ending}")
    text = text_of(client.get(f"/runs/{run_id}"))
    assert "Build failed after 4 min. Line 6" in text


def test_the_log_of_each_architecture_is_linked_the_failed_ones_first(world, client):
    logs = "https://koji.example.org/work/tasks"
    arches = {
        arch: {"task_id": number, "log_url": f"{logs}/{number}/build.log"}
        for number, arch in enumerate(("aarch64", "ppc64le", "s390x"), 3)
    }
    arches["x86_64"] = {"task_id": 6, "log_url": None}
    details = {"arches": arches, "failed_arches": ["ppc64le", "s390x"]}
    _, (run_id,) = world.build(kind=RunKind.KOJI_BUILD, targets=("f44",), details=details)
    html = client.get(f"/runs/{run_id}").get_data(as_text=True)
    assert re.findall(r'href="([^"]+)"[^>]*><bdi>Log of ([^<]+)<', html) == [
        (f"{logs}/4/build.log", "ppc64le"),
        (f"{logs}/5/build.log", "s390x"),
        (f"{logs}/3/build.log", "aarch64"),
    ]


def test_a_run_that_did_not_end(world, client):
    _, (run_id,) = world.build(
        state=RunState.RUNNING, text="Copr build 9876543 is running.", log=None
    )
    text = text_of(client.get(f"/runs/{run_id}"))
    assert "running Copr build 9876543 is running." in text
    assert "Ended 2026" not in text
    assert "Log" not in text


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (RunState.ERROR, "could not be finished First error"),
        (RunState.GAVE_UP, "no result came for too long"),
        (RunState.CANCELED, "canceled"),
        (RunState.UNKNOWN_IF_SUBMITTED, "nobody can tell whether this run was accepted"),
    ],
)
def test_every_ending_has_its_words(world, client, state, said):
    _, (run_id,) = world.build(state=state, text=None, log=None)
    assert said in text_of(client.get(f"/runs/{run_id}"))


@pytest.mark.parametrize(
    ("text", "is_ours"),
    [
        ("Not your change: Koji says: policy violation (build_from_srpm).", True),
        ("Not your change: the tests could not be run. Run again with /packit test.", True),
        (sentence("bug", "", "0a1b2c3d-0000", "/packit"), True),
        (refused("not-configured: no koji", "Koji", None, "/packit"), True),
        ('Koji has no target "rawhid". Did you mean "rawhide"?', False),
        ("Koji takes only scratch builds. Set `scratch: true` in the job.", False),
        ("Copr does not build for this target now. Change the targets of the job.", False),
        ("Tests refused: not your change.", False),
        ("Testing Farm does not know how the tests ended.", False),
        (None, False),
    ],
)
def test_a_change_is_acquitted_only_by_who_told_so(world, client, text, is_ours):
    _, (run_id,) = world.build(state=RunState.ERROR, text=text, log=None)
    said = text_of(client.get(f"/runs/{run_id}"))
    assert ("This change is not at fault." in said) is is_ours
    assert "Something in this change" not in said


def test_a_failed_source_package_lends_its_log(world, client):
    _, (source,) = world.build(
        kind=RunKind.SRPM_BUILD, targets=("",), log="hook failed\nerror: no archive\n"
    )
    _, (run_id,) = world.build(
        log=None, text="The SRPM could not be made.", srpm_run_id=source, targets=("f42",)
    )
    answer = client.get(f"/runs/{run_id}")
    text = text_of(answer)
    assert "Line 2 of the log of the Source package build" in text
    assert "error: no archive" in text
    assert f'href="/status/runs/{source}"' in answer.get_data(as_text=True)


def test_targets_and_attempts_are_linked(world, client):
    _, first = world.build(targets=("f42", "f43"))
    _, second = world.build(targets=("f42",), state=RunState.SUCCESS)
    page = client.get(f"/runs/{first[0]}").get_data(as_text=True)
    assert f'href="/status/runs/{first[1]}"' in page
    assert f'href="/status/runs/{second[0]}"' in page
    assert "Superseded by" in page
    text = text_of(client.get(f"/runs/{second[0]}"))
    assert f"Attempt 2 Run before run {first[0]}" in text


def test_a_long_log_is_cut_and_said_so(world, client):
    _, (run_id,) = world.build(log="x" * 70_000 + "\nerror: late\n")
    text = text_of(client.get(f"/runs/{run_id}"))
    assert "Line 2 of the end of the log" in text
    assert "The log is long; its end is kept." in text


def test_an_event_says_first_what_went_wrong(world, client):
    made = stopped("not-allowed", "fedora-lab is not approved")
    event_id = world.event(made=made, outcome="denied")
    text = text_of(client.get(f"/events/{event_id}"))
    assert (
        "Pull request denied First error Not allowed yet: fedora-lab is not approved."
        " An operator of this service must approve it." in text
    )
    assert "no allowlist (not-allowed): fedora-lab is not approved" in text
    assert "Sent 2026-03-01 12:16:37 UTC" in text
    assert "Taken by a worker 2026-03-01 12:16:40 UTC (3 s in the queue)" in text
    assert "Ended 2026-03-01 12:16:46 UTC (it took 6 s)" in text
    assert "Delivery d-1" in text


def test_a_handler_that_was_denied_is_not_called_skipped(world, client):
    detail = "no-write-access: mallory may not write"
    name = "PullRequestCoprBuildHandler, job copr_build#0"
    denied, _ = world.build(targets=(), job_state=JobState.SKIPPED, detail=detail)
    text = text_of(client.get(f"/events/{denied}"))
    assert f"{name} denied Attempts 1 Ended with {detail}" in text
    skipped, _ = world.build(targets=(), job_state=JobState.SKIPPED, detail="own-bot: packit")
    text = text_of(client.get(f"/events/{skipped}"))
    assert f"{name} skipped Attempts 1" in text


def test_an_event_leads_to_its_failed_run(world, client):
    event_id, (run_id,) = world.build()
    answer = client.get(f"/events/{event_id}")
    text = text_of(answer)
    assert "First error Copr build for fedora-42-x86_64 failed Line 6 of the log" in text
    assert f'href="/status/runs/{run_id}"' in answer.get_data(as_text=True)


def test_an_event_that_waits_says_for_what(world, client):
    event_id = world.event(outcome=None)
    text = text_of(client.get(f"/events/{event_id}"))
    assert "not ended" in text
    assert "First error" not in text


def test_a_message_that_led_to_no_event_has_a_page_too(world, client):
    bot = world.outcome(event_type="issue_comment", detail="'packit-stg' is a bot")
    broken = world.outcome(outcome="malformed", code="malformed", detail="$.issue: missing <b>")
    text = text_of(client.get(f"/events/{bot}"))
    assert "Message that started nothing skipped" in text
    assert "Nothing was done: own-bot. &#39;packit-stg&#39; is a bot" in text
    assert "Repository github.com/fedora-lab/lantern" in text
    assert f"Event {bot} Delivery d-1" in text
    assert "Sent 2026-03-01 12:16:37 UTC Recorded 2026-03-01 12:16:40 UTC" in text
    assert (
        "came as github issue_comment no stage 1 (own-bot): &#39;packit-stg&#39; is a bot" in text
    )
    text = text_of(client.get(f"/events/{broken}"))
    assert "Nothing was done: malformed. $.issue: missing &lt;b&gt;" in text


def test_a_decision_in_another_form_is_left_out(world, client):
    event_id = world.event()
    with world.database.write() as session:
        session.execute(update(Event).values(decision={"steps": ["other"]}))
    assert "recognised as PullRequestGHEvent" in text_of(client.get(f"/events/{event_id}"))


def hidden(world):
    """Paths of runs and events that nobody may see, and of what is not there."""
    private_event, (private_run,) = world.build(PRIVATE)
    unknown_event, (unknown_run,) = world.build(UNKNOWN)
    without = world.event(None)
    runs = [private_run, unknown_run, 999_999, 0, -1, "x", "1 ", "01", "1.0", "٣", 2**63, 10**40]
    outcomes = [world.outcome(each) for each in (PRIVATE, UNKNOWN, None, "nonsense", "a/b")]
    events = [
        *outcomes,
        private_event,
        unknown_event,
        without,
        NIL,
        "x",
        "a%00b",
        private_event.upper(),
    ]
    return [
        *(f"/runs/{one}" for one in runs),
        *(f"/events/{one}" for one in events),
        "/events/x",
        "/events/a%00b",
        "/runs/",
        "/runs/1/2",
        "/",
        "/static/none",
        "/../etc/passwd",
    ]


def test_what_is_hidden_is_not_told_from_what_is_not_there(world, client):
    paths = hidden(world)
    answers = [client.get(path) for path in paths]
    assert [answer.status_code for answer in answers] == [404] * len(paths)
    assert len({answer.data for answer in answers}) == 1
    assert len({str(sorted(answer.headers.items())) for answer in answers}) == 1
    assert b"Not found" in answers[0].data
    heads = [client.head(path) for path in paths]
    assert [(answer.status_code, answer.data) for answer in heads] == [(404, b"")] * len(paths)


@contextmanager
def statements():
    """The statements that any engine is given."""
    seen = []

    def note(_connection, _cursor, statement, *_rest):
        if statement.startswith("SELECT"):
            seen.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def test_it_costs_the_same_look_ups(world, client):
    private_event, (private_run,) = world.build(PRIVATE)
    runs = (private_run, 999_999, "x")
    events = (private_event, world.outcome(PRIVATE), f"{NIL[:-1]}1", "x")
    for paths, count in (
        ([f"/runs/{one}" for one in runs], 2),
        ([f"/events/{one}" for one in events], 4),
    ):
        counts = {}
        for path in paths:
            with statements() as seen:
                client.get(path)
            counts[path] = len(seen)
        assert counts == dict.fromkeys(paths, count)


def test_what_becomes_private_is_hidden_at_once(world, client):
    event_id, (run_id,) = world.build()
    assert client.get(f"/runs/{run_id}").status_code == 200
    with world.database.write() as session:
        session.execute(update(Project).values(is_private=True))
    assert client.get(f"/runs/{run_id}").status_code == 404
    assert client.get(f"/events/{event_id}").status_code == 404


def test_a_public_page_shows_nothing_of_a_private_repository(world, client):
    """A job run that, by whatever mistake, has runs in two repositories."""
    event_id, (run_id,) = world.build()
    _, (private,) = world.build(PRIVATE, targets=("secret-target",))
    with world.database.write() as session:
        job_run = session.get(Run, run_id).job_run_id
        session.get(Run, private).job_run_id = job_run
    for path in (f"/runs/{run_id}", f"/events/{event_id}"):
        assert "secret-target" not in client.get(path).get_data(as_text=True)


HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>'\"&\u202etxt\x1b[31m"


def test_hostile_text_stays_text(world, client):
    pair = {"handler": HOSTILE, "job": HOSTILE, "why": HOSTILE, "detail": HOSTILE}
    event_id, (run_id,) = world.build(
        log=f"{HOSTILE}\0\nerror: {HOSTILE}\n",
        text=HOSTILE,
        targets=(HOSTILE,),
        kwargs={"comment": HOSTILE, "git_ref": HOSTILE},
        ref=HOSTILE,
        web_url="javascript:alert(3)",
        details={"log_url": "javascript:alert(4)", "x": HOSTILE, "other_url": "//evil.example.org"},
        detail=HOSTILE,
        made=Decision.from_json(
            {"notes": [HOSTILE], "looked_at": [HOSTILE], "steps": [], "pairs": [pair]}
        ),
    )
    for path in (f"/runs/{run_id}", f"/events/{event_id}"):
        html = client.get(path).get_data(as_text=True)
        assert "&lt;script&gt;" in html
        assert re.findall(r"<(?:script|img|iframe|style)\b", html) == []
        assert re.findall(r"<[^>]*\son\w+=", html) == []
        assert 'href="javascript' not in html
        assert 'href="//' not in html
        assert re.findall("[\x00-\x08\x0b-\x1f\u202e]", html) == []


def test_every_answer_is_strict(world, client):
    _, (run_id,) = world.build()
    for path in (f"/runs/{run_id}", "/runs/0", "/static/pages.css", "/healthz"):
        with client.get(path) as answer:
            headers = answer.headers
        assert headers["Content-Security-Policy"] == (
            "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; "
            "form-action 'none'; frame-ancestors 'none'"
        )
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert "Set-Cookie" not in headers
    assert client.post(f"/runs/{run_id}").status_code == 405


def test_pages_hold_neither_scripts_nor_styles_of_their_own(world, client):
    event_id, (run_id,) = world.build()
    for path in (f"/runs/{run_id}", f"/events/{event_id}", "/runs/0"):
        html = client.get(path).get_data(as_text=True)
        assert re.findall(r"<(?:script|style)|\sstyle=|javascript:", html) == []


def test_a_database_that_is_down_is_told(tmp_path):
    database = database_to_read(Settings(database=f"sqlite:///{tmp_path}/none.db"))
    client = create_app(database, Settings().policy()).test_client()
    answer = client.get("/runs/1")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
    assert "The database does not answer." in text_of(answer)
    assert client.get("/healthz").status_code == 503
    assert list(tmp_path.iterdir()) == []
    database.close()


def test_health(world, client):
    assert (client.get("/healthz").data, world.number) == (b"ok\n", 0)


def test_the_database_refuses_writes(world, read_only):
    world.build()
    with pytest.raises(Exception, match=r"read.?only"), read_only.write() as session:
        session.execute(update(Event).values(outcome="x"))
