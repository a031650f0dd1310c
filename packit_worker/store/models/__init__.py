"""The rows of the store. Import from here: so every table is known."""

from packit_worker.store.models.base import Base
from packit_worker.store.models.ledger import Event, InFlight, JobRun, LeaderLease, Stage1Outcome
from packit_worker.store.models.projects import (
    AllowlistEntry,
    CoprProjectClaim,
    FasLink,
    Installation,
    InstallationRepository,
    PackageConfigText,
    Project,
    Trigger,
)
from packit_worker.store.models.runs import Run, ShownStatus

__all__ = [
    "AllowlistEntry",
    "Base",
    "CoprProjectClaim",
    "Event",
    "FasLink",
    "InFlight",
    "Installation",
    "InstallationRepository",
    "JobRun",
    "LeaderLease",
    "PackageConfigText",
    "Project",
    "Run",
    "ShownStatus",
    "Stage1Outcome",
    "Trigger",
]
