"""By what the work of a pair is known while it goes on."""

from packit_worker.context import Context
from packit_worker.selection import Pair
from packit_worker.store.in_flight import Work


def work_of(pair: Pair, context: Context) -> Work | None:
    """Return what must not be done twice at a time: the same work, whoever asks and how."""
    subject = context.subject
    if pair.spec.in_turn:
        # Neither by release nor by job: which one a command is about is known only as it runs.
        branch = subject.ref if subject.kind == "branch" else ""
        return Work(pair.spec.status or pair.spec.name, f"{subject.repository} {branch}", "", "")
    if not pair.spec.status:
        return None
    place = subject.commit or f"{subject.kind} {subject.ref}"
    # Each chroot has a result of its own, and so has each build of the same commit.
    outside = subject.outside
    target = f"{outside.id} {outside.target or ''}".strip() if outside else ""
    return Work(pair.spec.status, f"{subject.repository}@{place}", pair.job_name, target)
