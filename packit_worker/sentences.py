"""What people are told, by code: fact and next step. `{detail}` is the fact it rests on."""

_SENTENCES = {
    "already-running": "Already running {detail}.",
    "actor-unknown": "Not allowed: the account that asks is unknown.",
    "bad-command": "{detail}.",
    "bad-config": "{detail}",
    "build-under-way": "The build has not ended: {detail}.",
    "bug": "packit-worker failed, not your change. Reported as {event}.",
    "no-build": (
        'There is no successful build of {detail} to test. Comment "{prefix} build": the tests'
        " start when it has ended."
    ),
    "no-job-matched": "No job of the package config matches: {detail}.",
    "no-package-config": "There is no package config: {detail}.",
    "no-installation": "Nobody waits for approval in this issue.",
    "downstream-failed": "{detail}",
    "no-dist-git-branches": "Nothing to do: {detail}. Set dist_git_branches of the job.",
    "no-release": "Nothing to propose: {detail}.",
    "no-write-access": (
        "Not allowed yet: only people with write access may start this."
        ' A maintainer can comment "{prefix} build".'
    ),
    "not-the-installer": "Not allowed: {detail}.",
    "fas-account-taken": "Not approved: {detail}. An operator of this service can help.",
    "fas-not-in-group": "Not approved: {detail}. Who is no Fedora packager needs an operator.",
    "fas-not-set": (
        "Not approved: {detail}. Write it there, at https://accounts.fedoraproject.org,"
        " and ask again."
    ),
    "fas-other-login": "Not approved: {detail}.",
    "fas-private": (
        "Not approved: {detail}. Make the profile public at https://accounts.fedoraproject.org,"
        " at least for a while, and ask again."
    ),
    "fas-unknown-account": "Not approved: {detail}.",
    "permission-unknown": "Not allowed: it cannot be told who may write here ({detail}).",
    "fork-deleted": "Nothing to build: {detail}. Push it to another fork, and open a new one.",
    "superseded": "Superseded by {detail}.",
    "head-after-comment": (
        "The code is newer than the comment: {detail}. Look at it, and comment again."
    ),
    "head-unknown": "Not allowed: it cannot be told which code was meant ({detail}).",
    "refused": "Not your change: {detail}.",
    "tests-not-run": "{detail}",
    "time-limit": "Not your change: {detail}.",
    "not-allowed": "Not allowed yet: {detail}. An operator of this service must approve it.",
    "not-implemented": "This packit-worker cannot do it yet.",
    "unknown-if-submitted": "Not your change: nobody knows if the tests run ({detail}).",
    "waiting-for-approval": "Not allowed yet: {detail}.",
}
_GAVE_UP = "Not your change: {code} ({detail})."
_OTHER = "Nothing was done: {code}. {detail}"


def sentence(outcome: str, code: str, detail: str, event_id: str, prefix: str) -> str:
    """Return fact and next step, as people are told them.

    Args:
        outcome: `gave-up` where a service was down for too long.
        code: why.
        detail: the fact behind it.
        event_id: of the event; its beginning stands in what is told of a bug.
        prefix: what begins a command.
    """
    known = _GAVE_UP if outcome == "gave-up" else _SENTENCES.get(code, _OTHER)
    return known.format(code=code, detail=detail, event=event_id[:8], prefix=prefix)


def is_known(code: str) -> bool:
    """Whether there is a sentence for the code."""
    return code in _SENTENCES
