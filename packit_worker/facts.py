"""What is true about an event's subject: each fact is asked for once, and noted in the decision."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeAlias

from packit_worker.decision import Decision
from packit_worker.errors import TransientError
from packit_worker.forge import Comment, Commit, Forge, PullRequest, Repository, Thread, Visibility
from packit_worker.installations import InstallationRow
from packit_worker.package_config import CONFIG_FILES
from packit_worker.runs import RunRow


@dataclass(frozen=True, slots=True)
class Allowance:
    """What the allowlist says of a key.

    Attributes:
        status: `waiting`, `approved_automatically`, `approved_manually`, `denied`; None: nothing;
            `no-name`: no forge gives such a name, so nobody can have decided about it.
        key: the entry that says so, or the name that is none.
        issue_url: where an approval that is waited for is talked about.
    """

    status: str | None = None
    key: str | None = None
    issue_url: str | None = None

    @property
    def is_approved(self) -> bool:
        """Whether it may use the service."""
        return self.status in ("approved_automatically", "approved_manually")

    @property
    def is_denied(self) -> bool:
        """Whether it is to be ignored silently."""
        return self.status == "denied"

    @property
    def is_no_name(self) -> bool:
        """Whether no forge gives such a name: it gets nothing either."""
        return self.status == "no-name"


@dataclass(frozen=True, slots=True)
class ConfigText:
    """The text of a package config, and the file it stands in."""

    path: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """What a build or test run of ours was made for.

    Attributes:
        run_id: its row.
        trigger: `pull-request`, `branch` or `release`; None: not known.
        ref: the number, branch or tag.
    """

    run_id: int
    repository: Repository
    commit: str
    trigger: str | None = None
    ref: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the store knew when the event was taken.

    Attributes:
        repository: what the allowlist says of the repository, its namespace and its host.
        actor: what it says of the account.
        others: what it says of whoever else has a part in it: the owner of the fork that a pull
            request comes from, the account whose approval an issue is about.
        is_out_of_reach: the account uninstalled or suspended our App, or took the repository away.
        installation: of a comment, the installation whose approval its issue is about.
        config: the package config at the event's commit, if it was read before.
        shown: the statuses of the commit that no row stands for, known once handlers are planned:
            state and text by context.
        open_runs: of a pull request, once handlers are planned: its builds and test runs that have
            not ended, of any commit.
        origin: of a result: what it was made for; None: there is no row of it.
        planned_for: the commit for which an earlier pass over the event planned handlers.
    """

    repository: Allowance = Allowance()
    actor: Allowance = Allowance()
    others: tuple[Allowance, ...] = ()
    is_out_of_reach: bool = False
    installation: InstallationRow | None = None
    config: ConfigText | None = None
    shown: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    open_runs: tuple[RunRow, ...] = ()
    origin: Origin | None = None
    planned_for: str | None = None


# Repository, commit, allowlist keys -> what is stored of them.
StoredCode: TypeAlias = Callable[
    [Repository, str, Sequence[str]], tuple[ConfigText | None, Sequence[Allowance]]
]


