"""Who calls the stand-in of GitHub: a person, an installation of an App, or the App itself.

https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app
"""

import itertools
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import flask
import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from packit_worker.sandbox.github_answers import refuse
from packit_worker.sandbox.things import now
from packit_worker.sandbox.world import World

_TOKEN_LIFE = timedelta(hours=1)
APP_ID = "4711"


@dataclass(slots=True, kw_only=True)
class Installation:
    """An App on an account, for some of its repositories (paths)."""

    id: int
    repositories: set[str]
    suspended: bool = False


@dataclass(slots=True, kw_only=True)
class App:
    """A GitHub App: its number, its name, its key pair and where it is installed.

    Attributes:
        private_key: PEM, for the client; the stand-in itself checks with the public half.
    """

    id: str
    slug: str
    private_key: str = field(repr=False)
    public_key: str
    installations: dict[int, Installation] = field(default_factory=dict)
    tokens: dict[str, tuple[int, datetime]] = field(default_factory=dict, repr=False)

    @property
    def login(self) -> str:
        """The account that writes for the App."""
        return f"{self.slug}[bot]"

    def issue_token(self, installation: int, life: timedelta = _TOKEN_LIFE) -> tuple[str, datetime]:
        """Return a new token of an installation and when it ends."""
        token, expires = f"ghs_{secrets.token_hex(18)}", now() + life
        self.tokens[token] = (installation, expires)
        return token, expires

    def of_repository(self, path: str) -> Installation | None:
        """Return the installation that covers a repository."""
        found = (one for one in self.installations.values() if path in one.repositories)
        return next(found, None)


def new_app(slug: str = "packit-sandbox", app_id: str = APP_ID) -> App:
    """Make an App with a fresh RSA key."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )
    return load_app(private.decode(), slug, app_id)


def load_app(private_key: str, slug: str = "packit-sandbox", app_id: str = APP_ID) -> App:
    """Make an App with a key of before (PEM)."""
    key = serialization.load_pem_private_key(private_key.encode(), None)
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return App(id=app_id, slug=slug, private_key=private_key, public_key=public.decode())


class GithubAuth:
    """Finds the caller of each request: `flask.g.login`, and `flask.g.kind` (user, app, ...)."""

    def __init__(self, world: World, app: App) -> None:
        self.world = world
        self.app = app
        self._installation_ids = itertools.count(501)

    def install(self, *paths: str) -> Installation:
        """Install the App for some repositories, with the right to write."""
        installation = Installation(id=next(self._installation_ids), repositories=set(paths))
        self.app.installations[installation.id] = installation
        for path in paths:
            self.world.projects[path].roles[self.app.login] = "write"
        return installation

    def uninstall(self, installation: Installation) -> None:
        """Take the App away again; its tokens end at once."""
        del self.app.installations[installation.id]
        for path in installation.repositories:
            self.world.projects[path].roles.pop(self.app.login, None)

    def __call__(self) -> flask.Response | None:
        """Set the caller, or answer 401 or 403."""
        flask.g.login, flask.g.kind = None, "anonymous"
        if not flask.request.headers.get("User-Agent"):
            return refuse(403, "Request forbidden by administrative rules.")
        scheme, _, secret = flask.request.headers.get("Authorization", "").partition(" ")
        if not scheme:
            return None
        if scheme.lower() not in {"bearer", "token"}:
            return refuse(401, "Bad credentials")
        if secret.count(".") == 2:  # noqa: PLR2004 - a JSON Web Token has three parts
            return self._app(secret)
        return self._person(secret) or self._installation(secret)

    def _person(self, token: str) -> flask.Response | None:
        if token not in self.world.tokens:
            return None
        flask.g.login, flask.g.kind = self.world.tokens[token], "user"
        return None

    def _installation(self, token: str) -> flask.Response | None:
        if flask.g.login:
            return None
        installation, expires = self.app.tokens.get(token, (0, now()))
        found = self.app.installations.get(installation)
        if not found or found.suspended or expires <= now():
            return refuse(401, "Bad credentials")
        flask.g.login, flask.g.kind = self.app.login, "installation"
        return None

    def _app(self, token: str) -> flask.Response | None:
        try:
            jwt.decode(
                token,
                self.app.public_key,
                algorithms=["RS256"],
                issuer=self.app.id,
                options={"require": ["exp", "iat", "iss"]},
            )
        except jwt.ExpiredSignatureError:
            return refuse(401, "'Expiration time' claim ('exp') is in the past")
        except jwt.InvalidTokenError:
            return refuse(401, "A JSON web token could not be decoded")
        flask.g.login, flask.g.kind = self.app.slug, "app"
        return None
