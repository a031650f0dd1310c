"""An application whose broker answers, for commands: the configured one, or the embedded one."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from celery import Celery
from msgspec.structs import replace

from packit_worker import embedded
from packit_worker.app import create_app
from packit_worker.broker_url import BrokerUrlError
from packit_worker.settings import Settings


class BrokerError(Exception):
    """No broker: the text says which, and what it answered. It holds no password."""


class BadBrokerError(BrokerError):
    """What names the broker can never be used: no such URL."""


@contextmanager
def broker_app(url: str | None, *, may_start: bool = True) -> Iterator[Celery]:
    """Yield the application once its broker has answered.

    Args:
        url: a Redis or RabbitMQ; None: the one of the settings, else the embedded one.
        may_start: whether the embedded broker is started where it does not run.

    Raises:
        BrokerError: it does not answer within seconds, or cannot be started; BadBrokerError: its
            URL can never be used.
        RoutingError: queues.yaml cannot be used.
    """
    settings = Settings.from_environ()
    settings = replace(settings, broker=url) if url else settings
    with ExitStack() as held:
        if settings.broker is None:
            _hold_embedded(held, may_start=may_start)
        try:
            app = create_app(settings)
        except BrokerUrlError as error:
            raise BadBrokerError(f"its URL {error}") from None
        greet(app)
        held.callback(app.close)
        yield app


def _hold_embedded(held: ExitStack, *, may_start: bool) -> None:
    if not may_start and not embedded.is_running():
        raise BrokerError("the embedded broker does not run, and no other is configured")
    try:
        held.enter_context(embedded.embedded_broker())
    except embedded.EmbeddedBrokerError as error:
        raise BrokerError(str(error)) from None


def greet(app: Celery) -> None:
    """Have the broker answer.

    Raises:
        BrokerError: it does not, within seconds.
    """
    try:
        with app.connection_for_write() as connection:
            connection.ensure_connection(max_retries=1, timeout=5)
    except (KeyError, ImportError, ValueError) as error:
        text = str(error.args[0] if error.args else error)
        raise BadBrokerError(f"{address_of(app)} cannot be used: {text}") from None
    except Exception as error:  # noqa: BLE001 - see below
        # Each transport has errors of its own.
        text = str(error) or type(error).__name__
        raise BrokerError(f"{address_of(app)} does not answer: {text}") from None


def address_of(app: Celery) -> str:
    """Return the broker's URL without its password."""
    before, _, address = str(app.conf.broker_url).rpartition("@")
    scheme, separator, _ = before.partition("://")
    return f"{scheme}{separator}{address}" if separator else address
