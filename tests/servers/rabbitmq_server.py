"""A real RabbitMQ for tests: that of PACKIT_WORKER_TEST_RABBITMQ (a URL), else one of our own.

The management API makes a virtual host for each test. For a RabbitMQ from outside it is looked for
on port 15672 of the same host, or where PACKIT_WORKER_TEST_RABBITMQ_API says.
"""

import base64
import contextlib
import os
import socket
import urllib.parse
import urllib.request
import uuid

import pytest
from servers.process import ServerProcess, find_program, free_port

PACKAGE = "rabbitmq-server"
# Not the program on the PATH: it is a wrapper that insists on the user `rabbitmq`.
PROGRAMS = [
    "/usr/lib/rabbitmq/bin/rabbitmq-server",
    "/usr/lib64/rabbitmq/bin/rabbitmq-server",
    "/opt/rabbitmq/sbin/rabbitmq-server",
]
AMQP_GREETING = b"AMQP\x00\x00\x09\x01"


class RabbitServer:
    """A RabbitMQ with a name, ports, folders and a port mapper (epmd) of its own."""

    def __init__(self, folder):
        self._port = free_port()
        self.url = f"amqp://guest:guest@127.0.0.1:{self._port}//"
        api_port = free_port()
        self.api = f"http://guest:guest@127.0.0.1:{api_port}"
        epmd_port = free_port()
        environment = _environment(folder, epmd_port)
        _write_config(folder, self._port, api_port)
        # In the foreground: the one that RabbitMQ starts by itself becomes a daemon and stays.
        self._epmd = ServerProcess(
            [find_program(["epmd"], "erlang-base (Debian) or erlang-erts (Fedora)")],
            folder / "epmd.log",
            lambda: _connects(epmd_port),
            environment,
        )
        program = find_program(PROGRAMS, PACKAGE)
        self._rabbit = ServerProcess([program], folder / "output.log", self._greets, environment)

    @property
    def pid(self) -> int:
        return self._rabbit.pid

    def start(self) -> None:
        """Start, and return as soon as it speaks AMQP."""
        self._epmd.start()
        self._rabbit.start()

    def stop(self) -> None:
        """End it in an orderly way."""
        self._rabbit.stop()
        self._epmd.kill()

    def kill(self) -> None:
        """Kill -9."""
        self._rabbit.kill()
        self._epmd.kill()

    def freeze(self) -> None:
        """Let it hang: connections stay open, nothing answers."""
        self._rabbit.freeze()

    def thaw(self) -> None:
        """Let a frozen server go on."""
        self._rabbit.thaw()

    def _greets(self):
        with socket.create_connection(("127.0.0.1", self._port), timeout=2) as connection:
            connection.sendall(AMQP_GREETING)
            return len(connection.recv(7)) > 0


@pytest.fixture(scope="session")
def rabbitmq_server(tmp_path_factory):
    """A RabbitMQ of the whole session: whoever stops or freezes it sets it going again."""
    server = RabbitServer(tmp_path_factory.mktemp("rabbitmq"))
    try:
        server.start()
        yield server
    finally:
        server.kill()


@pytest.fixture
def private_rabbitmq(tmp_path):
    """A RabbitMQ of this test alone, to be killed. It takes seconds to start."""
    folder = tmp_path / "private-rabbitmq"
    folder.mkdir()
    server = RabbitServer(folder)
    try:
        server.start()
        yield server
    finally:
        server.kill()


@pytest.fixture(scope="session")
def rabbitmq_url(request):
    """The URL of a RabbitMQ that answers."""
    outside = os.environ.get("PACKIT_WORKER_TEST_RABBITMQ")
    return outside or request.getfixturevalue("rabbitmq_server").url


@pytest.fixture
def rabbitmq_broker(request, rabbitmq_url):
    """The URL of a fresh virtual host, which goes after the test."""
    with virtual_host(request, rabbitmq_url) as url:
        yield url


@contextlib.contextmanager
def virtual_host(request, rabbitmq_url):
    """Have a virtual host for the time of the block, and yield its URL; for wider scopes too."""
    url = urllib.parse.urlsplit(rabbitmq_url)
    api = _api_of(url) or request.getfixturevalue("rabbitmq_server").api
    name = f"test-{uuid.uuid4().hex}"
    _ask(api, "PUT", f"/api/vhosts/{name}")
    yield url._replace(path=f"/{name}").geturl()
    _ask(api, "DELETE", f"/api/vhosts/{name}")


def _api_of(url):
    """Return the management API of a RabbitMQ from outside, None for our own."""
    if "PACKIT_WORKER_TEST_RABBITMQ" not in os.environ:
        return None
    credentials = url.netloc.rpartition("@")[0] or "guest:guest"
    default = f"http://{credentials}@{url.hostname}:15672"
    return os.environ.get("PACKIT_WORKER_TEST_RABBITMQ_API", default)


def _ask(api, method, path):
    parts = urllib.parse.urlsplit(api)
    credentials, _, host = parts.netloc.rpartition("@")
    token = base64.b64encode(urllib.parse.unquote(credentials).encode()).decode()
    request = urllib.request.Request(  # noqa: S310 - our own server, or one the tester names
        f"{parts.scheme}://{host}{path}", method=method, headers={"Authorization": f"Basic {token}"}
    )
    with urllib.request.urlopen(request, timeout=10):  # noqa: S310 - as above
        pass


def _connects(port):
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


def _write_config(folder, port, api_port):
    (folder / "rabbitmq.conf").write_text(
        f"listeners.tcp.1 = 127.0.0.1:{port}\n"
        f"management.tcp.ip = 127.0.0.1\n"
        f"management.tcp.port = {api_port}\n"
    )
    (folder / "enabled_plugins").write_text("[rabbitmq_management].\n")


def _environment(folder, epmd_port):
    dist_port = free_port()
    return {
        "HOME": str(folder),  # the Erlang cookie is written there
        # The start script then becomes the server, so that signals reach it.
        "RUNNING_UNDER_SYSTEMD": "true",
        "RABBITMQ_NODENAME": f"test-{dist_port}@localhost",
        "RABBITMQ_DIST_PORT": str(dist_port),
        "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq.conf"),
        "RABBITMQ_CONF_ENV_FILE": str(folder / "rabbitmq-env.conf"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "enabled_plugins"),
        "RABBITMQ_MNESIA_BASE": str(folder / "mnesia"),
        "RABBITMQ_LOG_BASE": str(folder / "log"),
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": (
            "-kernel inet_dist_use_interface {127,0,0,1} +sbwt none"
        ),
        "ERL_EPMD_ADDRESS": "127.0.0.1",
        "ERL_EPMD_PORT": str(epmd_port),
    }
