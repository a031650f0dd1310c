"""What people are told where Copr says no, and what is asked of the owner of a project."""

from contextlib import suppress

from packit_worker.context import Context
from packit_worker.copr import CoprProject, Permission
from packit_worker.errors import RefusedError, TransientError

# By code: what happened and what to do. A status shows 140 characters of it.
_TEXTS = {
    "bad-project-name": "Copr takes no project of this name. Set `project` of the job: letters,"
    " digits, `_`, `.` and `-`.",
    "no-such-project": "There is no Copr project {project}. Its owner has to make it, or the job to"
    " name another.",
    "no-such-owner": "There is no Copr user or group {owner}. Change `owner` of the job.",
    "unsupported-chroot": "Copr does not build for this target now. Change the targets of the job.",
    "forge-project-not-allowed": "{project} does not allow {repository}. Its owner has to add it to"
    " the Packit forge projects in the settings of the project.",
    "not-our-project": "{project} is the Copr project of another repository. Set another `project`"
    " of the job, or none.",
    "chroot-not-in-project": "{reason}. Only a change of somebody with write access can add that:"
    " merge the targets first.",
    "srpm-failed": "The SRPM could not be made: {reason}.",
    "sandbox-unavailable": "Not your change: the service has no box to make the SRPM in: {reason}.",
    "bad-name": "A name in the package config or the repository cannot be used: {reason}.",
    "too-large": "The package config asks for more than fits into a build of Copr: {reason}.",
    "not-configured": "Not your change: {reason}. An operator of this service must mend it.",
    "bad-credentials": "Not your change: Copr does not know our API key any more. An operator of"
    " this service must renew it.",
}
# Where the owner can help: which permission is asked for, and what is told.
_ASKED: dict[str, tuple[Permission, str]] = {
    "no-permission": (
        "builder",
        "We may not build in {project} yet. Its owner was asked, and can say yes at {page}.",
    ),
    "not-our-project": (
        "admin",
        "{reason}. Its owner can add that, or make us an admin at {page}. Then run it again.",
    ),
}
_OTHER = "Not your change: Copr refused it ({reason})."


def text_of_refusal(context: Context, project: CoprProject, error: RefusedError) -> str:
    """Return what people are told; ask for a permission where one is missing."""
    words = {
        "project": str(project),
        "owner": project.owner,
        "repository": str(context.subject.repository),
        "reason": error.reason.rstrip("."),
    }
    copr = context.services.copr()
    # Of ourselves nothing is asked.
    if error.code not in _ASKED or project.owner == copr.username:
        return _TEXTS.get(error.code, _OTHER).format(**words)
    permission, text = _ASKED[error.code]
    # If it cannot be asked now, the owner still finds the page.
    with suppress(RefusedError, TransientError):
        copr.request_permission(project, permission)
    return text.format(**words, page=copr.permissions_url(project))
