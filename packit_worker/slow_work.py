"""What is known before slow work moves to its queue: its commit, and what people are shown."""

from collections.abc import Iterable
from dataclasses import replace

from packit_worker.context import Context
from packit_worker.errors import RefusedError
from packit_worker.handler import AnySpec, is_slow
from packit_worker.selection import Pair
from packit_worker.store.models import JobRun


def with_commit(context: Context, pairs: Iterable[Pair]) -> Context:
    """Return the surroundings of a release with its commit, if some of its work is slow.

    The statuses of slow work are shown before its handler runs; what is fast finds it itself.

    Raises:
        TransientError: the forge does not answer.
    """
    subject = context.subject
    is_needed = any(is_slow(pair.spec, context.policy) for pair in pairs)
    if not is_needed or subject.kind != "release" or subject.repository is None:
        return context
    try:
        commit = context.facts.commit(subject.repository, subject.ref).sha
    except RefusedError as error:
        context.decision.fact(f"the commit of {subject.ref} is not known: {error}")
        return context
    return replace(context, subject=replace(subject, commit=commit))


def never_started(runs: Iterable[JobRun], handlers: Iterable[AnySpec]) -> list[str]:
    """Return the contexts of the statuses of what was planned and never begun."""
    planned = {run.handler for run in runs if run.attempts == 0}
    return [spec.status for spec in handlers if spec.name in planned]
