"""The one issue about a release that could not be proposed: edited each time, closed when well."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import quote, unquote

from packit_worker.context import Context
from packit_worker.errors import RefusedError
from packit_worker.forge import Repository, WrittenIssue
from packit_worker.texts import BODY_LIMIT, cut, inert, no_bare_command, plain

# Nobody tries an older release again.
_LOOKED_BACK = timedelta(days=90)
# The last line of an issue; what stands before it may be of others' making.
_MARK = re.compile(r"<!-- packit-worker: propose-downstream (\S+) -->\s*\Z")
# Of a tag what stands in the mark as it is, besides letters, digits and _.-~
_PLAIN = "/+@"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How it went for one branch."""

    branch: str
    is_good: bool
    text: str
    url: str | None


def release_of_issue(context: Context, repository: Repository, number: int) -> str | None:
    """Return the tag of the release that an issue of ours is about; None: it is about none.

    Raises:
        TransientError: the forge is down.
        RefusedError: as `Forge` says.
    """
    return next((tag for issue, tag in _ours(context, repository) if issue.id == number), None)


def tell_of_release(
    context: Context, tag: str, own: Sequence[Outcome], others: Sequence[Outcome]
) -> None:
    """Open, edit or close the issue of a release, whatever is due.

    A repository without issues is told by its statuses alone.

    Args:
        context: of a job that has ended for the release.
        tag: of the release.
        own: of the branches of this job.
        others: of those of other jobs; one that still runs is not good yet, and opens no issue.

    Raises:
        TransientError: the forge is down.
    """
    repository = context.subject.repository
    if repository is None:
        return
    mark = f"<!-- packit-worker: propose-downstream {quote(tag, safe=_PLAIN)} -->"
    outcomes = [*own, *others]
    is_well = all(each.is_good for each in outcomes)
    try:
        ours = _ours(context, repository)
        issue = next((one for one, of in ours if of == tag and one.is_open), None)
        if issue is not None:
            context.forge.edit_issue(repository, issue.id, _body(context, tag, outcomes, mark))
            if is_well:
                context.forge.close_issue(repository, issue.id)
        elif not all(each.is_good for each in own) and _is_wanted(context):
            title = f"Release {plain(tag)} could not be proposed to dist-git"
            context.forge.open_issue(repository, title, _body(context, tag, outcomes, mark))
    except RefusedError as error:
        context.decision.fact(f"no issue about the release: {error}")


def _is_wanted(context: Context) -> bool:
    """Whether the package config wants such issues; it does unless it says no."""
    notifications = context.job.values.get("notifications") if context.job else None
    return bool(((notifications or {}).get("failure_issue") or {}).get("create", True))


def _ours(context: Context, repository: Repository) -> Iterator[tuple[WrittenIssue, str]]:
    """Yield our issues about releases, open and closed, each with the tag."""
    since = datetime.now(UTC) - _LOOKED_BACK
    for issue in context.forge.issues(repository, since=since):
        is_ours = issue.author is None or context.policy.is_bot(issue.author)
        found = _MARK.search(issue.body) if is_ours else None
        if found:
            yield issue, unquote(found[1])


def _body(context: Context, tag: str, outcomes: Sequence[Outcome], mark: str) -> str:
    rows = [f"| {_cell(each.branch)} | {_cell(each.text, each.url)} |" for each in outcomes]
    url = f"{context.policy.pages_url}/events/{context.event_id}"
    prefix = context.policy.command_prefix
    again = f"To try the failed branches again, comment `{prefix} propose-downstream` here. "
    is_well = all(each.is_good for each in outcomes)
    text = "\n".join(
        [
            f"This is how release {inert(tag)} went:",
            "",
            "| branch of dist-git | outcome |",
            "|---|---|",
            *rows,
            "",
            f"{'' if is_well else again}[More]({url})",
        ]
    )
    room = BODY_LIMIT - len(mark) - 2
    return f"{cut(no_bare_command(text, prefix), room)}\n\n{mark}"


def _cell(text: str, url: str | None = None) -> str:
    """Return one cell of a table: what others wrote must not end it."""
    # Also in code: https://github.github.com/gfm/#tables-extension-
    quoted = inert(text).replace("|", "\\|")
    return f"{quoted} [Open]({url})" if url else quoted
