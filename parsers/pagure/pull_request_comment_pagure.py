"""Pagure's `pull-request.comment.*` -> PullRequestCommentPagureEvent.

https://docs.pagure.org/pagure/usage/using_webhooks.html
"""

from parsers.comments import skip_comment
from parsers.fields import at, maybe, maybe_id, maybe_name, maybe_text, need
from parsers.message import Message, Outcome
from parsers.options import Options
from parsers.pagure.pull_request_pagure import pull_request_fields
from parsers.result import MalformedError, Parsed, Skip


def parse_comment_added(message: Message, options: Options) -> Outcome:
    """Read a new comment that holds a command: the last in the list of the pull request's."""
    body = message.body
    comments = need(body, list, "pullrequest", "comments")
    if not comments:
        raise MalformedError(at("pullrequest", "comments"), "expected a comment, got none")
    path = ("pullrequest", "comments", len(comments) - 1)
    if maybe(body, bool, *path, "notification"):
        return Skip("notification-comment", "Pagure's own note on a pull request")
    author = maybe_name(body, *path, "user", "name") or maybe_name(body, "agent")
    comment = maybe_text(body, *path, "comment") or ""
    return skip_comment(author, comment, options) or Parsed(
        "PullRequestCommentPagureEvent",
        {
            "action": "created",
            "comment": comment,
            "comment_id": maybe_id(body, *path, "id"),
            **pull_request_fields(message),
            "user_login": author,
        },
    )


def parse_comment_edited(_message: Message, _options: Options) -> Outcome:
    """Pass an edit over: whether it brings a command in cannot be seen without the old text."""
    return Skip("comment-edited", "Pagure does not tell the old text")
