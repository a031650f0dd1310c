"""The server's side of `Authorization: Negotiate`, with a real ticket of Kerberos: RFC 4559."""

from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from pathlib import Path

import gssapi
from gssapi.raw.misc import GSSError

SCHEME = "Negotiate"


class Acceptor:
    """Takes tickets for the services whose keys lie in a keytab."""

    def __init__(self, keytab: Path) -> None:
        # No replay cache: it would outlive the stand-in, in a folder of the system.
        self._store: dict[bytes | str, bytes | str] = {"keytab": str(keytab), "rcache": "none:"}

    def accept(self, authorization: str) -> tuple[str, str] | None:
        """Read a ticket.

        Args:
            authorization: the header, "" where there is none.

        Returns:
            Whose it is, such as `packit@EXAMPLE.ORG`, and the header WWW-Authenticate that answers
            it; None: there is no ticket, or it does not do.
        """
        scheme, _, token = authorization.partition(" ")
        if scheme != SCHEME:
            return None
        try:
            ours = gssapi.Credentials(usage="accept", store=self._store)
            context = gssapi.SecurityContext(creds=ours, usage="accept")
            answer = context.step(b64decode(token))
            if not context.complete:
                return None
            return str(context.initiator_name), f"{SCHEME} {b64encode(answer or b'').decode()}"
        except (GSSError, Base64Error):
            return None
