"""Prepares the pull request of a release for one branch of dist-git, in the box, by packit."""

import os
from pathlib import Path
from typing import Any

from packit_worker.box.asking import Asker
from packit_worker.box.steps import package_tool
from packit_worker.box.steps.attempt import Made, attempt
from packit_worker.box.steps.checkout import age, check_out, clone, git, set_up_git
from packit_worker.box.steps.handing_over import handed_over
from packit_worker.box.steps.outside import Sources, answer_for_bodhi, answer_for_lookaside


def run(arguments: dict[str, Any], given: Path, work: Path, asker: Asker) -> Made:
    """Do what packit's `sync_release` does, short of pushing and opening.

    Args:
        arguments: `values` (of the job), `tag`, `branch` (of dist-git), `source_branch` (of the
            pull request), `upstream_url`, `dist_git_url`, `name` and `email` (who commits),
            `pkg_tool`, `releases` (of Bodhi).
        given: holds `upstream.git`, `dist-git.git`, and `rpkg`: the configuration of the tool.
        work: the work directory.
        asker: who asks the worker for sources.

    Returns:
        `{"title", "body", "source_branch", "commit", "archives": [name, …]}`, the commits in
        `commits.bundle` and the archives; or as `attempt` says.
    """
    set_up_git(work / "home", arguments["name"], arguments["email"])
    return attempt(lambda: _propose(arguments, given, work, Sources(asker)))


def _propose(arguments: dict[str, Any], given: Path, work: Path, sources: Sources) -> Made:
    upstream, dist_git, fork = work / "upstream", work / "dist-git", work / "fork.git"
    clone(given / "upstream.git", upstream, arguments["upstream_url"])
    check_out(upstream, {"tag": arguments["tag"]})
    clone(given / "dist-git.git", dist_git, arguments["dist_git_url"])
    branch = arguments["branch"]
    git("checkout", "--quiet", "-B", branch, "--track", f"origin/{branch}", "--", cwd=dist_git)
    age(dist_git)
    git("init", "--quiet", "--bare", str(fork), cwd=work)
    os.environ["PATH"] = f"{package_tool.install(work, arguments['pkg_tool'])}:{os.environ['PATH']}"
    # packit takes a second to load, so not before it is needed.
    from packit_worker.box.steps.packit_api import Clone, packit_api  # noqa: PLC0415
    from packit_worker.box.steps.project import Project  # noqa: PLC0415

    sources.install()
    answer_for_bodhi(arguments["releases"])
    answer_for_lookaside()
    target = Project(arguments["dist_git_url"], fork, branch)
    origin = Project(arguments["upstream_url"], work / "nowhere")
    api = packit_api(
        arguments["values"],
        Clone(upstream, arguments["upstream_url"], origin),
        Clone(dist_git, arguments["dist_git_url"], target),
    )
    # Bugzilla cannot be asked from here: its text says what it was not.
    api.get_upstream_release_monitoring_bug = lambda **_: None
    _keep_archives(api, work)
    pull, _ = api.sync_release(dist_git_branch=branch, tag=arguments["tag"], create_pr=True)
    # packit gives all releases one branch: an older one would take the place of a newer one.
    git("branch", "--move", pull.source_branch, arguments["source_branch"], cwd=fork)
    pull.source_branch = arguments["source_branch"]
    return handed_over(pull, dist_git, fork, work, tuple(sorted((work / "kept").glob("*"))))


def _keep_archives(api: Any, work: Path) -> None:
    """Copy what is uploaded: packit cleans its clone up in the end."""
    upload = api.dg.upload_to_lookaside_cache

    def upload_and_keep(archives: list[Path], **options: Any) -> None:
        upload(archives=archives, **options)
        (work / "kept").mkdir(exist_ok=True)
        for path in package_tool.archives(work):
            os.link(path, work / "kept" / path.name)

    api.dg.upload_to_lookaside_cache = upload_and_keep
