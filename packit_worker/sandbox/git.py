"""Bare git repositories on disk, written and read with git itself."""

import os
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

# The configuration of the machine must not change what a stand-in does.
_ENVIRONMENT = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
    "PATH": os.environ.get("PATH", os.defpath),
}
_AUTHOR = "Sandbox <sandbox@example.com>"
_LONG_AGO = datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)
_SECONDS = 20
_LINK_MODE = "120000 "
_HASH = re.compile(r"[0-9a-f]{40}")


@dataclass(frozen=True, slots=True)
class Entry:
    """What lies at a path: `type` is blob, tree or commit (a submodule)."""

    path: str
    type: str
    sha: str


class GitRepository:
    """A bare repository in a folder of its own.

    Attributes:
        lenient: a hash that names no commit is taken for the tip of the default branch, so that
            saved payloads, whose commits are made up, can be replayed.
        author: who makes commits.
        told: what is told as the newest commit of a branch, for saved payloads too.
    """

    def __init__(self, path: Path, branch: str = "main", *, lenient: bool = False) -> None:
        self.path = path
        self.lenient = lenient
        self.author = _AUTHOR
        self.told: dict[str, str] = {}
        if not (path / "HEAD").exists():
            path.mkdir(parents=True, exist_ok=True)
            self._git("init", "--quiet", "--bare", f"--initial-branch={branch}", ".")

    def commit(
        self,
        files: Mapping[str, str | bytes],
        *,
        ref: str = "refs/heads/main",
        start: str = "",
        at: datetime = _LONG_AGO,
        links: Mapping[str, str] | None = None,
    ) -> str:
        """Write a commit onto `ref` and return its hash.

        Args:
            files: text or bytes by path; files of the parent stay.
            links: symbolic links: where each leads, by path.
            ref: the full name of the branch or other reference to move.
            start: the parent of a new ref, any revision; of an old ref its tip is the parent.
            at: when it was made.
        """
        parent = self.resolve(ref) or (self.resolve(start) if start else None)
        person = f"{self.author} {int(at.timestamp())} +0000"
        lines = [f"commit {ref}\ncommitter {person}\ndata 6\nchange\n".encode()]
        if parent:
            lines.append(f"from {parent}\n".encode())
        for path, content in files.items():
            data = content.encode() if isinstance(content, str) else content
            lines.append(f"M 100644 inline {path}\ndata {len(data)}\n".encode() + data + b"\n")
        for path, target in (links or {}).items():
            data = target.encode()
            lines.append(f"M 120000 inline {path}\ndata {len(data)}\n".encode() + data + b"\n")
        self._git("fast-import", "--quiet", "--force", stdin=b"".join(lines))
        return self._git("rev-parse", ref).decode().strip()

    def resolve(self, revision: str) -> str | None:
        """Return the hash of the commit that a branch, tag, reference or hash names."""
        found = self._resolve(revision)
        if found is None and self.lenient and _HASH.fullmatch(revision):
            return self._resolve("HEAD")
        return found

    def head(self, branch: str) -> str | None:
        """Return the newest commit of a branch, or what is told instead of it; None: no branch."""
        return self.told.get(branch) or self._resolve(f"refs/heads/{branch}")

    def tag(self, name: str, commit: str) -> None:
        """Set a tag."""
        self._git("update-ref", f"refs/tags/{name}", commit)

    def committed(self, commit: str) -> datetime:
        """Return when a commit was made, as it says."""
        seconds = int(self._git("show", "--no-patch", "--format=%ct", commit))
        return datetime.fromtimestamp(seconds, UTC)

    def read(self, commit: str, path: str) -> bytes | None:
        """Return the content of the file at a path of a commit; None: no file there."""
        try:
            return self._git("cat-file", "blob", f"{commit}:{path}")
        except subprocess.CalledProcessError:
            return None

    def link(self, commit: str, path: str) -> str | None:
        """Return where the symbolic link at a path of a commit leads; None: there is no link."""
        line = self._git("ls-tree", "-z", commit, "--", path).decode().rstrip("\0")
        if not line.startswith(_LINK_MODE) or not line.endswith(f"\t{path}"):
            return None
        content = self.read(commit, path)
        return None if content is None else content.decode()

    def entries(self, commit: str, folder: str = "") -> list[Entry]:
        """Return what a folder of a commit holds, by name."""
        below = [f"{folder}/"] if folder else []
        lines = self._git("ls-tree", "-z", commit, "--", *below).decode().split("\0")
        split = (line.split(None, 3) for line in lines if line)
        return [Entry(path, kind, sha) for _, kind, sha, path in split]

    def take(self, other: "GitRepository", refs: str, into: str) -> None:
        """Fetch references of another repository on this disk: `refs/heads/*`."""
        self._git("fetch", "--quiet", "--no-tags", "--", str(other.path), f"+{refs}:{into}")

    def branches(self) -> list[str]:
        """Return the names of the branches."""
        found = self._git("for-each-ref", "--format=%(refname:lstrip=2)", "refs/heads")
        return found.decode().split()

    def default_branch(self) -> str:
        """Return the branch that HEAD names."""
        return self._git("symbolic-ref", "--short", "HEAD").decode().strip()

    def _resolve(self, revision: str) -> str | None:
        ask = ("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
        try:
            return self._git(*ask).decode().strip()
        except subprocess.CalledProcessError:
            return None

    def _git(self, *arguments: str, stdin: bytes | None = None) -> bytes:
        return subprocess.run(  # noqa: S603 - arguments are a list, and ref names follow a marker
            ["git", *arguments],  # noqa: S607 - git is found by PATH, as for every user
            cwd=self.path,
            env=_ENVIRONMENT,
            input=stdin,
            capture_output=True,
            check=True,
            timeout=_SECONDS,
        ).stdout
