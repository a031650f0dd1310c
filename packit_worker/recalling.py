"""What the store knows of an event's subject, and what is kept of it for the next event."""

from datetime import UTC, datetime

from sqlalchemy.orm import Session

from packit_worker.facts import Allowance, ConfigText, Facts, Known, Origin
from packit_worker.forge import Repository, Visibility
from packit_worker.run_states import RunKind
from packit_worker.store import allowlist, package_configs, projects, runs
from packit_worker.store.errors import BadKeyError
from packit_worker.store.models import Project, Trigger
from packit_worker.subject import Outside, Subject


def recall(session: Session, subject: Subject) -> Known:
    """Return what the store knows of a subject."""
    repository = subject.repository
    if subject.outside is not None:
        return _recall_result(session, subject.outside)
    if repository is None:
        return _recall_account(session, subject)
    actor = f"{repository.host}/{subject.actor}" if subject.actor else None
    return Known(
        repository=_allowance(session, str(repository)),
        actor=_allowance(session, actor) if actor else Allowance(),
        config=config_at(session, repository, subject.commit) if subject.commit else None,
    )


def _recall_account(session: Session, subject: Subject) -> Known:
    """Return what is known of an account, and of who acts for it: a denied one may not either."""
    if subject.account is None:
        return Known()
    host = subject.account.partition("/")[0]
    return Known(
        repository=_allowance(session, subject.account),
        actor=_allowance(session, f"{host}/{subject.actor}") if subject.actor else Allowance(),
    )


def _recall_result(session: Session, outside: Outside) -> Known:
    found = runs.find(session, RunKind(outside.kind), outside.id, outside.target)
    if not found:
        return Known()
    run = found[0]
    project = session.get_one(Project, run.project_id)
    trigger = session.get(Trigger, run.trigger_id) if run.trigger_id else None
    repository = Repository(project.host, project.namespace, project.name)
    origin = Origin(
        run_id=run.id,
        repository=repository,
        commit=run.commit_sha,
        trigger=trigger.kind if trigger else None,
        ref=trigger.ref if trigger else "",
    )
    return Known(
        repository=_allowance(session, str(repository)),
        config=config_at(session, repository, run.commit_sha),
        origin=origin,
    )


def config_at(session: Session, repository: Repository, commit: str) -> ConfigText | None:
    """Return what was kept under the repository where it happened, whichever fork it was read of.

    A commit is the same wherever it lies, and a result does not tell the fork.
    """
    found = package_configs.find(session, str(repository), commit)
    return ConfigText(found.path, found.text) if found else None


def _allowance(session: Session, key: str) -> Allowance:
    try:
        verdict = allowlist.look_up(session, key)
    except BadKeyError:  # a name that no forge gives: nothing was ever decided about it
        return Allowance()
    return Allowance(verdict.status, verdict.key)


def remember(session: Session, facts: Facts, subject: Subject) -> None:
    """Keep what was learned of a subject on the way."""
    for repository, visibility in facts.seen.items():
        project = projects.get_project(session, _stored(repository))
        if visibility is not Visibility.UNKNOWN:
            is_private = visibility is Visibility.PRIVATE
            projects.see_visibility(
                session, project.id, is_private=is_private, seen_at=datetime.now(UTC)
            )
    if facts.read and subject.commit and subject.repository:
        place, text = str(subject.repository), facts.read
        package_configs.keep(
            session, place, subject.commit, text.path, text.text, now=datetime.now(UTC)
        )


def _stored(repository: Repository) -> projects.Repository:
    return projects.Repository(repository.host, repository.namespace, repository.name)
