"""Does nothing, in the box: shows that there is one."""

from pathlib import Path
from typing import Any


def run(_arguments: dict[str, Any], _given: Path, _work: Path) -> tuple[dict[str, Any], list[Path]]:
    """Answer that it was here."""
    return {"here": True}, []
