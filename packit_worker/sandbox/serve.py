"""Runs both forges of the sandbox in the foreground, each on an address of its own."""

import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from packit_worker.sandbox.example import example_github, example_pagure
from packit_worker.sandbox.server import Server

GITHUB_ADDRESS = "127.0.0.1:8091"
# Another host than GitHub's: ogr knows services by host name and not by port.
PAGURE_ADDRESS = "127.0.0.2:8092"


def serve(
    folder: Path,
    github_address: str = GITHUB_ADDRESS,
    pagure_address: str = PAGURE_ADDRESS,
    on_ready: Callable[[str, str], object] = lambda _github, _pagure: None,
) -> None:
    """Serve the example world until SIGINT or SIGTERM.

    Args:
        folder: where the git repositories and the App's key lie; made where it is absent. What
            was written to the forges (statuses, comments) is forgotten at the end.
        github_address: host and port, `127.0.0.1:8091`; port 0 takes any free one.
        pagure_address: the same, on another host.
        on_ready: called with the address of each once they answer.

    Raises:
        ValueError: an address is not host and port.
        OSError: an address is in use.
    """
    with ExitStack() as stack:
        until_signal = stack.enter_context(_signals(signal.SIGINT, signal.SIGTERM))
        github = Server(example_github(folder).stand_in, *_split(github_address))
        stack.enter_context(github)
        pagure = Server(example_pagure(folder).stand_in, *_split(pagure_address))
        stack.enter_context(pagure)
        on_ready(github.url, pagure.url)
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
        for number in numbers:
            signal.signal(number, lambda _number, _frame: None)
        yield lambda: ours.recv(1)
        signal.set_wakeup_fd(-1)


def _split(address: str) -> tuple[str, int]:
    host, _, port = address.rpartition(":")
    if not host or not port.isdecimal():
        raise ValueError(f"{address!r} is not host:port")
    return host, int(port)
