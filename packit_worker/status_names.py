"""What the statuses of commits are called: `rpm-build:fedora-44-x86_64`, after our prefix."""

from packit_worker.package_config import Job
from packit_worker.subject import Subject


def status_context(kind: str, target: str, subject: Subject, job: Job) -> str:
    """Return the context of a commit status.

    A commit may be built for a pull request, for its branch and for a release, and by several jobs;
    each has a status of its own.

    Args:
        kind: `rpm-build`, `testing-farm`, …
        target: a chroot, a Koji target, a compose.
        subject: what it is done for.
        job: of the package config.
    """
    triggers = {"commit", "release"}
    place = [subject.ref] if subject.config_trigger in triggers and subject.kind != "issue" else []
    own = job.identifier or ""
    if job.is_namesake:
        own = f"{own}#{job.index}"
    return ":".join([kind, *place, target, *filter(None, [job.package, own])])