@dataclass(slots=True)
class Facts:
    """Asks the forge, each question once.

    Every method raises `TransientError` or `RefusedError`, as `Forge` does.

    Attributes:
        seen: the visibility of each repository that was asked for.
        read: the package config, where it had to be read from the forge; worth storing.
        stored_code: finds the package config at a commit, and what the allowlist says of whose code
            it is (keys), where only the forge could tell them.
    """

    forge: Forge
    decision: Decision
    known: Known = field(default_factory=Known)
    seen: dict[Repository, Visibility] = field(default_factory=dict)
    read: ConfigText | None = None
    stored_code: StoredCode | None = None
    _can_merge: dict[tuple[Repository, str], bool] = field(default_factory=dict)
    _pull_requests: dict[tuple[Repository, int], PullRequest] = field(default_factory=dict)
    _comments: dict[Thread, list[Comment]] = field(default_factory=dict)
    _default_branches: dict[Repository, str] = field(default_factory=dict)
    _heads: dict[tuple[Repository, str], str] = field(default_factory=dict)
    _commits: dict[tuple[Repository, str], Commit] = field(default_factory=dict)
    _pushed: dict[tuple[Repository, int], datetime | None] = field(default_factory=dict)
    _files: dict[tuple[Repository, str, str], bool] = field(default_factory=dict)

    def visibility(self, repository: Repository) -> Visibility:
        """Say who may see the repository."""
        if repository not in self.seen:
            with self._asked(repository, f"who may see {repository.path}"):
                self.seen[repository] = self.forge.visibility(repository)
        self.decision.fact(f"{repository} is {self.seen[repository]}")
        return self.seen[repository]

    def can_merge(self, repository: Repository, login: str) -> bool:
        """Say whether the account may write to the repository."""
        key = (repository, login)
        if key not in self._can_merge:
            with self._asked(repository, f"whether {login} may write to {repository.path}"):
                self._can_merge[key] = self.forge.can_merge(repository, login)
        verb = "may" if self._can_merge[key] else "may not"
        self.decision.fact(f"{login} {verb} write to {repository}")
        return self._can_merge[key]

    def pull_request(self, repository: Repository, number: int) -> PullRequest:
        """Return a pull request as it stands now."""
        key = (repository, number)
        if key not in self._pull_requests:
            with self._asked(repository, f"for pull request {number} of {repository.path}"):
                self._pull_requests[key] = self.forge.pull_request(repository, number)
        return self._pull_requests[key]

    def head(self, repository: Repository, number: int) -> str:
        """Return the newest commit of a pull request whose event does not tell it.

        What was planned for one stays with it, whatever is pushed meanwhile. What is known of the
        event then also tells of whose code it is.
        """
        pull = self.pull_request(repository, number)
        self.decision.fact(f"the head of pull request {number} is {pull.head_sha}")
        commit = self.known.planned_for or pull.head_sha
        if commit != pull.head_sha:
            self.decision.fact(f"it was {commit} when this was planned")
        if self.stored_code is not None:
            config, others = self.stored_code(repository, commit, _owners(pull))
            others = (*self.known.others, *others)
            self.known = replace(self.known, config=self.known.config or config, others=others)
        return commit

    def branch_head(self, repository: Repository, branch: str) -> str:
        """Return the newest commit of a branch."""
        key = (repository, branch)
        if key not in self._heads:
            with self._asked(repository, f"for the head of {branch} of {repository.path}"):
                self._heads[key] = self.forge.branch_head(repository, branch)
        self.decision.fact(f"the head of {branch} is {self._heads[key]}")
        return self._heads[key]

    def commit(self, repository: Repository, ref: str) -> Commit:
        """Return the commit that a branch, a tag or a hash names."""
        key = (repository, ref)
        if key not in self._commits:
            with self._asked(repository, f"for commit {ref[:40]} of {repository.path}"):
                self._commits[key] = self.forge.commit(repository, ref)
        return self._commits[key]

    def commit_time(self, repository: Repository, commit: str) -> datetime:
        """Return when a commit was made, as it says."""
        made = self.commit(repository, commit).committed
        self.decision.fact(f"{commit[:7]} was made at {made:%Y-%m-%d %H:%M:%S} UTC")
        return made

    def pushed_at(self, repository: Repository, pull: PullRequest) -> datetime | None:
        """Return when the head of a pull request was pushed, as the forge saw it; None: unknown."""
        key = (repository, pull.id)
        if key not in self._pushed:
            with self._asked(repository, f"when the head of pull request {pull.id} was pushed"):
                self._pushed[key] = self.forge.pushed_at(repository, pull)
        at = self._pushed[key]
        if at is not None:
            self.decision.fact(f"{pull.head_sha[:7]} was pushed at {at:%Y-%m-%d %H:%M:%S} UTC")
        return at

    def comment(self, repository: Repository, thread: Thread, number: int) -> Comment | None:
        """Return a comment by its number; None: it was deleted."""
        if thread not in self._comments:
            with self._asked(repository, f"for the comments of {repository.path} #{thread.id}"):
                self._comments[thread] = self.forge.comments(repository, thread)
        return next((one for one in self._comments[thread] if one.id == number), None)

    def default_branch(self, repository: Repository) -> str:
        """Return the branch that a clone checks out."""
        if repository not in self._default_branches:
            with self._asked(repository, f"for the default branch of {repository.path}"):
                self._default_branches[repository] = self.forge.default_branch(repository)
        return self._default_branches[repository]

    def has_file(self, repository: Repository, ref: str, path: str) -> bool:
        """Say whether there is a text file of that path at `ref`."""
        key = (repository, ref, path)
        if key not in self._files:
            with self._asked(repository, f"for {path} of {repository.path} at {ref}"):
                self._files[key] = self.forge.file_at(repository, ref, path) is not None
        verb = "is" if self._files[key] else "is not"
        self.decision.fact(f"{path} {verb} in {repository} at {ref}")
        return self._files[key]

    def config_text(self, repository: Repository, ref: str) -> ConfigText | None:
        """Return the package config at `ref`, from the store or the forge; None: there is none.

        The usual name is tried first: it costs one call where a listing would cost two.
        """
        if self.known.config is not None:
            return self.known.config
        with self._asked(repository, f"for the package config of {repository.path} at {ref}"):
            return self._config_text(repository, ref)

    def _config_text(self, repository: Repository, ref: str) -> ConfigText | None:
        first, *others = CONFIG_FILES
        text = self.forge.file_at(repository, ref, first)
        if text is not None:
            self.read = ConfigText(first, text)
            return self.read
        names = self.forge.files_at(repository, ref)
        for path in others:
            if path in names and (text := self.forge.file_at(repository, ref, path)) is not None:
                self.read = ConfigText(path, text)
                return self.read
        return None

    @contextmanager
    def _asked(self, repository: Repository, what: str) -> Iterator[None]:
        """Note what was asked of whom, if no answer comes in the block."""
        try:
            yield
        except TransientError as error:
            error.service = error.service or repository.host
            reason = f"{error.reason}: {error.detail}" if error.detail else error.reason
            again = f", again in {error.retry_after:.0f} s" if error.retry_after else ""
            self.decision.fact(f"{repository.host} was asked {what}: {reason}{again}")
            raise


def _owners(pull: PullRequest) -> list[str]:
    """Return the allowlist keys of whose code a pull request is: its author, and the fork."""
    paths = []
    if pull.source is not None:
        # On Pagure the owner of a fork stands in its path.
        owner = pull.source.namespace.removeprefix("fork/").partition("/")[0]
        paths += [f"{pull.source.host}/{owner}", str(pull.source)]
        paths += [f"{pull.source.host}/{pull.author}"] if pull.author else []
    return paths
