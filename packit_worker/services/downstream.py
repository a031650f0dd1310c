"""A `packit_worker.downstream.Downstream`: packit works in the box, and what it made goes out here.

Fetching, uploading, pushing and opening happen outside of the box, on what it handed over; the box
has neither network nor credentials.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import msgspec

from packit_worker.box.answer import Answer
from packit_worker.box.folders import folder
from packit_worker.downstream import BackOrder, Proposal, ReleaseOrder
from packit_worker.errors import RefusedError
from packit_worker.forge import Repository
from packit_worker.services import package_tool
from packit_worker.services.bodhi import Release
from packit_worker.services.dist_git_settings import DistGitSettings
from packit_worker.services.forge_settings import ForgeSettings
from packit_worker.services.git import Git
from packit_worker.services.pulls import Pulls, Words, pulls_of, remote_of
from packit_worker.services.steps import Steps
from packit_worker.texts import BODY_LIMIT, cut

_ALL_BRANCHES = "+refs/heads/*:refs/heads/*"
_ALL_TAGS = "+refs/tags/*:refs/tags/*"
_BUNDLE = "commits.bundle"
_LONGEST_TITLE = 200


class _Made(msgspec.Struct, frozen=True):
    """What a step answers; `archives` are names of files that came with it."""

    title: str
    body: str
    commit: str
    archives: list[str] = []


class BoxedDownstream:
    """Does packit's work. One for each thread of a worker.

    Args:
        steps: what runs packit.
        git: what fetches and pushes.
        forges: by host, how to speak to each.
        settings: of dist-git.
        releases: what Bodhi knows.
    """

    def __init__(
        self,
        steps: Steps,
        git: Git,
        forges: Mapping[str, ForgeSettings],
        settings: DistGitSettings,
        releases: Callable[[], tuple[Release, ...]],
    ) -> None:
        self._steps = steps
        self._git = git
        self._forges = forges
        self._settings = settings
        self._releases = releases
        self._pulls: dict[str, Pulls] = {}

    def propose(self, order: ReleaseOrder) -> Proposal:
        """Open a pull request in dist-git, or bring that of the same release up to date."""
        dist_git = self._settings.repository(order.package)
        # Made of the tag, which the box cannot choose: we push there, whatever is there already.
        source_branch = f"{order.tag}-{order.branch}-update"
        with folder(self._steps.box.settings.folder) as work:
            self._fetch(order.upstream, work.given / "upstream.git")
            self._need(work.given / "upstream.git", f"refs/tags/{order.tag}", "no-release")
            self._fetch_package(dist_git, work.given / "dist-git.git", order.branch)
            (work.given / "rpkg").mkdir()
            config = work.given / "rpkg" / f"{self._settings.tool_name}.conf"
            config.write_text(self._settings.tool_config(), encoding="utf-8")
            arguments = {
                "values": dict(order.values),
                "tag": order.tag,
                "branch": order.branch,
                "source_branch": source_branch,
                "upstream_url": f"https://{order.upstream}",
                "dist_git_url": f"https://{dist_git}",
                "pkg_tool": self._settings.tool_name,
                "releases": list(self._releases()),
                **self._committer(),
            }
            answer = self._steps.run(work, "propose", arguments)
            made = _made(answer)
            archives = [_file(answer, name) for name in made.archives]
            package_tool.upload(self._settings, order.package, order.branch, archives, work.taken())
            words = _words(made, source_branch, order.branch)
            bare = work.given / "dist-git.git"
            return self._publish(dist_git, bare, answer, words, source_branch)

    def sync_back(self, order: BackOrder) -> Proposal:
        """Open a pull request upstream, or bring the one of the same branch up to date."""
        with folder(self._steps.box.settings.folder) as work:
            dist_git, upstream = work.given / "dist-git.git", work.given / "upstream.git"
            self._fetch_package(order.dist_git, dist_git, order.branch)
            self._need_others(dist_git, order)
            self._fetch(order.upstream, upstream)
            branch = order.upstream_branch or self._default_branch(order.upstream, upstream)
            arguments = {
                "values": dict(order.values),
                "branch": order.branch,
                "upstream_branch": branch,
                "upstream_url": f"https://{order.upstream}",
                "dist_git_url": f"https://{order.dist_git}",
                **self._committer(),
            }
            answer = self._steps.run(work, "sync_back", arguments)
            words = _words(_made(answer), order.source_branch, branch)
            # packit lets nobody choose how it calls the branch.
            made_as = f"{order.branch}-downstream-sync"
            return self._publish(order.upstream, upstream, answer, words, made_as)

    def _committer(self) -> dict[str, Any]:
        return {"name": self._settings.git_name, "email": self._settings.git_email}

    def _fetch(self, repository: Repository, bare: Path) -> None:
        remote = remote_of(self._forge(repository), repository)
        self._git.fetch(remote, bare, (_ALL_BRANCHES, _ALL_TAGS))

    def _fetch_package(self, repository: Repository, bare: Path, branch: str) -> None:
        try:
            self._fetch(repository, bare)
        except RefusedError as error:
            if error.code != "repository-not-visible":
                raise
            raise RefusedError("no-dist-git-package", str(repository)) from error
        self._need(bare, f"refs/heads/{branch}", "no-dist-git-branch")

    def _need(self, bare: Path, ref: str, code: str) -> None:
        if self._git.resolve(bare, ref) is None:
            raise RefusedError(code, ref.partition("/")[2].partition("/")[2])

    def _need_others(self, bare: Path, order: BackOrder) -> None:
        """Refuse a push that brought nothing but commits of ours."""
        # A push that was forced since takes the commit away; packit works on the tip anyway.
        branch = f"refs/heads/{order.branch}"
        end = order.commit if self._git.resolve(bare, order.commit) else branch
        authors = self._git.authors(bare, order.start, end)
        if authors and authors == {self._settings.git_email}:
            raise RefusedError("own-commits", "all commits of the push are ours")

    def _default_branch(self, repository: Repository, bare: Path) -> str:
        remote = remote_of(self._forge(repository), repository)
        branch = self._git.default_branch(remote, bare)
        if branch is None:
            raise RefusedError("not-found", f"{repository} has no default branch")
        return branch

    def _publish(
        self, repository: Repository, bare: Path, answer: Answer, words: Words, made_as: str
    ) -> Proposal:
        """Push the branch that was handed over, and open or change the pull request for it."""
        commit = self._git.take(bare, _file(answer, _BUNDLE), made_as)
        base = f"refs/heads/{words.target_branch}"
        if not self._git.is_ancestor(bare, base, commit):
            raise RefusedError("sync-failed", "the commits do not build on the branch")
        pulls = self._pulls_of(repository)
        place = pulls.place(repository)
        self._git.push(place.remote, bare, commit, words.source_branch)
        pull = pulls.find(repository, place, words)
        if pull is None:
            opened = pulls.open(repository, place, words)
            return Proposal(url=opened.url, is_new=True, log=answer.log)
        pulls.edit(repository, pull, words)
        return Proposal(url=pull.url, is_new=False, log=answer.log)

    def _pulls_of(self, repository: Repository) -> Pulls:
        if repository.host not in self._pulls:
            self._pulls[repository.host] = pulls_of(self._forge(repository))
        return self._pulls[repository.host]

    def _forge(self, repository: Repository) -> ForgeSettings:
        if repository.host not in self._forges:
            reason = f"{repository.host} is not among the forges we know"
            raise RefusedError("unknown-forge", reason)
        return self._forges[repository.host]


def _made(answer: Answer) -> _Made:
    try:
        return msgspec.convert(answer.value, _Made)
    except msgspec.ValidationError as error:
        raise RefusedError("sync-failed", f"the answer of the step: {error}") from None


def _file(answer: Answer, name: str) -> Path:
    if name not in answer.files:
        raise RefusedError("sync-failed", "the step handed over less than it says")
    return answer.files[name]


def _words(made: _Made, source_branch: str, target_branch: str) -> Words:
    """Return the words of a pull request; title and text are of others' making."""
    return Words(
        title=cut(" ".join(made.title.split()), _LONGEST_TITLE) or source_branch,
        body=cut(made.body, BODY_LIMIT),
        source_branch=source_branch,
        target_branch=target_branch,
    )
