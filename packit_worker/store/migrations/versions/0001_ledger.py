"""The ledger: events, job runs, what is in flight, leadership, outcomes of stage 1."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision: str | None = None
branch_labels = None
depends_on = None

row_id = sa.BigInteger().with_variant(sa.Integer, "sqlite")
moment = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "events",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("task", sa.Text, nullable=False),
        sa.Column("kwargs", sa.JSON, nullable=False),
        sa.Column("delivery_id", sa.Text),
        sa.Column("correlation_id", sa.Text),
        sa.Column("repository", sa.Text),
        sa.Column("generation", row_id, nullable=False),
        sa.Column("fence", row_id, nullable=False),
        sa.Column("attempts", row_id, nullable=False),
        sa.Column("lease_owner", sa.Text),
        sa.Column("lease_until", moment),
        sa.Column("next_attempt_at", moment),
        sa.Column("sent_at", moment),
        sa.Column("received_at", moment, nullable=False),
        sa.Column("ended_at", moment),
        sa.Column("outcome", sa.Text),
        sa.Column("decision", sa.JSON),
        sa.PrimaryKeyConstraint("id", name="pk_events"),
    )
    waiting = sa.text("next_attempt_at IS NOT NULL")
    op.create_index(
        "ix_events_due", "events", ["next_attempt_at"], postgresql_where=waiting, sqlite_where=waiting
    )
    op.create_index("ix_events_received_at", "events", ["received_at", "id"])
    op.create_index("ix_events_repository", "events", ["repository", "received_at", "id"])
    op.create_index("ix_events_outcome", "events", ["outcome", "received_at", "id"])
    op.create_table(
        "job_runs",
        sa.Column("id", row_id, nullable=False),
        sa.Column("event_id", sa.Text, nullable=False),
        sa.Column("generation", row_id, nullable=False),
        sa.Column("handler", sa.Text, nullable=False),
        sa.Column("job_type", sa.Text, nullable=False),
        sa.Column("job", sa.Text, nullable=False),
        sa.Column("target", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("detail", sa.Text),
        sa.Column("attempts", row_id, nullable=False),
        sa.Column("next_attempt_at", moment),
        sa.Column("last_error", sa.Text),
        sa.Column("marker", sa.Text),
        sa.Column("log_excerpt", sa.Text),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("started_at", moment),
        sa.Column("ended_at", moment),
        sa.Column("previous_id", row_id),
        sa.Column("superseded_by_id", row_id),
        sa.PrimaryKeyConstraint("id", name="pk_job_runs"),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name="fk_job_runs_event_id"),
        sa.ForeignKeyConstraint(["previous_id"], ["job_runs.id"], name="fk_job_runs_previous_id"),
        sa.ForeignKeyConstraint(
            ["superseded_by_id"], ["job_runs.id"], name="fk_job_runs_superseded_by_id"
        ),
        sa.UniqueConstraint(
            "event_id", "generation", "handler", "job", "target", name="uq_job_runs_pair"
        ),
    )
    op.create_table(
        "in_flight",
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("job_run_id", row_id, nullable=False),
        sa.Column("event_id", sa.Text, nullable=False),
        sa.Column("since", moment, nullable=False),
        sa.Column("until", moment, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_in_flight"),
        sa.ForeignKeyConstraint(["job_run_id"], ["job_runs.id"], name="fk_in_flight_job_run_id"),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name="fk_in_flight_event_id"),
    )
    op.create_index("ix_in_flight_event_id", "in_flight", ["event_id"])
    op.create_index("ix_in_flight_job_run_id", "in_flight", ["job_run_id"])
    op.create_table(
        "leader_leases",
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("owner", sa.Text, nullable=False),
        sa.Column("until", moment, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_leader_leases"),
    )
    op.create_table(
        "stage1_outcomes",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("detail", sa.Text),
        sa.Column("source", sa.Text),
        sa.Column("event_type", sa.Text),
        sa.Column("delivery_id", sa.Text),
        sa.Column("correlation_id", sa.Text),
        sa.Column("repository", sa.Text),
        sa.Column("sent_at", moment),
        sa.Column("recorded_at", moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_stage1_outcomes"),
    )
    op.create_index("ix_stage1_outcomes_recorded_at", "stage1_outcomes", ["recorded_at", "id"])
    op.create_index(
        "ix_stage1_outcomes_repository", "stage1_outcomes", ["repository", "recorded_at", "id"]
    )


def downgrade() -> None:
    for table in ("stage1_outcomes", "leader_leases", "in_flight", "job_runs", "events"):
        op.drop_table(table)
