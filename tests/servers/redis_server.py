"""A real Redis for tests: that of PACKIT_WORKER_TEST_REDIS (a URL), else one of our own."""

import os

import pytest
import redis
from servers.process import ServerProcess, find_program, free_port

PACKAGE = "redis-server (Debian) or valkey (Fedora)"


class RedisServer(ServerProcess):
    """A Redis on a free loopback port that keeps its data over `stop` and `kill`."""

    def __init__(self, folder):
        port = free_port()
        self.url = f"redis://127.0.0.1:{port}/0"
        program = find_program(["redis-server", "valkey-server"], PACKAGE)
        options = {
            "port": port,
            "bind": "127.0.0.1",
            "dir": folder,
            "save": "",
            "appendonly": "yes",
            "maxmemory-policy": "noeviction",
        }
        arguments = [text for key, value in options.items() for text in (f"--{key}", str(value))]
        super().__init__([program, *arguments], folder / "redis.log", self._ping)

    def _ping(self):
        with redis.Redis.from_url(self.url, socket_timeout=1) as client:
            try:
                return client.ping()
            except redis.RedisError:
                return False


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory):
    """A Redis of the whole session: whoever stops or freezes it sets it going again."""
    server = RedisServer(tmp_path_factory.mktemp("redis"))
    server.start()
    yield server
    server.kill()


@pytest.fixture
def private_redis(tmp_path):
    """A Redis of this test alone, to be killed."""
    folder = tmp_path / "private-redis"
    folder.mkdir()
    server = RedisServer(folder)
    server.start()
    yield server
    server.kill()


@pytest.fixture(scope="session")
def redis_url(request):
    """The URL of a Redis that answers."""
    return os.environ.get("PACKIT_WORKER_TEST_REDIS") or request.getfixturevalue("redis_server").url


@pytest.fixture
def redis_broker(redis_url):
    """The URL of an empty Redis database."""
    with redis.Redis.from_url(redis_url) as client:
        client.flushdb()
    return redis_url
