"""The headers that ride with every message of ours."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

CORRELATION = "packit_correlation_id"
SENT_AT = "packit_sent_at"
FOLLOW = "packit_follow"


@dataclass(frozen=True, slots=True)
class Trail:
    """What one message hands on to those that follow from it.

    Attributes:
        correlation_id: the same in every message and log line that one delivery causes.
        follow: where a waiting `replay` wants to hear how each stage ended; None: nobody waits.
    """

    correlation_id: str
    follow: str | None = None

    @classmethod
    def of_request(cls, request: Any) -> "Trail":
        """Read it from a task's request; a foreign sender set none, then the task's id serves."""
        correlation = getattr(request, CORRELATION, None)
        follow = getattr(request, FOLLOW, None)
        return cls(
            correlation if isinstance(correlation, str) else str(request.id),
            follow if isinstance(follow, str) else None,
        )

    def headers(self) -> dict[str, str]:
        """Return the headers of a message sent now."""
        headers = {CORRELATION: self.correlation_id, SENT_AT: datetime.now(UTC).isoformat()}
        return headers | ({FOLLOW: self.follow} if self.follow else {})
