"""Does nothing, in the box: shows that there is one, and that packit can be loaded in it."""

from pathlib import Path
from typing import Any


def run(_arguments: dict[str, Any], _given: Path, _work: Path) -> tuple[dict[str, Any], list[Path]]:
    """Answer the version of packit."""
    from packit.api import get_packit_version  # noqa: PLC0415 - loaded only where it is used

    return {"packit": get_packit_version()}, []
