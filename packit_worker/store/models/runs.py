"""Rows of what goes on outside: SRPM builds, Copr builds, Koji builds, test runs."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from packit_worker.store.models.base import Base
from packit_worker.store.types import OutsideText


def _when_set(column: str) -> dict[str, Any]:
    condition = text(f"{column} IS NOT NULL")
    return {"postgresql_where": condition, "sqlite_where": condition}


class Run(Base):
    """One build or test run for one target; its page is `/runs/<id>`.

    All kinds share a table: they have the same life, the same sweep and the same page. A Copr build
    has a row for each chroot. What only one kind has is in `details`.
    """

    __tablename__ = "runs"
    __table_args__ = (
        # A build system's number is one row for each target. Rows without a number never clash.
        UniqueConstraint("kind", "outside_id", "target", name="uq_runs_outside"),
        Index("ix_runs_status", "project_id", "commit_sha", "context", "id"),
        Index("ix_runs_marker", "kind", "marker"),
        Index("ix_runs_job_run_id", "job_run_id"),
        Index("ix_runs_trigger_id", "trigger_id", "id"),
        Index("ix_runs_next_check", "kind", "next_check_at", **_when_set("next_check_at")),
        Index("ix_runs_report_due", "report_due_at", **_when_set("report_due_at")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"))
    trigger_id: Mapped[int | None] = mapped_column(ForeignKey("triggers.id"))
    job_run_id: Mapped[int | None] = mapped_column(ForeignKey("job_runs.id"))
    srpm_run_id: Mapped[int | None] = mapped_column(ForeignKey("runs.id"))  # what it was made of
    commit_sha: Mapped[str]
    target: Mapped[str]  # chroot, Koji target, compose; "": an SRPM
    context: Mapped[str]  # of the commit status; "": none is shown
    marker: Mapped[str]  # by which it is found outside after a crash
    outside_id: Mapped[str | None]
    web_url: Mapped[str | None]
    details: Mapped[dict[str, Any]]
    attempt: Mapped[int]
    previous_id: Mapped[int | None] = mapped_column(ForeignKey("runs.id"))
    superseded_by_id: Mapped[int | None] = mapped_column(ForeignKey("runs.id"))

    # What we know, and what the forge shows.
    known_state: Mapped[str]
    known_text: Mapped[str | None] = mapped_column(OutsideText)
    reported_state: Mapped[str | None]
    reported_context: Mapped[str | None]
    reported_text: Mapped[str | None] = mapped_column(OutsideText)
    reported_at: Mapped[datetime | None]
    report_due_at: Mapped[datetime | None]  # null: the forge shows what we know

    next_check_at: Mapped[datetime | None]  # null: final
    created_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    log_excerpt: Mapped[str | None] = mapped_column(OutsideText)


class ShownStatus(Base):
    """The status of a commit that no row stands for: why nothing was done, or was later."""

    __tablename__ = "shown_statuses"

    repository: Mapped[str] = mapped_column(primary_key=True)  # host/namespace/name
    commit_sha: Mapped[str] = mapped_column(primary_key=True)
    context: Mapped[str] = mapped_column(primary_key=True)  # after our prefix
    state: Mapped[str]
    text: Mapped[str] = mapped_column(OutsideText)
    shown_at: Mapped[datetime]
