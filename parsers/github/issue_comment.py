"""GitHub's `issue_comment` -> IssueCommentEvent, or PullRequestCommentGHEvent on a pull request.

https://docs.github.com/webhooks/webhook-events-and-payloads#issue_comment
"""

from typing import Any

from parsers.commands import command_lines, without_lines
from parsers.comments import skip_comment
from parsers.fields import maybe, maybe_id, maybe_text, need, need_id
from parsers.github.repository import login, repository_name, web_address
from parsers.message import Message, Outcome
from parsers.options import Options
from parsers.result import Json, Parsed, Skip


def parse_issue_comment(message: Message, options: Options) -> Outcome:
    """Read a comment that holds a command.

    Of an edited comment, the command lines that the old text held already are left out. Whoever
    may write to a repository may edit the comments of others there: such an edit is nobody's
    command, or it would get the rights of the author.
    """
    body = message.body
    action = need(body, str, "action")
    if action == "edited" and options.edited_comments == "never":
        return Skip("comment-edited", "the option edited_comments is never")
    if action not in ("created", "edited"):
        return Skip("action-not-handled", f"issue_comment {action[:40]!r}")
    author = login(body, "comment", "user")
    comment = maybe_text(body, "comment", "body") or ""
    skip = skip_comment(author, comment, options)
    if skip:
        return skip
    if action == "edited":
        editor = login(body, "sender")
        # Without an author nobody's rights are lent: stage 2 denies it.
        if author is not None and (editor is None or editor.lower() != author.lower()):
            return Skip("comment-edited", "not by its author")
        comment = _without_old_commands(body, comment, options.command_prefix)
        if not command_lines(comment, options.command_prefix):
            return Skip("comment-edited", "the edit brings no command in")
    return _parsed(message, {"action": action, "comment": comment, "user_login": author})


def _without_old_commands(body: Json, comment: str, prefix: str) -> str:
    """Leave out the command lines that the old text held; without an old one, it is unchanged."""
    old = maybe_text(body, "changes", "body", "from")
    return without_lines(comment, command_lines(comment if old is None else old, prefix))


def _parsed(message: Message, fields: dict[str, Any]) -> Parsed:
    body = message.body
    namespace, name = repository_name(body, "repository")
    number = need_id(body, "issue", "number")
    fields["comment_id"] = maybe_id(body, "comment", "id")
    fields["https_url"] = web_address(message, namespace, name, "repository")
    if maybe(body, dict, "issue", "pull_request") is None:
        names = {"issue_id": number, "repo_namespace": namespace, "repo_name": name}
        return Parsed("IssueCommentEvent", names | fields)
    names = {"pr_id": number, "target_repo_namespace": namespace, "target_repo_name": name}
    return Parsed("PullRequestCommentGHEvent", names | fields)
