"""What is to be done about an event: the checks before the handlers, in a fixed order.

Nothing here writes, so `explain` asks the same questions as the worker.
"""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from packit_worker.checks.allowlist import is_allowed
from packit_worker.checks.bots import not_a_bot
from packit_worker.checks.denied import not_denied
from packit_worker.checks.installed import not_uninstalled
from packit_worker.checks.visibility import is_public
from packit_worker.commands import BadCommand, Command
from packit_worker.config_search import BAD_CONFIG, find_config
from packit_worker.context import Context
from packit_worker.decision import PairDecision
from packit_worker.errors import RefusedError, TransientError
from packit_worker.events.base import Event
from packit_worker.handler import AnySpec
from packit_worker.known_commands import commands_here
from packit_worker.package_config import ConfigReader
from packit_worker.selection import Pair, select
from parsers.result import Skip

if TYPE_CHECKING:
    from collections.abc import Callable

# The reason for which a result waits whose row is not there: it may be about to be written.
NO_ROW_YET = "result-before-row"

_CONFIG_TRIGGERS = {"pull-request": "pull_request", "branch": "commit", "release": "release"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What was decided about an event as a whole.

    Attributes:
        context: the surroundings; of a result with the repository and commit of its row.
        pairs: the handlers and jobs to run, in order; empty if it stopped.
        stop: why it stopped.
        is_answerable: whether people may be told: the repository is public, nobody was denied, and
            it is known that somebody there wants something of us.
        bad_commands: command lines that cannot be read or do not belong here, with the reason.
    """

    context: Context
    pairs: tuple[Pair, ...] = ()
    stop: Skip | None = None
    is_answerable: bool = False
    bad_commands: tuple[BadCommand, ...] = ()


def decide(
    event: Event, context: Context, handlers: tuple[AnySpec, ...], reader: ConfigReader
) -> Verdict:
    """Ask the questions in order; note each in the decision.

    Raises:
        TransientError: a forge does not answer; the step under way is noted as waiting.
    """
    first = decide_offline(event, context)
    if first.stop is not None:
        return first
    context = first.context
    skip = _closed(context, "is-public", is_public(event, context))
    if skip:
        return Verdict(context=context, stop=skip)
    commands, bad = commands_here(event, context, handlers)
    if context.subject.comment is not None and not commands:
        reasons = "; ".join(each.reason for each in bad)
        none = f"no line of the comment begins with {context.policy.command_prefix}"
        skip = Skip("bad-command", reasons) if bad else Skip("no-command", none)
        _closed(context, "command", skip)
        return Verdict(context=context, stop=skip, is_answerable=bool(bad), bad_commands=bad)
    needless = tuple(spec for spec in handlers if spec.commands and not spec.needs_config)
    asked = select(event, needless, (), None, commands, context.policy).pairs
    if asked:
        context.decision.fact(_chosen(asked))
        _closed(context, "selection", None)
        return Verdict(context=context, pairs=asked, bad_commands=(*bad, *_others(commands, asked)))
    return _with_config(event, context, handlers, reader, commands, bad)


def _chosen(pairs: tuple[Pair, ...]) -> str:
    return "chosen: " + ", ".join(f"{each.spec.name} {each.job_name}".strip() for each in pairs)


def first_no(pair: Pair, event: Event, context: Context, decided: PairDecision) -> Skip | None:
    """Ask the checks of a pair in order, until one says no; note each in its record.

    Raises:
        TransientError: a service does not answer; the check under way is noted as waiting.
        RefusedError: a service says no to the question itself; that is noted too.
    """
    decision = context.decision
    for check in pair.spec.checks:
        name = getattr(check, "__name__", "check").replace("_", "-")
        try:
            skip = check(event, context)
        except TransientError as error:
            if error.service:
                decision.fact(f"{error.service} does not answer")
            decision.waits(error.reason, name, decided)
            raise
        except RefusedError as error:
            decision.close_step(name, Skip("refused", str(error)), decided)
            raise
        decision.close_step(name, skip, decided)
        if skip is not None:
            return skip
    return None


def _others(commands: tuple[Command, ...], pairs: tuple[Pair, ...]) -> list[BadCommand]:
    """Return the commands that do not run beside those that need no package config."""
    lines = {pair.command.line for pair in pairs if pair.command}
    reason = "it needs a comment of its own"
    return [BadCommand(each.line, reason) for each in commands if each.line not in lines]


def decide_offline(event: Event, context: Context) -> Verdict:
    """Ask the first questions: those that need no forge.

    Raises:
        TransientError: a result is ours, but has no row yet.
    """
    found = _located(context)
    if isinstance(found, Skip):
        return Verdict(context=context, stop=_closed(context, "origin", found))
    checks: tuple[Callable[[Event, Context], Skip | None], ...]
    checks = (not_denied, not_a_bot, not_uninstalled)
    for check in checks:
        skip = _closed(found, check.__name__, check(event, found))
        if skip:
            return Verdict(context=found, stop=skip)
    return Verdict(context=found)


def _with_config(
    event: Event,
    context: Context,
    handlers: tuple[AnySpec, ...],
    reader: ConfigReader,
    commands: tuple[Command, ...],
    bad: tuple[BadCommand, ...],
) -> Verdict:
    context, config = find_config(context, reader)
    if config is None:
        context.decision.fact("it is about no repository, and needs none")
    skip = config if isinstance(config, Skip) else None
    _closed(context, "package-config", skip)
    # Of a comment only the forge could tell whose code it is about.
    denied = None if context.subject.comment is None else not_denied(event, context)
    if denied:
        return Verdict(context=context, stop=_closed(context, "not-denied", denied))
    pairs: tuple[Pair, ...] = ()
    if not isinstance(config, Skip):
        jobs = config.jobs if config else ()
        context = replace(context, jobs=jobs)
        trigger = context.subject.config_trigger
        found = select(event, handlers, jobs, trigger, commands, context.policy)
        pairs = found.pairs
        context.decision.looked_at.extend(found.looked_at)
        skip = None if pairs else Skip("no-job-matched", _looked_at(len(jobs)))
        if pairs:
            context.decision.fact(_chosen(pairs))
        _closed(context, "selection", skip)
    if skip and skip.code != BAD_CONFIG and not commands:
        return Verdict(context=context, stop=skip, is_answerable=True)
    refusal = _closed(context, "allowlist", is_allowed(event, context))
    stop = refusal or skip
    return Verdict(
        context=context,
        pairs=() if stop else pairs,
        stop=stop,
        # What is wrong with a config is nothing to those who may not use us, unless they ask.
        is_answerable=not (refusal and skip) or bool(commands),
        bad_commands=bad,
    )


def _looked_at(jobs: int) -> str:
    return "1 job was looked at" if jobs == 1 else f"{jobs} jobs were looked at"


def _located(context: Context) -> Context | Skip:
    """Find out what a result is about: its row tells.

    Raises:
        TransientError: it is ours, but has no row yet.
    """
    subject = context.subject
    if subject.outside is None:
        return context
    origin = context.facts.known.origin
    users = subject.outside.users
    is_told = users is not None and any(users)
    # Somebody else's is none of ours, though its number may be: another hub counts alike.
    if (is_told or origin is None) and users is not None and _account(context) not in users:
        return Skip("not-ours", f"submitted by {users[0]}")
    if origin is None:
        context.decision.fact(f"there is no row of {subject.outside.kind} {subject.outside.id}")
        raise TransientError(NO_ROW_YET)
    context.decision.fact(f"{subject.outside.kind} {subject.outside.id} is row {origin.run_id}")
    _closed(context, "origin", None)
    located = replace(
        subject,
        repository=origin.repository,
        commit=origin.commit,
        ref=origin.ref,
        config_trigger=_CONFIG_TRIGGERS.get(origin.trigger or ""),
    )
    return replace(context, subject=located)


def _account(context: Context) -> str:
    """Return our account at the service that a result comes from."""
    outside, policy = context.subject.outside, context.policy
    is_koji = outside is not None and outside.kind == "koji-build"
    return policy.koji_user if is_koji else policy.copr_user


def _closed(context: Context, name: str, skip: Skip | None) -> Skip | None:
    context.decision.close_step(name.replace("_", "-"), skip)
    return skip
