"""Rows as workers leave them: a public, a private and an unknown repository, and what ran there."""

from datetime import UTC, datetime, timedelta

from packit_worker.decision import Decision, PairDecision
from packit_worker.run_states import RunKind, RunState
from packit_worker.store.claims import Delivery, claim
from packit_worker.store.job_runs import Plan, finish, plan, start
from packit_worker.store.job_states import JobState
from packit_worker.store.lease import end
from packit_worker.store.outcomes import Outcome, record
from packit_worker.store.projects import (
    Repository,
    TriggerKind,
    get_project,
    get_trigger,
    see_visibility,
)
from packit_worker.store.reports import reported
from packit_worker.store.runs import advance
from packit_worker.store.submissions import Submission, begin_submission, submitted
from parsers.result import Skip

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
COMMIT = "4f2d7c1b9a8e6d5f3c2b1a0918273645546372ab"
PUBLIC = Repository("github.com", "fedora-lab", "lantern")
PRIVATE = Repository("github.com", "fedora-lab", "vault")
UNKNOWN = Repository("github.com", "fedora-lab", "attic")
TASK = "task.process_pull_request_gh_event"
LOG = """\
checking for gcc... gcc
checking for error: no such thing... no
make: Entering directory '/builddir/build/BUILD/lantern'
gcc -O2 -c wick.c -o wick.o
wick.c: In function 'light':
wick.c:42:9: error: 'flame' undeclared (first use in this function)
   42 |         flame = 1;
      |         ^~~~~
make: *** [Makefile:7: wick.o] Error 1
error: Bad exit status from /var/tmp/rpm-tmp.x1 (%build)
RPM build errors:
    Bad exit status from /var/tmp/rpm-tmp.x1 (%build)
"""


def at(seconds):
    return NOON + timedelta(seconds=seconds)


def decision(handler="PullRequestCoprBuildHandler", outcome="done"):
    """A decision that went through to one handler."""
    made = Decision(notes=["package config: .packit.yaml"], looked_at=["other: trigger is release"])
    made.fact("fedora-lab/lantern is public")
    made.close_step("visibility", None)
    pair = PairDecision(handler, "copr_build#0", "job copr_build asks for it", outcome=outcome)
    made.close_step("may-write", None, pair)
    made.pairs.append(pair)
    return made


def stopped(code, detail, name="allowlist"):
    """A decision that stopped at one step."""
    made = Decision()
    made.close_step(name, Skip(code, detail))
    return made


class World:
    """Writes rows, each event later than the one before."""

    def __init__(self, database):
        self.database = database
        self.number = 0
        with database.write() as session:
            for repository, is_private in ((PUBLIC, False), (PRIVATE, True), (UNKNOWN, None)):
                project = get_project(session, repository)
                if is_private is not None:
                    see_visibility(session, project.id, is_private=is_private, seen_at=NOON)

    def event(self, repository=PUBLIC, made=None, outcome="done", **kwargs):
        """Write an event that ended, without runs; return its id."""
        lease = self._claim(repository, kwargs)
        if outcome is not None:
            self._end(lease, outcome, made or decision())
        return lease.event_id

    def build(
        self,
        repository=PUBLIC,
        *,
        state=RunState.FAILURE,
        log=LOG,
        text="Build failed after 4 min. The page shows the first error.",
        targets=("fedora-42-x86_64",),
        made=None,
        kwargs=None,
        ref="7",
        kind=RunKind.COPR_BUILD,
        web_url="https://copr.example.org/coprs/build/9876543",
        details=None,
        srpm_run_id=None,
        detail="built",
        job_state=JobState.DONE,
    ):
        """Write an event, its job run and a run for each target; return event id and run ids."""
        lease = self._claim(repository, kwargs or {})
        start_at = self.number * 1000
        with self.database.write() as session:
            project = get_project(session, repository)
            trigger = get_trigger(session, project.id, TriggerKind.PULL_REQUEST, ref)
            wanted = Plan("PullRequestCoprBuildHandler", "copr_build#0", "copr_build")
            (job_run,) = plan(session, lease, [wanted], now=at(start_at))
            start(session, lease, job_run.id, now=at(start_at + 1))
            rows = [
                Submission(
                    kind=kind,
                    project_id=project.id,
                    trigger_id=trigger.id,
                    commit_sha=COMMIT,
                    target=target,
                    context=f"rpm-build:{target}" if target else "",
                    details=details or {},
                    srpm_run_id=srpm_run_id,
                )
                for target in targets
            ]
            later = at(start_at + 900)
            runs = begin_submission(
                session,
                lease,
                job_run.id,
                rows,
                marker=f"m-{self.number}",
                now=at(start_at + 2),
                next_check_at=later,
            )
            ids = [run.id for run in runs]
            submitted(
                session,
                ids,
                outside_id=f"9876{self.number}",
                web_url=web_url,
                now=at(start_at + 4),
                next_check_at=later,
            )
            for run_id in ids:
                is_running = {"text": text} if state is RunState.RUNNING else {}
                advance(session, run_id, RunState.RUNNING, now=at(start_at + 60), **is_running)
                advance(session, run_id, state, now=at(start_at + 312), text=text, log=log)
                told = {"state": state, "context": "packit/rpm-build:x", "text": text or ""}
                reported(session, run_id, **told, now=at(start_at + 313))
            finish(session, lease, job_run.id, job_state, now=at(start_at + 5), detail=detail)
        self._end(lease, "done", made or decision())
        return lease.event_id, ids

    def outcome(self, repository=PUBLIC, **told):
        """Write how stage 1 ended for a message that led to no event; return its id."""
        self.number += 1
        outcome = Outcome(
            id=f"00000000-0000-4000-9000-{self.number:012}",
            **{"outcome": "skipped", "code": "own-bot", "source": "github"} | told,
            delivery_id=f"d-{self.number}",
            repository=str(repository) if repository else None,
            sent_at=at(self.number * 1000 - 3),
        )
        with self.database.write() as session:
            record(session, outcome, now=at(self.number * 1000))
        return outcome.id

    def _claim(self, repository, kwargs):
        self.number += 1
        delivery = Delivery(
            event_id=f"00000000-0000-4000-8000-{self.number:012}",
            task=TASK,
            kwargs={"action": "opened", "pr_id": 7} | kwargs,
            delivery_id=f"d-{self.number}",
            repository=str(repository) if repository else None,
            sent_at=at(self.number * 1000 - 3),
        )
        with self.database.write() as session:
            return claim(session, delivery, owner="one", now=at(self.number * 1000)).lease

    def _end(self, lease, outcome, made):
        with self.database.write() as session:
            now = at(self.number * 1000 + 6)
            end(session, lease, outcome=outcome, decision=made.as_json(), now=now)
