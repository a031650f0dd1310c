"""`/metrics` of a worker: what it counted, and what waits in all queues.

https://prometheus.github.io/client_python/multiprocess/: its processes count in files of a folder,
which `PROMETHEUS_MULTIPROC_DIR` must name before the library is loaded.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from celery import Celery, signals
from prometheus_client import CollectorRegistry, Metric, start_http_server
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from packit_worker.depth import waiting

log = logging.getLogger(__name__)


@contextmanager
def exposed(app: Celery, queues: tuple[str, ...], host: str, port: int) -> Iterator[None]:
    """Serve the counters of this worker, and what waits in `queues`.

    Raises:
        OSError: it cannot listen there.
    """
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    registry.register(_Queues(app, queues))
    server, thread = start_http_server(port, host, registry)

    def let_go(**_others: object) -> None:
        # A child that outlives a killed worker would keep the port from the next one.
        server.socket.close()

    signals.worker_process_init.connect(let_go, weak=False)
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Queues(Collector):
    """Asks the broker when it is asked."""

    def __init__(self, app: Celery, queues: tuple[str, ...]) -> None:
        self._app = app
        self._queues = queues

    def collect(self) -> Iterator[Metric]:
        up = GaugeMetricFamily("packit_worker_broker_up", "Whether the broker answers.")
        depth = _by_queue("messages", "Messages that wait in a queue.")
        age = _by_queue("age_seconds", "Seconds since the oldest message in a queue was sent.")
        try:
            found = waiting(self._app, self._queues)
        except Exception as error:  # noqa: BLE001 - whatever it is, the counters are told
            log.warning("what waits in the queues is not known: %s", error)
            up.add_metric([], 0)
            yield up
            return
        up.add_metric([], 1)
        for queue, each in found.items():
            depth.add_metric([queue], each.depth)
            if each.age is not None or not each.depth:
                age.add_metric([queue], each.age or 0)
        yield from (up, depth, age)


def _by_queue(what: str, text: str) -> Any:
    return GaugeMetricFamily(f"packit_worker_queue_{what}", text, labels=["queue"])
