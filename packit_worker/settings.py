"""Settings: read once from the environment, frozen, handed in where they are needed."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from packit_worker.routing import DEFAULT_FILE


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Settings:
    """What an operator chooses.

    Attributes:
        broker: URL of the Redis or RabbitMQ; None: the embedded one. It may hold a password.
        queues_file: path of queues.yaml.
    """

    broker: str | None = None
    queues_file: Path = DEFAULT_FILE

    @classmethod
    def from_environ(cls, environ: Mapping[str, str] = os.environ) -> "Settings":
        """Read `PACKIT_WORKER_BROKER` and `PACKIT_WORKER_QUEUES`; an empty one is not set."""
        queues = environ.get("PACKIT_WORKER_QUEUES")
        return cls(
            broker=environ.get("PACKIT_WORKER_BROKER") or None,
            queues_file=Path(queues) if queues else DEFAULT_FILE,
        )
