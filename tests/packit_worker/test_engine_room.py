"""What stage 2 needs is loaded by a worker with `--pool threads` too."""

import subprocess
import sys

from servers.worker_process import ROOT, command_environment

SETTINGS = """
authentication:
  github.com: {api_url: "http://127.0.0.1:1", token: made-up}
  src.example.org: {api_url: "http://127.0.0.1:1", type: pagure}
copr: {url: "http://127.0.0.1:1", login: made-up, token: made-up}
"""
THREADS = """
import threading
from concurrent.futures import ThreadPoolExecutor

from packit_worker.errors import TransientError
from packit_worker.forge import Repository
from packit_worker.registry import HANDLERS
from packit_worker.settings import Settings
from packit_worker.engine_room import EngineRoom

room = EngineRoom(Settings.from_environ(), HANDLERS)
together = threading.Barrier(8)


def use(number):
    together.wait()
    engine = room.engine()
    try:
        match number % 4:
            case 0:
                engine.forge.visibility(Repository("github.com", "octo", "hello"))
            case 1:
                engine.forge.visibility(Repository("src.example.org", "rpms", "hello"))
            case 2:
                engine.reader.read(".packit.yaml", "jobs: []", repository="hello")
            case 3:
                engine.services.copr()
    except TransientError:
        pass
    return engine


with ThreadPoolExecutor(8) as pool:
    print(len(set(map(id, pool.map(use, range(8))))), "engines")
"""


def test_threads_that_get_their_first_events_at_the_same_time(tmp_path):
    file = tmp_path / "packit-worker.yaml"
    file.write_text(SETTINGS)
    done = subprocess.run(
        [sys.executable, "-c", THREADS],
        env=command_environment(tmp_path, None) | {"PACKIT_WORKER_CONFIG": str(file)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.stderr, done.stdout) == ("", "8 engines\n")
