"""Each forge: it answers, and knows who we are."""

from collections.abc import Collection, Iterator

from packit_worker.doctor.finding import Check, Note, WrongError
from packit_worker.doctor.outages import no_answer
from packit_worker.errors import RefusedError, TransientError
from packit_worker.sections.authentication import ForgeAccess
from packit_worker.settings import Settings

_KEY_OF_APP = "github_app_private_key_path"


def forge_checks(settings: Settings) -> Iterator[Check]:
    """Every forge of `authentication`."""
    for host, access in settings.service.authentication.items():

        def attempt(host: str = host, access: ForgeAccess = access) -> str | Note:
            return _account(host, access, settings.bots())

        yield Check(f"forge {host}", attempt, is_outside=True)


def _account(host: str, access: ForgeAccess, bots: Collection[str]) -> str | Note:
    from packit_worker.service_accounts import account_on  # noqa: PLC0415 - loads ogr

    key = f"authentication.{host}"
    try:
        account = account_on(host, access)
    except TransientError as error:
        raise _no_answer(host, access, error) from None
    except RefusedError as error:
        raise _refused(key, access, error) from None
    if account is None:
        fact = "it answers; without a token it can be read, and no status or answer be written"
        return Note(fact, f"set {key}.token")
    fact = f"it answers, and knows us as {account}"
    if account.lower() not in bots:
        # Our own comments would be somebody's: answered, and written again instead of edited.
        raise WrongError(f"{fact}, which is none of our own accounts", f"add {account} to bots")
    return fact


def _no_answer(host: str, access: ForgeAccess, error: TransientError) -> WrongError:
    where = access.api_url or host
    return no_answer(where, f"authentication.{host}.api_url", access.type_of(host), error)


def _refused(key: str, access: ForgeAccess, error: RefusedError) -> WrongError:
    if error.code == "not-found":
        hint = "of a GitHub Enterprise it ends with /api/v3"
        return WrongError(f"there is no such API: {error.reason}", f"mend {key}.api_url; {hint}")
    if error.code == "bad-key":
        advice = f"name the file (PEM) that GitHub gave for the App in {key}.{_KEY_OF_APP}"
        return WrongError(error.reason or error.code, advice)
    if error.code != "bad-credentials":
        return WrongError(f"it refuses us: {error}", f"mend what stands under {key}")
    if access.app_id:
        fact = f"it does not take the key of App {access.app_id}: {error.reason}"
        advice = f"{key}.github_app_id and the private key must be of one App; is the clock right?"
        return WrongError(fact, advice)
    return WrongError(
        f"it does not take the token: {error.reason}", f"set a new one in {key}.token"
    )
