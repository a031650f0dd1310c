"""The saved payloads of `tests/messages/`, raw and nothing else, as their senders send them."""

import json
from pathlib import Path

MESSAGES = Path(__file__).parent / "messages"


def load(name: str):
    """Return a fresh copy of the payload `<source>/<word>/<case>`."""
    return json.loads((MESSAGES / f"{name}.json").read_text())
