"""Clones of what the worker fetched, made by ordinary git with all that a repository brings."""

import os
import subprocess
from pathlib import Path
from typing import Any

_LONG_AGO = 1_000_000_000
NAME, EMAIL = "packit-worker", "packit-worker@localhost"


def git(*words: str, cwd: Path) -> str:
    """Run git and return what it printed.

    Raises:
        subprocess.CalledProcessError: it failed; `stderr` says why.
    """
    command = ["git", *words]
    ended = subprocess.run(command, cwd=cwd, check=True, capture_output=True, text=True)  # noqa: S603 - in the box
    return ended.stdout.strip()


def set_up_git(home: Path, name: str = NAME, email: str = EMAIL) -> None:
    """Say who commits, and that clones of another user may be read: that of the worker."""
    text = (
        f'[user]\n\tname = "{name}"\n\temail = "{email}"\n'
        "[safe]\n\tdirectory = *\n[init]\n\tdefaultBranch = main\n[gc]\n\tauto = 0\n"
    )
    (home / ".gitconfig").write_text(text, encoding="utf-8")
    os.environ["GIT_TERMINAL_PROMPT"] = "0"


def clone(bare: Path, into: Path, url: str) -> None:
    """Clone without checking out; the clone knows the repository by its own address.

    Args:
        bare: the repository that the worker fetched.
        into: where the clone goes.
        url: where the repository really lies. What is fetched from there comes from `bare`.
    """
    git("clone", "--quiet", "--no-checkout", "--", str(bare), str(into), cwd=into.parent)
    git("config", "--global", "--add", f"url.{bare}.insteadOf", url, cwd=into)
    git("remote", "set-url", "origin", url, cwd=into)


def check_out(repository: Path, wanted: dict[str, Any]) -> None:
    """Check out what is built.

    Args:
        repository: a clone.
        wanted: `{"tag"}`, `{"branch", "commit"}`, or `{"pull_request", "commit",
            "target_branch"}`, where a target is merged into, and null: it is built as it is.
    """
    if "tag" in wanted:
        git("checkout", "--quiet", "--detach", f"refs/tags/{wanted['tag']}", "--", cwd=repository)
        return
    commit = wanted["commit"]
    if "branch" in wanted:
        _branch(repository, wanted["branch"], commit)
        return
    # packit writes the name of the branch into the release of the package.
    name, target = f"pr/{wanted['pull_request']}", wanted["target_branch"]
    _branch(repository, name, f"refs/remotes/origin/{target}" if target else commit)
    if target:
        git("merge", "--quiet", "--no-edit", commit, cwd=repository)


def age(repository: Path) -> None:
    """Make the files of a work tree old.

    packit copies by rsync, which takes two files of one size and one second for the same; and all
    that was just cloned is of this second.
    """
    for path in repository.rglob("*"):
        if path.is_file() and not path.is_symlink() and ".git" not in path.parts:
            os.utime(path, (_LONG_AGO, _LONG_AGO))


def _branch(repository: Path, name: str, start: str) -> None:
    git("checkout", "--quiet", "--no-track", "-B", name, start, "--", cwd=repository)
