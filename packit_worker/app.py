"""The Celery application: brokers, queues, and why each setting is what it is.

Measured reasons stand in short beside each setting; `task_always_eager` and the memory transport
are used nowhere.
"""

from contextlib import ExitStack
from typing import Any

from celery import Celery, bootsteps
from kombu import Exchange, Queue

from packit_worker import embedded
from packit_worker.broker_url import check_broker_url, is_redis
from packit_worker.ending import LONGEST_COUNTDOWN
from packit_worker.handler import AnySpec
from packit_worker.liveness import LivenessFile
from packit_worker.poison import TOLERANT_CONSUMER
from packit_worker.processes import observe
from packit_worker.redis_transport import serve_redis_urls
from packit_worker.registry import EVENTS, HANDLERS, WORDS
from packit_worker.routing import Routing, load_routing
from packit_worker.settings import Settings
from packit_worker.stage1 import RECORD_OUTCOME
from packit_worker.sweep_task import SWEEP
from packit_worker.tasks import (
    FOREIGN_PARSE_MESSAGE,
    PARSE_MESSAGE,
    register_tasks,
)

# Seconds. Redis gives a message again whose worker has not acked it for so long. A copy that comes
# back while the first still runs is harmless: the ledger answers `in-progress`.
VISIBILITY_TIMEOUT = 120
SWEEP_SECONDS = 10

if VISIBILITY_TIMEOUT <= LONGEST_COUNTDOWN:  # or Redis would send each waiting message twice
    raise AssertionError("the visibility timeout must be above every countdown")


def create_app(settings: Settings, handlers: tuple[AnySpec, ...] = HANDLERS) -> Celery:
    """Return the application for these settings, with its tasks registered.

    Args:
        settings: the operator's.
        handlers: the table of stage 2.

    Raises:
        RoutingError: queues.yaml cannot be used.
        BrokerUrlError: nor can the broker's URL.
    """
    routing = load_routing(settings.queues_file, WORDS)
    if settings.broker:
        check_broker_url(settings.broker)
    broker = settings.broker or embedded.broker_url()
    if is_redis(broker):
        serve_redis_urls()
    app = Celery("packit_worker", broker=broker, set_as_current=False)
    app.conf.update(_COMMON)
    app.conf.update(_queues(routing, is_redis=is_redis(broker)))
    app.conf.broker_transport_options = _REDIS if is_redis(broker) else _RABBITMQ
    app.steps["worker"].add(EmbeddedBroker)
    app.steps["consumer"].add(LivenessFile)
    register_tasks(app, routing, settings, handlers)
    observe(app, settings)
    return app


class EmbeddedBroker(bootsteps.StartStopStep):
    """The embedded broker lives at least as long as a worker that uses it."""

    def __init__(self, worker: Any, **_kwargs: object) -> None:
        super().__init__(worker)
        self.held = ExitStack()

    def include_if(self, worker: Any) -> bool:
        """Whether nothing else is configured."""
        return bool(worker.app.conf.broker_url == embedded.broker_url())

    def start(self, parent: Any) -> None:  # noqa: ARG002 - Celery's
        """Start it, or find it running."""
        self.held.enter_context(embedded.embedded_broker())

    def stop(self, parent: Any) -> None:  # noqa: ARG002 - Celery's
        """Let go of it; the last one ends it."""
        self.held.close()

    terminate = stop


def _queues(routing: Routing, *, is_redis: bool) -> dict[str, Any]:
    # A topic exchange, because only with one does RabbitMQ keep a countdown itself.
    exchange = Exchange("packit_worker", type="direct" if is_redis else "topic")
    # Replicated, and a message that kills its workers can be told by its delivery count.
    arguments = {} if is_redis else {"x-queue-type": "quorum"}
    routes = {event.task(): {"queue": routing.routes[event.word()].queue} for event in EVENTS}
    for task, word in _OTHER_TASKS.items():
        routes[task] = {"queue": routing.routes[word].queue}
    return {
        "task_queues": [
            Queue(name, exchange, routing_key=name, queue_arguments=arguments)
            for name in routing.queues
        ],
        "task_routes": routes,
        "task_default_queue": routing.default,
        "task_default_exchange": exchange.name,
        "task_default_exchange_type": exchange.type,
        "task_default_routing_key": routing.default,
        # A queue that queues.yaml does not name is a mistake, not a new queue.
        "task_create_missing_queues": False,
    }


