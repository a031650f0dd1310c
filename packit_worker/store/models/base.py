"""The base of every model."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import MetaData, Text
from sqlalchemy.orm import DeclarativeBase

from packit_worker.store.types import Json, RowId, UtcDateTime

# Constraints need names that both databases agree on, or no migration could drop them. Indexes and
# unique constraints are named where they stand.
_NAMES = {
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """All tables."""

    metadata = MetaData(naming_convention=_NAMES)
    type_annotation_map: ClassVar = {
        datetime: UtcDateTime,
        dict[str, Any]: Json,
        int: RowId,
        str: Text,
    }
