"""What exists on the Testing Farm of the sandbox, and what was written to it. Kept in memory."""

import uuid
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from packit_worker.sandbox.world import Write
from packit_worker.testing_farm import Ranch

COMPOSES: dict[Ranch, tuple[str, ...]] = {
    # Some are regular expressions, as on the real one.
    "public": (
        "CentOS-Stream-10",
        "CentOS-Stream-9",
        "Fedora-43",
        "Fedora-44",
        "Fedora-Rawhide",
    ),
    "redhat": (
        "CentOS-Stream-10",
        "Fedora-44-Updated",
        "Fedora-Rawhide-Nightly",
        r"RHEL-9\.[0-9]+\.0-Nightly",
    ),
}
ENDED = frozenset({"complete", "error", "canceled"})


def _now() -> str:
    return datetime.now(UTC).replace(tzinfo=None).isoformat()


@dataclass(slots=True, kw_only=True)
class FarmTest:
    """A request: `body` is what was sent, with the token of its notification."""

    id: str
    user: str
    ranch: Ranch
    body: dict[str, Any] = field(repr=False)
    state: str = "new"
    overall: str | None = None
    summary: str | None = None
    artifacts: str | None = None
    created: str = field(default_factory=_now)
    updated: str = field(default_factory=_now)

    @property
    def target(self) -> str:
        """Compose and architecture of its first machine: `Fedora-44 x86_64`."""
        first = (self.body.get("environments") or [{}])[0]
        return f"{(first.get('os') or {}).get('compose')} {first.get('arch')}"

    @property
    def has_ended(self) -> bool:
        """Whether it changes no more."""
        return self.state in ENDED

    def move(self, state: str) -> None:
        """Go on to another state."""
        self.state, self.updated = state, _now()


class FarmWorld:
    """One Testing Farm: its keys, its composes, its requests, and everything written to it."""

    def __init__(self) -> None:
        self.keys: dict[str, tuple[str, Ranch]] = {}
        self.composes = dict(COMPOSES)
        self.tests: dict[str, FarmTest] = {}
        self.writes: list[Write] = []

    def user(self, name: str, *, key: str, ranch: Ranch = "public") -> None:
        """Add an account with its API key, which also says where its tests run."""
        self.keys[key] = (name, ranch)

    def add(self, user: str, ranch: Ranch, body: dict[str, Any]) -> FarmTest:
        """Add a request."""
        test = FarmTest(id=str(uuid.uuid4()), user=user, ranch=ranch, body=body)
        self.tests[test.id] = test
        self.wrote("request", test, _without_token(body))
        return test

    def wrote(self, kind: str, test: FarmTest, data: dict[str, Any]) -> None:
        """Record what a caller changed: `request` or `cancel`."""
        self.writes.append(Write(kind=kind, repository=test.id, by=test.user, data=data))


def _without_token(body: dict[str, Any]) -> dict[str, Any]:
    shown = deepcopy(body)
    webhook = (shown.get("notification") or {}).get("webhook") or {}
    webhook.pop("token", None)
    return shown
