"""Only pushes to the branch of the job count."""

from typing import Protocol

from packit_worker.context import Context
from packit_worker.errors import RefusedError
from parsers.result import Skip

# Bytes that a pattern may take when it is compiled. A stranger wrote it: RE2 needs time that grows
# with the branch alone, and this bounds what the pattern itself costs.
_MAX_MEMORY = 1 << 20
# No forge has a branch as long as this; a pattern has no need to be longer.
_MAX_PATTERN = 500


class _Push(Protocol):
    @property
    def git_ref(self) -> str: ...


def on_branch_of_job(event: _Push, context: Context) -> Skip | None:
    """Stop for a push to another branch than the job's, else the repository's default one.

    The `branch` of a job is a name or a regular expression that matches the whole name. Its syntax
    is RE2's (https://github.com/google/re2/wiki/Syntax): no lookaround, no backreferences. What RE2
    refuses is compared as it stands, and the decision says so.
    """
    job = context.job
    if job is not None and job.branch is not None:
        wanted, is_right = job.branch, _matches(job.branch, event.git_ref, context)
    else:
        default = _default_branch(context)
        if isinstance(default, Skip):
            return default
        wanted, is_right = default, default == event.git_ref
    if is_right:
        context.decision.fact(f"{event.git_ref} was pushed, and is the branch of the job")
        return None
    return Skip("other-branch", f"{event.git_ref} was pushed, the job wants {wanted}")


def _default_branch(context: Context) -> str | Skip:
    repository = context.subject.repository
    if repository is None:
        return Skip("branch-unknown", "a push without a repository")
    try:
        branch = context.facts.default_branch(repository)
    except RefusedError as error:
        return Skip("branch-unknown", str(error))
    context.decision.fact(f"{branch} is the default branch")
    return branch


def _matches(pattern: str, branch: str, context: Context) -> bool:
    if pattern == branch:
        return True
    if len(pattern) > _MAX_PATTERN:
        context.decision.fact(f"a branch over {_MAX_PATTERN} characters is no regular expression")
        return False
    # Stage 1 loads the registry too, and needs none of this.
    import re2  # noqa: PLC0415 - see above

    options = re2.Options()
    options.max_mem = _MAX_MEMORY
    options.log_errors = False  # it would write to stderr
    try:
        return re2.compile(pattern, options).fullmatch(branch) is not None
    except (re2.error, UnicodeEncodeError):
        context.decision.fact(f"{pattern} is no regular expression of RE2: compared as it stands")
        return False
