"""What mypy must refuse: checked by mypy, never run. An ignore that nothing needs is an error."""

from typing import Any

from packit_worker.checks.copr_result import copr_build_ended
from packit_worker.checks.permission import may_write
from packit_worker.context import Context
from packit_worker.copr import Copr
from packit_worker.events.copr_build import CoprBuildEvent
from packit_worker.events.push_github_gh import PushGithubGHEvent
from packit_worker.events.release import ReleaseEvent
from packit_worker.handler import AnySpec, Done, HandlerSpec, Result
from packit_worker.services.copr import CoprFrontend
from packit_worker.services.targets import BodhiTargets
from packit_worker.targets import Targets
from parsers.message import Message, Outcome, Parser
from parsers.options import Options
from parsers.result import Parsed, Skip


def right(message: Message, options: Options) -> Outcome:
    """Have the signature of a parser."""
    return Skip("no-command") if options.bots else Parsed("ReleaseEvent", message.body)


def without_options(message: Message) -> Outcome:
    """Take no options."""
    return Skip("no-command", message.type)


def answers_none(message: Message, options: Options) -> Outcome | None:
    """Answer None, which no parser may."""
    return right(message, options) if message.body else None


def reads_plain_json(body: dict[str, Any], options: Options) -> Outcome:
    """Read a body that was not recognised."""
    return Parsed("ReleaseEvent", body) if options.bots else Skip("no-command")


good: Parser = right
no_options: Parser = without_options  # type: ignore[assignment]
may_be_none: Parser = answers_none  # type: ignore[assignment]
no_message: Parser = reads_plain_json  # type: ignore[assignment]


def change(event: ReleaseEvent) -> None:
    """Change what is frozen."""
    event.tag_name = "2.0"  # type: ignore[misc]


def build(event: ReleaseEvent, context: Context) -> Result:
    """Handle releases, and nothing else."""
    return Done(f"{event.tag_name} of {context.subject.repository}")


def answers_yes_or_no(_event: ReleaseEvent, context: Context) -> bool:
    """Answer what no check may."""
    return context.job is not None


# Rows as the registry holds them: mypy takes the type of the event from each row.
rows: tuple[AnySpec, ...] = (
    HandlerSpec[ReleaseEvent](
        name="Right", events=(ReleaseEvent,), job="copr_build", checks=(may_write,), run=build
    ),
    HandlerSpec[CoprBuildEvent](
        name="WrongHandler",
        events=(CoprBuildEvent,),
        job="copr_build",
        checks=(copr_build_ended,),
        run=build,  # type: ignore[arg-type]
    ),
    HandlerSpec[ReleaseEvent](
        name="WrongCheck",
        events=(ReleaseEvent,),
        job="copr_build",
        checks=(may_write, copr_build_ended),  # type: ignore[arg-type]
        run=build,
    ),
    HandlerSpec[ReleaseEvent](
        name="WrongEvent",
        events=(PushGithubGHEvent,),  # type: ignore[arg-type]
        job="copr_build",
        checks=(),
        run=build,
    ),
    HandlerSpec[ReleaseEvent | PushGithubGHEvent](
        name="OneEventTooMany",
        events=(ReleaseEvent, PushGithubGHEvent),
        job="copr_build",
        checks=(may_write,),
        run=build,  # type: ignore[arg-type]
    ),
    HandlerSpec[ReleaseEvent](
        name="NoCheck",
        events=(ReleaseEvent,),
        job="copr_build",
        checks=(answers_yes_or_no,),  # type: ignore[arg-type]
        run=build,
    ),
    HandlerSpec[ReleaseEvent](  # type: ignore[call-arg]
        name="WithoutChecks", events=(ReleaseEvent,), job="copr_build", run=build
    ),
    # Two traps, which mypy takes though handler and event do not fit: it checks nothing against
    # `Any`, and without brackets it finds `Any` itself. Never write either; test_registry.py
    # refuses both.
    HandlerSpec[Any](
        name="Trap", events=(CoprBuildEvent,), job="copr_build", checks=(may_write,), run=build
    ),
    HandlerSpec(
        name="Bare", events=(CoprBuildEvent,), job="copr_build", checks=(may_write,), run=build
    ),
)


def fit(copr: CoprFrontend, targets: BodhiTargets) -> tuple[Copr, Targets]:
    """Hand services in where handlers ask for a Protocol."""
    return copr, targets
