"""Runs checks side by side, each with a limit of time."""

import threading
import time
from collections.abc import Iterable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as LateError

from packit_worker.doctor.finding import Check, Finding, Note, WrongError
from packit_worker.embedded import EmbeddedBrokerError
from packit_worker.errors import RefusedError, TransientError
from packit_worker.yaml_file import FileError

SECONDS = 15.0
_NO_FOLDER = "name a folder of your own in PACKIT_WORKER_STATE"
_NO_FILE = "mend that key, or what it names: a file that this user may read, or a variable"
_LATE = "it is frozen, or a firewall drops what is sent there"


def examine(checks: Iterable[Check], *, seconds: float = SECONDS) -> list[Finding]:
    """Return what the checks found, in their order; none takes longer than `seconds`."""
    checks = list(checks)
    if any(check.is_outside for check in checks):
        from packit_worker.assembly import load_clients  # noqa: PLC0415 - loads all of stage 2

        load_clients()
    running = [(check, _started(check)) for check in checks]
    deadline = time.monotonic() + seconds
    return [_ended(check, future, deadline, seconds) for check, future in running]


def _started(check: Check) -> "Future[str | Note]":
    future: Future[str | Note] = Future()

    def run() -> None:
        try:
            future.set_result(check.attempt())
        except Exception as error:  # noqa: BLE001 - told by _ended
            future.set_exception(error)

    # A daemon: one that hangs does not keep the process.
    threading.Thread(target=run, name=check.name, daemon=True).start()
    return future


def _ended(check: Check, future: "Future[str | Note]", deadline: float, seconds: float) -> Finding:
    try:
        found = future.result(max(0.0, deadline - time.monotonic()))
    except LateError:
        return Finding(check.name, "wrong", f"no answer within {seconds:g} s", _LATE)
    except Exception as error:  # noqa: BLE001 - a doctor who faints helps nobody
        return Finding(check.name, "wrong", *_words(error))
    if isinstance(found, Note):
        return Finding(check.name, "note", found.fact, found.advice)
    return Finding(check.name, "ok", found)


def _words(error: Exception) -> tuple[str, str]:
    """Return what an error says, and what to do."""
    match error:
        case WrongError():
            return error.fact, error.advice
        case EmbeddedBrokerError():
            return str(error), _NO_FOLDER
        case FileError():
            return str(error), _NO_FILE
        case TransientError() | RefusedError():
            return str(error), ""
    return f"{type(error).__name__}: {error}", ""
