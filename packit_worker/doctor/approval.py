"""Where those who wait for approval are told so."""

from collections.abc import Iterator

from packit_worker.doctor.finding import Check, WrongError
from packit_worker.doctor.outages import no_answer
from packit_worker.errors import RefusedError, TransientError
from packit_worker.forge import Repository, Visibility
from packit_worker.settings import Settings


def approval_checks(settings: Settings) -> Iterator[Check]:
    """The notifications repository is public; without one nobody is told."""
    repository = settings.service.approval.notifications
    if repository is not None:
        yield Check("notifications", lambda: _repository(settings, repository), is_outside=True)


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
