"""How a step of packit's ends: with what was made, or with an error."""

from collections.abc import Callable
from pathlib import Path
from subprocess import CalledProcessError
from typing import Any

Made = tuple[dict[str, Any], list[Path]]
# Of them people can tell something without a trace.
_TEXT = 20_000


def attempt(work: Callable[[], Made]) -> Made:
    """Do it, and turn whatever the repository's own code makes of it into an answer.

    Returns:
        What `work` returns; or `{"error": text, "kind": name}`, with the name of the exception.
    """
    try:
        return work()
    except CalledProcessError as error:
        return _failed(error, f"{error}\n{error.stderr}")
    except Exception as error:  # noqa: BLE001 - packit has many, and all are the repository's
        return _failed(error, str(error) or type(error).__name__)


def _failed(error: Exception, text: str) -> Made:
    return {"error": text[-_TEXT:], "kind": type(error).__name__}, []
