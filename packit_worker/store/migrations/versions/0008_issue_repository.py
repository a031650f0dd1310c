"""Where approvals are talked about is kept without its case, as it is compared."""

from alembic import op

revision = "0008"
down_revision: str | None = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("UPDATE installations SET issue_repository = lower(issue_repository)")


def downgrade() -> None:
    """Leave it: how it was spelled is not known, and the repository is the same."""
