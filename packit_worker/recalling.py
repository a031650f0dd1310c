"""What the store knows of an event's subject, and what is kept of it for the next event."""

from datetime import UTC, datetime

from sqlalchemy.orm import Session

from packit_worker.facts import Allowance, ConfigText, Facts, Known, Origin
from packit_worker.forge import Issue, Repository, Visibility
from packit_worker.installations import InstallationRow
from packit_worker.run_states import RunKind
from packit_worker.runs import RunRow
from packit_worker.store import (
    allowlist,
    installations,
    package_configs,
    projects,
    run_rows,
    runs,
    told,
)
from packit_worker.store.allowlist import AllowStatus
from packit_worker.store.errors import BadKeyError
from packit_worker.store.models import Installation, Project, Trigger
from packit_worker.subject import Outside, Subject


def recall(session: Session, subject: Subject) -> Known:
    """Return what the store knows of a subject."""
    repository = subject.repository
    if subject.outside is not None:
        return _recall_result(session, subject.outside)
    if repository is None:
        return _recall_account(session, subject)
    installation = _installation_of(session, subject)
    others = [f"{repository.host}/{path}" for path in subject.sources]
    if installation is not None:
        others.append(installation.account_key)
    return Known(
        repository=allowance(session, str(repository)),
        actor=_actor(session, repository.host, subject),
        others=tuple(allowance(session, key) for key in others),
        is_out_of_reach=_is_out_of_reach(session, repository),
        installation=installation,
        config=config_at(session, repository, subject.commit) if subject.commit else None,
    )


def _recall_account(session: Session, subject: Subject) -> Known:
    """Return what is known of an account, and of who acts for it: a denied one may not either."""
    if subject.account is None:
        return Known()
    host = subject.account.partition("/")[0]
    return Known(
        repository=allowance(session, subject.account), actor=_actor(session, host, subject)
    )


def _actor(session: Session, host: str, subject: Subject) -> Allowance:
    return allowance(session, f"{host}/{subject.actor}") if subject.actor else Allowance()


def _is_out_of_reach(session: Session, repository: Repository) -> bool:
    account = f"{repository.host}/{repository.namespace}".lower()
    return installations.gives_access(session, account, repository.path) is False


def _installation_of(session: Session, subject: Subject) -> InstallationRow | None:
    if subject.thread is None or subject.thread.kind != "issue":
        return None
    row = installations.in_issue(session, str(subject.repository), subject.thread.id)
    return installation_row(session, row) if row else None


def installation_row(session: Session, row: Installation) -> InstallationRow:
    """Return an installation as handlers see it."""
    issue = None
    if row.issue_number is not None and row.issue_url is not None:
        issue = Issue(id=row.issue_number, url=row.issue_url)
    return InstallationRow(
        id=row.id,
        account_key=row.account_key,
        account_login=row.account_login,
        account_type=row.account_type,
        installer=row.installer_login,
        installer_id=row.installer_id,
        installed_at=row.installed_at,
        is_over=row.deleted_at is not None,
        status=allowlist.look_up(session, row.account_key).status,
        issue=issue,
        issue_repository=row.issue_repository,
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
        repository=allowance(session, str(repository)),
        is_out_of_reach=_is_out_of_reach(session, repository),
        config=config_at(session, repository, run.commit_sha),
        origin=origin,
    )


def config_at(session: Session, repository: Repository, commit: str) -> ConfigText | None:
    """Return what was kept under the repository where it happened, whichever fork it was read of.

    A commit is the same wherever it lies, and a result does not tell the fork.
    """
    found = package_configs.find(session, str(repository), commit)
    return ConfigText(found.path, found.text) if found else None


def allowance(session: Session, key: str) -> Allowance:
    """Return what the allowlist says of a key, and of all above it."""
    try:
        verdict = allowlist.look_up(session, key)
    except BadKeyError:
        # Whatever was decided about what it resembles would not be found: it gets nothing.
        return Allowance("no-name", key)
    url = None
    if verdict.status == AllowStatus.WAITING and verdict.key:
        newest = installations.newest_of(session, verdict.key)
        url = newest.issue_url if newest else None
    return Allowance(verdict.status, verdict.key, url)


def shown_statuses(session: Session, subject: Subject) -> dict[str, tuple[str, str]]:
    """Return the statuses of the commit that no row stands for: state and text by context."""
    if subject.commit is None or subject.repository is None:
        return {}
    return told.shown(session, str(subject.repository), subject.commit)


def open_runs(session: Session, subject: Subject) -> tuple[RunRow, ...]:
    """Return the builds and test runs of a pull request that have not ended."""
    if subject.config_trigger != "pull_request" or subject.repository is None:
        return ()
    return run_rows.open_of_pull_request(session, subject.repository, subject.ref)


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
