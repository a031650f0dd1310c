"""A newer commit of a pull request ends the builds of the older one, and nothing else."""

from dataclasses import replace

from copr_side import PROJECT, TWO
from event_kwargs import event_of

OURS = {"chroot": "fedora-43-x86_64", "owner": "packit", "user": "packit"}
S43, S44 = "packit/rpm-build:fedora-43-x86_64", "packit/rpm-build:fedora-44-x86_64"
IDENTIFIED = "  - {job: copr_build, trigger: pull_request, identifier: b, targets: [fedora-44]}\n"


class SlowAnswer:
    """The client of Copr; something happens before the answer to a submission is read."""

    def __init__(self, copr, meanwhile):
        self.copr = copr
        self.meanwhile = meanwhile

    def __getattr__(self, name):
        return getattr(self.copr, name)

    def submit_script(self, *order):
        build = self.copr.submit_script(*order)
        self.meanwhile()
        return build


def pushed(side, pull, *, event_id="pushed", files=None):
    """Push another commit to a pull request, and process its event."""
    ref = f"refs/pull/{pull.id}/head"
    pull.head_sha = side.hello.git.commit(files or {"more": event_id}, ref=ref)
    return side.process(side.pull_event(pull, action="synchronize"), event_id)


def canceled(side):
    return [one.data["build"] for one in side.copr.world.writes if one.kind == "build-cancel"]


def shown_of(side, commit):
    """Return `{context: (state, text)}` of one commit."""
    found = [one for one in side.writes("status") if one["sha"] == commit]
    return {one["context"]: (one["state"], one["description"]) for one in found}


def test_the_build_of_an_older_commit_is_canceled(copr_side_anywhere):
    side = copr_side_anywhere
    pull, _end = side.opened()
    old = pull.head_sha
    assert pushed(side, pull).outcome == "done"
    assert canceled(side) == [7000001]
    ended = ("error", f"Superseded by {pull.head_sha[:7]}.")
    assert shown_of(side, old) == {S43: ended, S44: ended}
    accepted = ("pending", "Accepted. Waiting for Copr.")
    assert shown_of(side, pull.head_sha) == {S43: accepted, S44: accepted}
    states = [str(run.known_state) for run in side.runs()]
    assert states == ["canceled"] * 3 + ["submitted"] * 3
    # What Copr says of the old one afterwards changes nothing.
    for number, status in enumerate([1, 2]):
        event = event_of("CoprBuildEvent", **OURS, build_id=7000001, status=status)
        assert side.process(event, f"late-{number}").outcome == "skipped"
    assert shown_of(side, old) == {S43: ended, S44: ended}
    side.build()
    assert {state for state, _ in shown_of(side, pull.head_sha).values()} == {"success"}
    assert side.count_rows()["in_flight"] == 0


def test_what_ended_stays_as_it_was(copr_side):
    side = copr_side
    pull, _end = side.opened()
    old = pull.head_sha
    side.build()
    pushed(side, pull)
    assert canceled(side) == []
    assert {state for state, _ in shown_of(side, old).values()} == {"success"}


def test_only_the_builds_of_the_same_job_and_pull_request(copr_side):
    side = copr_side
    pull, _end = side.opened(TWO + IDENTIFIED)
    other = side.pull(TWO, source="octo/hello")
    side.process(side.pull_event(other), "other")
    assert list(side.copr.world.builds) == [7000001, 7000002, 7000003]
    config = side.hello.git.read(pull.head_sha, ".packit.yaml").decode()
    files = {".packit.yaml": config.replace(IDENTIFIED, "")}
    assert pushed(side, pull, files=files).outcome == "done"
    assert canceled(side) == [7000001]


def test_a_build_that_copr_does_not_cancel_ends_all_the_same(copr_side):
    side = copr_side
    pull, _end = side.opened()
    old = pull.head_sha
    side.copr.faults.add(side.fault(kind="unavailable", match="cancel", count=-1))
    assert pushed(side, pull).outcome == "done"
    assert {state for state, _ in shown_of(side, old).values()} == {"error"}


def test_what_waits_for_copr_is_ended_too_and_never_submitted(copr_side):
    side = copr_side
    side.copr.faults.add(side.fault(kind="unavailable", match="mock-chroots", count=1))
    pull = side.pull(TWO, source="octo/hello")
    first = side.pull_event(pull)
    assert side.process(first, "opened").outcome == "waiting"
    assert pushed(side, pull).outcome == "done"
    text = f"Superseded by {pull.head_sha[:7]}."
    side.make_due("opened")
    assert side.process(first, "opened").code == "superseded"
    assert shown_of(side, first.commit_sha) == {S43: ("error", text), S44: ("error", text)}
    assert list(side.copr.world.builds) == [7000001]
    assert PROJECT in side.copr.world.projects


def test_what_a_command_asked_for_is_not_submitted_for_a_commit_that_came_later(copr_side):
    side = copr_side
    side.copr.faults.add(side.fault(kind="unavailable", match="mock-chroots", count=1))
    pull = side.pull(TWO, source="octo/hello")
    older, event = pull.head_sha, side.comment_event(pull)
    assert side.process(event, "asked").outcome == "waiting"
    newer = side.pull(TWO + "# x\n", number=pull.id, source="octo/hello").head_sha
    side.make_due("asked")
    assert side.process(event, "asked").code == "superseded"
    text = f"Superseded by {newer[:7]}."
    assert shown_of(side, older) == {S43: ("error", text), S44: ("error", text)}
    assert (shown_of(side, newer), side.copr.world.builds) == ({}, {})


def test_one_that_is_being_submitted_is_canceled_once_it_has_a_number(copr_side):
    side = copr_side
    pull = side.pull(TWO, source="octo/hello")
    first = side.pull_event(pull)
    plain = side.engine
    copr = plain.services.copr()

    def push_meanwhile():
        side.engine = plain
        assert pushed(side, pull).outcome == "done"

    slow = SlowAnswer(copr, push_meanwhile)
    side.change(services=replace(plain.services, copr=lambda: slow))
    assert side.process(first, "opened").code == "superseded"
    assert len(side.copr.world.builds) == 2
    assert canceled(side) == [7000001]
    assert {state for state, _ in shown_of(side, first.commit_sha).values()} == {"error"}


def test_a_command_on_the_same_commit_cancels_nothing(copr_side):
    side = copr_side
    pull, _end = side.opened()
    side.build()
    side.process(side.comment_event(pull), "again")
    side.process(side.comment_event(pull), "once-more")
    assert canceled(side) == []
