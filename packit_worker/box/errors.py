"""How a run in the box ends when it does not end well."""

UNAVAILABLE = "sandbox-unavailable"
TIME = "box-time"
MEMORY = "box-memory"
DISK = "box-disk"
CRASHED = "box-crashed"
BAD_ANSWER = "box-bad-answer"


class BoxError(Exception):
    """A step in the box gave no answer that can be used.

    Attributes:
        code: stable and one word long. `sandbox-unavailable`: the walls or the limits cannot be
            had on this host, and nothing of others was run. `box-time`, `box-memory`,
            `box-disk`: it took more than the limit. `box-crashed`: it ended without an answer.
            `box-bad-answer`: its answer broke the rules, so nothing of it was used.
        detail: the fact it rests on, for people.
        log: the end of what the step printed; of others' making.
    """

    def __init__(self, code: str, detail: str, log: str = "") -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail
        self.log = log
