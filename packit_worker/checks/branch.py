"""Only pushes to the branch of the job count."""

from typing import Protocol

from packit_worker.context import Context
from parsers.result import Skip


class _Push(Protocol):
    @property
    def git_ref(self) -> str: ...


def on_branch_of_job(event: _Push, context: Context) -> Skip | None:
    """Stop for a push to another branch than the job's, else the repository's default one."""
    repository, job = context.subject.repository, context.job
    wanted = job.branch if job else None
    if wanted is None and repository is not None:
        wanted = context.facts.default_branch(repository)
        context.decision.fact(f"{wanted} is the default branch")
    if event.git_ref == wanted:
        return None
    return Skip("other-branch", f"{event.git_ref} was pushed, the job wants {wanted}")
