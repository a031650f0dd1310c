"""What the processes of a box use together, as the kernel tells it."""

import subprocess
import sys

import pytest

from packit_worker.box import watching

MIB = 2**20
# Says its own id, and ends when its input does.
HOLD = "import sys; held = bytearray({0} * 2**20); held[::4096] = b'x' * len(held[::4096]); "
WAIT = "print('holds', flush=True); sys.stdin.read()"
CHILD = (
    "import subprocess; child = subprocess.Popen([sys.executable, '-c', {0!r}], "
    "stdin=subprocess.PIPE, stdout=subprocess.PIPE); child.stdout.readline(); "
)


@pytest.fixture
def start():
    running = []

    def start(program):
        process = subprocess.Popen(
            [sys.executable, "-I", "-c", program],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        running.append(process)
        assert process.stdout.readline() == b"holds\n"
        return process.pid

    yield start
    for process in running:
        process.communicate(timeout=10)


def test_one_process(start):
    used = watching.memory_of(start(HOLD.format(80) + WAIT))
    assert 80 * MIB <= used < 130 * MIB


def test_children_and_theirs_count(start):
    inner = HOLD.format(40) + WAIT
    outer = "import sys; " + CHILD.format(inner) + HOLD.format(40) + WAIT
    used = watching.memory_of(start("import sys; " + CHILD.format(outer) + WAIT))
    assert 80 * MIB <= used < 160 * MIB


def test_pages_that_are_shared_count(start):
    shared = "import mmap, sys; m = mmap.mmap(-1, 60 * 2**20); m.write(b'x' * len(m)); "
    used = watching.memory_of(start(shared + WAIT))
    assert used >= 60 * MIB


def test_others_do_not_count(start):
    start(HOLD.format(200) + WAIT)
    assert watching.memory_of(start("import sys; " + WAIT)) < 60 * MIB


def test_one_that_ended_uses_nothing():
    process = subprocess.Popen(["true"])
    process.wait()
    assert watching.memory_of(process.pid) == 0


@pytest.mark.parametrize("name", ["a) S 1 (b", ") R 7", "S 1 1"])
def test_a_name_that_looks_like_more(tmp_path, name):
    """The name of a process may hold anything."""
    program = tmp_path / name[:15].replace("/", "")
    program.write_text("#!/bin/sh\nsleep 30 &\necho $!\nread end\nkill $!\n")
    program.chmod(0o755)
    with subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout.readline().strip().isdigit()
        alone = watching.memory_of(process.pid)
        assert alone > 0
        process.communicate(b"\n", timeout=10)


def test_what_the_host_can_give():
    assert 10 * MIB < watching.available() < 2**50
