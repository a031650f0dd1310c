"""Tests in Testing Farm: after a build, of a change that needs no build, and when asked for."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

from packit_worker.context import Context
from packit_worker.events.base import Event
from packit_worker.events.copr_build import CoprBuildEvent
from packit_worker.handler import Result
from packit_worker.handlers.submit_tests import (
    Wanted,
    canceling,
    context_of_tests,
    submit_tests,
)
from packit_worker.handlers.superseding import end_superseded
from packit_worker.handlers.tested_code import tested_code
from packit_worker.package_config import Job
from packit_worker.run_states import RunKind, RunState
from packit_worker.runs import RunRow
from packit_worker.testing_farm_plan import BuiltPackage, ranch_of
from packit_worker.testing_farm_targets import (
    TestTarget,
    asked_mark,
    built_chroots,
    targets_to_test,
    unbuilt_targets,
)
from parsers.result import Skip

# Chroots, with the names of the jobs whose build counts.
_Builders: TypeAlias = Mapping[str, tuple[str, ...]]

_NO_TARGET = "No build of this target is configured. Add it to the targets of a copr_build job."
_NO_BUILD = 'There is no successful build of this target. Comment "{prefix} build" first.'


def run_tests_of_build(event: CoprBuildEvent, context: Context) -> Result:
    """Test the packages of a chroot, as soon as they are built."""
    job, known = _job(context), context.services.targets()
    rows = context.runs.find(RunKind.COPR_BUILD, str(event.build_id), event.chroot)
    builders = built_chroots(job, context.jobs, known).get(event.chroot, ())
    if not rows or rows[0].job not in builders:
        by = " or ".join(builders) or "nobody"
        return Skip("other-build", f"what it tests in {event.chroot} is built by {by}")
    targets = [
        each
        for each in targets_to_test(job, known, ranch_of(job), built=[event.chroot])
        if each.chroot == event.chroot
    ]
    build = _built(rows[0])
    wanted = [Wanted(target=each.target, build=build) for each in targets]
    wanted += _never_built(context, job)
    if not wanted:
        return Skip("target-not-tested", f"the job tests nothing in {event.chroot}")
    return _run(context, job, wanted)


def _never_built(context: Context, job: Job) -> list[Wanted]:
    """Return the targets that nobody builds, unless they are told: an outsider's change tells none.

    Those that an earlier attempt began to tell are among them.
    """
    repository, commit = context.subject.repository, context.subject.commit
    missing = unbuilt_targets(job, context.jobs, context.services.targets(), ranch_of(job))
    if not missing or repository is None or commit is None:
        return []
    own = {row.id for row in context.submissions.rows()}
    rows = context.runs.of_commit(repository, commit, RunKind.TEST_RUN)
    told = {row.context for row in rows if row.id not in own}
    return [
        Wanted(target=each.target, problem=_NO_TARGET)
        for each in missing
        if context_of_tests(context, job, each.target) not in told
    ]


def run_tests_of_change(_event: Event, context: Context) -> Result:
    """Test a change at once if that needs no build; else say which targets will never have one."""
    job, known = _job(context), context.services.targets()
    if job.skip_build:
        built = () if job.targets else built_chroots(job, context.jobs, known)
        targets = targets_to_test(job, known, ranch_of(job), built=built)
        return _run(context, job, [Wanted(target=each.target) for each in targets])
    missing = unbuilt_targets(job, context.jobs, known, ranch_of(job))
    return _run(context, job, [Wanted(target=each.target, problem=_NO_TARGET) for each in missing])


def run_tests_on_command(_event: Event, context: Context) -> Result:
    """Test the newest build of each chroot again; without one, say what to do."""
    job, known = _job(context), context.services.targets()
    chroots = built_chroots(job, context.jobs, known)
    targets = targets_to_test(job, known, ranch_of(job), built=chroots)
    if job.skip_build:
        return _run(context, job, [Wanted(target=each.target) for each in targets])
    builds = _newest_builds(context, chroots)
    if job.values.get("manual_trigger") and _remember(context, job, builds.values()):
        builds = _newest_builds(context, chroots)  # one may have ended before it was noted
    tested = {each.chroot for each in targets}
    open_builds = [row for row in builds.values() if row.target in tested and not row.is_final]
    if not any(row.state is RunState.SUCCESS for row in builds.values()):
        return _without_build(context, open_builds)
    wanted = [
        _wanted(context, each, chroots, builds)
        for each in targets
        if builds.get(each.chroot) not in open_builds
    ]
    if open_builds and not wanted:
        return _without_build(context, open_builds)
    return _run(context, job, wanted)


def _run(context: Context, job: Job, wanted: Sequence[Wanted]) -> Result:
    code = tested_code(context)
    if isinstance(code, Skip):
        return code
    # Rows that an earlier attempt made are gone on with, whatever else goes on.
    if not context.submissions.rows():
        others = _not_running(context, job, code.commit, wanted)
        if isinstance(others, Skip):
            return others
        wanted = others
    end_superseded(context, (RunKind.TEST_RUN,), code.commit, canceling(context))
    return submit_tests(context, job, code, wanted)


def _not_running(
    context: Context, job: Job, commit: str, wanted: Sequence[Wanted]
) -> Sequence[Wanted] | Skip:
    """Return the test runs that do not go on already; a reason where none is left."""
    repository = context.subject.repository
    if not wanted or repository is None:
        return Skip("target-not-tested", "the job tests nothing here")
    rows = context.runs.of_commit(repository, commit, RunKind.TEST_RUN)
    going_on = [row for row in rows if not row.is_final]
    # Those of another build of the same commit are other tests.
    known = {(row.context, row.details.get("build")) for row in going_on}
    left = [
        each
        for each in wanted
        if (context_of_tests(context, job, each.target), _number(each)) not in known
    ]
    if left:
        return left
    first = min(going_on, key=lambda row: row.created_at)
    return Skip("already-running", f"since {first.created_at:%H:%M} UTC, as run {first.id}")


def _number(wanted: Wanted) -> int | None:
    return wanted.build.build_id if wanted.build else None


def _newest_builds(
    context: Context, chroots: Mapping[str, tuple[str, ...]]
) -> Mapping[str, RunRow]:
    """Return the newest build of the commit in each chroot, by the job that is meant."""
    repository, commit = context.subject.repository, context.subject.commit
    if repository is None or commit is None:
        return {}
    found: dict[str, RunRow] = {}
    for row in context.runs.of_commit(repository, commit, RunKind.COPR_BUILD):
        if row.job in chroots.get(row.target, ()):
            found.setdefault(row.target, row)
    return found


def _remember(context: Context, job: Job, builds: Iterable[RunRow]) -> bool:
    """Note with builds that go on that these tests are to follow; say whether there are any."""
    going_on = [row for row in builds if not row.is_final]
    for row in going_on:
        context.runs.keep_details(row, {asked_mark(job): True})
    return bool(going_on)


def _without_build(context: Context, open_builds: Sequence[RunRow]) -> Skip:
    if not open_builds:
        return Skip("no-build", (context.subject.commit or "")[:7])
    return Skip("build-under-way", "the tests start when it has ended")


def _wanted(
    context: Context,
    target: TestTarget,
    chroots: _Builders,
    builds: Mapping[str, RunRow],
) -> Wanted:
    if target.chroot not in chroots:
        return Wanted(target=target.target, problem=_NO_TARGET)
    row = builds.get(target.chroot)
    if row is None or row.state is not RunState.SUCCESS:
        text = _NO_BUILD.format(prefix=context.policy.command_prefix)
        return Wanted(target=target.target, problem=text)
    return Wanted(target=target.target, build=_built(row))


def _built(row: RunRow) -> BuiltPackage:
    return BuiltPackage(
        build_id=int(row.outside_id or 0), chroot=row.target, project=row.details["project"]
    )


def _job(context: Context) -> Job:
    if context.job is None:
        raise LookupError("tests need a job")
    return context.job
