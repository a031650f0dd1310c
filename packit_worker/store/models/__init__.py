"""The rows of the store. Import from here: so every table is known."""

from packit_worker.store.models.base import Base
from packit_worker.store.models.ledger import Event, InFlight, JobRun, LeaderLease, Stage1Outcome

__all__ = ["Base", "Event", "InFlight", "JobRun", "LeaderLease", "Stage1Outcome"]
