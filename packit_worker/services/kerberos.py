"""Tickets of Kerberos from a keytab, with each way to get none told apart.

They are asked for here, before the HTTP library does it, to whom no ticket is the server's 401, be
it for a wrong keytab or for a KDC that is down. They lie in a cache in memory, which nobody else
reads and which ends with the process: the user's own tickets stay as they are.

The numbers are those of MIT Kerberos:
https://github.com/krb5/krb5/blob/master/src/lib/krb5/error_tables/krb5_err.et
"""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import gssapi
from gssapi.raw.misc import GSSError
from requests.auth import AuthBase
from requests_gssapi import SPNEGO, HTTPSPNEGOAuth

from packit_worker.errors import BAD_CREDENTIALS, TransientError

_KRB5 = gssapi.OID.from_int_seq("1.2.840.113554.1.2.2")
_NO_KEY = "the keytab is no keytab, is not there, or has no key of {who}"
_NO_TICKETS = "the environment has none, and no keytab is set"
_REFUSALS: Mapping[int, str] = {
    -1765328189: "",  # KRB5_FCC_NOFILE: no ticket, and no key to ask for one
    -1765328203: "",  # KRB5_KT_NOTFOUND
    -1765328243: "",  # KRB5_CC_NOTFOUND
    -1765328360: "the key in the keytab is not, or no longer, that of {who}",  # PREAUTH_FAILED
    -1765328353: "the key in the keytab is not, or no longer, that of {who}",  # BAD_INTEGRITY
    -1765328378: "Kerberos knows no {who}",  # C_PRINCIPAL_UNKNOWN
    -1765328383: "{who} has expired",  # NAME_EXP
    -1765328366: "{who} is locked",  # CLIENT_REVOKED
    -1765328361: "the key of {who} has expired",  # KEY_EXP
    -1765328377: "Kerberos knows no service HTTP/{host}",  # S_PRINCIPAL_UNKNOWN
}
_PASSING = {
    -1765328228: "kerberos-down",  # KRB5_KDC_UNREACH
    -1765328164: "kerberos-down",  # KRB5_REALM_CANT_RESOLVE
    # An outage of DNS, where realms are looked up, looks like a realm that is mistyped.
    -1765328230: "kerberos-realm",  # KRB5_REALM_UNKNOWN
    -1765328347: "kerberos-clock",  # KRB5KRB_AP_ERR_SKEW
    -1765328351: "kerberos-clock",  # KRB5KRB_AP_ERR_TKT_NYV
    -1765328236: "kerberos-clock",  # KRB5_KDCREP_SKEW
}
_BITS = 1 << 32
_HOUR = 3600  # seconds


def negotiation(url: str, keytab: Path | None, principal: str | None) -> AuthBase:
    """Return what proves to the server of an address who we are; for one request or a few.

    Args:
        url: of the server, such as `https://koji.example.org/kojihub`.
        keytab: the file with our key; None: what the environment has, tickets or keytab.
        principal: such as `packit@EXAMPLE.ORG`; None: the first of the keytab, or
            whoever has the tickets.

    Raises:
        TransientError: `kerberos-down`, `kerberos-realm` (no KDC is known for it),
            `kerberos-clock`, or `kerberos` for what else went wrong.
        TransientError: `bad-credentials`: the keytab, our account or the server's is no good.
    """
    host = urlsplit(url).hostname or ""
    no_key = _NO_KEY if keytab is not None else _NO_TICKETS
    with _told(who=principal or "its first account", host=host, no_key=no_key):
        _ask_for_ticket(host, _credentials(keytab, principal, _KRB5))
        ours = _credentials(keytab, principal, SPNEGO)
    # Sent at once: half the requests.
    negotiate: AuthBase = HTTPSPNEGOAuth(creds=ours, opportunistic_auth=True)
    return negotiate


def _credentials(keytab: Path | None, principal: str | None, mechanism: Any) -> Any:
    """Return our ticket, from the cache or the KDC.

    SPNEGO would tell failures by numbers of its own: Kerberos itself is asked first.
    """
    name = None
    if principal is not None:
        name = gssapi.Name(principal, gssapi.NameType.kerberos_principal)
    store: dict[bytes | str, bytes | str] | None = None
    if keytab is not None:
        # A new cache each hour: a server may have got a new key, which our tickets know nothing of.
        hour = int(time.time() // _HOUR)
        mark = sha256(f"{keytab}\0{principal}\0{hour}".encode()).hexdigest()[:16]
        store = {"client_keytab": f"FILE:{keytab}", "ccache": f"MEMORY:packit-worker-{mark}"}
    ours = gssapi.Credentials(name=name, usage="initiate", mechs=[mechanism], store=store)
    # Nothing is asked for before somebody looks.
    ours.inquire(lifetime=True)
    return ours


def _ask_for_ticket(host: str, ours: Any) -> None:
    """Have the ticket for the server in the cache."""
    name = gssapi.Name(f"HTTP@{host}", gssapi.NameType.hostbased_service)
    gssapi.SecurityContext(name=name, creds=ours, usage="initiate", mech=_KRB5).step()


@contextmanager
def _told(*, who: str, host: str, no_key: str) -> Iterator[None]:
    try:
        yield
    except GSSError as error:
        code = error.min_code - _BITS
        if code in _REFUSALS:
            reason = (_REFUSALS[code] or no_key).format(who=who, host=host)
            told = f"no Kerberos ticket: {reason}"
            raise TransientError(BAD_CREDENTIALS, detail=told) from error
        if code in _PASSING:
            raise TransientError(_PASSING[code]) from error
        raise TransientError("kerberos") from error
