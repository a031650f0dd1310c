"""Where FASJSON lies and who we are there: frozen, built from the settings, handed in."""

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class FasjsonSettings:
    """How to speak to FASJSON.

    Attributes:
        url: where it lies.
        token: sent as `Authorization: Bearer`, to a proxy that asks for it; None: Kerberos.
        keytab: the file that Kerberos takes its key from; None: the tickets of the environment.
        principal: who we are for Kerberos; None: the first in the keytab or the tickets.
        timeout: seconds that an answer may take.
    """

    url: str
    token: str | None = field(default=None, repr=False)
    keytab: Path | None = None
    principal: str | None = None
    timeout: int = 10
