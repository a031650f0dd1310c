"""Runs the stand-ins of the sandbox in the foreground, each on an address of its own."""

import signal
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TypeAlias

from packit_worker.sandbox.bodhi import BodhiStandIn
from packit_worker.sandbox.example import example_fasjson, example_github, example_pagure
from packit_worker.sandbox.example_copr import Send, example_copr
from packit_worker.sandbox.example_downstream import example_lookaside
from packit_worker.sandbox.example_koji import example_koji
from packit_worker.sandbox.example_testing_farm import example_testing_farm
from packit_worker.sandbox.server import Server
from packit_worker.sandbox.stand_in import StandIn

# Pagure on another host than GitHub: ogr knows services by host name and not by port.
# The lookaside comes before GitHub, whose spec files name where it answers.
ADDRESSES = {
    "lookaside": "127.0.0.1:8098",
    "github": "127.0.0.1:8091",
    "pagure": "127.0.0.2:8092",
    "copr": "127.0.0.1:8093",
    "bodhi": "127.0.0.1:8094",
    "fasjson": "127.0.0.1:8095",
    "testing_farm": "127.0.0.1:8097",
    "koji": "127.0.0.1:8096",
}

Urls: TypeAlias = Mapping[str, str]

# Each gets the folder, who takes messages for the bus, and where those before it answer.
_STAND_INS: Mapping[str, Callable[[Path, Send, Urls], StandIn]] = {
    "lookaside": lambda _folder, _send, _urls: example_lookaside().stand_in,
    "github": lambda folder, _send, urls: example_github(folder, urls["lookaside"]).stand_in,
    "pagure": lambda folder, _send, _urls: example_pagure(folder).stand_in,
    "copr": lambda _folder, send, _urls: example_copr(send).stand_in,
    "bodhi": lambda _folder, _send, _urls: BodhiStandIn().stand_in,
    "fasjson": lambda _folder, _send, _urls: example_fasjson().stand_in,
    "testing_farm": lambda _folder, send, _urls: example_testing_farm(send).stand_in,
    "koji": lambda _folder, send, _urls: example_koji(send).stand_in,
}


def serve(
    folder: Path,
    addresses: Urls = ADDRESSES,
    on_ready: Callable[[Urls], object] = lambda _urls: None,
    send: Send = lambda _message: None,
) -> None:
    """Serve the example world until SIGINT or SIGTERM.

    Args:
        folder: where the git repositories and the App's key lie; made where it is absent. What
            was written to the forges (statuses, comments) is forgotten at the end.
        addresses: host and port of each stand-in, `127.0.0.1:8091`; port 0 takes any free one.
        on_ready: called with the address of each once all answer.
        send: called with each message that a stand-in sends to the bus.

    Raises:
        ValueError: an address is not host and port.
        OSError: an address is in use.
    """
    with ExitStack() as stack:
        until_signal = stack.enter_context(_signals(signal.SIGINT, signal.SIGTERM))
        urls: dict[str, str] = {}
        for name, make in _STAND_INS.items():
            server = Server(make(folder, send, urls), *_split(addresses[name]))
            stack.enter_context(server)
            urls[name] = server.url
        on_ready(urls)
        until_signal()


@contextmanager
def _signals(*numbers: signal.Signals) -> Iterator[Callable[[], object]]:
    """Give what waits for one of the signals, whichever thread of ours the kernel hands it to.

    A lock or a queue does not do: the main thread waits on if another thread got the signal.
    """
    ours, pythons = socket.socketpair()
    with ours, pythons:
        pythons.setblocking(False)  # noqa: FBT003 - the name is the standard library's
        signal.set_wakeup_fd(pythons.fileno())
        before = {number: signal.signal(number, lambda _number, _frame: None) for number in numbers}
        try:
            yield lambda: ours.recv(1)
        finally:
            signal.set_wakeup_fd(-1)
            for number, handler in before.items():
                signal.signal(number, handler)


def _split(address: str) -> tuple[str, int]:
    host, _, port = address.rpartition(":")
    if not host or not port.isdecimal():
        raise ValueError(f"{address!r} is not host:port")
    return host, int(port)
