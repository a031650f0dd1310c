"""Koji, Testing Farm and FASJSON: each answers, and takes our credentials where it can tell."""

from collections.abc import Iterator

from packit_worker.doctor.finding import Check, Note, WrongError
from packit_worker.doctor.outages import no_answer
from packit_worker.errors import RefusedError, TransientError
from packit_worker.sections.approval import ApprovalSection
from packit_worker.sections.koji import KojiSection
from packit_worker.settings import ServiceFile, Settings


def koji_checks(settings: Settings) -> Iterator[Check]:
    """Koji lets us in; without the section nothing is built there."""
    section, user = settings.service.koji, settings.service.koji_user
    if section is not None:
        yield Check("koji", lambda: _koji(section, user), is_outside=True)


def testing_farm_checks(settings: Settings) -> Iterator[Check]:
    """Testing Farm answers; without a key nothing is tested."""
    service = settings.service
    if service.testing_farm.api_key or service.testing_farm_secret:
        yield Check("testing farm", lambda: _testing_farm(service), is_outside=True)


def fasjson_checks(settings: Settings) -> Iterator[Check]:
    """FASJSON takes our credentials; without an address nobody is asked."""
    section = settings.service.approval
    if section.fasjson_url is not None:
        yield Check("fasjson", lambda: _fasjson(section), is_outside=True)


def _koji(section: KojiSection, koji_user: str) -> str | Note:
    from packit_worker.service_accounts import koji_account  # noqa: PLC0415 - loads a client

    try:
        account = koji_account(section, koji_user)
    except TransientError as error:
        raise no_answer(section.hub_url, "koji.hub_url", "hub of Koji", error) from None
    except RefusedError as error:
        advice = "mend koji.username (or koji_user) and the way to log in"
        raise WrongError(f"it does not let us in: {error.reason}", advice) from None
    if account is None:
        advice = "set koji.password, koji.certificate_path or koji.keytab_path"
        return Note("there is no way to log in, so nothing is built", advice)
    ours = section.username or koji_user
    if account != ours:
        advice = "mend koji.username (or koji_user): results of others are `not-ours`"
        raise WrongError(f"it takes us for {account}, and not for {ours}", advice)
    return f"it answers, and knows us as {account}"


def _testing_farm(service: ServiceFile) -> str:
    from packit_worker.service_accounts import testing_farm_composes  # noqa: PLC0415 - as above

    url = service.testing_farm.api_url
    try:
        found = testing_farm_composes(service)
    except TransientError as error:
        raise no_answer(url, "testing_farm.api_url", "Testing Farm", error) from None
    except RefusedError as error:
        advice = "mend testing_farm.api_url and the keys under testing_farm"
        raise WrongError(f"it refuses us: {error.reason or error.code}", advice) from None
    ranches = ", ".join(
        f"{number} composes of the ranch {ranch}" for ranch, number in found.items()
    )
    return f"it answers, and knows {ranches}; whether it takes our key shows with a request"


def _fasjson(section: ApprovalSection) -> str | Note:
    from packit_worker.service_accounts import unknown_groups  # noqa: PLC0415 - loads a client

    url = section.fasjson_url or ""
    try:
        unknown = unknown_groups(section)
    except TransientError as error:
        raise no_answer(url, "approval.fasjson_url", "FASJSON", error) from None
    except RefusedError as error:
        advice = "mend approval.fasjson_token, or approval.keytab_path and approval.principal"
        raise WrongError(f"it does not take our credentials: {error.reason}", advice) from None
    if unknown:
        fact = f"it answers, and knows no group {', '.join(unknown)}"
        return Note(fact, "mend approval.fas_groups: nobody is in it")
    return "it answers, and takes our credentials"
