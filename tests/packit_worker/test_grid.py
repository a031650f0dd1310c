"""The grid of `grid.txt`: who may start what, for every handler, event, role and situation."""

from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from event_kwargs import SHA, event_of
from fake_forge import FORGES, FakeForge, context_of

from packit_worker.deciding import decide
from packit_worker.facts import Known, Origin
from packit_worker.forge import Repository, Visibility
from packit_worker.ledger import recall
from packit_worker.package_config import Job, PackageConfig
from packit_worker.policy import Policy
from packit_worker.registry import EVENTS, HANDLERS
from packit_worker.store.allowlist import AllowStatus
from packit_worker.store.allowlist import decide as decide_allowlist
from packit_worker.store.database import Database
from packit_worker.store.schema import upgrade
from packit_worker.store.types import utcnow
from packit_worker.subject import subject_of
