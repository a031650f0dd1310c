"""What people are told about work between upstream and dist-git: the fact and the next step."""

from packit_worker.errors import RefusedError, TransientError

_REFUSALS = {
    "no-dist-git-branch": "dist-git has no such branch",
    "no-dist-git-package": "dist-git has no such package: {reason}",
    "no-release": "there is no such tag: {reason}",
    "no-permission": "not your change: our account may not do it ({reason})",
    "lookaside-refused": "not your change: the lookaside cache refused the archive ({reason})",
    "sandbox-unavailable": "not your change: this host cannot run it safely ({reason})",
    "not-configured": "not your change: {reason}",
    "git-refused": "not your change: git refuses it ({reason})",
    "too-large": "it is larger than this service takes: {reason}",
    "bad-address": "a source cannot be downloaded: {reason}",
    "repository-not-visible": "the repository cannot be read: {reason}",
}
_LONGEST = 600


def text_of_refusal(error: RefusedError) -> str:
    """Return why it cannot be done; what packit could not do is told in its own words."""
    known = _REFUSALS.get(error.code, "{reason}" if error.code == "sync-failed" else "")
    text = (known or f"{error.code}: {{reason}}").format(reason=" ".join(error.reason.split()))
    return f"{text[:1].upper()}{text[1:_LONGEST]}".rstrip(".") + "."


def skipped_text(error: RefusedError) -> str:
    """Return why there was nothing to do."""
    if error.code == "nothing-to-do":
        return "Nothing to do: the branch has all of it."
    return f"Skipped: {' '.join(error.reason.split())[:_LONGEST]}"


def title_of_delay(error: TransientError) -> str:
    """Return what did not come, after the last attempt."""
    if error.reason == "archive-not-there":
        return f"The archive of the release cannot be downloaded: {error.service}."
    what = error.service or "a service"
    return f"Not your change: {what} was down at every attempt ({error.reason})."
