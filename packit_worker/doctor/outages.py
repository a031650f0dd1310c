"""What it means that a service does not answer, in words."""

import re
from collections.abc import Iterator

from packit_worker.doctor.finding import WrongError
from packit_worker.errors import TransientError

_KERBEROS = {
    "kerberos-down": ("Kerberos cannot be reached", "look at krb5.conf, name service and firewall"),
    "kerberos-realm": ("no KDC is known for our realm", "mend principal, keytab or krb5.conf"),
    "kerberos-clock": ("our clock and that of Kerberos differ", "set the clock of this machine"),
    "kerberos": ("Kerberos gives no ticket", "look at keytab, principal, krb5.conf and clock"),
}
_ERRNO = re.compile(r"\[Errno -?\d+\] ([^'\")]+)")


def no_answer(where: str, key: str, kind: str, error: TransientError) -> WrongError:
    """Return what is wrong, and what to do about it.

    Args:
        where: the address of the service, or its host.
        key: where the settings say it.
        kind: what should be there: `github`.
        error: what came instead.
    """
    if error.reason == "unexpected-answer":
        advice = f"mend {key} (a proxy may answer in its place)"
        return WrongError(f"what answers at {where} is no {kind}", advice)
    if error.reason.startswith("http-"):
        return WrongError(f"{where} is down: {error.reason}", "wait for it")
    if error.reason == "rate-limit":
        return WrongError(f"{where} asks to wait: its rate limit is used up", "wait")
    if error.reason in _KERBEROS:
        return WrongError(*_KERBEROS[error.reason])
    reason = next(_reasons(error), error.reason)
    advice = f"mend {key}; look at name service, proxy and firewall"
    return WrongError(f"{where} cannot be reached: {reason}", advice)


def _reasons(error: BaseException) -> Iterator[str]:
    """Yield what the system says in any of the errors behind this one: `Connection refused`."""
    cause = error.__cause__
    while cause is not None:
        known = _ERRNO.search(str(cause))
        if known:
            yield known[1]
        cause = cause.__cause__
