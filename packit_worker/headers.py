"""The headers that ride with every message of ours."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

CORRELATION = "packit_correlation_id"
SENT_AT = "packit_sent_at"
FOLLOW = "packit_follow"
# As Sentry's own library names them, which another sender may use.
# https://develop.sentry.dev/sdk/telemetry/traces/#header-sentry-trace
TRACE = "sentry-trace"
BAGGAGE = "baggage"

_TRACE = re.compile(r"[0-9a-f]{32}-[0-9a-f]{16}(?:-[01])?")
_LONGEST_BAGGAGE = 2_000


@dataclass(frozen=True, slots=True)
class Trail:
    """What one message hands on to those that follow from it.

    Attributes:
        correlation_id: the same in every message and log line that one delivery causes.
        follow: where a waiting `replay` wants to hear how each stage ended; None: nobody waits.
        trace: the headers by which Sentry continues a trace, handed on also where it is off.
    """

    correlation_id: str
    follow: str | None = None
    trace: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of_request(cls, request: Any) -> "Trail":
        """Read it from a task's request; a foreign sender set none, then the task's id serves."""
        correlation = getattr(request, CORRELATION, None)
        follow = getattr(request, FOLLOW, None)
        return cls(
            correlation if isinstance(correlation, str) else str(request.id),
            follow if isinstance(follow, str) else None,
            trace_of({name: getattr(request, name, None) for name in (TRACE, BAGGAGE)}),
        )

    def headers(self) -> dict[str, str]:
        """Return the headers of a message sent now."""
        headers = {CORRELATION: self.correlation_id, SENT_AT: datetime.now(UTC).isoformat()}
        return headers | ({FOLLOW: self.follow} if self.follow else {}) | dict(self.trace)


def trace_of(headers: Mapping[str, Any]) -> dict[str, str]:
    """Return the headers of a trace as far as they are what they should be; else none."""
    trace, baggage = headers.get(TRACE), headers.get(BAGGAGE)
    if not isinstance(trace, str) or not _TRACE.fullmatch(trace):
        return {}
    if not isinstance(baggage, str):
        return {TRACE: trace}
    # What other tools put there does not concern us.
    ours = ",".join(each for each in baggage.split(",") if each.strip().startswith("sentry-"))
    return {TRACE: trace, BAGGAGE: ours} if 0 < len(ours) <= _LONGEST_BAGGAGE else {TRACE: trace}
