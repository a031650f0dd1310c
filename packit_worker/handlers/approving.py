"""Who installs our GitHub App is approved if Fedora knows them, and else told how to get there."""

from packit_worker.context import Context
from packit_worker.errors import RefusedError, TransientError
from packit_worker.events.installation import InstallationEvent
from packit_worker.events.issue_comment import IssueCommentEvent
from packit_worker.fas import Proof, prove
from packit_worker.fas_texts import CANNOT_ASK, TAKEN, why_not
from packit_worker.handler import Done, Result
from packit_worker.handlers import approval_issue as issue
from packit_worker.installations import Change, InstallationRow
from parsers.result import Skip


def keep_installation(event: InstallationEvent, context: Context) -> Result:
    """Keep what GitHub tells of an installation; approve a new one, or tell what is missing.

    Raises:
        TransientError: Fedora's accounts, or the forge, do not answer.
        RefusedError: the forge refuses the issue.
    """
    row = context.installations.record(_change(event, context))
    if event.action != "created":
        if row.is_over:
            issue.close(context, row)
        return Done(f"{event.action}: {', '.join(event.repositories[:10]) or row.account_key}")
    if row.is_over:
        return Done("it ended meanwhile")
    if row.status == "denied":  # under a name that it had before
        return Skip("denied", f"{row.account_key} is denied")
    if row.is_approved:
        return _approved(context, row)
    missing = _missing(context, row)
    if missing is None:
        return _approved(context, row)
    url = issue.open_once(context, row, missing)
    return Done(f"{row.account_key} waits: {missing}" + (f"; {url}" if url else ""))


def verify_fas(_event: IssueCommentEvent, context: Context) -> Result:
    """Approve the account of an installation if the installer's Fedora account proves who they are.

    Raises:
        TransientError, RefusedError: Fedora's accounts, or the forge, cannot be asked.
    """
    row, command = context.facts.known.installation, context.command
    if row is None or row.installer is None or command is None:
        raise LookupError("the checks let no such comment through")
    if len(command.arguments) != 1:
        usage = f'write "{context.policy.command_prefix} verify-fas" and the name of the account'
        return Skip("bad-command", usage)
    if row.is_over:
        return Skip("no-installation", "it was uninstalled")
    if not row.is_approved:
        name = command.arguments[0]
        accounts = context.services.fedora_accounts()
        evidence = prove(accounts, row.installer, context.policy.fas_groups, name)
        if evidence.proof != Proof.PROVED or evidence.account is None:
            why = why_not(evidence, row.installer, context.policy.fas_groups, is_named=True)
            return Skip(evidence.proof, why)
        if not context.installations.approve(row, evidence.account):
            return Skip("fas-account-taken", TAKEN.format(account=evidence.account))
    return _approved(context, row)


def _missing(context: Context, row: InstallationRow) -> str | None:
    """Try to approve an account; return what is missing, None: it is approved.

    Raises:
        TransientError: Fedora's accounts do not answer, and there is another attempt.
    """
    groups, installer = context.policy.fas_groups, row.installer or ""
    try:
        evidence = prove(context.services.fedora_accounts(), installer, groups)
    except TransientError:
        if not context.is_last_attempt:
            raise
        return CANNOT_ASK
    except RefusedError as error:
        context.decision.fact(f"Fedora's accounts were not asked: {error}")
        return CANNOT_ASK
    if evidence.proof != Proof.PROVED or evidence.account is None:
        return why_not(evidence, installer, groups, is_named=False)
    if context.installations.approve(row, evidence.account):
        return None
    return TAKEN.format(account=evidence.account)


def _approved(context: Context, row: InstallationRow) -> Result:
    """Tell it where it was waited for."""
    issue.tell_approved(context, row)
    return Done(f"{row.account_key} is approved")


def _change(event: InstallationEvent, context: Context) -> Change:
    return Change(
        action=event.action,
        host=(context.subject.account or "").partition("/")[0],
        installation_id=event.installation_id,
        account_login=event.account_login,
        account_type=event.account_type,
        account_id=event.account_id,
        account_url=event.account_url,
        created_at=event.created_at,
        repositories=event.repositories,
        sender_login=event.sender_login,
        sender_id=event.sender_id,
    )
