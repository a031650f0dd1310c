"""The issue in which the approval of an installation is talked about: one for each of them."""

import re
from datetime import timedelta

from packit_worker.context import Context
from packit_worker.forge import Issue, Repository, Thread
from packit_worker.installations import InstallationRow
from packit_worker.reporting import Reporter
from packit_worker.texts import BODY_LIMIT, cut, inert, plain

# The clocks of a forge and of ours may differ.
_SKEW = timedelta(hours=1)
_LOGIN = re.compile(r"[A-Za-z0-9-]+")

_BODY = """\
{mention} installed this service for the account {account} on {host}.

It is not approved yet: {missing}.

There are two ways to get there:

- Who is a member of one of the Fedora groups {groups} writes the login {installer} into the \
profile at https://accounts.fedoraproject.org (GitHub username, public), and then comments here \
`{prefix} verify-fas NAME`, with the name of the Fedora account. Only {mention} can do that.
- Everybody else explains here what the account {account} will use the service for. An operator \
of this service decides then.

Until then nothing is built for {account}.
"""
_APPROVED = """\
{key} is approved. What happens there from now on is taken care of; for a pull request that is \
open already a comment there is enough, with the command for what its package config asks for: \
`{prefix} build`, `{prefix} test` or `{prefix} upstream-koji-build`.
"""


def open_once(context: Context, row: InstallationRow, missing: str) -> str | None:
    """Open the issue, unless it is there; return its address.

    None: the settings name no repository for it.

    Raises:
        TransientError, RefusedError: the forge cannot be asked, or says no.
    """
    repository = context.policy.notifications
    if repository is None:
        context.decision.fact("nobody was told: the settings name no notifications_repository")
        return None
    if row.issue is not None:
        return row.issue.url
    mark = f"<!-- packit-worker: approval of installation {row.id} on {row.host} -->"
    # Looked for first: a worker may have died after it opened one.
    issue = _ours(context, repository, row, mark) or context.forge.open_issue(
        repository, f"{plain(row.account_login)} needs approval", _body(context, row, missing, mark)
    )
    context.installations.note_issue(row, repository, issue)
    return issue.url


def tell_approved(context: Context, row: InstallationRow) -> None:
    """Tell the good news in the issue, if there is one, and close it."""
    repository = _place(context, row)
    if repository is None or row.issue is None:
        return
    text = _APPROVED.format(key=inert(row.account_key), prefix=context.policy.command_prefix)
    reporter = Reporter(context.forge, context.policy, repository)
    reporter.answer(Thread("issue", row.issue.id), "approval", text)
    context.forge.close_issue(repository, row.issue.id)


def close(context: Context, row: InstallationRow) -> None:
    """Close the issue, if there is one: nobody waits any more."""
    repository = _place(context, row)
    if repository is not None and row.issue is not None:
        context.forge.close_issue(repository, row.issue.id)


def _place(context: Context, row: InstallationRow) -> Repository | None:
    """Return where the issue is; None: in a repository that is not the settings' any more."""
    place = context.policy.notifications
    return place if place and str(place).lower() == row.issue_repository else None


def _ours(
    context: Context, repository: Repository, row: InstallationRow, mark: str
) -> Issue | None:
    for written in context.forge.issues(repository, since=row.installed_at - _SKEW):
        # Anybody may write our mark.
        if mark in written.body and context.policy.is_bot(written.author):
            return Issue(id=written.id, url=written.url)
    return None


def _body(context: Context, row: InstallationRow, missing: str, mark: str) -> str:
    installer = row.installer or "ghost"  # what GitHub calls an account that is not there any more
    text = _BODY.format(
        # The one whom the issue is for is to hear of it; anything but a login is no mention.
        mention=f"@{installer}" if _LOGIN.fullmatch(installer) else inert(installer),
        installer=inert(installer),
        account=inert(row.account_login),
        host=row.host,
        missing=missing,
        groups=" or ".join(sorted(context.policy.fas_groups)),
        prefix=context.policy.command_prefix,
    )
    return f"{cut(text, BODY_LIMIT - len(mark) - 2)}\n\n{mark}"
