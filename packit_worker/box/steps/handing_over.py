"""What packit would push and open, handed over to the worker."""

from pathlib import Path
from typing import Any

from packit_worker.box.steps.attempt import Made
from packit_worker.box.steps.checkout import git
from packit_worker.box.steps.project import PullRequest


def handed_over(
    pull: PullRequest, repository: Path, fork: Path, work: Path, archives: tuple[Path, ...] = ()
) -> Made:
    """Return the pull request, and its commits as a bundle of git.

    Args:
        pull: what packit wants to be opened.
        repository: the clone of what it is opened for.
        fork: what packit pushed to.
        work: the work directory.
        archives: what packit wants to upload.
    """
    branch = pull.source_branch
    bundle = work / "commits.bundle"
    commit = git("rev-parse", f"refs/heads/{branch}", cwd=fork)
    base = git("rev-parse", f"refs/remotes/origin/{pull.target_branch}", cwd=repository)
    git("bundle", "create", "--quiet", str(bundle), f"^{base}", f"refs/heads/{branch}", cwd=fork)
    answer: dict[str, Any] = {
        "title": pull.title,
        "body": pull.body,
        "source_branch": branch,
        "commit": commit,
        "archives": [path.name for path in archives],
    }
    return answer, [bundle, *archives]
