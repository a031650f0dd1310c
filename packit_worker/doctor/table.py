"""What is checked, in the order in which it is told."""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias

from packit_worker.doctor.approval import approval_checks
from packit_worker.doctor.boxed import box_checks, dist_git_checks
from packit_worker.doctor.broker import broker_checks, worker_checks
from packit_worker.doctor.copr import copr_checks
from packit_worker.doctor.database import database_checks, sweep_checks
from packit_worker.doctor.examine import SECONDS, examine
from packit_worker.doctor.files import (
    pages_checks,
    queue_checks,
    secret_checks,
    settings_checks,
    state_checks,
)
from packit_worker.doctor.finding import Check, Finding
from packit_worker.doctor.forges import forge_checks
from packit_worker.doctor.hiding import hidden
from packit_worker.doctor.sentry import sentry_checks
from packit_worker.doctor.services import fasjson_checks, koji_checks, testing_farm_checks
from packit_worker.processes import redactor_of
from packit_worker.settings import Settings
from packit_worker.words import nearest

Checks: TypeAlias = Callable[[Settings], Iterable[Check]]


class UnknownCheckError(Exception):
    """There is no such check; the text names the nearest one."""


TABLE: tuple[Checks, ...] = (
    settings_checks,
    secret_checks,
    queue_checks,
    state_checks,
    broker_checks,
    worker_checks,
    database_checks,
    sweep_checks,
    forge_checks,
    copr_checks,
    koji_checks,
    testing_farm_checks,
    fasjson_checks,
    approval_checks,
    box_checks,
    dist_git_checks,
    pages_checks,
    sentry_checks,
)


def diagnose(
    settings: Settings, names: Sequence[str] = (), *, seconds: float = SECONDS
) -> list[Finding]:
    """Try what the settings say; no secret is in what is found.

    Args:
        settings: what to try.
        names: names of checks, or first words of them; none: everything.
        seconds: what does not answer by then is wrong.

    Raises:
        UnknownCheckError: a name is none.
    """
    checks = [check for each in TABLE for check in each(settings)]
    words = {word for check in checks for word in _words(check)}
    for name in names:
        if name not in words:
            raise UnknownCheckError(f'unknown check "{name}"{nearest(name, words)}')
    wanted = [check for check in checks if not names or _words(check) & set(names)]
    redactor = redactor_of(settings)
    return [hidden(found, redactor) for found in examine(wanted, seconds=seconds)]


def _words(check: Check) -> set[str]:
    return {check.name, check.name.partition(" ")[0]}
