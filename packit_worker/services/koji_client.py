"""The `koji` client in bounded time: each call is sent once, through our transport.

Left alone the library waits twelve hours for an answer, tries 30 times with 20 seconds between, and
sends a call again at once where the connection breaks. A hub that accepted `build` and lost its
answer would build twice: https://pagure.io/koji/blob/master/f/koji/__init__.py (_sendCall).
"""

from http import HTTPStatus
from pathlib import Path
from typing import Any, assert_never

import koji
import requests
from koji.util import adler32_constructor

from packit_worker.errors import BAD_CREDENTIALS, TransientError
from packit_worker.services.bounded_transport import bounded_session
from packit_worker.services.koji_settings import (
    KojiCertificate,
    KojiKeytab,
    KojiPassword,
    KojiSettings,
)

_TICKET_REFUSED = "the hub does not take our Kerberos ticket: look at its keytab, realm and clock"
_CHUNK = 1 << 20


class KojiClient(koji.ClientSession):
    """A session of the library.

    Attributes:
        failure: what broke the last call that was broken. Of a login the library tells it by text
            alone.
    """

    def __init__(self, settings: KojiSettings) -> None:
        self.failure: Exception | None = None
        self._settings = settings
        options = {
            "user": settings.username,
            "serverca": str(settings.server_ca) if settings.server_ca else None,
            "timeout": settings.timeout,
            "auth_timeout": settings.timeout,
            "max_retries": 0,
            "retry_interval": 0,
            "anon_retry": False,
            "offline_retry": False,
        }
        super().__init__(settings.hub_url, options)

    def log_in(self) -> None:
        """Log in.

        Raises:
            TransientError: Kerberos is down, or its clock and ours differ.
            RefusedError: Kerberos, or the hub, does not take our key.
            Exception: what else broke the call, else `koji.AuthError`.
        """
        try:
            self._log_in()
        except koji.AuthError:
            if self.failure is None:
                raise
            raise self.failure from None

    def _log_in(self) -> None:
        login = self._settings.login
        match login:
            case KojiPassword():
                self.opts["password"] = login.password
                self.login()
            case KojiCertificate():
                self.ssl_login(str(login.file))
            case KojiKeytab():
                self._log_in_by_keytab(login)
            case _:
                assert_never(login)

    def _log_in_by_keytab(self, login: KojiKeytab) -> None:
        """Do what the library's own method does, with a ticket that we have already.

        That method changes the environment of the whole process, and tells of every failure of
        Kerberos as if the hub had refused us.
        """
        # Only here: it loads the system's Kerberos.
        from packit_worker.services.kerberos import negotiation  # noqa: PLC0415 - see above

        self.new_session()
        self.opts["auth"] = negotiation(self._settings.hub_url, login.file, login.principal)
        try:
            session = self._callMethod("sslLogin", [], {"proxyuser": None}, retry=False)
        except requests.HTTPError as error:
            if error.response.status_code != HTTPStatus.UNAUTHORIZED:
                raise
            raise TransientError(BAD_CREDENTIALS, detail=_TICKET_REFUSED) from error
        finally:
            del self.opts["auth"]
        self.setSession(session)

    def upload(self, path: Path, folder: str) -> None:
        """Send a file in chunks, of which the hub tells the checksums, and check it as a whole.

        The library's own method leaves the file open. What lies there already is replaced.

        Raises:
            koji.GenericError: a checksum or the size is wrong, or the hub refuses.
        """
        whole = adler32_constructor()
        offset = 0
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                whole.update(chunk)
                options = {"overwrite": True}
                where = (chunk, offset, folder, path.name)
                answer = self._callMethod("rawUpload", where, options)
                _compare(answer, len(chunk), adler32_constructor(chunk).hexdigest())
                offset += len(chunk)
        answer = self._callMethod("checkUpload", (folder, path.name), {"verify": "adler32"})
        _compare(answer, offset, whole.hexdigest())

    def forget(self) -> None:
        """Close the connections, and forget the session without telling the hub."""
        self.setSession(None)
        if self.rsession:
            self.rsession.close()

    def new_session(self) -> None:
        """Open connections of our own; the library calls it whenever it wants new ones."""
        if self.rsession:
            self.rsession.close()
        session = bounded_session(self._settings.timeout)
        session.hooks["response"].append(_read_refusal)
        self.rsession: requests.Session | None = session

    def _sendCall(self, handler: str, headers: Any, request: bytes) -> Any:  # noqa: N802 - theirs
        """Send a call once."""
        try:
            return self._sendOneCall(handler, headers, request)
        except koji.Fault as fault:
            self.failure = koji.convertFault(fault)
            raise
        except Exception as error:
            # The address of an upload to an old hub holds the key of the session.
            self.failure = self._sanitize_connection_error(error)
            raise


def _read_refusal(response: requests.Response, **_: Any) -> None:
    """Read what is no answer: the library leaves it, and its connection, alone."""
    if not response.ok:
        response.content  # noqa: B018 - reading it gives the connection back


def _compare(answer: Any, size: int, checksum: str) -> None:
    """Hold what the hub says it got to what was sent."""
    if answer is None or int(answer["size"]) != size or answer["hexdigest"] != checksum:
        raise koji.GenericError("the upload was damaged on its way")
