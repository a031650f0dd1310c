"""Which handlers run for which jobs: every matching pair once, in the order of the table."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from packit_worker.commands import Command
from packit_worker.events.base import Event
from packit_worker.handler import AnySpec, is_slow
from packit_worker.package_config import Job
from packit_worker.policy import Policy


@dataclass(frozen=True, slots=True)
class Pair:
    """A handler and the job that it runs for.

    Attributes:
        job: None for a handler that needs no package config.
        command: what a person wrote to get it; None: the event itself asks.
        why: why it was chosen, for people.
    """

    spec: AnySpec
    job: Job | None
    command: Command | None
    why: str

    @property
    def job_name(self) -> str:
        """The job's name; "" where there is none."""
        return self.job.name if self.job else ""


@dataclass(frozen=True, slots=True)
class Selection:
    """What was chosen, and what was looked at and was not."""

    pairs: tuple[Pair, ...]
    looked_at: tuple[str, ...]


def select(
    event: Event,
    handlers: Sequence[AnySpec],
    jobs: Sequence[Job],
    trigger: str | None,
    commands: Sequence[Command],
    policy: Policy,
) -> Selection:
    """Choose the pairs of an event.

    Args:
        event: what happened.
        handlers: the table.
        jobs: of the package config.
        trigger: the `trigger` of the jobs that count.
        commands: what a person wrote, if it is a comment.
        policy: the operator's rules, which tell fast rows from slow ones.
    """
    chosen: list[Pair] = []
    passed: list[str] = []
    for spec in sorted(_reacting(event, handlers), key=lambda row: is_slow(row, policy)):
        asked = [command for command in commands if command.name in spec.commands]
        if spec.commands and not asked:
            continue
        if not spec.needs_config:
            command = asked[0] if asked else None
            chosen.append(Pair(spec, None, command, f"{type(event).__name__} needs no job"))
            continue
        found, is_one_enough = _jobs_of(spec, jobs, trigger, passed)
        pairs = [pair for job, why in found for pair in _asked_for(spec, job, asked, why, passed)]
        # Jobs that only need the work of another would all ask for the same.
        chosen.extend(pairs[:1] if is_one_enough else pairs)
    return Selection(tuple(chosen), tuple(passed))


def _reacting(event: Event, handlers: Iterable[AnySpec]) -> list[AnySpec]:
    return [spec for spec in handlers if type(event) in spec.events]


def _asked_for(
    spec: AnySpec, job: Job, asked: Sequence[Command], why: str, passed: list[str]
) -> list[Pair]:
    """Pair a job once: with the first command that means it, if commands are needed at all."""
    if not asked:
        return [Pair(spec, job, None, why)]
    refusals = [_refused_by(command, job) for command in asked]
    for command, refusal in zip(asked, refusals, strict=True):
        if refusal is None:
            return [Pair(spec, job, command, why)]
    passed.append(f"{spec.name}, job {job.name}: {refusals[0]}")
    return []


def _jobs_of(
    spec: AnySpec, jobs: Sequence[Job], trigger: str | None, passed: list[str]
) -> tuple[list[tuple[Job, str]], bool]:
    """Return the jobs that ask for a handler, and why; and whether one of them is enough.

    The others are noted.
    """
    own = [job for job in jobs if job.type in spec.job_types]
    asking = [job for job in own if job.trigger == trigger and _builds_alike(spec, job)]
    if asking:
        _note_others(spec, own, asking, trigger, passed)
        return [(job, f"job {job.name} has the trigger {trigger}") for job in asking], False
    # A job that needs this work where nobody configured it: a `tests` job brings its build.
    needing = [
        job
        for job in jobs
        if job.type in spec.required_by and job.trigger == trigger and not job.skip_build
    ]
    _note_others(spec, own, [], trigger, passed)
    if not own and not needing:
        passed.append(f"{spec.name}: no job of type {' or '.join(sorted(spec.job_types))}")
    return [(job, f"job {job.name} needs it, and no job asks for it") for job in needing], True


def _builds_alike(spec: AnySpec, job: Job) -> bool:
    return spec.skip_build is None or spec.skip_build == job.skip_build


def _note_others(
    spec: AnySpec,
    own: Sequence[Job],
    asking: Sequence[Job],
    trigger: str | None,
    passed: list[str],
) -> None:
    for job in own:
        if job in asking:
            continue
        if job.trigger != trigger:
            passed.append(f"{spec.name}, job {job.name}: trigger {job.trigger}, not {trigger}")
        else:
            passed.append(f"{spec.name}, job {job.name}: skip_build is {job.skip_build}")


def _refused_by(command: Command, job: Job) -> str | None:
    """Return why the options of a command leave a job out, or None."""
    options = command.options or _usual_options(command, job)
    identifier = options.get("identifier")
    if identifier is not None and job.identifier != identifier:
        return f"its identifier is not {identifier}"
    package = options.get("package")
    if package is not None and job.package != package:
        return f"its package is not {package}"
    labels = options.get("labels")
    wanted = {label.strip() for label in (labels or "").split(",")}
    if labels is not None and not wanted & set(job.labels):
        return f"it has none of the labels {labels}"
    return None


def _usual_options(command: Command, job: Job) -> Mapping[str, str]:
    """Return what the config says that a bare `test` means (`test_command`).

    https://packit.dev/docs/configuration#test_command
    """
    usual = job.values.get("test_command") if command.name == "test" else None
    if not usual:
        return {}
    found = {}
    if usual.get("default_identifier"):
        found["identifier"] = usual["default_identifier"]
    if usual.get("default_labels"):
        found["labels"] = ",".join(usual["default_labels"])
    return found
