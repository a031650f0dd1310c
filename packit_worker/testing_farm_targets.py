"""What a `tests` job tests, and which jobs build it.

https://packit.dev/docs/configuration/upstream/tests
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from packit_worker.package_config import Job
from packit_worker.targets import DEFAULT_TARGET, Targets, targets_to_build
from packit_worker.testing_farm import Ranch
from packit_worker.testing_farm_composes import targets_of


@dataclass(frozen=True, slots=True)
class TestTarget:
    """Where tests run, and the chroot whose packages are installed there."""

    __test__ = False  # what its name would make it for pytest

    target: str
    chroot: str


def targets_to_test(
    job: Job, known: Targets, ranch: Ranch, *, built: Iterable[str] = ()
) -> tuple[TestTarget, ...]:
    """Return where the tests of a job run.

    Args:
        job: of the type `tests`.
        known: knows which releases there are.
        ranch: where tests run.
        built: the chroots built for it, which count where the job names no targets; where there
            are none, it is the stable Fedoras.

    Raises:
        TransientError: Bodhi is down, and was never asked before.
    """
    settings = job.values.get("targets") or {}
    found: dict[str, TestTarget] = {}
    for name in job.targets or tuple(built) or (DEFAULT_TARGET,):
        distros = (settings.get(name) or {}).get("distros") or ()
        for chroot in known.chroots([name]).names:
            for target in targets_of(chroot, distros, ranch):
                found.setdefault(target, TestTarget(target, chroot))
    return tuple(found.values())


def built_chroots(job: Job, jobs: Sequence[Job], known: Targets) -> Mapping[str, tuple[str, ...]]:
    """Return the chroots that are built for a `tests` job, with the names of jobs that build them.

    A build job with the identifier of the tests is meant alone; then those without an identifier;
    then all. Where no job builds on this trigger, the `tests` jobs of a package bring one build for
    all of them, in the name of any of them.

    Raises:
        TransientError: Bodhi is down, and was never asked before.
    """
    found: dict[str, tuple[str, ...]] = {}
    for names, targets in _builds(job, jobs):
        for chroot in known.chroots(targets).names:
            # Where two build the same chroot, the tests run once, after the first of them.
            found.setdefault(chroot, names)
    return found


def asked_mark(job: Job) -> str:
    """Return the key in the details of a build: somebody asked for these tests before it ended."""
    return f"tests_asked:{job.name}"


def unbuilt_targets(
    job: Job, jobs: Sequence[Job], known: Targets, ranch: Ranch
) -> tuple[TestTarget, ...]:
    """Return the targets of a `tests` job whose packages nobody builds.

    Raises:
        TransientError: Bodhi is down, and was never asked before.
    """
    chroots = built_chroots(job, jobs, known)
    targets = targets_to_test(job, known, ranch, built=chroots)
    return tuple(each for each in targets if each.chroot not in chroots)


def _builds(job: Job, jobs: Sequence[Job]) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Return the jobs that build what a job tests: their names, and the targets."""
    builds = [each for each in jobs if (each.type, each.trigger) == ("copr_build", job.trigger)]
    if builds:
        return [((each.name,), each.targets) for each in _meant(job, builds)]
    needing = [
        each
        for each in jobs
        if (each.type, each.trigger) == ("tests", job.trigger) and not each.skip_build
    ]
    if not needing or needing[0].package != job.package:
        return []
    names = tuple(each.name for each in needing if each.package == job.package)
    return [(names, targets_to_build(job, jobs))]


def _meant(job: Job, builds: Sequence[Job]) -> list[Job]:
    own = [each for each in builds if each.package == job.package]
    same = [each for each in own if job.identifier and each.identifier == job.identifier]
    plain = [each for each in own if not each.identifier]
    return same or plain or own
