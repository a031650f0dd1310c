"""What a handler is: the types of the rows of the registry."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeAlias, TypeVar

from packit_worker.context import Context
from packit_worker.events.base import Event
from packit_worker.policy import Policy
from parsers.result import Skip

E = TypeVar("E", bound=Event)
E_contra = TypeVar("E_contra", bound=Event, contravariant=True)


@dataclass(frozen=True, slots=True)
class Done:
    """A handler did what it is there for; `detail` says what, for people."""

    detail: str = ""


@dataclass(frozen=True, slots=True)
class Failed:
    """A handler could not do it, and a repetition would fail alike; people were told why."""

    code: str
    detail: str = ""


# TransientError and RefusedError may be raised instead; anything else is a bug of ours.
Result: TypeAlias = Done | Failed | Skip


class Check(Protocol[E_contra]):
    """A condition: None to go on, or why not. It never acts."""

    def __call__(self, event: E_contra, context: Context, /) -> Skip | None:
        """Look at the event."""


class Handler(Protocol[E_contra]):
    """What is done about an event, for one job of the package config."""

    def __call__(self, event: E_contra, context: Context, /) -> Result:
        """Act."""


# No slots: `HandlerSpec[E](…)` sets an attribute on the new row, which a frozen dataclass with
# slots answers with a TypeError.
@dataclass(frozen=True, kw_only=True)
class HandlerSpec(Generic[E]):
    """One row of the registry.

    Attributes:
        name: the handler's name; one function may stand in several rows.
        events: the types of events it reacts to.
        job: what kind of work it is, as results and statistics name it.
        run: the function.
        checks: what must hold for the job before it runs, in order; a row says it even if empty.
        job_types: types of jobs in the package config that ask for it.
        required_by: types of jobs that need its work where no job of `job_types` is configured.
        commands: words after the prefix that ask for it; empty: the event itself does.
        words: what is to be written after such a command, for people; "": nothing.
        status: the middle of the context of its commit status: `rpm-build`.
        after: the handler that must have ended done for the same event.
        slow: whether it takes minutes, and moves to the slow queue; ask `is_slow`, because the
            operator's rules may decide.
        in_turn: whether only one of it runs at a time for a repository (and branch), and what
            comes meanwhile waits: it pushes where others of it push.
        needs_config: whether a package config must ask for it.
        skip_build: of a `tests` job: whether it runs only where the job needs no build (True), only
            where it needs one (False), or both (None).
    """

    name: str
    events: tuple[type[E], ...]
    job: str
    run: Handler[E]
    checks: tuple[Check[E], ...]
    job_types: frozenset[str] = frozenset()
    required_by: frozenset[str] = frozenset()
    commands: frozenset[str] = frozenset()
    words: str = ""
    status: str = ""
    after: str | None = None
    slow: bool | Callable[[Policy], bool] = False
    in_turn: bool = False
    needs_config: bool = True
    skip_build: bool | None = None


class AnySpec(Protocol):
    """A row, whatever its event: what the engine reads of it.

    Write each row as `HandlerSpec[TheEvent](…)`. With `HandlerSpec[Any]`, or with no brackets at
    all, mypy would accept a row whose function or check does not fit its events.
    """

    @property
    def name(self) -> str: ...
    @property
    def events(self) -> tuple[type[Event], ...]: ...
    @property
    def job(self) -> str: ...
    @property
    def run(self) -> Callable[[Any, Context], Result]: ...
    @property
    def checks(self) -> tuple[Callable[[Any, Context], Skip | None], ...]: ...
    @property
    def job_types(self) -> frozenset[str]: ...
    @property
    def required_by(self) -> frozenset[str]: ...
    @property
    def commands(self) -> frozenset[str]: ...
    @property
    def words(self) -> str: ...
    @property
    def status(self) -> str: ...
    @property
    def after(self) -> str | None: ...
    @property
    def slow(self) -> bool | Callable[[Policy], bool]: ...
    @property
    def in_turn(self) -> bool: ...
    @property
    def needs_config(self) -> bool: ...
    @property
    def skip_build(self) -> bool | None: ...


def is_slow(spec: AnySpec, policy: Policy) -> bool:
    """Whether a row takes minutes where these rules hold."""
    return spec.slow(policy) if callable(spec.slow) else spec.slow
