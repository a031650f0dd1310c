import os
import signal
from pathlib import Path

import pytest

from packit_worker.embedded import EmbeddedBrokerError, embedded_broker
from packit_worker.embedded.folders import private_folder
from packit_worker.embedded.locks import exclusive
from packit_worker.embedded.server import Server


def server_of(state):
    """A server without users, so without a watcher, and with little patience."""
    folder = private_folder(state / "broker")
    return Server(folder, answer_seconds=1, stop_seconds=1)


def is_frozen(pid):
    stat = Path(f"/proc/{pid}/stat").read_text()
    return stat.rpartition(")")[2].split()[0] == "T"


def freeze(pid):
    os.kill(pid, signal.SIGSTOP)
    while not is_frozen(pid):
        pass


def test_a_server_that_hangs_is_replaced_when_nobody_else_uses_it(state, processes):
    assert server_of(state).ensure_answers(alone=True) is True
    hanging = processes.server()
    freeze(hanging)
    assert server_of(state).ensure_answers(alone=True) is True
    assert server_of(state).ping() is True
    assert processes.server() != hanging


def test_a_server_that_hangs_is_left_to_those_who_use_it(state, processes):
    server_of(state).ensure_answers(alone=True)
    hanging = processes.server()
    freeze(hanging)
    with pytest.raises(EmbeddedBrokerError) as refused:
        server_of(state).ensure_answers(alone=False)
    text = str(refused.value)
    assert f"does not answer; see its log, or end it: kill -9 {hanging}" in text
    assert "Ready to accept connections unix" in text
    assert processes.servers() == [hanging]


def test_a_server_whose_socket_was_deleted_is_replaced(state, processes):
    server_of(state).ensure_answers(alone=True)
    unreachable = processes.server()
    (state / "broker" / "valkey.sock").unlink()
    assert server_of(state).ensure_answers(alone=True) is True
    assert server_of(state).ping() is True
    assert processes.server() != unreachable


def test_a_server_that_hangs_is_killed_by_the_last_one(state, processes):
    server_of(state).ensure_answers(alone=True)
    freeze(processes.server())
    assert server_of(state).stop() is True
    assert processes.servers() == []
    assert (state / "broker" / "valkey.sock").exists() is False


def test_the_pid_of_another_program_is_not_killed(state, processes):
    server_of(state).ensure_answers(alone=True)
    freeze(processes.server())
    (state / "broker" / "valkey.pid").write_text(str(os.getpid()))
    server = server_of(state)
    with pytest.raises(EmbeddedBrokerError, match=r"does not answer; see its log. The end of"):
        server.ensure_answers(alone=True)
    assert server.stop() is False
    assert len(processes.servers()) == 1


@pytest.mark.usefixtures("in_state")
def test_data_that_cannot_be_read_are_told_with_the_log(state, processes):
    with embedded_broker():
        pass
    manifest = state / "broker" / "appendonlydir" / "appendonly.aof.manifest"
    manifest.write_text("not a manifest\n")
    with pytest.raises(EmbeddedBrokerError) as refused, embedded_broker():
        pass
    assert f"does not answer; see its log. The end of {state}/broker/valkey.log:" in str(
        refused.value
    )
    assert "AOF manifest" in str(refused.value)
    assert processes.servers() == []


def test_a_start_lock_that_is_never_given_back_is_told(state):
    path = state / "start.lock"
    with (
        exclusive(path, 1),
        pytest.raises(EmbeddedBrokerError, match=r"start.lock: another command holds it for 0 s"),
        exclusive(path, 0.1),
    ):
        pass


def test_a_folder_that_is_gone_answers_nothing(state):
    assert Server(state / "none").ping() is False


@pytest.mark.usefixtures("in_state")
def test_a_long_log_is_put_aside(state):
    with embedded_broker():
        pass
    log = state / "broker" / "valkey.log"
    log.write_text("x" * 1_000_001)
    with embedded_broker():
        pass
    assert (state / "broker" / "valkey.log.1").read_text() == "x" * 1_000_001
    assert log.read_text().count("Valkey is starting") == 1
