"""Brings a change that was made in dist-git upstream, as a pull request."""

from packit_worker.context import Context
from packit_worker.downstream import BackOrder
from packit_worker.errors import RefusedError
from packit_worker.events.push_pagure import PushPagureEvent
from packit_worker.forge import Repository, repository_at
from packit_worker.handler import Done, Failed, Result
from packit_worker.handlers.downstream_texts import skipped_text, text_of_refusal
from packit_worker.package_config import Job
from parsers.result import Skip

_SKIPPED = {"nothing-to-do", "own-commits"}


def sync_from_downstream(event: PushPagureEvent, context: Context) -> Result:
    """Open a pull request upstream, or bring the one of the same branch up to date.

    Raises:
        TransientError: a service is down.
    """
    job, dist_git = context.job, context.subject.repository
    if job is None or dist_git is None:
        return Failed("no-job", "a push to dist-git needs a job")
    branches = _branches(context, job)
    if branches and event.git_ref not in branches:
        return Skip("other-branch", f"the job syncs {', '.join(branches)}")
    if _is_of_our_pull_request(event, context, dist_git):
        return Skip("own-commits", f"they came by our pull request {event.pr_id}")
    upstream = _upstream(job)
    if upstream is None:
        return Failed("no-upstream", "the package config has no upstream_project_url")
    return _sync(event, context, dist_git, upstream, job)


def _sync(
    event: PushPagureEvent, context: Context, dist_git: Repository, upstream: Repository, job: Job
) -> Result:
    order = BackOrder(
        dist_git=dist_git,
        branch=event.git_ref,
        commit=event.commit_sha,
        start=event.start_commit,
        upstream=upstream,
        upstream_branch=None,
        # As Apps all deployments push to upstream itself.
        source_branch=f"{event.git_ref}-downstream-sync{context.policy.suffix}",
        values=job.values,
    )
    try:
        proposal = context.services.downstream().sync_back(order)
    except RefusedError as error:
        if error.code in _SKIPPED:
            return Skip(error.code, skipped_text(error))
        return Failed("downstream-failed", text_of_refusal(error))
    verb = "opened" if proposal.is_new else "brought up to date"
    return Done(f"Pull request {verb}: {proposal.url}")


def _branches(context: Context, job: Job) -> tuple[str, ...]:
    """Return the branches whose pushes go back; (): all."""
    if not job.dist_git_branches:
        return ()
    return context.services.targets().koji_targets(job.dist_git_branches).names


def _is_of_our_pull_request(event: PushPagureEvent, context: Context, dist_git: Repository) -> bool:
    if event.pr_id is None:
        return False
    author = context.facts.pull_request(dist_git, event.pr_id).author
    return context.policy.is_bot(author)


def _upstream(job: Job) -> Repository | None:
    """Return the repository that the package config names, read from what people write there."""
    return repository_at(str(job.values.get("upstream_project_url") or ""))
