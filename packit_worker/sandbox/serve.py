"""Runs both forges of the sandbox in the foreground, each on an address of its own."""

import signal
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from queue import SimpleQueue

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
    # No Event: a handler that sets one while it begins to be waited for waits for itself.
    ended: SimpleQueue[int] = SimpleQueue()
    with ExitStack() as stack:
        github = Server(example_github(folder).stand_in, *_split(github_address))
        stack.enter_context(github)
        pagure = Server(example_pagure(folder).stand_in, *_split(pagure_address))
        stack.enter_context(pagure)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda number, _: ended.put(number))
        on_ready(github.url, pagure.url)
        ended.get()


def _split(address: str) -> tuple[str, int]:
    host, _, port = address.rpartition(":")
    if not host or not port.isdecimal():
        raise ValueError(f"{address!r} is not host:port")
    return host, int(port)
