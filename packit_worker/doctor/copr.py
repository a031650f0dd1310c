"""Copr, and Bodhi, which knows what there is to build for."""

from collections.abc import Iterator

from packit_worker.doctor.finding import Check, WrongError
from packit_worker.doctor.outages import no_answer
from packit_worker.errors import RefusedError, TransientError
from packit_worker.sections.copr import CoprSection
from packit_worker.settings import Settings


def copr_checks(settings: Settings) -> Iterator[Check]:
    """Copr takes our key; without the section nothing is built there."""
    section = settings.service.copr
    if section is None:
        return
    yield Check("copr", lambda: _account(section, settings.service.copr_user), is_outside=True)
    yield Check("bodhi", lambda: _releases(settings.service.bodhi_url), is_outside=True)


def _account(section: CoprSection, copr_user: str) -> str:
    from packit_worker.service_accounts import copr_account  # noqa: PLC0415 - loads a client

    try:
        account, ours = copr_account(section, copr_user)
    except TransientError as error:
        raise no_answer(section.url or "Copr", "copr.url", "Copr", error) from None
    except RefusedError as error:
        if error.code == "bad-credentials":
            fact = f"it does not take the key: {error.reason}"
            advice = "keys end: get a new one at Copr's page /api/, for copr.login and copr.token"
            raise WrongError(fact, advice) from None
        raise WrongError(error.reason or str(error), "mend what stands under copr") from None
    if account != ours:
        advice = "mend copr.username (or copr_user), or take the key of that account"
        raise WrongError(f"the key is that of {account}, and not of {ours}", advice)
    return f"it answers, and knows us as {account}"


def _releases(url: str) -> str:
    from packit_worker.service_accounts import releases_of  # noqa: PLC0415 - loads a client

    try:
        return f"{url} knows {releases_of(url)} releases"
    except TransientError as error:
        raise no_answer(url, "bodhi_url", "Bodhi", error) from None
