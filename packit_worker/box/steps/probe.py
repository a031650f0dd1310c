"""Does nothing, in the box: shows that there is one."""

from pathlib import Path
from typing import Any

from packit_worker.box.asking import Asker


def run(
    _arguments: dict[str, Any], _given: Path, _work: Path, _asker: Asker
) -> tuple[dict[str, Any], list[Path]]:
    """Answer that it was here."""
    return {"here": True}, []
