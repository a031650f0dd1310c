"""Installations as deltas, whom an approval is for, and which Fedora account proved it."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision: str | None = "0003"
branch_labels = None
depends_on = None

row_id = sa.BigInteger().with_variant(sa.Integer, "sqlite")
moment = sa.DateTime(timezone=True)


def upgrade() -> None:
    installations = (
        sa.Column("account_key", sa.Text, nullable=False, server_default=""),
        sa.Column("installer_login", sa.Text),
        sa.Column("installer_id", row_id),
        sa.Column("issue_repository", sa.Text),
        sa.Column("issue_number", row_id),
        sa.Column("issue_url", sa.Text),
    )
    for column in installations:
        op.add_column("installations", column)
    op.execute(
        "UPDATE installations SET account_key = 'github.com/' || lower(account_login), "
        "installer_login = sender_login, installer_id = sender_id"
    )
    op.drop_column("installations", "sender_login")
    op.drop_column("installations", "sender_id")
    op.create_index("ix_installations_account_key", "installations", ["account_key", "id"])
    op.create_index(
        "ix_installations_issue", "installations", ["issue_repository", "issue_number"]
    )
    op.drop_index("ix_installation_repositories_full_name", "installation_repositories")
    op.add_column("installation_repositories", sa.Column("removed_at", moment))
    op.add_column("allowlist", sa.Column("account_id", row_id))
    op.add_column("allowlist", sa.Column("note", sa.Text))
    op.create_table(
        "fas_links",
        sa.Column("host", sa.Text, nullable=False),
        sa.Column("account_id", row_id, nullable=False, autoincrement=False),
        sa.Column("login", sa.Text, nullable=False),
        sa.Column("fas_account", sa.Text, nullable=False),
        sa.Column("linked_at", moment, nullable=False),
        sa.PrimaryKeyConstraint("host", "account_id", name="pk_fas_links"),
        sa.UniqueConstraint("host", "fas_account", name="uq_fas_links_fas_account"),
    )


def downgrade() -> None:
    op.drop_table("fas_links")
    op.drop_column("allowlist", "note")
    op.drop_column("allowlist", "account_id")
    op.execute("DELETE FROM installation_repositories WHERE removed_at IS NOT NULL")
    op.drop_column("installation_repositories", "removed_at")
    op.create_index(
        "ix_installation_repositories_full_name", "installation_repositories", ["full_name"]
    )
    op.drop_index("ix_installations_issue", "installations")
    op.drop_index("ix_installations_account_key", "installations")
    op.add_column(
        "installations", sa.Column("sender_login", sa.Text, nullable=False, server_default="")
    )
    op.add_column(
        "installations", sa.Column("sender_id", row_id, nullable=False, server_default="0")
    )
    op.execute(
        "UPDATE installations SET sender_login = coalesce(installer_login, ''), "
        "sender_id = coalesce(installer_id, 0)"
    )
    gone = ("issue_url", "issue_number", "issue_repository", "installer_id", "installer_login")
    for name in (*gone, "account_key"):
        op.drop_column("installations", name)
