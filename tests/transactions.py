"""How many transactions something takes."""

from contextlib import contextmanager

from sqlalchemy import event


class TransactionCount:
    """What was counted so far; `statements` are those of the transactions, in their order."""

    def __init__(self):
        self.begun = 0
        self.statements = []


@contextmanager
def count_transactions(database):
    """Count the transactions that the block begins on a `Database`, reading ones too."""
    count = TransactionCount()

    def begin(_connection):
        count.begun += 1

    def execute(_connection, _cursor, statement, *_rest):
        count.statements.append(statement)

    event.listen(database.engine, "begin", begin)
    event.listen(database.engine, "before_cursor_execute", execute)
    try:
        yield count
    finally:
        event.remove(database.engine, "begin", begin)
        event.remove(database.engine, "before_cursor_execute", execute)
