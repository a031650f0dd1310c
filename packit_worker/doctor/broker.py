"""The broker, and who serves its queues."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from celery import Celery
from msgspec.structs import replace

from packit_worker import embedded
from packit_worker.app import create_app
from packit_worker.broker import BrokerError, address_of, greet
from packit_worker.broker_url import BrokerUrlError, is_redis
from packit_worker.doctor.finding import Check, Note, WrongError
from packit_worker.registry import WORDS
from packit_worker.routing import DEFAULT_FILE, RoutingError, load_routing
from packit_worker.settings import Settings

_ANSWER_SECONDS = 2.0
# A piece of what a broker or a library says, and what to do about it.
_ADVICE = (
    ("percent-encoded", "write each sign of the password but letters and digits as %XX"),
    ("vhost", "`rabbitmqctl add_vhost` and `set_permissions`, or mend the end of the URL"),
    ("invalid username-password", "mend user and password in the URL"),
    ("Authentication required", "put the password into the URL: redis://:password@host"),
    ("no password is set", "take the password out of the URL"),
    ("ACCESS_REFUSED", "mend user and password in the URL"),
    ("Access refused", "mend user and password in the URL"),
    ("Connection refused", "start it, or mend host and port in the URL"),
    ("not known", "mend the host name in the URL"),
    ("No such transport", "the URL begins with redis://, rediss:// or amqp://"),
    ("imed out", "is it frozen, or is there a firewall?"),
)


def broker_checks(settings: Settings) -> Iterator[Check]:
    """It takes messages, and keeps them."""

    def attempt() -> str | Note:
        if settings.broker is None and not embedded.is_running():
            fact = "the embedded broker does not run"
            return Note(fact, "the first command that needs it starts it: `packit-worker dev`")
        with _application(settings) as app:
            if not is_redis(str(app.conf.broker_url)):
                return f"{address_of(app)} answers"
            return _redis(app)

    yield Check("broker", attempt)


def worker_checks(settings: Settings) -> Iterator[Check]:
    """Each queue has a worker."""

    def attempt() -> str | Note:
        if settings.broker is None and not embedded.is_running():
            return Note("the embedded broker does not run, and no worker")
        with _application(settings) as app:
            answers: Any = app.control.inspect(timeout=_ANSWER_SECONDS).active_queues() or {}
            queues = [str(queue.name) for queue in app.conf.task_queues]
        served = {queue["name"] for answer in answers.values() for queue in answer}
        alone = [name for name in queues if name not in served]
        if alone:
            names = ", ".join(alone) if len(alone) < len(queues) else "any queue"
            advice = f"packit-worker worker --queues {','.join(alone)}"
            raise WrongError(f"no worker serves {names}", advice)
        return f"{len(answers)} workers serve {len(queues)} queues"

    yield Check("workers", attempt)


@contextmanager
def _application(settings: Settings) -> Iterator[Celery]:
    """Yield an application whose broker has answered; a table that is wrong is told elsewhere."""
    try:
        load_routing(settings.queues_file, WORDS)
    except RoutingError:
        settings = replace(settings, queues_file=DEFAULT_FILE)
    try:
        app = create_app(settings)
    except BrokerUrlError as error:
        raise WrongError(f"the URL {error}", _ADVICE[0][1]) from None
    try:
        greet(app)
        yield app
    except BrokerError as error:
        text = str(error)
        advice = next((advice for words, advice in _ADVICE if words in text), "mend the URL")
        raise WrongError(text, advice) from None
    finally:
        app.close()


def _redis(app: Celery) -> str | Note:
    with app.connection_for_read() as connection:
        channel: Any = connection.default_channel  # kombu-stubs know no channel's client
        told = channel.client.info()
    version = told.get("redis_version", "")
    if told.get("role") not in ("master", None):
        fact = f"{address_of(app)} is a replica: it takes no messages"
        raise WrongError(fact, "name the primary in the URL")
    policy = told.get("maxmemory_policy", "noeviction")
    if told.get("maxmemory") and policy != "noeviction":
        fact = f"{address_of(app)} drops messages when its memory is full: {policy}"
        raise WrongError(fact, "set its maxmemory-policy to noeviction")
    fact = f"{address_of(app)} answers (Redis {version})"
    if not told.get("aof_enabled"):
        return Note(
            f"{fact}; what is queued may be lost when it is restarted", "set appendonly yes"
        )
    return fact
