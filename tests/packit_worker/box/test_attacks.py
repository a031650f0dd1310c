"""Each attack of a repository gets nothing, ends in a clear outcome, and the next task runs."""

import os
import socket
import threading
from pathlib import Path

import pytest
from box_side import LIMITS, ROOT, SPEC, Repository, job, srpm_step

MIB = 2**20
# Runs when the spec file is read; what it prints becomes the description of the package.
MACRO = "%(python3 /box/upstream/attack.py 2>&1)"
PROBE = {"step": "probe", "arguments": {}}
MADE = {"srpm"}
SOURCE = "Source0: hello-%{version}.tar.gz"


def attack(worker, pushed, script, **more):
    """Let the macro of a spec file run a script; return how that ended, and the next task."""
    spec = SPEC.format(source=SOURCE, loot=MACRO)
    repository = Repository(pushed / "hello", {"hello.spec": spec, "attack.py": script})
    values = job(actions={"get-current-version": "echo 1.0"})
    first, following = worker.run(srpm_step(repository, values), PROBE, **more)
    assert following["value"] == {"here": True}
    return first


def test_accounts_of_the_host_cannot_be_read(worker, pushed):
    ended = attack(worker, pushed, "print(open('/etc/passwd').read())")
    assert ended["value"].keys() == MADE
    assert "No such file or directory: '/etc/passwd'" in ended["loot"]
    assert "root:" not in ended["loot"]


def test_work_of_another_tenant_cannot_be_read(worker, pushed):
    other = worker.folder / "other-tenant"
    other.mkdir(parents=True)
    secret = other / "tenant-secret.txt"
    secret.write_text("tenants-own-words")
    for path in (worker.folder, other, secret):
        os.chown(path, worker.uid, worker.uid)
    script = f"""
import os, subprocess
for path in ({str(secret)!r}, '/input/../other-tenant/tenant-secret.txt'):
    try:
        print(open(path).read())
    except OSError as error:
        print('refused', error.errno)
print([name for _, _, names in os.walk('/') for name in names if 'tenant-secret' in name])
"""
    ended = attack(worker, pushed, script)
    assert "tenants-own-words" not in ended["loot"]
    assert "refused 2\nrefused 2\n[]" in ended["loot"]


def test_no_socket_can_be_opened(worker, pushed):
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        port = server.getsockname()[1]
        script = f"""
import socket
for family in (socket.AF_INET, socket.AF_INET6, socket.AF_UNIX, socket.AF_NETLINK):
    try:
        socket.socket(family, socket.SOCK_RAW if family == socket.AF_NETLINK else 1)
        print('opened', family)
        socket.create_connection(('127.0.0.1', {port}))
        print('connected')
    except OSError as error:
        print('refused', error.errno)
"""
        ended = attack(worker, pushed, script)
        with pytest.raises(TimeoutError):
            server.accept()
    assert "Loot: refused 1\nrefused 1\nrefused 1\nrefused 1" in ended["loot"]


def test_a_fork_bomb_ends_at_its_limits(worker, pushed):
    script = """
import os, time
while True:
    try:
        os.fork()
    except OSError:
        time.sleep(0.05)
"""
    with Peak(65534 if worker.uid == 0 else worker.uid) as peak:
        ended = attack(worker, pushed, script, seconds=8)
    assert ended["code"] == "box-time"
    # Besides those in the box: the worker, bubblewrap, and what a suite beside this one runs.
    assert 40 <= peak.processes <= LIMITS["processes"] + 16
    assert ended["seconds"] < 12


def test_memory_ends_at_its_limit(worker, pushed):
    script = """
import os, time
for _ in range(8):
    os.fork()
    kept = bytearray(os.urandom(1) * 200 * 2**20)
time.sleep(60)
"""
    ended = attack(worker, pushed, script, memory=600 * MIB)
    assert (ended["code"], ended["detail"]) == ("box-memory", "it took more than 600 MiB")


def test_one_process_cannot_take_more_memory_than_all(worker, pushed):
    script = "print(len(bytearray(900 * 2**20)))"
    ended = attack(worker, pushed, script, memory=800 * MIB)
    assert "MemoryError" in ended["loot"]


def test_disk_ends_at_its_limit(worker, pushed):
    script = """
import os
written = 0
for folder in ('/box', '/tmp', '/var/tmp', '/dev/shm', '/dev', '/', '/input', '/code'):
    try:
        for number in range(1000):
            with open(f'{folder}/full-{number}', 'wb', 0) as file:
                for _ in range(16):
                    written += file.write(bytes(2**20))
    except OSError as error:
        print(folder, error.errno)
print('MiB', written // 2**20)
import subprocess
for number in range(1000):
    try:
        os.unlink(f'/box/full-{number}')
    except OSError:
        break
"""
    ended = attack(worker, pushed, script, disk=96 * MIB)
    assert "/box 28\n" in ended["loot"]  # no space left
    assert "/dev/shm 30\n/dev 30\n/ 30\n/input 30\n/code 30" in ended["loot"]  # noqa: S108 - read-only
    written = int(ended["loot"].partition("MiB ")[2].split()[0])
    assert 60 < written <= 96


