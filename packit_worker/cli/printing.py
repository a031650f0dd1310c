"""Text for people: words of others print as they are, neither as markup nor as control codes."""

from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

# So wide that nothing is cut where nobody looks at a window.
_PIPE_WIDTH = 1000


def console() -> Console:
    """Return where to print; what a file or a pipe gets is not cut to a window."""
    found = Console()
    return found if found.is_terminal else Console(width=_PIPE_WIDTH)


def plain(text: str) -> Text:
    """Return text of others as it is: what does not print is shown as a replacement sign."""
    return Text("".join(sign if sign.isprintable() else "\ufffd" for sign in text))


def print_table(
    columns: Sequence[str], rows: Iterable[Iterable[object]], title: str | None = None
) -> None:
    """Print a table; None is an empty cell."""
    table = Table(*(Column(name, overflow="fold") for name in columns), title=title)
    for row in rows:
        table.add_row(*(plain("" if cell is None else str(cell)) for cell in row))
    console().print(table)
