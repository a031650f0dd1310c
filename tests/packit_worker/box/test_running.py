"""Where the box cannot be had, nothing is run; and what is killed leaves nothing."""

import os
import re
import subprocess
import tempfile
import time
from pathlib import Path

import pytest
from box_side import LIMITS, SPEC, URL, Repository, git, job, srpm_step

PROBE = {"step": "probe", "arguments": {}}


def test_the_box_says_that_it_is_there(worker):
    (ended,) = worker.run(PROBE)
    assert (ended["code"], ended["value"]) == ("", {"here": True})


def test_without_bubblewrap_the_box_is_unavailable(worker, tmp_path_factory):
    (ended,) = worker.run(PROBE, environ={"PATH": "/nowhere"})
    assert ended["code"] == "sandbox-unavailable"
    assert ended["detail"] == "bubblewrap (bwrap) is not installed"


def test_where_no_user_name_space_can_be_made_the_box_is_unavailable(worker, pushed):
    """A kernel or a container may forbid them; a bubblewrap that cannot is the same to us."""
    fake = pushed / "bwrap"
    fake.write_text(
        "#!/bin/sh\necho 'bwrap: No permissions to create a new namespace' >&2\nexit 1\n"
    )
    fake.chmod(0o755)
    (ended,) = worker.run(PROBE, environ={"PATH": f"{pushed}:{os.environ['PATH']}"})
    assert ended["code"] == "sandbox-unavailable"
    assert ended["detail"] == "bwrap: No permissions to create a new namespace"


def test_a_wall_that_is_missing_is_noticed_inside(worker, pushed):
    """A bubblewrap that leaves something out: nothing of others runs then."""
    fake = pushed / "bwrap"
    fake.write_text(
        "#!/bin/sh\n"
        'for word; do shift; [ "$word" = --unshare-net ] || set -- "$@" "$word"; done\n'
        'exec /usr/bin/bwrap "$@"\n'
    )
    fake.chmod(0o755)
    (ended,) = worker.run(PROBE, environ={"PATH": f"{pushed}:{os.environ['PATH']}"})
    assert ended["code"] == "sandbox-unavailable"
    assert ended["detail"] == "the network of the host is there"


def test_the_box_is_no_root_on_the_host(worker, pushed):
    with start(worker, pushed, "%(sleep 3597)") as process:
        found = _wait_for(lambda: _find("sleep", "3597"))
        owners = {path.stat().st_uid for path in found}
        process.terminate()
    worker.run(PROBE)  # which removes the folder that is left
    assert owners == {65534 if worker.uid == 0 else worker.uid}


def test_a_killed_worker_takes_the_box_with_it(worker, pushed):
    # `unshare`, `setpriv` and `env` became the worker: it is one process.
    with start(worker, pushed, "%(sleep 3599)") as process:
        _wait_for(lambda: _find("sleep", "3599"))
        process.kill()
    _wait_for(lambda: not _find("sleep", "3599"))
    worker.run(PROBE)  # which removes the folder that is left


def test_unboxed_runs_on_the_host(worker, pushed):
    spec = SPEC.format(source="Source0: x-%{version}.tar.gz", loot="%(head -1 /etc/passwd)")
    repository = Repository(pushed / "hello", {"hello.spec": spec})
    values = job(actions={"get-current-version": "echo 1.0"})
    (ended,) = worker.run(srpm_step(repository, values), settings={"unboxed": True})
    assert ended["loot"].startswith("Loot: root:x:0:0")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can show Python in another place")
@pytest.mark.parametrize("temporary", ["/tmp", "/var/tmp"])  # noqa: S108 - it is about these
def test_python_and_the_checkout_may_lie_below_tmp(worker, pushed, temporary):
    """A clone in /tmp, with its environment and its state, is what a newcomer tries first."""
    spec = SPEC.format(source="Source0: x-%{version}.tar.gz", loot="%(mktemp -p /tmp)")
    repository = Repository(pushed / "hello", {"hello.spec": spec})
    values = job(actions={"get-current-version": "echo 1.0"})
    with tempfile.TemporaryDirectory(dir=temporary) as below:
        Path(below).chmod(0o755)
        os.chown(below, worker.uid, worker.uid)
        worker.below, worker.folder = Path(below), Path(below) / "boxes"
        (ended,) = worker.run(srpm_step(repository, values))
    assert re.fullmatch(r"Loot: /tmp/tmp\.\w{10}\s*", ended["loot"]), ended


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can show Python in another place")
@pytest.mark.parametrize("worker", ["ordinary"], indirect=True)
def test_packit_knows_its_clones_where_python_lies_below_tmp(worker, pushed):
    """It tells the spec file by its path, which must be one without links."""
    source = "Source0: https://hello.example/hello-%{version}.tar.gz"
    spec = SPEC.format(source=source, loot="none")
    repository = Repository(pushed / "hello", {"hello.spec": spec})
    git(repository.path, "tag", "1.1.0")
    git(repository.path, "branch", "old")
    (repository.path / "hello.spec").write_text(spec.replace("Version: 1.0", "Version: 1.1.0"))
    git(repository.path, "commit", "-qam", "A newer version")
    places = {"upstream_url": URL, "dist_git_url": URL, "name": "Ada", "email": "ada@mail.example"}
    release = {"tag": "1.1.0", "branch": "old", "source_branch": "1.1.0-update"}
    back = {"branch": "main", "upstream_branch": "old"}
    steps = [
        package_step("propose", places | release | {"pkg_tool": "fedpkg", "releases": []}),
        package_step("sync_back", places | back),
    ]
    for step in steps:
        step["repository"] = str(repository.path)
    with tempfile.TemporaryDirectory(dir="/tmp") as below:
        Path(below).chmod(0o755)
        os.chown(below, worker.uid, worker.uid)
        worker.below, worker.folder = Path(below), Path(below) / "boxes"
        proposed, synced = worker.run(*steps)
    assert proposed["asked"] == ["https://hello.example/hello-1.1.0.tar.gz"], proposed
    assert proposed["value"]["archives"] == ["hello-1.1.0.tar.gz"], proposed
    assert synced["value"]["source_branch"] == "main-downstream-sync", synced


def package_step(name, arguments):
    arguments["values"] = dict(job(specfile_path="hello.spec"))
    return {"step": name, "arguments": arguments, "package": True}


def start(worker, pushed, loot):
    spec = SPEC.format(source="Source0: x-%{version}.tar.gz", loot=loot)
    repository = Repository(pushed / "hello", {"hello.spec": spec})
    step = srpm_step(repository, job(actions={"get-current-version": "echo 1.0"}))
    wanted = {"folder": str(worker.folder), "limits": LIMITS, "steps": [step]}
    return subprocess.Popen(worker.command(wanted, {}), stdout=subprocess.DEVNULL)


def _find(*words):
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        try:
            command = (path / "cmdline").read_bytes().decode().split("\0")
        except OSError:
            continue
        if command[-len(words) - 1 : -1] == list(words) and command[0] != "sh":
            found.append(path)
    return found


def _wait_for(condition, seconds=20):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if value := condition():
            return value
        time.sleep(0.05)
    raise AssertionError("it did not happen")