def test_a_file_ends_at_its_limit(worker, pushed):
    script = """
import signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
try:
    with open('/box/large', 'wb') as file:
        file.truncate(65 * 2**20)
except OSError as error:
    print('refused', error.errno)
"""
    assert "refused 27" in attack(worker, pushed, script)["loot"]  # too large


def test_sleeping_for_an_hour_ends_at_the_limit(worker, pushed):
    ended = attack(worker, pushed, "import time; time.sleep(3600)", seconds=6)
    assert (ended["code"], ended["detail"]) == ("box-time", "it took longer than 6 s")
    assert ended["seconds"] < 10


def test_the_environment_of_the_worker_cannot_be_read(worker, pushed):
    script = """
import os, glob
print(dict(os.environ))
for path in glob.glob('/proc/[0-9]*/environ') + glob.glob('/proc/[0-9]*/cmdline'):
    try:
        print(path, open(path).read())
    except OSError:
        pass
"""
    ended = attack(worker, pushed, script, environ={"PACKIT_WORKER_BROKER": "redis://:hunter2@x"})
    assert "'HOME': '/box/home'" in ended["loot"]
    assert "/proc/1/environ" in ended["loot"]
    assert "hunter2" not in ended["loot"]


def test_files_of_the_worker_cannot_be_written(worker, pushed):
    files = [ROOT / "packit_worker" / "__init__.py", Path(os.__file__)]
    script = f"""
import os
for path in ('/code/packit_worker/__init__.py', {str(files[1])!r}, '/input/request.json'):
    for act in (lambda: open(path, 'a'), lambda: os.chmod(path, 0o777), lambda: os.unlink(path)):
        try:
            act()
            print('done')
        except OSError as error:
            print('refused', error.errno)
"""
    before = [(path.read_bytes(), path.stat().st_mode) for path in files]
    ended = attack(worker, pushed, script)
    assert [(path.read_bytes(), path.stat().st_mode) for path in files] == before
    assert ended["loot"].count("refused") == 9
    assert "done" not in ended["loot"]


def test_a_source_that_is_a_link_to_a_host_file_brings_nothing(worker, pushed):
    spec = SPEC.format(source="Source0: shadow.txt", loot="none")
    links = {"shadow.txt": "/etc/hostname"}
    repository = Repository(pushed / "hello", {"hello.spec": spec}, links)
    values = job(actions={"get-current-version": "echo 1.0", "create-archive": "echo shadow.txt"})
    ended, following = worker.run(srpm_step(repository, values), PROBE)
    assert ended["value"].keys() == {"error", "kind"}
    assert following["value"] == {"here": True}


def test_a_spec_file_that_is_a_link_to_a_host_file_brings_nothing(worker, pushed):
    repository = Repository(pushed / "hello", {"README": "x"}, {"hello.spec": "/etc/passwd"})
    ended, following = worker.run(srpm_step(repository, job()), PROBE)
    assert ended["value"].keys() == {"error", "kind"}
    assert "root:" not in str(ended)
    assert following["value"] == {"here": True}


def test_a_forged_answer_is_not_used(worker, pushed):
    script = """
import glob, os
for path in glob.glob('/proc/[0-9]*/fd/*'):
    try:
        if os.readlink(path).startswith('pipe:'):
            with open(path, 'wb', 0) as pipe:
                pipe.write(b'{"answer": {}, "files": [["../../../evil", 4]]}\\nevil')
    except OSError as error:
        print(path, error)
"""
    ended = attack(worker, pushed, script)
    if worker.uid == 0:  # the pipe is root's, and the box is not
        assert ended["value"].keys() == MADE
        assert "Permission denied" in ended["loot"]
    else:
        assert ended["code"] == "box-bad-answer"
        assert ended["detail"].startswith("the name of a file cannot be used: '../../../evil'")


def test_the_step_can_be_killed_from_inside_without_harm(worker, pushed):
    script = "import os, signal; os.kill(-1, signal.SIGKILL)"
    assert attack(worker, pushed, script)["code"] == "box-crashed"


