"""What checks and handlers get besides the event."""

from dataclasses import dataclass, field
from typing import Any, NoReturn

from packit_worker.commands import Command
from packit_worker.copr_projects import CoprProjects
from packit_worker.decision import Decision
from packit_worker.facts import Facts
from packit_worker.forge import Forge
from packit_worker.installations import Installations
from packit_worker.package_config import Job
from packit_worker.policy import Policy
from packit_worker.reporting import Reporter
from packit_worker.runs import Runs, Submissions
from packit_worker.service_access import Services
from packit_worker.subject import Subject


class _OfRunningHandlers:
    """Stands where only a handler that runs has something: checks are asked by `explain` too."""

    def __getattr__(self, name: str) -> NoReturn:
        raise LookupError(f"{name}: only a handler that runs has rows")


_NONE: Any = _OfRunningHandlers()


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """The surroundings of one event, and of one job of its package config.

    Attributes:
        subject: what the event is about.
        policy: the operator's rules.
        facts: what the forge and the store say.
        decision: the record of what was decided.
        event_id: the event's row, whose page is `/events/<id>`.
        jobs: all jobs of the package config; empty before it was read.
        job: the job that is looked at; None before selection, and for handlers without one.
        command: what a person wrote to get it; None: the event itself asks.
        services: what builds, tests and knows things outside.
        is_last_attempt: whether a failure of a service now is final; for handlers.
        installations: who installed our GitHub App; only for handlers.
        copr_projects: whose Copr projects are; only for handlers.
        runs: rows of builds and tests, whoever made them; only for handlers.
        submissions: the rows of this job run; only for handlers.
    """

    subject: Subject
    policy: Policy
    facts: Facts
    decision: Decision
    event_id: str = ""
    jobs: tuple[Job, ...] = ()
    job: Job | None = None
    command: Command | None = None
    is_last_attempt: bool = False
    services: Services = field(default_factory=Services)
    installations: Installations = _NONE
    copr_projects: CoprProjects = _NONE
    runs: Runs = _NONE
    submissions: Submissions = _NONE

    @property
    def forge(self) -> Forge:
        """All forges in one: it finds the right one by the repository."""
        return self.facts.forge

    @property
    def reporter(self) -> Reporter:
        """Who writes answers to the subject's repository."""
        repository = self.subject.repository
        if repository is None:
            raise LookupError("the event is about no repository")
        return Reporter(self.forge, self.policy, repository)
