"""Checks run side by side, and none takes longer than it may."""

import threading
import time

from packit_worker.doctor.examine import examine
from packit_worker.doctor.finding import Check, Finding, Note, WrongError
from packit_worker.errors import RefusedError, TransientError


def raising(error):
    def attempt():
        raise error

    return attempt


def test_every_ending_is_a_finding_in_order():
    found = examine(
        [
            Check("a", lambda: "it answers"),
            Check("b", lambda: Note("it answers", "but")),
            Check("c", raising(WrongError("it is broken", "mend it"))),
            Check("d", raising(RefusedError("no-permission", "of anybody"))),
            Check("e", raising(TransientError("http-503"))),
            Check("f", raising(ZeroDivisionError("ours"))),
        ]
    )
    assert found == [
        Finding("a", "ok", "it answers"),
        Finding("b", "note", "it answers", "but"),
        Finding("c", "wrong", "it is broken", "mend it"),
        Finding("d", "wrong", "no-permission: of anybody"),
        Finding("e", "wrong", "http-503"),
        Finding("f", "wrong", "ZeroDivisionError: ours"),
    ]


def test_one_that_hangs_ends_in_time_and_holds_up_no_other():
    hang = threading.Event()
    checks = [Check(f"hangs-{number}", hang.wait) for number in range(5)]
    before = time.monotonic()
    found = examine([*checks, Check("well", lambda: "it answers")], seconds=0.3)
    assert time.monotonic() - before < 1.5
    assert [each.verdict for each in found] == ["wrong"] * 5 + ["ok"]
    assert found[0].fact == "no answer within 0.3 s"
    hang.set()