# All that can be looked for in one go, for the other ways in.
LOOK = f"""\
import glob, os, signal, socket, subprocess
def forks():
    children = []
    try:
        while len(children) < 2 * {LIMITS["processes"]}:
            children.append(os.fork())
            while not children[-1]:
                signal.pause()
    finally:
        for child in children:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
def disk():
    full = ['/box/full-' + letter for letter in 'abc']
    try:
        for path in full:
            with open(path, 'wb') as file:
                file.write(bytes({LIMITS["disk"]} // 2 - 2**20))
    finally:
        for path in filter(os.path.exists, full):
            os.unlink(path)
def link():
    os.symlink('/etc/hostname', '/box/left')
    return open('/box/left').read()
def look(what, act):
    try:
        print(what, 'GOT', act())
    except Exception as error:
        print(what, 'nothing', type(error).__name__)
look('passwd', lambda: open('/etc/passwd').read())
look('socket', lambda: socket.socket())
look('write', lambda: open('/code/packit_worker/__init__.py', 'a'))
look('usr', lambda: open('/usr/evil', 'w'))
look('home', lambda: os.listdir('/home') + os.listdir('/root/.ssh'))
look('namespace', lambda: subprocess.run(['unshare', '-Ur', 'true'], check=True))
look('mount', lambda: subprocess.run(['mount', '-t', 'tmpfs', 'x', '/tmp'], check=True))
look('worker', lambda: [os.kill(int(pid), 0) for pid in ('{os.getpid()}',)])
look('secret', lambda: [1 for path in glob.glob('/proc/*/environ') if b'hunter2' in
    open(path, 'rb').read()][0])
look('link', link)
look('forks', forks)
look('memory', lambda: len(bytearray({LIMITS["memory"]})))
look('disk', disk)
"""
NOTHING = "passwd socket write usr home namespace mount worker secret"
# What ended each, where a mistake of the script would look alike.
ENDED = {
    "link": "FileNotFoundError",
    "forks": "BlockingIOError",
    "memory": "MemoryError",
    "disk": "OSError",
}

WAYS = {
    "macro": {"loot": "%(python3 /box/upstream/attack.py 2>&1)"},
    "lua": {"loot": "%{lua: print(io.popen('python3 /box/upstream/attack.py 2>&1'):read('a'))}"},
    "action": {"action": "python3 /box/upstream/attack.py"},
    "filter": {"action": "sh /box/upstream/filter.sh"},
    "submodule": {"action": "sh /box/upstream/submodule.sh"},
}
FILTER = """\
git config filter.evil.smudge 'python3 /box/upstream/attack.py 2>&1'
rm -f attributed.txt && git checkout -- attributed.txt && cat attributed.txt >&2
"""
SUBMODULE = """\
git config protocol.ext.allow always
git submodule add -f "ext::sh -c python3%% /box/upstream/attack.py%% >&2" sub >&2
python3 /box/upstream/attack.py >&2
"""


def step_of(way, pushed, script):
    """A step that runs a script on one of the ways in."""
    spec = SPEC.format(source=SOURCE, loot=WAYS[way].get("loot", "none"))
    files = {
        "hello.spec": spec,
        "attack.py": script,
        "filter.sh": FILTER,
        "submodule.sh": SUBMODULE,
        ".gitattributes": "attributed.txt filter=evil\n",
        "attributed.txt": "plain\n",
    }
    repository = Repository(pushed / "hello", files)
    actions = {"get-current-version": "echo 1.0"}
    if "action" in WAYS[way]:
        actions["post-upstream-clone"] = WAYS[way]["action"]
    return srpm_step(repository, job(actions=actions))


@pytest.mark.parametrize("way", WAYS)
def test_no_way_in_gets_anything(worker, pushed, way):
    step = step_of(way, pushed, LOOK)
    ended, following = worker.run(step, PROBE, environ={"TOKEN": "hunter2"})
    assert following["value"] == {"here": True}
    told = ended["loot"] + ended["log"]
    assert "GOT" not in told
    for what in NOTHING.split():
        assert f"{what} nothing" in told
    for what, error in ENDED.items():
        assert f"{what} nothing {error}" in told


@pytest.mark.parametrize("worker", ["ordinary"], indirect=True)
@pytest.mark.parametrize("way", ["action", "filter"])
def test_sleeping_on_other_ways_ends_at_the_limit(worker, pushed, way):
    step = step_of(way, pushed, "import time; time.sleep(3600)")
    ended, following = worker.run(step, PROBE, seconds=4)
    assert (ended["code"], ended["detail"]) == ("box-time", "it took longer than 4 s")
    assert following["value"] == {"here": True}


class Peak:
    """Counts the processes of a user while something runs."""

    def __init__(self, uid):
        self.uid = uid
        self.processes = 0
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._count)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._end.set()
        self._thread.join()

    def _count(self):
        while not self._end.wait(0.1):
            owners = [_owner(path) for path in Path("/proc").glob("[0-9]*")]
            self.processes = max(self.processes, owners.count(self.uid))


def _owner(path):
    try:
        return path.stat().st_uid
    except OSError:
        return None
