"""The side of the tests of the box: repositories of attackers, and workers of two kinds."""

import json
import os
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import packit_worker

ROOT = Path(packit_worker.__file__).parents[1]
ORDINARY = 64990
SPEC = """\
Name: hello
Version: 1.0
Release: 1
Summary: A package
License: MIT
{source}

%description
Loot: {loot}
"""
IDENTITY = {
    "GIT_AUTHOR_NAME": "mallory",
    "GIT_AUTHOR_EMAIL": "mallory@mail.example",
    "GIT_COMMITTER_NAME": "mallory",
    "GIT_COMMITTER_EMAIL": "mallory@mail.example",
    "GIT_CONFIG_GLOBAL": "/dev/null",
}
URL = "https://forge.example/acme/hello"
LIMITS = {
    "seconds": 60,
    "memory": 1024 * 2**20,
    "processes": 48,
    "file_size": 64 * 2**20,
    "disk": 128 * 2**20,
    "answer": 64 * 2**20,
    "files": 4,
}


def git(folder, *words):
    ended = subprocess.run(
        ["git", *words],
        cwd=folder,
        check=True,
        capture_output=True,
        text=True,
        env=os.environ | IDENTITY,
        timeout=30,
    )
    return ended.stdout.strip()


class Repository:
    """What somebody pushed: the files, as one commit on main."""

    def __init__(self, folder, files, links=None):
        self.path = folder
        folder.mkdir()
        for name, text in files.items():
            (folder / name).write_text(text, encoding="utf-8")
        for name, target in (links or {}).items():
            (folder / name).symlink_to(target)
        git(folder, "init", "-q", "-b", "main")
        git(folder, "add", ".")
        git(folder, "commit", "-q", "-m", "Add a package")
        self.commit = git(folder, "rev-parse", "HEAD")


def job(**keys):
    """The values of a job, as the reader of package configs makes them."""
    from packit_worker.services.package_config import PackitConfigReader  # noqa: PLC0415 - slow

    config = {
        "specfile_path": "hello.spec",
        "upstream_package_name": "hello",
        "downstream_package_name": "hello",
        "jobs": [{"job": "copr_build", "trigger": "pull_request"}],
        **keys,
    }
    text = json.dumps(config)
    return PackitConfigReader().read(".packit.yaml", text, repository="hello").jobs[0].values


def srpm_step(repository, values):
    arguments = {
        "values": dict(values),
        "checkout": {"branch": "main", "commit": repository.commit},
        "url": URL,
        "release_suffix": None,
    }
    return {"step": "srpm", "arguments": arguments, "repository": str(repository.path)}


class Worker:
    """A process that runs steps in the box, as root or as an ordinary user.

    Attributes:
        folder: where the folders of its runs lie.
        uid: as whom it runs.
        below: where it finds the checkout and Python (bound there by root); None: where they are.
    """

    def __init__(self, folder, uid, below=None):
        self.folder = folder
        self.uid = uid
        self.below = below

    def run(self, *steps, environ=None, settings=None, **limits):
        """Do steps, each in a box, one after the other; return how each ended."""
        wanted = {
            "folder": str(self.folder),
            "limits": LIMITS | limits,
            "steps": steps,
            "settings": settings or {},
        }
        command = self.command(wanted, environ or {})
        ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=100)
        assert ended.returncode == 0, ended.stderr
        return [json.loads(line) for line in ended.stdout.splitlines()]

    def command(self, wanted, environ):
        """The command line of the process."""
        if self.uid != os.geteuid():  # git clones from nobody but oneself
            for repository in {
                step["repository"] for step in wanted["steps"] if "repository" in step
            }:
                subprocess.run(["chown", "-Rh", str(self.uid), repository], check=True)
        root, prefix = ROOT, Path(sys.prefix)
        if self.below:
            root, prefix = self.below / "checkout", self.below / "venv"
        environ = {"PATH": os.environ["PATH"], "PYTHONPATH": str(root), **environ}
        words = [f"{name}={value}" for name, value in environ.items()]
        python = prefix / Path(sys.executable).relative_to(sys.prefix)
        run = [str(python), str(root / "tests" / "box_program.py"), json.dumps(wanted)]
        return [*self._prefix(), "/usr/bin/env", "-i", *words, *run]

    def _prefix(self):
        if self.uid == os.geteuid() and not self.below:
            return []
        paths = [sys.prefix, sys.base_prefix, str(ROOT)]
        hidden = [(path, closed) for path in paths if (closed := _closed(Path(path)))]
        bound = {}
        if self.below:
            bound = {ROOT: self.below / "checkout", sys.prefix: self.below / "venv"}
        script = _script(bound, hidden if self.uid != os.geteuid() else [], self.uid)
        return ["unshare", "--mount", "sh", "-c", script, "sh"]


def _closed(path):
    """The topmost folder above a path that other users may not enter."""
    for folder in [*reversed(path.parents), path]:
        if not folder.stat().st_mode & stat.S_IXOTH:
            return str(folder)
    return None


def _script(bound, hidden, uid):
    """Show an ordinary user the Python that runs the tests, though it lies below root's home.

    Args:
        bound: what is seen elsewhere too: folder by folder.
        hidden: folders, each with the topmost one above it that is closed.
        uid: of the user.
    """
    lines = ["set -e"]
    for source, target in bound.items():
        lines += [f"mkdir -p '{target}'", f"mount --bind '{source}' '{target}'"]
    lines.append("mount -t tmpfs tmpfs /mnt")
    for number, (path, _) in enumerate(hidden):
        lines += [f"mkdir /mnt/{number}", f"mount --bind '{path}' /mnt/{number}"]
    for closed in sorted({closed for _, closed in hidden}):
        lines.append(f"mount -t tmpfs -o mode=755 tmpfs '{closed}'")
    for number, (path, _) in enumerate(hidden):
        lines += [f"mkdir -p '{path}'", f"mount --bind /mnt/{number} '{path}'"]
    lines.append(f'exec setpriv --reuid={uid} --regid={uid} --clear-groups "$@"')
    return "\n".join(lines)


def open_folder(uid):
    """A folder that an ordinary user can reach and write to, unlike pytest's."""
    # Not below the folder of pytest, which is closed to others.
    folder = tempfile.TemporaryDirectory(
        prefix="box-test-", dir="/var/tmp", ignore_cleanup_errors=True
    )
    Path(folder.name).chmod(0o755)
    if os.geteuid() == 0:
        os.chown(folder.name, uid, uid)
    return folder
