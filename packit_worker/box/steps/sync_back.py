"""Prepares the pull request that brings a change of dist-git upstream, in the box, by packit."""

from pathlib import Path
from typing import Any

from packit_worker.box.asking import Asker
from packit_worker.box.steps.attempt import Made, attempt
from packit_worker.box.steps.checkout import age, clone, git, set_up_git
from packit_worker.box.steps.handing_over import handed_over


def run(arguments: dict[str, Any], given: Path, work: Path, _asker: Asker) -> Made:
    """Do what packit's `sync_from_downstream` does, short of pushing and opening.

    The spec file alone is brought back, as packit-service does.

    Args:
        arguments: `values` (of the job), `branch` (of dist-git), `commit` (pushed there),
            `upstream_branch`, `upstream_url`, `dist_git_url`, `name` and `email` (who commits).
        given: holds `upstream.git` and `dist-git.git`.
        work: the work directory.

    Returns:
        `{"title", "body", "source_branch", "commit"}`, and the commits in `commits.bundle`; or as
        `attempt` says.
    """
    set_up_git(work / "home", arguments["name"], arguments["email"])
    return attempt(lambda: _sync(arguments, given, work))


def _sync(arguments: dict[str, Any], given: Path, work: Path) -> Made:
    upstream, dist_git, fork = work / "upstream", work / "dist-git", work / "fork.git"
    branch, target = arguments["branch"], arguments["upstream_branch"]
    clone(given / "upstream.git", upstream, arguments["upstream_url"])
    git("checkout", "--quiet", "-B", target, "--track", f"origin/{target}", "--", cwd=upstream)
    age(upstream)
    clone(given / "dist-git.git", dist_git, arguments["dist_git_url"])
    git("checkout", "--quiet", "-B", branch, "--track", f"origin/{branch}", "--", cwd=dist_git)
    git("init", "--quiet", "--bare", str(fork), cwd=work)
    # packit takes a second to load, so not before it is needed.
    from packit_worker.box.steps.packit_api import Clone, packit_api  # noqa: PLC0415
    from packit_worker.box.steps.project import Project  # noqa: PLC0415

    origin = Project(arguments["dist_git_url"], work / "nowhere", branch)
    project = Project(arguments["upstream_url"], fork, target)
    api = packit_api(
        arguments["values"],
        Clone(upstream, arguments["upstream_url"], project),
        Clone(dist_git, arguments["dist_git_url"], origin),
    )
    api.sync_from_downstream(
        dist_git_branch=branch, upstream_branch=target, sync_only_specfile=True
    )
    (pull,) = api.up.local_project.git_project.pulls
    return handed_over(pull, upstream, fork, work)
