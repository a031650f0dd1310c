import os
import socket
import stat
import sys
from pathlib import Path

import pytest

from packit_worker.embedded import (
    EmbeddedBrokerError,
    broker_url,
    embedded_broker,
    is_running,
    state_folder,
)

TMP = Path("/tmp")  # noqa: S108 - what the code says
LONG = "a-folder-with-a-long-name-" * 4


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def long_state(tmp_path, monkeypatch):
    folder = tmp_path / LONG
    monkeypatch.setenv("PACKIT_WORKER_STATE", str(folder))
    return folder


def socket_of(url):
    return Path(url.removeprefix("redis+socket://").removesuffix("?virtual_host=0"))


def test_the_variable_names_the_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("PACKIT_WORKER_STATE", str(tmp_path / "named"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "xdg"))
    assert state_folder() == tmp_path / "named"
    assert mode(tmp_path / "named") == 0o700


def test_else_it_lies_in_the_state_home(tmp_path, monkeypatch):
    monkeypatch.setenv("PACKIT_WORKER_STATE", "")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "xdg"))
    assert state_folder() == tmp_path / "xdg" / "packit-worker"


@pytest.mark.parametrize("state_home", ["", "relative/path"])
def test_else_it_lies_in_the_home_folder(tmp_path, monkeypatch, state_home):
    monkeypatch.delenv("PACKIT_WORKER_STATE", raising=False)
    monkeypatch.setenv("XDG_STATE_HOME", state_home)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert state_folder() == tmp_path / ".local" / "state" / "packit-worker"


def test_a_relative_name_does_not_depend_on_later_changes_of_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PACKIT_WORKER_STATE", "here")
    assert state_folder() == tmp_path / "here"


@pytest.mark.parametrize("open_mode", [0o770, 0o720, 0o702, 0o777])
@pytest.mark.usefixtures("in_state")
def test_a_folder_that_others_can_write_is_refused(state, open_mode):
    state.chmod(open_mode)
    with pytest.raises(EmbeddedBrokerError) as refused, embedded_broker():
        pass
    assert str(refused.value) == (
        f"{state}: other users can get in (mode 0{open_mode:o}); run: chmod 700 '{state}'"
    )


@pytest.mark.usefixtures("in_state")
def test_a_folder_that_others_can_read_is_not(state):
    state.chmod(0o755)
    with embedded_broker():
        assert mode(state / "broker") == 0o700
        assert mode(state / "broker" / "valkey.sock") == 0o700


@pytest.mark.usefixtures("in_state")
def test_a_broker_folder_that_others_can_look_into_is_refused(state):
    (state / "broker").mkdir()
    (state / "broker").chmod(0o755)
    with pytest.raises(EmbeddedBrokerError, match=r"broker: other users can get in \(mode 0755\)"):
        embedded_broker().__enter__()


@pytest.mark.usefixtures("in_state")
def test_a_folder_of_somebody_else_is_refused(state, monkeypatch):
    if os.geteuid() == 0:
        os.chown(state, 12345, -1)
        owner = 12345
    else:
        monkeypatch.setenv("PACKIT_WORKER_STATE", "/usr")
        owner = 0
    with pytest.raises(EmbeddedBrokerError) as refused:
        state_folder()
    assert f"belongs to the user with id {owner}, not to you" in str(refused.value)
    assert "PACKIT_WORKER_STATE" in str(refused.value)


def test_a_file_in_its_place_is_refused(state, monkeypatch):
    (state / "file").write_text("")
    monkeypatch.setenv("PACKIT_WORKER_STATE", str(state / "file"))
    with pytest.raises(EmbeddedBrokerError, match=r"file: cannot be made \(File exists\)"):
        state_folder()
    monkeypatch.setenv("PACKIT_WORKER_STATE", str(state / "file" / "below"))
    with pytest.raises(EmbeddedBrokerError, match=r"below: cannot be made \(Not a directory\)"):
        state_folder()


@pytest.mark.usefixtures("in_state")
def test_a_link_in_place_of_the_broker_folder_is_refused(state):
    (state / "broker").symlink_to(state)
    with pytest.raises(EmbeddedBrokerError, match=r"broker: is not a folder; remove it"):
        embedded_broker().__enter__()


def test_a_path_too_long_for_a_socket_moves_the_socket(long_state):
    with embedded_broker() as url:
        path = socket_of(url)
        assert path.parent.parent == TMP
        assert mode(path.parent) == 0o700
        assert stat.S_ISSOCK(path.stat().st_mode)
        assert (long_state / "broker" / "appendonlydir").is_dir()
        assert is_running() is True
    assert path.parent.exists() is False


@pytest.mark.parametrize("name", ["with space", "percent%20", "question?", "número", "hash#"])
def test_so_does_a_path_that_a_url_would_have_to_escape(state, monkeypatch, name):
    monkeypatch.setenv("PACKIT_WORKER_STATE", str(state / name))
    with embedded_broker() as url:
        assert socket_of(url).parent.parent == TMP
        assert is_running() is True


def test_a_user_with_other_temporary_folders_finds_the_same_socket(long_state, processes, state):
    with embedded_broker() as url:
        other = processes.start(
            PACKIT_WORKER_STATE=str(long_state), XDG_RUNTIME_DIR=str(state), TMPDIR=str(state)
        )
        assert other.line() == url
        assert other.leave() == "left"
        assert is_running() is True


def test_so_does_a_user_who_goes_through_a_link(long_state, processes, state):
    (state / "link").symlink_to(long_state)
    with embedded_broker() as url:
        other = processes.start(PACKIT_WORKER_STATE=str(state / "link"))
        assert other.line() == url
        assert other.leave() == "left"
        assert is_running() is True


@pytest.mark.usefixtures("long_state")
def test_a_socket_folder_that_somebody_prepared_is_refused():
    folder = socket_of(broker_url()).parent
    folder.mkdir()
    folder.chmod(0o755)
    try:
        with pytest.raises(EmbeddedBrokerError, match=r"other users can get in \(mode 0755\)"):
            embedded_broker().__enter__()
    finally:
        folder.rmdir()


def test_to_know_the_url_makes_nothing(long_state):
    assert socket_of(broker_url()).parent.parent == TMP
    assert socket_of(broker_url()).parent.exists() is False
    assert long_state.exists() is False


@pytest.mark.usefixtures("in_state")
def test_a_stale_socket_and_a_stale_pid_are_cleared(state, processes):
    (state / "broker").mkdir(mode=0o700)
    with socket.socket(socket.AF_UNIX) as forgotten:
        forgotten.bind(str(state / "broker" / "valkey.sock"))
    (state / "broker" / "valkey.pid").write_text(str(os.getpid()))
    with embedded_broker():
        assert is_running() is True
        assert (state / "broker" / "valkey.pid").read_text().strip() == str(processes.server())


def test_without_the_wheel_the_error_says_what_to_do(processes):
    program = "from packit_worker.embedded import embedded_broker\nembedded_broker().__enter__()"
    user = processes.start(f"import sys; sys.path = {plain_path()!r}\n{program}")
    _, error = user.process.communicate(timeout=20)
    assert "no server program for the embedded broker: run pip install" in error


def plain_path():
    """The module path without installed packages."""
    root = str(Path(__file__).parents[3])
    return [root, *(path for path in sys.path if path and "site-packages" not in path)]
