"""What lies on this machine: settings, secrets, queues.yaml, the state folder; and the pages."""

import tempfile
from collections.abc import Iterator
from http.client import HTTPException
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import urlopen

from packit_worker import embedded
from packit_worker.box_time import box_misfit
from packit_worker.doctor.finding import Check, Note, WrongError
from packit_worker.registry import WORDS
from packit_worker.routing import RoutingError, load_routing
from packit_worker.secret import Secret, SecretError, secrets_in
from packit_worker.settings import Settings

_SECONDS = 5
_READABLE_BY_ALL = 0o004


def settings_checks(settings: Settings) -> Iterator[Check]:
    """The keys of packit-worker.yaml; that they are valid is known by now."""

    def attempt() -> str | Note:
        if settings.notes:
            return Note("; ".join(settings.notes), "take these keys out of the file")
        if not settings.service.authentication:
            advice = "name a packit-worker.yaml in PACKIT_WORKER_CONFIG, with `authentication`"
            return Note(
                "no forge is known: each event of a repository ends as unknown-forge", advice
            )
        return "every key is valid"

    yield Check("settings", attempt)


def secret_checks(settings: Settings) -> Iterator[Check]:
    """Every secret that the settings name can be read here."""
    for key, secret in secrets_in(settings.service):

        def attempt(key: str = key, secret: Secret = secret) -> str | Note:
            try:
                secret.read(key)
            except SecretError as error:
                fact = str(error).removeprefix(f"{key}: ")
                advice = "put it there, so that this user may read it"
                raise WrongError(fact, advice) from None
            if secret.file is not None and secret.file.stat().st_mode & _READABLE_BY_ALL:
                return Note(f"{secret.file} may be read by everybody", f"chmod o-r {secret.file}")
            return "it can be read"

        yield Check(f"secret {key}", attempt)


def queue_checks(settings: Settings) -> Iterator[Check]:
    """queues.yaml."""

    def attempt() -> str | Note:
        try:
            routing = load_routing(settings.queues_file, WORDS)
        except RoutingError as error:
            raise WrongError(str(error), "mend the file; `packit-worker queues --check`") from None
        if misfit := box_misfit(settings, routing):
            return Note(misfit, "mend box.seconds, or the limits of those tasks")
        return f"{settings.queues_file}: {len(routing.queues)} queues"

    yield Check("queues.yaml", attempt)


def state_checks(_settings: Settings) -> Iterator[Check]:
    """The state folder: that of the embedded broker and database, of caches and of beat."""

    def attempt() -> str:
        folder = embedded.state_folder()
        try:
            with tempfile.TemporaryFile(dir=folder):
                pass
        except OSError as error:
            advice = "name a folder of your own in PACKIT_WORKER_STATE"
            fact = f"{folder} cannot be written: {error.strerror}"
            raise WrongError(fact, advice) from None
        return f"{folder} can be written"

    yield Check("state folder", attempt)


def pages_checks(settings: Settings) -> Iterator[Check]:
    """Where statuses link to."""
    url = settings.service.pages_url.rstrip("/")

    def attempt() -> str | Note:
        is_local = urlsplit(url).hostname in ("localhost", "127.0.0.1")
        if is_local and settings.service.deployment == "prod" and settings.service.authentication:
            fact = f"statuses link to {url}, which nobody else can open"
            return Note(fact, "say in pages_url where the pages lie")
        try:
            with urlopen(f"{url}/healthz", timeout=_SECONDS) as answer:  # noqa: S310 - http(s) only
                answer.read(1)
        except (OSError, URLError, HTTPException, ValueError) as error:
            reason = getattr(error, "reason", error)
            advice = "start `packit-worker pages`, or mend pages_url; a proxy may hide it from here"
            return Note(f"the pages do not answer at {url}: {reason}", advice)
        return f"the pages answer at {url}"

    yield Check("pages", attempt)
