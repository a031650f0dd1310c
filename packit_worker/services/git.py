"""Plain git, outside of the box: fetches bare repositories and pushes commits, and runs nothing.

Nothing is ever checked out, so neither attributes nor filters nor submodules of a repository count.
Hooks and the configuration of the machine are left out, and only the protocols that the address
needs are allowed.
"""

import base64
import os
import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from packit_worker.errors import RefusedError, TransientError

_MISSING = re.compile(
    r"not found|does not exist|not appear to be a git repository|could not read Username|"
    r"no such repository|repository .* is not accessible",
    re.IGNORECASE,
)
_DENIED = re.compile(
    r"Permission denied|Authentication failed|returned error: 40[13]|denied to|"
    r"pre-receive hook declined|protected branch|insufficient permission|hook declined",
    re.IGNORECASE,
)
_NO_REF = re.compile(r"couldn't find remote ref|Remote branch .* not found", re.IGNORECASE)
# Signal 25 is SIGXFSZ: what prlimit allows is used up.
_TOO_LARGE = re.compile(
    r"File size limit exceeded|File too large|died of signal 25\b", re.IGNORECASE
)
# Of them git says the same at every attempt.
_REFUSED = re.compile(
    r"dubious ownership|certificate problem|certificate verification failed|"
    r"Host key verification failed|not a git repository|Unable to find remote helper|"
    r"object file .* is empty|loose object .* is corrupt|bad object|unsupported protocol|"
    r"URL rejected|Malformed input to a URL",
    re.IGNORECASE,
)
_CODES = (
    (_REFUSED, "git-refused"),
    (_TOO_LARGE, "too-large"),
    (_NO_REF, "ref-not-found"),
    (_DENIED, "no-permission"),
    (_MISSING, "repository-not-visible"),
)
_PROTOCOLS = {"https", "http", "ssh", "file"}
_SECONDS = 600
_QUICK = 30
_ENVIRONMENT = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_ASKPASS": "true",
    "GIT_ALLOW_PROTOCOL": "https",
    "LC_ALL": "C",
}
_CONFIG = {
    "core.hooksPath": os.devnull,
    "fetch.recurseSubmodules": "false",
    "gc.auto": "0",
    "maintenance.auto": "false",
    "http.followRedirects": "initial",
    "http.lowSpeedLimit": "1000",
    "http.lowSpeedTime": "60",
    "protocol.version": "2",
    "transfer.bundleURI": "false",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Remote:
    """A repository elsewhere.

    Attributes:
        url: `https://…`; another protocol only if the operator wrote the address.
        user: with `token`, who we are there.
        token: its password.
        service: what people call the other side.
    """

    url: str
    user: str = ""
    token: str | None = field(default=None, repr=False)
    service: str = "git"


class Git:
    """Runs git.

    Args:
        largest: bytes of one file, and so of what is fetched at once.
    """

    def __init__(self, largest: int) -> None:
        self._largest = largest

    def fetch(self, remote: Remote, bare: Path, refs: Sequence[str]) -> None:
        """Fetch into a bare repository, which is made where it is absent.

        Args:
            remote: from where.
            bare: the folder of the repository.
            refs: `+refs/heads/*:refs/heads/*`.

        Raises:
            TransientError: the other side is down.
            RefusedError: `repository-not-visible`, `ref-not-found`, `no-permission`, `too-large`,
                `git-refused`: git itself says no, and would again.
        """
        if not bare.exists():
            bare.mkdir(parents=True)
            self._git(bare, "init", "--quiet", "--bare", "--template=", ".")
        words = ("fetch", "--quiet", "--no-write-fetch-head", "--no-tags")
        self._remote(remote, bare, *words, "--", remote.url, *refs)

    def push(self, remote: Remote, bare: Path, commit: str, branch: str) -> None:
        """Push a commit as a branch, whatever the branch was.

        Raises:
            TransientError: the other side is down.
            RefusedError: `no-permission`, `repository-not-visible`.
        """
        words = ("push", "--quiet", "--no-verify", "--force", "--")
        self._remote(remote, bare, *words, remote.url, f"{commit}:refs/heads/{branch}")

    def take(self, bare: Path, bundle: Path, branch: str) -> str:
        """Take a branch out of a bundle that others made, and return its commit.

        Raises:
            RefusedError: `bad-bundle`: it is none, or builds on commits that are not there.
        """
        kept = "refs/packit-worker/taken"
        words = ("fetch", "--quiet", "--no-write-fetch-head", "--no-tags", "--", str(bundle))
        try:
            self._git(bare, *words, f"+refs/heads/{branch}:{kept}", protocol="file")
            return self._git(bare, "rev-parse", "--verify", f"{kept}^{{commit}}")
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
            raise RefusedError("bad-bundle", "what the step made is no bundle of git") from None

    def resolve(self, bare: Path, revision: str) -> str | None:
        """Return the commit that a revision names; None: there is none."""
        words = ("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
        try:
            return self._git(bare, *words)
        except subprocess.CalledProcessError:
            return None

    def default_branch(self, remote: Remote, bare: Path) -> str | None:
        """Return the branch that a clone would check out; None: the other side names none."""
        told = self._remote(remote, bare, "ls-remote", "--symref", "--", remote.url, "HEAD")
        found = re.match(r"ref: refs/heads/(\S+)\tHEAD", told)
        return found[1] if found else None

    def names(self, bare: Path, commit: str) -> list[str]:
        """Return the names of the files and folders at the top level of a commit."""
        return (
            self._git(bare, "ls-tree", "-z", "--name-only", commit, "--").rstrip("\0").split("\0")
        )

    def read(self, bare: Path, commit: str, path: str) -> str:
        """Return the text of a file of a commit.

        Raises:
            RefusedError: `not-found`.
        """
        try:
            return self._git(bare, "cat-file", "blob", f"{commit}:{path}")
        except subprocess.CalledProcessError:
            raise RefusedError("not-found", f"{path} at {commit}") from None

    def authors(self, bare: Path, start: str | None, end: str) -> set[str]:
        """Return the addresses of those who wrote the commits after `start`, at most a thousand.

        A merge that adds nothing of its own is nobody's. Where `start` is not there, the last
        commit alone is looked at, with what it merged.
        """
        known = start is not None and self.resolve(bare, start) is not None
        first = start if known else self.resolve(bare, f"{end}^1")
        chosen = f"{first}..{end}" if first else end
        form = "--format=%T%x09%P%x09%ae"
        told = self._git(bare, "log", "--max-count=1000", form, chosen, "--")
        rows = (line.split("\t", 2) for line in told.splitlines())
        return {
            author
            for tree, parents, author in rows
            if not self._adds_nothing(bare, tree, parents.split())
        }

    def _adds_nothing(self, bare: Path, tree: str, parents: Sequence[str]) -> bool:
        """Whether a commit is the merge that git makes by itself of its two parents."""
        if len(parents) != 2:  # noqa: PLR2004 - one is no merge; of more git merges none by itself
            return False
        try:
            return self._git(bare, "merge-tree", "--write-tree", *parents) == tree
        except subprocess.CalledProcessError:  # they do not fit, so somebody decided
            return False

    def is_ancestor(self, bare: Path, commit: str, of: str) -> bool:
        """Whether a commit is part of the history of another."""
        try:
            self._git(bare, "merge-base", "--is-ancestor", commit, of)
        except subprocess.CalledProcessError:
            return False
        return True

    def _remote(self, remote: Remote, bare: Path, *words: str) -> str:
        protocol = urlsplit(remote.url).scheme or "file"
        if protocol not in _PROTOCOLS:  # `ext::sh -c …` runs what it names
            raise RefusedError("bad-address", f"{remote.url[:200]}: no protocol that we speak")
        try:
            return self._git(bare, *words, seconds=_SECONDS, protocol=protocol, remote=remote)
        except subprocess.TimeoutExpired:
            raise TransientError("timeout", service=remote.service) from None
        except subprocess.CalledProcessError as error:
            raise _translated(error, remote) from None

    def _git(
        self,
        bare: Path,
        *words: str,
        seconds: int = _QUICK,
        protocol: str = "file",
        remote: Remote | None = None,
    ) -> str:
        config = _CONFIG | (_authorization(remote) if remote else {})
        environment = _ENVIRONMENT | {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": os.devnull,
            "GIT_ALLOW_PROTOCOL": protocol,
            "GIT_CONFIG_COUNT": str(len(config)),
        }
        # In the environment and not in the arguments, which every user of the host can read.
        for number, (key, value) in enumerate(config.items()):
            environment |= {f"GIT_CONFIG_KEY_{number}": key, f"GIT_CONFIG_VALUE_{number}": value}
        # prlimit is of util-linux: a repository without end ends with its first large file.
        command = ["prlimit", f"--fsize={self._largest}", "git", *words]
        ended = subprocess.run(  # noqa: S603 - no shell, and what others named follows `--`
            command,
            cwd=bare,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=True,
            timeout=seconds,
        )
        return ended.stdout.decode(errors="replace").strip()


def _authorization(remote: Remote) -> dict[str, str]:
    if not remote.token:
        return {}
    pair = base64.b64encode(f"{remote.user}:{remote.token}".encode()).decode()
    return {f"http.{remote.url}.extraHeader": f"Authorization: Basic {pair}"}


def _translated(
    error: subprocess.CalledProcessError, remote: Remote
) -> TransientError | RefusedError:
    """Say what git's own words mean; they may quote an address, and never our token."""
    told = error.stderr.decode(errors="replace")
    for pattern, code in _CODES:
        if pattern.search(told):
            return RefusedError(code, f"{remote.service}: {_last_line(told, pattern)}")
    return TransientError("git", service=remote.service)


def _last_line(told: str, pattern: re.Pattern[str]) -> str:
    """Return the last line that says it; else the last one of git's own."""
    lines = [line.strip() for line in told.splitlines() if line.strip()]
    fatal = [line for line in lines if line.startswith(("fatal:", "remote:", "error:"))]
    said = [line for line in fatal if pattern.search(line)]
    return (said or fatal or lines or [""])[-1][:200]