_OTHER_TASKS = {
    PARSE_MESSAGE: "parse_message",
    FOREIGN_PARSE_MESSAGE: "parse_message",
    RECORD_OUTCOME: "record_outcome",
    SWEEP: "sweep",
}

_COMMON: dict[str, Any] = {
    # At least once: a message is acked after its task, and given back when its process is killed.
    # Without the second, a task whose child runs out of memory is acked as failed.
    "task_acks_late": True,
    "task_reject_on_worker_lost": True,
    # ... but a task that kills its process each time ends after its attempts.
    "task_retry_on_worker_lost": True,
    # A task in hand only: a waiting one would age in a worker while another is free.
    "worker_prefetch_multiplier": 1,
    # Pickle runs code of whoever reaches the broker.
    "task_serializer": "json",
    "accept_content": ["json"],
    # The ledger keeps results; storing them twice costs half the CPU of a task again.
    "task_ignore_result": True,
    # Task events cost a third of the throughput; Prometheus counters serve.
    "worker_send_task_events": False,
    "task_send_sent_event": False,
    # A message that is no task is refused, where Celery would end the process.
    "worker_consumer": TOLERANT_CONSUMER,
    # A broker that is down is waited for, for ever, at the start too.
    "broker_connection_retry_on_startup": True,
    "broker_connection_max_retries": None,
    "broker_connection_timeout": 5,
    # AMQP only: a connection that went dead in silence is noticed after two of these.
    "broker_heartbeat": 20,
    # A sender gives up within seconds, so that a door can answer 503.
    "task_publish_retry_policy": {"max_retries": 2, "interval_start": 0.1, "interval_step": 0.3},
    # A running task goes on while the connection is repaired; it runs twice at the worst.
    "worker_cancel_long_running_tasks_on_connection_loss": False,
    # On SIGQUIT (and SIGTERM with REMAP_SIGTERM=SIGQUIT) running tasks get so long to end, then
    # go back to the queue. Keep it below the grace period of whoever stops the worker.
    "worker_soft_shutdown_timeout": 20,
    # What packit and its libraries leak goes with the child: after so many tasks, or kilobytes.
    "worker_max_tasks_per_child": 500,
    "worker_max_memory_per_child": 500_000,
    # A sweep that waited until the next one was due has nothing left to do.
    "beat_schedule": {
        "sweep": {
            "task": SWEEP,
            "schedule": SWEEP_SECONDS,
            "options": {"expires": 3 * SWEEP_SECONDS},
        },
    },
    "timezone": "UTC",
    "enable_utc": True,
}

_REDIS = {
    "visibility_timeout": VISIBILITY_TIMEOUT,
    # Look for lost messages every 10 s, not every 100 s.
    "unacked_restore_interval": 10,
    "unacked_restore_throttle": 1,
    # Without a timeout a half-open connection hangs the worker for good, and a frozen Redis hangs
    # the sender. Above the 1 s for which BRPOP waits.
    "socket_timeout": 10,
    "socket_connect_timeout": 5,
    "socket_keepalive": True,
    # Half-open connections are noticed in 31 s instead of 57 s.
    "health_check_interval": 5,
    # No base64 around the body: a sixth fewer bytes. Every reader follows the message's own mark.
    "body_encoding": "utf-8",
}

_RABBITMQ = {
    # The broker confirms each message, so that a door answers 202 only for what it really has.
    "confirm_publish": True,
    # Without a timeout a worker hangs for good that waits for an answer of a queue without leader.
    "read_timeout": 10,
    "write_timeout": 10,
}
