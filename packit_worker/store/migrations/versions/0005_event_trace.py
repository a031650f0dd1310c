"""The trace that an event belongs to."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision: str | None = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("events", sa.Column("trace", sa.JSON(none_as_null=True)))


def downgrade() -> None:
    op.drop_column("events", "trace")
