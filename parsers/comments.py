"""When a comment starts nothing; the same on every forge."""

from parsers.commands import command_lines
from parsers.options import Options
from parsers.result import Json, Skip


def skip_comment(author: str | None, text: str, options: Options) -> Skip | None:
    """Return why a comment is passed over, or None if it holds a command of a person.

    Args:
        author: the login of who wrote it; None for a deleted account.
        text: the part of the comment that counts.
        options: who the bots are, and the prefix of a command.
    """
    if author is not None and author.lower() in options.bots:
        return Skip("own-bot", f"a comment by {author}")
    if not command_lines(text, options.command_prefix):
        return Skip("no-command", f"no line begins with {options.command_prefix}")
    return None


def comment_text(event: Json) -> str:
    """Return the text of the comment that a message is about, "" if it is about none.

    It serves to tell whether a person who meets silence may ask why; it never raises.
    """
    for body in (event, event.get("msg"), event.get("body")):
        if type(body) is dict:
            text = _text_of(body.get("comment")) or _last_text(body.get("pullrequest"))
            if text:
                return text
    return ""


def _text_of(comment: Json) -> str:
    if type(comment) is not dict:
        return ""
    text = comment.get("body") or comment.get("comment")
    return text if type(text) is str else ""


def _last_text(pull_request: Json) -> str:
    comments = pull_request.get("comments") if type(pull_request) is dict else None
    return _text_of(comments[-1]) if type(comments) is list and comments else ""
