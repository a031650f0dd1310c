"""What people are told, by code: fact and next step. `{detail}` is the fact it rests on."""

from collections.abc import Callable
from typing import TypeAlias

from packit_worker.decision import PairDecision
from packit_worker.errors import BAD_CREDENTIALS

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
    "no-write-access": (
        "Not allowed yet: only people with write access may start this.{maintainer}"
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
    "head-after-comment": (
        "The code is newer than the comment: {detail}. Look at it, and comment again."
    ),
    "head-unknown": "Not allowed: it cannot be told which code was meant ({detail}).",
    "superseded": "Superseded by {detail}.",
    "refused": "Not your change: {detail}. {again}",
    "tests-not-run": "{detail}",
    "time-limit": "Not your change: {detail}. {again}",
    "not-allowed": "Not allowed yet: {detail}. An operator of this service must approve it.",
    "unknown-if-submitted": "Not your change: nobody knows if the tests run ({detail}).",
    "waiting-for-approval": "Not allowed yet: {detail}.",
}
_GAVE_UP = "Not your change: {detail} ({code}). {again}"
# Their facts are in words of ours, in which those of others are quoted already.
_OF_OURS = {
    "already-running",
    "bad-command",
    "build-under-way",
    "fas-account-taken",
    "fas-not-in-group",
    "fas-not-set",
    "fas-other-login",
    "fas-private",
    "fas-unknown-account",
    "head-after-comment",
    "no-build",
    "no-dist-git-branches",
    "no-job-matched",
    "no-package-config",
    "no-release",
    "not-the-installer",
}
_OTHER = "Nothing was done: {code}. {detail}"
# What a command is answered where a status says less.
_ANSWERS = {
    "superseded": "Superseded by {detail}, which was pushed meanwhile. Comment again for that one.",
}
# What asks for the work of a handler, by a piece of its name.
# The first that fits counts.
_COMMANDS = {
    "Koji": "upstream-koji-build",
    "Test": "test",
    "Propose": "propose-downstream",
    "Build": "build",
}
_OPERATOR = "An operator of this service must mend it."
# By the code of a refusal, where the same work would only be refused again.
_MENDS = {
    "bad-credentials": _OPERATOR,
    "not-configured": _OPERATOR,
    "no-targets": "Change the targets of the job.",
}


def as_it_is(detail: str) -> str:
    """Quote nothing: a commit status is no markup."""
    return detail


def again(handler: str, trigger: str | None, prefix: str) -> str:
    """Return how work that failed without anybody's fault is started once more.

    Args:
        handler: the name of its row in the registry.
        trigger: of the job (`commit`) or of a row (`branch`); None: not known.
        prefix: what begins a command.
    """
    word = command_of(handler)
    if trigger in ("commit", "branch"):
        return "Push another commit to try again."
    if trigger == "release" and word != "propose-downstream":
        return "A new release tries again, or an operator of this service does."
    if word:
        return f'Comment "{prefix} {word}" to try again.'
    return "Try again later."


def did_not_answer(service: str, attempts: int, reason: str) -> str:
    """Return who failed, how, and how often it was tried."""
    how = "does not take our credentials" if reason == BAD_CREDENTIALS else "did not answer"
    return f"{service or 'a service'} {how}, {attempts} attempts"


def answer_of(
    each: PairDecision, event_id: str, prefix: str, trigger: str | None, quote: Quote = as_it_is
) -> str:
    """Return how a handler ended, for who asked in a comment."""
    if each.code in _ANSWERS:
        return _filled(_ANSWERS[each.code], each.code, each.detail, event_id, prefix)
    return sentence_of(each, event_id, prefix, trigger, quote)


def sentence_of(
    each: PairDecision,
    event_id: str,
    prefix: str,
    trigger: str | None = None,
    quote: Quote = as_it_is,
) -> str:
    """Return how a handler ended, for people; `trigger` is that of `again`."""
    code, text = each.code or each.outcome, _GAVE_UP
    if each.outcome != "gave-up":
        text = _SENTENCES.get(code, _OTHER)
    fact = each.detail if text is _GAVE_UP else _quoted(code, each.detail, quote)
    return _filled(text, code, fact, event_id, prefix, handler=each.handler, trigger=trigger)


def sentence(code: str, detail: str, event_id: str, prefix: str, quote: Quote = as_it_is) -> str:
    """Return why something was not done, for people.

    Args:
        code: stable and one word long.
        detail: the fact it rests on.
        event_id: of which the first letters are shown where the fault is ours.
        prefix: what begins a command.
        quote: what is done to the fact first: `inert` in a comment.
    """
    fact = _quoted(code, detail, quote)
    return _filled(_SENTENCES.get(code, _OTHER), code, fact, event_id, prefix)


def broken(code: str, detail: str, event_id: str, prefix: str) -> str:
    """Return why an event could not be decided, for people."""
    text = _SENTENCES.get(code, _GAVE_UP).replace("{again}", "Comment it once more to try again.")
    return _filled(text, code, detail, event_id, prefix)


def refused(detail: str, handler: str, trigger: str | None, prefix: str) -> str:
    """Return that a service said no (`code: reason`), and what to do."""
    text = _SENTENCES["refused"]
    return _filled(text, "refused", detail, "", prefix, handler=handler, trigger=trigger)


def _quoted(code: str, detail: str, quote: Quote) -> str:
    return detail if code in _OF_OURS else quote(detail)


def command_of(handler: str) -> str:
    """Return the command that asks for the work of a handler; "": no comment does."""
    return next((word for piece, word in _COMMANDS.items() if piece in handler), "")


def _filled(
    text: str,
    code: str,
    detail: str,
    event_id: str,
    prefix: str,
    *,
    handler: str = "Build",
    trigger: str | None = None,
) -> str:
    """Return the sentence with its facts."""
    mend = _MENDS.get(detail.partition(":")[0]) if code == "refused" else None
    return text.format(
        code=code,
        detail=detail.rstrip(".") if "{again}" in text else detail,
        event=event_id[:8],
        prefix=prefix,
        again=mend or again(handler, trigger, prefix),
        maintainer=_of_maintainer(command_of(handler), trigger, prefix),
    )


def _of_maintainer(word: str, trigger: str | None, prefix: str) -> str:
    if trigger == "commit":
        return " A maintainer can push it again."
    return f' A maintainer can comment "{prefix} {word}".' if word else ""
