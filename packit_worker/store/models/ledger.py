"""Rows of the ledger: events, their job runs, and what keeps both from happening twice."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from packit_worker.store.models.base import Base
from packit_worker.store.types import OutsideText


class Event(Base):
    """One stage 2 task. Its id is the id of the task."""

    __tablename__ = "events"
    __table_args__ = (
        # Ended events have no next attempt: a million of them cost the sweep nothing.
        Index(
            "ix_events_due",
            "next_attempt_at",
            postgresql_where=text("next_attempt_at IS NOT NULL"),
            sqlite_where=text("next_attempt_at IS NOT NULL"),
        ),
        Index("ix_events_received_at", "received_at", "id"),
        Index("ix_events_repository", "repository", "received_at", "id"),
        Index("ix_events_outcome", "outcome", "received_at", "id"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    task: Mapped[str]
    kwargs: Mapped[dict[str, Any]]
    delivery_id: Mapped[str | None] = mapped_column(OutsideText)
    correlation_id: Mapped[str | None] = mapped_column(OutsideText)
    repository: Mapped[str | None] = mapped_column(OutsideText)  # host/namespace/name
    trace: Mapped[dict[str, Any] | None]  # the headers of its trace, for attempts of the sweep
    # Grows by one when an ended event is run again; its job runs of before stay as they are.
    generation: Mapped[int]
    # Grows by one with each claim, so that a write of an earlier owner can be told.
    fence: Mapped[int]
    attempts: Mapped[int]
    lease_owner: Mapped[str | None]
    lease_until: Mapped[datetime | None]
    # When the sweep sends it again. While it is leased: the end of the lease. Ended: null.
    next_attempt_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    received_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    outcome: Mapped[str | None]  # null until it ends
    decision: Mapped[dict[str, Any] | None]


class JobRun(Base):
    """One handler, run for one job of the package config."""

    __tablename__ = "job_runs"
    __table_args__ = (
        UniqueConstraint(
            "event_id", "generation", "handler", "job", "target", name="uq_job_runs_pair"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[str] = mapped_column(ForeignKey("events.id"))
    generation: Mapped[int]
    handler: Mapped[str]
    job_type: Mapped[str]
    job: Mapped[str]  # its index or identifier in the config; "": the handler has no job
    target: Mapped[str]  # always "": one run makes rows for all targets
    state: Mapped[str]
    detail: Mapped[str | None] = mapped_column(OutsideText)  # of the final state, for people
    attempts: Mapped[int]
    next_attempt_at: Mapped[datetime | None]
    last_error: Mapped[str | None] = mapped_column(OutsideText)
    marker: Mapped[str | None]
    log_excerpt: Mapped[str | None] = mapped_column(OutsideText)
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    previous_id: Mapped[int | None] = mapped_column(ForeignKey("job_runs.id"))
    superseded_by_id: Mapped[int | None] = mapped_column(ForeignKey("job_runs.id"))


class InFlight(Base):
    """Work that goes on right now, so that a second request for it is told so."""

    __tablename__ = "in_flight"
    __table_args__ = (
        Index("ix_in_flight_event_id", "event_id"),
        Index("ix_in_flight_job_run_id", "job_run_id"),
    )

    key: Mapped[str] = mapped_column(primary_key=True)
    job_run_id: Mapped[int] = mapped_column(ForeignKey("job_runs.id"))
    event_id: Mapped[str] = mapped_column(ForeignKey("events.id"))
    since: Mapped[datetime]
    until: Mapped[datetime]


class LeaderLease(Base):
    """Who leads (sweeps) on SQLite, which has no lock that ends with its holder."""

    __tablename__ = "leader_leases"

    name: Mapped[str] = mapped_column(primary_key=True)
    owner: Mapped[str]
    until: Mapped[datetime]


class Stage1Outcome(Base):
    """A message that led to no event, and that somebody may ask about."""

    __tablename__ = "stage1_outcomes"
    __table_args__ = (
        Index("ix_stage1_outcomes_recorded_at", "recorded_at", "id"),
        Index("ix_stage1_outcomes_repository", "repository", "recorded_at", "id"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)  # of the task that parsed it
    outcome: Mapped[str]  # skip, malformed, unknown
    code: Mapped[str]
    detail: Mapped[str | None] = mapped_column(OutsideText)
    source: Mapped[str | None] = mapped_column(OutsideText)
    event_type: Mapped[str | None] = mapped_column(OutsideText)
    delivery_id: Mapped[str | None] = mapped_column(OutsideText)
    correlation_id: Mapped[str | None] = mapped_column(OutsideText)
    repository: Mapped[str | None] = mapped_column(OutsideText)
    sent_at: Mapped[datetime | None]
    recorded_at: Mapped[datetime]
