"""What events are about: projects, triggers, builds and test runs; who may: installations, allowlist."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision: str | None = "0001"
branch_labels = None
depends_on = None

row_id = sa.BigInteger().with_variant(sa.Integer, "sqlite")
moment = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "projects",
        sa.Column("id", row_id, nullable=False),
        sa.Column("host", sa.Text, nullable=False),
        sa.Column("namespace", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("is_private", sa.Boolean),
        sa.Column("visibility_seen_at", moment),
        sa.PrimaryKeyConstraint("id", name="pk_projects"),
        sa.UniqueConstraint("host", "namespace", "name", name="uq_projects_path"),
    )
    op.create_table(
        "triggers",
        sa.Column("id", row_id, nullable=False),
        sa.Column("project_id", row_id, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("ref", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_triggers"),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name="fk_triggers_project_id"),
        sa.UniqueConstraint("project_id", "kind", "ref", name="uq_triggers_ref"),
    )
    _create_runs()
    op.create_table(
        "installations",
        sa.Column("id", row_id, nullable=False, autoincrement=False),
        sa.Column("account_login", sa.Text, nullable=False),
        sa.Column("account_type", sa.Text, nullable=False),
        sa.Column("account_id", row_id, nullable=False),
        sa.Column("account_url", sa.Text, nullable=False),
        sa.Column("sender_login", sa.Text, nullable=False),
        sa.Column("sender_id", row_id, nullable=False),
        sa.Column("installed_at", moment, nullable=False),
        sa.Column("suspended_at", moment),
        sa.Column("deleted_at", moment),
        sa.PrimaryKeyConstraint("id", name="pk_installations"),
    )
    op.create_table(
        "installation_repositories",
        sa.Column("installation_id", row_id, nullable=False),
        sa.Column("full_name", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("installation_id", "full_name", name="pk_installation_repositories"),
        sa.ForeignKeyConstraint(
            ["installation_id"],
            ["installations.id"],
            name="fk_installation_repositories_installation_id",
        ),
    )
    op.create_index(
        "ix_installation_repositories_full_name", "installation_repositories", ["full_name"]
    )
    op.create_table(
        "allowlist",
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("changed_by", sa.Text, nullable=False),
        sa.Column("changed_at", moment, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_allowlist"),
    )
    op.create_index("ix_allowlist_status", "allowlist", ["status", "key"])


def _create_runs() -> None:
    op.create_table(
        "runs",
        sa.Column("id", row_id, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("project_id", row_id, nullable=False),
        sa.Column("trigger_id", row_id),
        sa.Column("job_run_id", row_id),
        sa.Column("srpm_run_id", row_id),
        sa.Column("commit_sha", sa.Text, nullable=False),
        sa.Column("target", sa.Text, nullable=False),
        sa.Column("context", sa.Text, nullable=False),
        sa.Column("marker", sa.Text, nullable=False),
        sa.Column("outside_id", sa.Text),
        sa.Column("web_url", sa.Text),
        sa.Column("details", sa.JSON, nullable=False),
        sa.Column("attempt", row_id, nullable=False),
        sa.Column("previous_id", row_id),
        sa.Column("superseded_by_id", row_id),
        sa.Column("known_state", sa.Text, nullable=False),
        sa.Column("known_text", sa.Text),
        sa.Column("reported_state", sa.Text),
        sa.Column("reported_context", sa.Text),
        sa.Column("reported_text", sa.Text),
        sa.Column("reported_at", moment),
        sa.Column("report_due_at", moment),
        sa.Column("next_check_at", moment),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("submitted_at", moment),
        sa.Column("started_at", moment),
        sa.Column("ended_at", moment),
        sa.Column("log_excerpt", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_runs"),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name="fk_runs_project_id"),
        sa.ForeignKeyConstraint(["trigger_id"], ["triggers.id"], name="fk_runs_trigger_id"),
        sa.ForeignKeyConstraint(["job_run_id"], ["job_runs.id"], name="fk_runs_job_run_id"),
        sa.ForeignKeyConstraint(["srpm_run_id"], ["runs.id"], name="fk_runs_srpm_run_id"),
        sa.ForeignKeyConstraint(["previous_id"], ["runs.id"], name="fk_runs_previous_id"),
        sa.ForeignKeyConstraint(["superseded_by_id"], ["runs.id"], name="fk_runs_superseded_by_id"),
        sa.UniqueConstraint("kind", "outside_id", "target", name="uq_runs_outside"),
    )
    op.create_index("ix_runs_status", "runs", ["project_id", "commit_sha", "context", "id"])
    op.create_index("ix_runs_marker", "runs", ["kind", "marker"])
    op.create_index("ix_runs_job_run_id", "runs", ["job_run_id"])
    op.create_index("ix_runs_trigger_id", "runs", ["trigger_id", "id"])
    _create_index_of_set("ix_runs_next_check", ["kind", "next_check_at"])
    _create_index_of_set("ix_runs_report_due", ["report_due_at"])


def _create_index_of_set(name: str, columns: list[str]) -> None:
    """Index only rows that wait for something: few, whatever the size of the table."""
    waiting = sa.text(f"{columns[-1]} IS NOT NULL")
    op.create_index(name, "runs", columns, postgresql_where=waiting, sqlite_where=waiting)


def downgrade() -> None:
    for table in (
        "allowlist",
        "installation_repositories",
        "installations",
        "runs",
        "triggers",
        "projects",
    ):
        op.drop_table(table)
