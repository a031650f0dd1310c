"""Test runs, from their rows to Testing Farm: each is submitted once, or ends visibly.

Testing Farm has no number of ours by which a request could be found again. So a row notes before
the call that it is being made: whoever finds it like that took over from a worker that died.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from packit_worker.context import Context
from packit_worker.errors import RefusedError, TransientError
from packit_worker.handler import Done, Failed, Result
from packit_worker.handlers.superseding import cancel_quietly, superseded_by
from packit_worker.handlers.tested_code import has_tests
from packit_worker.package_config import Job
from packit_worker.run_states import RunKind, RunState
from packit_worker.runs import RunRow, Submission
from packit_worker.sentences import again, refused
from packit_worker.status_names import status_context
from packit_worker.testing_farm import LostAnswerError, NewRequest, Ranch
from packit_worker.testing_farm_composes import ARCHES, compose_of, split_target
from packit_worker.testing_farm_plan import (
    BuiltPackage,
    TestedCode,
    metadata_file,
    new_request,
    ranch_of,
)

KIND = "testing-farm"
# In the details of a row: the call that submits it is being made, or was by a worker that died.
_SENDING = "sending"
_ACCEPTED = "Accepted. Waiting for Testing Farm to start the tests."


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A test run that is asked for.

    Attributes:
        build: what is installed; None: the job needs no build.
        problem: why it cannot be run, as its status says it; "": it can.
    """

    target: str
    build: BuiltPackage | None = None
    problem: str = ""


def submit_tests(context: Context, job: Job, code: TestedCode, wanted: Sequence[Wanted]) -> Result:
    """Make a row for each test run, submit those that can be run, and say of the others why not.

    Called again after a failure or a crash, it goes on where it was.

    Raises:
        TransientError: Testing Farm or the forge is down; what was not submitted is still to be.
        RefusedError: the forge, or what the settings lack.
    """
    return _Submitting(context, job, code, {each.target: each for each in wanted}).run()


def canceling(context: Context) -> Callable[[RunRow], None]:
    """Return what cancels the request of a row; it may fail as `TestingFarm` says."""
    farm = context.services.testing_farm
    return lambda row: farm().cancel(row.outside_id or "", ranch_of_row(row))


def ranch_of_row(row: RunRow) -> Ranch:
    """Return where a test run runs."""
    return "redhat" if row.details.get("ranch") == "redhat" else "public"


def context_of_tests(context: Context, job: Job, target: str) -> str:
    """Return the context of the commit status of a target, after our prefix."""
    name = status_context(KIND, target, context.subject, job)
    if job.identifier:
        return name
    place = (job.type, job.trigger, job.package, None)
    nameless = [
        each
        for each in context.jobs
        if (each.type, each.trigger, each.package, each.identifier) == place
    ]
    return f"{name}:{job.index}" if len(nameless) > 1 else name


@dataclass(frozen=True, slots=True)
class _Submitting:
    context: Context
    job: Job
    code: TestedCode
    wanted: Mapping[str, Wanted]

    def run(self) -> Result:
        rows = self._begin(tuple(self.wanted.values()))
        self.context.runs.show(rows)
        return _result([self._settled(row) for row in rows])

    def _begin(self, wanted: Sequence[Wanted]) -> tuple[RunRow, ...]:
        """Make the rows, or return those that are there; only the owner of the event may."""
        ranch = ranch_of(self.job)
        submissions = [
            Submission(
                kind=RunKind.TEST_RUN,
                target=each.target,
                context=context_of_tests(self.context, self.job, each.target),
                text=_ACCEPTED,
                details={"ranch": ranch, "build": each.build.build_id if each.build else None},
            )
            for each in wanted
        ]
        return self.context.submissions.begin(
            submissions, marker=f"tests-{self.context.event_id}", commit=self.code.commit
        )

    def _settled(self, row: RunRow) -> RunRow:
        """Submit a row, or end it; one that was dealt with before is returned as it is."""
        if row.state is not RunState.SUBMITTING:
            return row
        if row.details.get(_SENDING):
            return self._end_unknown(row)
        request = self._request(row.target)
        if isinstance(request, str):
            return self._end(row, RunState.ERROR, request)
        return self._send(row, request)

    def _request(self, target: str) -> NewRequest | str:
        """Return what is to be submitted, or why it cannot be, as a status says it."""
        wanted, ranch = self.wanted[target], ranch_of(self.job)
        if wanted.problem:
            return wanted.problem
        if ranch == "redhat" and not self.context.policy.may_test_inside(
            self.context.subject.repository
        ):
            return "Tests inside Red Hat are not enabled for this repository. Ask who runs this."
        has_metadata = has_tests(self.context, self.job, self.code)
        if not has_metadata and wanted.build is None:
            return f"There are no tests: {metadata_file(self.job)} is missing. `fmf init` makes it."
        distro, arch = split_target(target)
        composes = self.context.services.testing_farm().composes(ranch)
        compose = compose_of(distro, composes, ranch)
        if compose is None or arch not in ARCHES[ranch]:
            return f"Testing Farm ({ranch}) has no such system. Change the targets of the job."
        return new_request(
            self.job, self.code, target, compose, build=wanted.build, has_metadata=has_metadata
        )

    def _send(self, row: RunRow, request: NewRequest) -> RunRow:
        runs, farm = self.context.runs, self.context.services.testing_farm()
        runs.keep_details(row, {_SENDING: True})
        # Whoever took the event over meanwhile found that note, or left this to us: ask for it.
        self._begin([self.wanted[row.target]])
        try:
            made = farm.submit(request)
        except TransientError:
            runs.keep_details(row, {_SENDING: False})
            raise
        except RefusedError as error:
            text = f"Tests refused: {error.reason}."
            if error.code != "bad-request":
                prefix = self.context.policy.command_prefix
                text = refused(str(error), row.handler, row.trigger, prefix)
            return self._end(row, RunState.ERROR, text)
        except LostAnswerError:
            return self._end_unknown(row)
        (sent,) = self.context.submissions.submitted(
            [row], outside_id=made.id, web_url=farm.request_url(made.id)
        )
        if superseded_by(sent) is not None:  # a newer commit came while it was submitted
            cancel_quietly(sent, canceling(self.context))
        return sent

    def _end_unknown(self, row: RunRow) -> RunRow:
        how = again(row.handler, row.trigger, self.context.policy.command_prefix)
        text = f"Not your change: nobody knows if Testing Farm got the tests. {how}"
        return self._end(row, RunState.UNKNOWN_IF_SUBMITTED, text)

    def _end(self, row: RunRow, state: RunState, text: str) -> RunRow:
        ended = self.context.runs.advance([row], state, text=text)
        self.context.runs.show(ended)
        return ended[0] if ended else row


def _result(rows: Sequence[RunRow]) -> Result:
    """Return how the submission of all rows ended."""
    lost = [row.target for row in rows if row.state is RunState.UNKNOWN_IF_SUBMITTED]
    if lost:
        return Failed("unknown-if-submitted", ", ".join(lost))
    sent = [row.target for row in rows if row.outside_id is not None]
    if not sent:
        return Failed("tests-not-run", rows[0].text)
    return Done(f"submitted: {', '.join(sent)}")
