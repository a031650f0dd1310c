"""What people are told, by code: fact and next step. `{detail}` is the fact it rests on."""

from collections.abc import Callable
from typing import TypeAlias

from packit_worker.decision import PairDecision

# What is done to a fact, which may be in words of others, before it stands in a sentence.
Quote: TypeAlias = Callable[[str], str]

# How the text of a status begins while a service is down.
WAITING = "Waiting for "

_SENTENCES = {
    "already-running": "Already running {detail}.",
    "actor-unknown": "Not allowed: the account that asks is unknown.",
    "bad-command": "{detail}.",
    "bad-config": "{detail}",
    "branch-deleted": "Nothing to build: {detail}. Push it again.",
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
    "no-write-access": ("Not allowed yet: only people with write access may start this. {again}"),
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
    "head-after-comment": (
        "The code is newer than the comment: {detail}. Look at it, and comment again."
    ),
    "head-unknown": "Not allowed: it cannot be told which code was meant ({detail}).",
    "superseded": "Superseded by {detail}.",
    "refused": "Not your change: {detail}.",
    "tests-not-run": "{detail}",
    "time-limit": "Not your change: {detail}.",
    "not-allowed": "Not allowed yet: {detail}. An operator of this service must approve it.",
    "unknown-if-submitted": "Not your change: nobody knows if the tests run ({detail}).",
    "waiting-for-approval": "Not allowed yet: {detail}.",
}
# What follows where somebody with more rights can start it.
_COMMENT = 'A maintainer can comment "{prefix} {command}".'
_PUSH = "A maintainer can push it again."
_GAVE_UP = "Not your change: {code} ({detail}).{repeat}"
# What repeats what did not work because of a service.
_REPEAT = ' To try again, comment "{prefix} {command}".'
# Their facts are in words of ours, in which those of others are quoted already.
_OF_OURS = {
    "already-running",
    "bad-command",
    "fas-account-taken",
    "fas-not-in-group",
    "fas-not-set",
    "fas-other-login",
    "fas-private",
    "fas-unknown-account",
    "no-job-matched",
    "not-the-installer",
}
_OTHER = "Nothing was done: {code}. {detail}"


def as_it_is(detail: str) -> str:
    """Quote nothing: a commit status is no markup."""
    return detail


def sentence_of(each: PairDecision, event_id: str, prefix: str, quote: Quote = as_it_is) -> str:
    """Return how a handler ended, for people."""
    if each.outcome == "gave-up":
        return _filled(_GAVE_UP, each.code, each.detail, event_id, prefix, each.again)
    code = each.code or each.outcome
    return sentence(code, each.detail, event_id, prefix, quote, command=each.again)


def sentence(
    code: str,
    detail: str,
    event_id: str,
    prefix: str,
    quote: Quote = as_it_is,
    *,
    command: str = "",
) -> str:
    """Return why something was not done, for people.

    Args:
        code: stable and one word long.
        detail: the fact it rests on.
        event_id: of which the first letters are shown where the fault is ours.
        prefix: what begins a command.
        quote: what is done to the fact first: `inert` in a comment.
        command: by which a maintainer gets it after all; "": no comment does.
    """
    fact = detail if code in _OF_OURS else quote(detail)
    return _filled(_SENTENCES.get(code, _OTHER), code, fact, event_id, prefix, command)


def broken(code: str, detail: str, event_id: str, prefix: str) -> str:
    """Return why an event could not be decided, for people."""
    return _filled(_SENTENCES.get(code, _GAVE_UP), code, detail, event_id, prefix)


def _filled(
    text: str, code: str, detail: str, event_id: str, prefix: str, command: str = ""
) -> str:
    """Return the sentence with its facts."""
    again = _COMMENT.format(prefix=prefix, command=command) if command else _PUSH
    repeat = _REPEAT.format(prefix=prefix, command=command) if command else ""
    facts = {"code": code, "detail": detail, "event": event_id[:8], "prefix": prefix}
    return text.format(**facts, again=again, repeat=repeat)
