"""How far an event came, and when it goes on."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from packit_worker.decision import PairDecision
from packit_worker.errors import TransientError
from packit_worker.routing import Route

# Seconds until the next attempt, by the number of attempts made; the last one repeats.
DELAYS = (5, 15, 60, 300, 900)
# The longest delay that a service may ask for: a header says what it likes.
LONGEST_DELAY = 86_400
# What waits longer than this is sent again by the sweep: a countdown waits in a worker's memory.
LONGEST_COUNTDOWN = 30

# The code of what waits for a worker of the slow queue, and of what had no time left here.
SLOW_QUEUE = "slow-queue"
NO_TIME_LEFT = "no-time-left"
# ... and of what waits until another of its kind is done with the same repository.
IN_TURN = "in-turn"

# Somebody was told no, or would have been: not a failure of anybody's.
_DENIALS = frozenset(
    {
        "actor-unknown",
        "denied",
        "fas-account-taken",
        "fas-not-in-group",
        "fas-not-set",
        "fas-other-login",
        "fas-private",
        "fas-unknown-account",
        "head-after-comment",
        "head-unknown",
        "no-write-access",
        "not-allowed",
        "not-the-installer",
        "permission-unknown",
        "waiting-for-approval",
    }
)


@dataclass(frozen=True, slots=True)
class Resend:
    """The same message is to be sent again: to its slow queue, or after some seconds."""

    is_slow: bool = False
    countdown: float = 0


@dataclass(frozen=True, slots=True)
class End:
    """How far an event came.

    Attributes:
        outcome: `done`, `skipped`, `denied`, `failed`, `gave-up` or `bug`; `waiting`: it will go
            on; `in-progress`, `duplicate`: somebody else has it, or had it.
        code: why, where it was not done.
        detail: the fact behind it, for people.
        resend: what the caller must send now.
        again_at: of `waiting`: when it goes on.
        pairs: how far each handler and job came.
        repository: what the event is about, where it does not say so itself and its row does.
    """

    outcome: str
    code: str = ""
    detail: str = ""
    resend: Resend | None = None
    again_at: datetime | None = None
    pairs: tuple[PairDecision, ...] = ()
    repository: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What queues.yaml allows an event.

    Attributes:
        attempts: how often it, and each of its job runs, is tried at least while a service is
            down, and at most where each attempt kills its worker or a row is missing.
        patience: for how long it is tried at least while a service is down.
        soft: seconds that one job run may take.
        hard: seconds after which the process is killed.
        has_slow_queue: whether slow handlers move to another queue, and this is not that one.
    """

    attempts: int
    patience: timedelta = timedelta(0)
    soft: int
    hard: int
    has_slow_queue: bool = False

    @classmethod
    def of(cls, route: Route, *, has_slow_queue: bool = False) -> Self:
        """Return what a route allows."""
        return cls(
            attempts=route.attempts,
            patience=timedelta(seconds=route.patience),
            soft=route.soft_time_limit,
            hard=route.time_limit,
            has_slow_queue=has_slow_queue,
        )

    def is_last(self, attempt: int, age: timedelta) -> bool:
        """Whether a service that is down now ends what has waited so often, and so long."""
        return attempt >= self.attempts and age >= self.patience


def outcome_of(code: str) -> str:
    """Return the outcome of an event or a job run that stopped with `code`."""
    if code == "bad-config":
        return "failed"
    return "denied" if code in _DENIALS else "skipped"


def delay_after(attempts: int, error: TransientError) -> timedelta:
    """Return how long to wait after so many attempts: as long as the service asks, up to a day."""
    ours = DELAYS[min(attempts, len(DELAYS)) - 1]
    return timedelta(seconds=min(max(ours, error.retry_after or 0), LONGEST_DELAY))
