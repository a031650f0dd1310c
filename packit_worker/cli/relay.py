"""`packit-worker relay`: the HTTP door."""

import logging
from contextlib import nullcontext

import click
from flask import Flask

from packit_worker.broker_url import BrokerUrlError, check_broker_url
from packit_worker.cli.operator import load_settings_of_service, load_table, observe_here
from packit_worker.delivering import deliver, door_app
from packit_worker.embedded import EmbeddedBrokerError, embedded_broker
from packit_worker.http_server import Server
from packit_worker.relay.app import create_relay
from packit_worker.relay.doors import Door, open_doors
from packit_worker.relay.gate import Gate
from packit_worker.settings import Settings
from packit_worker.yaml_file import FileError

BIND = "127.0.0.1:8090"
# Of each process: threads that mostly wait for a slow sender cost little.
_SENDERS = 256

log = logging.getLogger(__name__)


@click.command(
    epilog="Exit codes: 0 ended by a signal; 1 a failure, as an address in use; 2 wrong usage or "
    "settings, or no secret. A broker that does not answer is waited for: senders get 503."
)
@click.option(
    "--bind",
    default=BIND,
    show_default=True,
    envvar="PACKIT_WORKER_RELAY_BIND",
    help="Host and port; port 0: any free one.",
)
@click.option("--processes", default=2, show_default=True, type=click.IntRange(1))
@click.option(
    "--threads",
    default=32,
    show_default=True,
    type=click.IntRange(1),
    help="Payloads that each process checks and hands on at a time.",
)
@click.option(
    "--receive-seconds",
    default=30.0,
    show_default=True,
    type=click.FloatRange(1),
    help="How long a sender may take for a request.",
)
def relay(bind: str, processes: int, threads: int, receive_seconds: float) -> None:
    """Receive webhooks and hand them to stage 1, until SIGTERM or Ctrl-C.

    A sender hears 202 once the broker has what it sent. Doors without a secret in the settings stay
    closed.
    """
    load_table()
    settings = load_settings_of_service()
    observe_here(settings)
    if settings.broker:
        _check_url(settings.broker)
    doors = _doors(settings)

    def make() -> Flask:
        app = door_app(settings, senders=threads)
        gate = Gate(lambda payload: deliver(app, payload))
        return create_relay(doors, gate.deliver, settings.options(), threads=threads)

    server = Server(
        "relay",
        make,
        bind=bind,
        processes=processes,
        threads=max(threads, _SENDERS),
        receive_seconds=receive_seconds,
    )
    try:
        with nullcontext() if settings.broker else embedded_broker():
            server.run()
    except EmbeddedBrokerError as error:
        raise click.UsageError(f"no broker: {error}") from None


def _check_url(broker: str) -> None:
    try:
        check_broker_url(broker)
    except BrokerUrlError as error:
        raise click.UsageError(f"PACKIT_WORKER_BROKER {error}") from None


def _doors(settings: Settings) -> tuple[Door, ...]:
    """Return the open doors, and tell which they are."""
    try:
        doors = open_doors(settings.service)
    except FileError as error:
        raise click.UsageError(str(error)) from None
    if not doors:
        raise click.UsageError(
            "no secret: set webhook_secret, pagure_webhook_secret(s) or testing_farm_secret in "
            "packit-worker.yaml; only `validate_webhooks: false` lets everybody in"
        )
    if not settings.service.validate_webhooks:
        log.warning(
            "NO WEBHOOK IS CHECKED (validate_webhooks: false): WHOEVER REACHES THIS PORT CAN SEND "
            "ANY EVENT IN ANYBODY'S NAME"
        )
    log.info("open: %s", ", ".join(path for door in doors for path in door.paths))
    return doors
