"""Who approves those who install our GitHub App: Fedora's accounts, and where they are told."""

from collections.abc import Iterator

from packit_worker.doctor.finding import Check, Note, WrongError
from packit_worker.doctor.outages import no_answer
from packit_worker.errors import RefusedError, TransientError
from packit_worker.forge import Repository, Visibility
from packit_worker.sections.approval import ApprovalSection
from packit_worker.settings import Settings


def approval_checks(settings: Settings) -> Iterator[Check]:
    """FASJSON takes us and knows the groups; the notifications repository is public."""
    section = settings.service.approval
    if section.fasjson_url is not None:
        yield Check("fasjson", lambda: _groups(section))
    repository = section.notifications
    if repository is not None:
        yield Check("notifications", lambda: _repository(settings, repository))


def _groups(section: ApprovalSection) -> str | Note:
    from packit_worker.service_accounts import unknown_groups  # noqa: PLC0415 - loads a client

    try:
        unknown = unknown_groups(section)
    except TransientError as error:
        raise no_answer(
            section.fasjson_url or "", "approval.fasjson_url", "FASJSON", error
        ) from None
    except RefusedError as error:
        advice = "mend keytab_path and principal (or fasjson_token) under approval"
        raise WrongError(f"it does not take us: {error.reason or error}", advice) from None
    if unknown:
        fact = f"it answers, and knows no group {', '.join(unknown)}"
        return Note(fact, "mend approval.fas_groups")
    return f"it answers, and knows {', '.join(section.fas_groups)}"


def _repository(settings: Settings, repository: Repository) -> str:
    from packit_worker.service_accounts import visibility_of  # noqa: PLC0415 - loads ogr

    key = "approval.notifications_repository"
    try:
        visibility = visibility_of(settings, repository)
    except TransientError as error:
        raise no_answer(repository.host, key, "forge", error) from None
    except RefusedError as error:
        advice = f"mend {key}, or let us (our GitHub App) in there"
        raise WrongError(f"{repository}: {error}", advice) from None
    if visibility is not Visibility.PUBLIC:
        fact = f"{repository} is not known to be public, so commands there get no answer"
        raise WrongError(fact, f"make it public, or mend {key}")
    return f"{repository} is public"
