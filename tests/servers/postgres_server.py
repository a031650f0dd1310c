"""A real PostgreSQL for tests: that of PACKIT_WORKER_TEST_POSTGRES (a URL), else one of our own."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
import uuid
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

START_SECONDS = 60
STOP_SECONDS = 20
POLL_SECONDS = 0.05
# Nothing here has to survive a power failure.
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class PostgresServer:
    """A cluster in the empty `folder` that listens on a socket in it, and on nothing else."""

    def __init__(self, folder: Path):
        self._folder = folder
        self._process = None
        self.url = f"postgresql://postgres@/postgres?host={folder}"

    def start(self) -> None:
        """Make the cluster, unless it is there; start it, and return when it answers."""
        data = self._folder / "data"
        if not data.exists():
            self._make(data)
        settings = {"listen_addresses": "", "unix_socket_directories": self._folder, **FAST}
        arguments = [text for pair in settings.items() for text in ("-c", "{}={}".format(*pair))]
        with (self._folder / "log").open("wb") as log:
            self._process = subprocess.Popen(
                [*_as_postgres(), *_dies_with_us(), _program("postgres"), "-D", data, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd="/",
                start_new_session=True,
            )
        self._wait()

    def _make(self, data: Path) -> None:
        if os.geteuid() == 0:
            shutil.chown(self._folder, "postgres")
        initdb = [_program("initdb"), "-D", data, "-U", "postgres", "-A", "trust"]
        options = ["-E", "UTF8", "--no-locale", "--no-sync"]
        subprocess.run(
            [*_as_postgres(), *initdb, *options], check=True, cwd="/", stdout=subprocess.DEVNULL
        )

    def stop(self) -> None:
        """End every session and the server."""
        if self._process is None:
            return
        # "Fast shutdown"; SIGTERM would wait for clients.
        # https://www.postgresql.org/docs/current/server-shutdown.html
        self._process.send_signal(signal.SIGINT)
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait(STOP_SECONDS)
        self._process = None

    def _wait(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self._process.poll() is None:
            if self._answers():
                return
            time.sleep(POLL_SECONDS)
        self.stop()
        tail = (self._folder / "log").read_text(errors="replace")[-2000:]
        pytest.fail(f"PostgreSQL did not start; the end of its log:\n{tail}")

    def _answers(self) -> bool:
        import psycopg  # noqa: PLC0415 - see _migrate

        try:
            _connect(self.url).close()
        except psycopg.OperationalError:
            return False
        return True


@pytest.fixture(scope="session")
def postgres_url():
    """The URL (a string) of a PostgreSQL in which databases may be made."""
    given = os.environ.get("PACKIT_WORKER_TEST_POSTGRES")
    if given:
        yield given
        return
    with _own_server() as server:
        yield server.url


@pytest.fixture
def private_postgres():
    """A PostgreSQL of this test alone, to be stopped, with all tables and no rows."""
    with _own_server() as server:
        _migrate(server.url)
        yield server


@contextmanager
def _own_server():
    # Not below pytest's folder, which nobody else may enter; and the path of a socket is short.
    folder = Path(tempfile.mkdtemp(prefix="packit-worker-pg-"))
    server = PostgresServer(folder)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
def postgres_template(postgres_url):
    """The name of a migrated database, to be copied."""
    with fresh_database(postgres_url) as url:
        _migrate(url)
        yield urlsplit(url).path.removeprefix("/")


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory):
    """The path of a migrated file, to be copied."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    _migrate(f"sqlite:///{path}")
    return path


@pytest.fixture
def sqlite_database_url(sqlite_template, tmp_path):
    """The URL of a file of SQLite with all tables and no rows."""
    path = tmp_path / "packit-worker.db"
    shutil.copy(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def postgres_database_url(postgres_url, postgres_template):
    """The URL of a database of PostgreSQL with all tables and no rows."""
    with fresh_database(postgres_url, postgres_template) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request):
    """The URL of a database with all tables and no rows; once on SQLite, once on PostgreSQL."""
    return request.getfixturevalue(f"{request.param}_database_url")


@pytest.fixture(params=["sqlite", "postgres"])
def empty_database_url(request, tmp_path):
    """The URL of a database without a table; once on SQLite, once on PostgreSQL."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    with fresh_database(request.getfixturevalue("postgres_url")) as url:
        yield url


@contextmanager
def fresh_database(server_url, template="template0"):
    """Have a database for the time of the block, and yield its URL."""
    name = f"packit_worker_{uuid.uuid4().hex}"
    with _connect(server_url) as connection:
        # The strategy is the faster one where nothing is written through.
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY file_copy')
    try:
        yield urlsplit(server_url)._replace(path=f"/{name}").geturl()
    finally:
        with _connect(server_url) as connection:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def _connect(url):
    import psycopg  # noqa: PLC0415 - see _migrate

    # The name of the driver is SQLAlchemy's own.
    address = urlsplit(url)._replace(scheme="postgresql").geturl()
    return psycopg.connect(address, autocommit=True)


def _migrate(url):
    """Make all tables, and close every connection: what is in use cannot be copied."""
    # Imported late: this file is a plugin of the whole suite, which runs without SQLAlchemy too.
    from packit_worker.store.database import Database  # noqa: PLC0415
    from packit_worker.store.schema import upgrade  # noqa: PLC0415

    database = Database(url)
    upgrade(database)
    database.close()


def _program(name):
    """Return the path of a server program."""
    # Debian keeps them out of the PATH, in a folder for each version.
    folders = Path("/usr/lib/postgresql").glob("*/bin")
    debian = sorted(folders, key=lambda path: float(path.parts[-2]))
    places = os.pathsep.join([*map(str, reversed(debian)), os.environ.get("PATH", "")])
    path = shutil.which(name, path=places)
    if path is not None:
        return path
    text = f"no {name} found: install postgresql (Debian) or postgresql-server (Fedora)"
    if os.environ.get("PACKIT_WORKER_TESTS_SKIP_SERVERS") == "1":
        pytest.skip(text)
    pytest.fail(f"{text}, or set PACKIT_WORKER_TESTS_SKIP_SERVERS=1 to skip the tests that need it")


def _as_postgres():
    """PostgreSQL refuses to be run by root."""
    if os.geteuid() != 0:
        return []
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"]


def _dies_with_us():
    """Have the kernel end the server (a fast shutdown) when the test run itself is killed."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "INT"] if setpriv else []
