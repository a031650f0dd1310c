"""The engine of stage 2: it claims an event and has one pass made over it, or sweeps."""

from dataclasses import dataclass, field, replace

from packit_worker import sentry
from packit_worker.checkup import Checkup, SweepContext
from packit_worker.context import Context
from packit_worker.copr_project_rows import StoredCoprProjects
from packit_worker.decision import Decision
from packit_worker.ending import End, Limits
from packit_worker.event_pass import Pass
from packit_worker.events.base import Event
from packit_worker.facts import Facts, Known
from packit_worker.forge import Forge
from packit_worker.handler import AnySpec
from packit_worker.installation_rows import StoredInstallations
from packit_worker.ledger import Ledger
from packit_worker.logs import about
from packit_worker.package_config import ConfigReader
from packit_worker.policy import Policy
from packit_worker.run_rows import StoredRuns
from packit_worker.service_access import Services
from packit_worker.showing import Showing
from packit_worker.store.claims import Delivery, Duplicate, InProgress
from packit_worker.subject import subject_of
from packit_worker.sweeping import Sweeper


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """Walks events through stage 2."""

    ledger: Ledger
    forge: Forge
    reader: ConfigReader
    policy: Policy
    handlers: tuple[AnySpec, ...]
    services: Services = field(default_factory=Services)
    checkups: tuple[Checkup, ...] = ()

    def process(
        self, event: Event, delivery: Delivery, limits: Limits, *, force: bool = False
    ) -> End:
        """Take an event as far as it can go now.

        Raises:
            LostLeaseError: another worker took it over; whatever it does counts.
            StoreUnavailableError: the database does not answer; the message is sent once more.
        """
        subject = subject_of(event)
        taken = self.ledger.take(delivery, subject, force=force)
        if isinstance(taken, InProgress):
            return End("in-progress", detail=f"{taken.owner} has it")
        if isinstance(taken, Duplicate):
            return End("duplicate", detail=f"it ended as {taken.outcome}")
        decision = Decision(commit=taken.known.planned_for)
        facts = self.facts(taken.known, decision)
        context = Context(
            subject=subject,
            policy=self.policy,
            facts=facts,
            decision=decision,
            event_id=taken.lease.event_id,
            services=self.services,
            runs=self.runs(),
            installations=StoredInstallations(database=self.ledger.database),
            copr_projects=StoredCoprProjects(database=self.ledger.database),
        )
        origin = taken.known.origin
        repository = str(origin.repository) if origin else None
        sentry.tag(repository=repository)
        with about(repository=repository), self.ledger.kept(taken.lease):
            end = Pass(
                ledger=self.ledger,
                forge=self.forge,
                reader=self.reader,
                handlers=self.handlers,
                event=event,
                limits=limits,
                taken=taken,
                context=context,
            ).run()
        return replace(end, pairs=tuple(decision.pairs), repository=repository)

    def facts(self, known: Known, decision: Decision) -> Facts:
        """Return what answers questions about an event, noting each answer in its decision."""
        return Facts(self.forge, decision, known, stored_code=self.ledger.code_at)

    def sweep(self) -> list[Event]:
        """Look after what is open outside; return events to be sent."""
        runs = self.runs()
        context = SweepContext(services=self.services, policy=self.policy, runs=runs)
        return Sweeper(
            database=self.ledger.database, runs=runs, context=context, checkups=self.checkups
        ).sweep()

    def runs(self) -> StoredRuns:
        """Return the rows of builds and tests, with the way to show them."""
        showing = Showing(forge=self.forge, policy=self.policy)
        return StoredRuns(database=self.ledger.database, showing=showing)
