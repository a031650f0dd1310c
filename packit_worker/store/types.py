"""Column types that are equal on SQLite and PostgreSQL.

Text has no length: PostgreSQL would refuse what SQLite takes. JSON is `json`, not `jsonb`: it keeps
the order of keys, and takes every escape that `json.dumps` writes.
"""

import re
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Integer, Text
from sqlalchemy.types import TypeDecorator, TypeEngine

LOG_BYTES = 64 * 1024
# PostgreSQL holds no NUL, and neither database a lone surrogate.
_UNFIT = re.compile("[\x00\ud800-\udfff]")

# SQLite numbers rows by itself only in a column called exactly INTEGER.
RowId = BigInteger().with_variant(Integer, "sqlite")
# None is SQL's NULL, never JSON's null.
Json = JSON(none_as_null=True)


class UtcDateTime(TypeDecorator[datetime]):
    """A moment. Goes in with any offset, comes out in UTC; one without an offset is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn into UTC; SQLite keeps it as text, which sorts only without the offset."""
        if value is None:
            return None
        if value.utcoffset() is None:
            raise ValueError(f"a time needs an offset: {value.isoformat()}")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Say that it is UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Use the dialect's own type."""
        return dialect.type_descriptor(DateTime(timezone=True))


class OutsideText(TypeDecorator[str]):
    """Text that others wrote (logs, errors, comments): what no database holds becomes U+FFFD.

    Only the last `LOG_BYTES` bytes of its UTF-8 are kept: a log tells what went wrong at its end.
    """

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy calls it so
        """Clean and cut."""
        return None if value is None else excerpt(value)


def excerpt(text: str) -> str:
    """Return the end of `text`, at most `LOG_BYTES` bytes of UTF-8, fit to be stored."""
    # No character has less than a byte, so what is cut here first would be cut below anyway.
    tail = _UNFIT.sub("\ufffd", text[-LOG_BYTES:]).encode()
    return tail[-LOG_BYTES:].decode(errors="ignore")
