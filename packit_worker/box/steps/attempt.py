"""How a step of packit's ends: with what was made, or with an error."""

from collections.abc import Callable, Sequence
from pathlib import Path
from subprocess import CalledProcessError
from typing import Any

Made = tuple[dict[str, Any], list[Path]]
# Of them people can tell something without a trace.
_TEXT = 20_000
_COMMAND = 60
_SAID = 400


def attempt(work: Callable[[], Made]) -> Made:
    """Do it, and turn whatever the repository's own code makes of it into an answer.

    Returns:
        What `work` returns; or `{"error": text, "kind": name}`, with the name of the exception.
    """
    try:
        return work()
    except CalledProcessError as error:
        return _failed(error, _ended(error.cmd, error.returncode, error.stderr or ""))
    except Exception as error:  # noqa: BLE001 - packit has many, and all are the repository's
        return _failed(error, _of_command(error) or str(error) or type(error).__name__)


def _of_command(error: Exception) -> str | None:
    """Return how a command of packit's ended; None: the error is of another kind.

    packit tells the whole command and not its exit code, which the frame that raised still knows.
    """
    said = getattr(error, "stderr_output", None)
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    known = trace.tb_frame.f_locals if trace else {}
    if said is None or not {"cmd", "shell"} <= known.keys():
        return None
    return _ended(known["cmd"], known["shell"].returncode, said or error.stdout_output)  # type: ignore[attr-defined]  # beside the other


def _ended(command: Sequence[str], code: int, said: str) -> str:
    """Return what ran, cut, how it ended, and the end of what it said."""
    shown = " ".join(" ".join(command).split())
    shown = shown if len(shown) <= _COMMAND else f"{shown[:_COMMAND]}…"
    how = f"with {code}" if code >= 0 else f"by signal {-code}"
    said = said.strip()
    said = said if len(said) <= _SAID else f"…{said[-_SAID:]}"
    return f"`{shown}` ended {how}" + (f": {said}" if said else "")


def _failed(error: Exception, text: str) -> Made:
    return {"error": text[-_TEXT:], "kind": type(error).__name__}, []
