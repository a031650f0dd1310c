"""The two ways in which another service says no. Neither text ever holds a secret."""

# Who we call does not take our token any more: the operator must mend it, so no event is lost.
BAD_CREDENTIALS = "bad-credentials"


class TransientError(Exception):
    """The other side is down, slow or asks us to wait: the same call may succeed later.

    The catcher tries again, not before `retry_after` seconds where that is known.

    Attributes:
        reason: stable and one word long (`rate-limit`, `timeout`, `http-503`).
        retry_after: seconds the other side asks us to wait; None: it did not say.
        service: what people call the other side; "": not known.
        detail: what the system says of it (`Connection refused`); "": nothing.
    """

    def __init__(
        self, reason: str, retry_after: float | None = None, *, service: str = "", detail: str = ""
    ) -> None:
        super().__init__(reason)
        self.detail = detail
        self.reason = reason
        self.retry_after = retry_after
        self.service = service


class RefusedError(Exception):
    """The other side answered, and the answer is no: the same call would fail alike.

    The catcher does not try again; it records the code, and tells people where that is due.

    Attributes:
        code: stable and one word long (`no-permission`, `app-not-installed`).
        reason: the fact it rests on, for people.
    """

    def __init__(self, code: str, reason: str = "") -> None:
        super().__init__(f"{code}: {reason}" if reason else code)
        self.code = code
        self.reason = reason
