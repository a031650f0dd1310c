"""What checks and handlers get besides the event."""

from dataclasses import dataclass

from packit_worker.decision import Decision
from packit_worker.facts import Facts
from packit_worker.package_config import Job
from packit_worker.policy import Policy
from packit_worker.subject import Subject


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """The surroundings of one event, and of one job of its package config.

    Attributes:
        subject: what the event is about.
        policy: the operator's rules.
        facts: what the forge and the store say.
        decision: the record of what was decided.
        job: the job that is looked at; None before selection, and for handlers without one.
    """

    subject: Subject
    policy: Policy
    facts: Facts
    decision: Decision
    job: Job | None = None
