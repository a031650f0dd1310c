"""Who may verify an installation, and where."""

from packit_worker.context import Context
from packit_worker.events.base import Event
from parsers.result import Skip


def on_our_github(_event: Event, context: Context) -> Skip | None:
    """Stop for an installation on a forge that is not in the settings as a GitHub."""
    host = (context.subject.account or "").partition("/")[0]
    if context.policy.forges.get(host) != "github":
        return Skip("unknown-forge", f"no GitHub {host!r} in the settings")
    context.decision.fact(f"{host} is a GitHub of the settings")
    return None


def in_issue_of_installation(_event: Event, context: Context) -> Skip | None:
    """Stop for a comment in another issue than one in which an installation waits."""
    notifications = context.policy.notifications
    installation = context.facts.known.installation
    # GitHub's own spelling may be another than that of the settings.
    is_there = str(context.subject.repository).lower() == str(notifications).lower()
    if not is_there or installation is None:
        where = f"; such issues are in {notifications}" if notifications else ""
        return Skip("no-installation", f"nobody waits for approval in this issue{where}")
    context.decision.fact(f"the issue is about {installation.account_key}")
    return None


def by_installer(_event: Event, context: Context) -> Skip | None:
    """Stop for everybody but the person who installed our App: it is about who they are."""
    installation, actor = context.facts.known.installation, context.subject.actor
    installer = installation.installer if installation else None
    if actor is None or installer is None or actor.lower() != installer.lower():
        who = f"{installer}, who installed it" if installer else "the installer"
        return Skip("not-the-installer", f"only {who}, may say who they are in Fedora")
    context.decision.fact(f"{installer} installed our App")
    return None
