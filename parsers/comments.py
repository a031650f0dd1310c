"""When a comment starts nothing; the same on every forge."""

from parsers.commands import command_lines
from parsers.options import Options
from parsers.result import Skip


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
