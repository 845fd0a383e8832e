"""The ledger: plans and approvals, runs, their parts and tasks, before-images. Instants are portal time unless said otherwise.

A *run* does one step for the schools of a plan. It has *parts*, one a school and one more for the people whose home it is; a
part has a *task* for each change. A task walks through its rows slice by slice: ``cursor`` is how far, and moves in the
transaction that changes the rows (G5). ``SetAside.set_aside_by`` and ``made_by`` hold the number of the task.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Id


class Plan(Base):
    """What a step would do, with figures, made at one instant (G2, G3). Never changed."""

    __tablename__ = "rollover_plan"
    __table_args__ = (Index("ix_rollover_plan_campaign_id_step", "campaign_id", "step"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    campaign_id: Mapped[int] = mapped_column(Id, ForeignKey("campaign.id", ondelete="CASCADE"))
    step: Mapped[int] = mapped_column(Integer)
    #: None: of every school of the campaign; else of the one named.
    school_id: Mapped[int | None] = mapped_column(Id, ForeignKey("school.id"))
    #: Counted as if the steps before had run.
    provisional: Mapped[bool] = mapped_column(Boolean)
    #: SHA-256 over the lines.
    fingerprint: Mapped[str] = mapped_column(String(64))
    #: The approved plan for which this exact one was made behind the closed gate.
    approved_plan_id: Mapped[int | None] = mapped_column(Id, ForeignKey("rollover_plan.id"))
    #: The delivery that step 4 applies (``feed_import``); None for the other steps, and where none was planned.
    delivery_id: Mapped[int | None] = mapped_column(BigInteger)
    #: Messages that arrived from then on are not taken (DATA-9).
    cutoff: Mapped[datetime]
    made_at: Mapped[datetime]
    made_by_id: Mapped[int | None] = mapped_column(Id, ForeignKey("person.id", ondelete="SET NULL"))
    #: Sentences for whoever approves, by school: [{"school": id or null, "words": ...}].
    warnings: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)


class PlanLine(Base):
    """What a plan says of one change in one school: how many rows of the kind, and how many go along with them."""

    __tablename__ = "rollover_plan_line"

    plan_id: Mapped[int] = mapped_column(Id, ForeignKey("rollover_plan.id", ondelete="CASCADE"), primary_key=True)
    #: A name of ``steps.change.Change``.
    change: Mapped[str] = mapped_column(String(60), primary_key=True)
    school_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    count: Mapped[int] = mapped_column(BigInteger)
    #: Rows that follow theirs (``fates.FOLLOWS``).
    following: Mapped[int] = mapped_column(BigInteger, default=0)
    #: The sum of the rows' numbers and the highest: the same rows, not only as many.
    total: Mapped[int] = mapped_column(BigInteger, default=0)
    highest: Mapped[int] = mapped_column(BigInteger, default=0)
    #: The rows' very numbers, where none may go that the plan did not name (``differences.EXACT``).
    numbers: Mapped[list[int] | None] = mapped_column(JSON(none_as_null=True))


class Approval(Base):
    """Somebody's word that a plan may be carried out, within a tolerance (G1). It serves one run."""

    __tablename__ = "rollover_approval"
    __table_args__ = (UniqueConstraint("plan_id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    plan_id: Mapped[int] = mapped_column(Id, ForeignKey("rollover_plan.id", ondelete="CASCADE"))
    #: One typed word may cover several steps: these approvals share its number.
    act: Mapped[str] = mapped_column(String(32), index=True)
    by_id: Mapped[int | None] = mapped_column(Id, ForeignKey("person.id", ondelete="SET NULL"))
    at: Mapped[datetime]
    #: The second person's, where the campaign asks for two.
    second_by_id: Mapped[int | None] = mapped_column(Id, ForeignKey("person.id", ondelete="SET NULL"))
    second_at: Mapped[datetime | None]
    needs_second: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    #: A kind may differ by so many percent, or so many rows, whichever is more.
    tolerance_percent: Mapped[int] = mapped_column(Integer, default=5)
    tolerance_rows: Mapped[int] = mapped_column(Integer, default=50)
    withdrawn_at: Mapped[datetime | None]


class Run(Base):
    """One step carried out for the schools of a plan, or its undo. States and arrows stand in ``run_states``."""

    __tablename__ = "rollover_run"
    __table_args__ = (
        # One run of an approved plan, ever: called again it goes on (G4).
        Index(
            "uq_rollover_run_plan_id",
            "plan_id",
            unique=True,
            sqlite_where=text("undo_of_id IS NULL"),
            postgresql_where=text("undo_of_id IS NULL"),
        ),
        Index("ix_rollover_run_campaign_id_step", "campaign_id", "step"),
        Index("ix_rollover_run_undo_of_id", "undo_of_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    campaign_id: Mapped[int] = mapped_column(Id, ForeignKey("campaign.id", ondelete="CASCADE"))
    step: Mapped[int] = mapped_column(Integer)
    #: The approved plan; ``exact_plan_id`` the one made just before, by which it runs.
    plan_id: Mapped[int] = mapped_column(Id, ForeignKey("rollover_plan.id"))
    exact_plan_id: Mapped[int | None] = mapped_column(Id, ForeignKey("rollover_plan.id"))
    #: The run that this one undoes.
    undo_of_id: Mapped[int | None] = mapped_column(Id, ForeignKey("rollover_run.id"))
    state: Mapped[str] = mapped_column(String(10))
    #: Why it stopped, as ``Words`` keep it; None otherwise.
    reason: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    by_id: Mapped[int | None] = mapped_column(Id, ForeignKey("person.id", ondelete="SET NULL"))
    #: Machine time of the first work and the last, for the time that remains.
    first_work_at: Mapped[datetime | None]
    last_work_at: Mapped[datetime | None]


class RunPart(Base):
    """A run's share in one school; a second one for the people whose home it is. It is leased to one worker at a time (G6)."""

    __tablename__ = "rollover_part"
    __table_args__ = (
        UniqueConstraint("run_id", "school_id", "people"),
        Index("ix_rollover_part_state", "state"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    run_id: Mapped[int] = mapped_column(Id, ForeignKey("rollover_run.id", ondelete="CASCADE"))
    school_id: Mapped[int] = mapped_column(Id, ForeignKey("school.id"))
    #: What belongs to people, done when the schools are through.
    people: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    #: 'waiting', 'running', 'done', 'failed', 'skipped'.
    state: Mapped[str] = mapped_column(String(8), default="waiting")
    reason: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    #: 'host pid token' of the worker that holds the lease, its end by the database's clock, and the count that fences writes.
    worker: Mapped[str] = mapped_column(String(120), default="")
    lease_until: Mapped[datetime | None]
    epoch: Mapped[int] = mapped_column(BigInteger, default=0)
    #: The part was undone by this run.
    undone_by_id: Mapped[int | None] = mapped_column(Id, ForeignKey("rollover_run.id"))


class RunTask(Base):
    """One change in one part. Planned = done + already + skipped + failed when the part has ended (G20)."""

    __tablename__ = "rollover_task"
    __table_args__ = (UniqueConstraint("part_id", "change"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    part_id: Mapped[int] = mapped_column(Id, ForeignKey("rollover_part.id", ondelete="CASCADE"))
    #: A name of ``steps.change.Change``; of an undo, the number of the task that is undone.
    change: Mapped[str] = mapped_column(String(60))
    position: Mapped[int] = mapped_column(Integer)
    #: 'waiting', 'done', 'failed', 'skipped', 'undone', 'expunged'.
    state: Mapped[str] = mapped_column(String(8), default="waiting")
    planned: Mapped[int] = mapped_column(BigInteger, default=0)
    done: Mapped[int] = mapped_column(BigInteger, default=0)
    already: Mapped[int] = mapped_column(BigInteger, default=0)
    skipped: Mapped[int] = mapped_column(BigInteger, default=0)
    failed: Mapped[int] = mapped_column(BigInteger, default=0)
    #: Rows that went along with theirs.
    following: Mapped[int] = mapped_column(BigInteger, default=0)
    #: No row above it is taken: what came after the plan is not in it.
    highest: Mapped[int] = mapped_column(BigInteger, default=0)
    #: The last row that was taken.
    cursor: Mapped[int] = mapped_column(BigInteger, default=0)
    reason: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    #: When what the task has set aside may be erased (G7).
    expunge_after: Mapped[datetime | None]
    expunged_at: Mapped[datetime | None]


class RunImage(Base):
    """How a row was before a task changed it: undo restores a column only where the new value still stands (G8)."""

    __tablename__ = "rollover_image"
    __table_args__ = (UniqueConstraint("task_id", "table", "row_id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    task_id: Mapped[int] = mapped_column(Id, ForeignKey("rollover_task.id", ondelete="CASCADE"))
    table: Mapped[str] = mapped_column(String(60))
    row_id: Mapped[int] = mapped_column(BigInteger)
    before: Mapped[dict[str, Any]] = mapped_column(JSON)
    after: Mapped[dict[str, Any]] = mapped_column(JSON)


class RunProblem(Base):
    """A unit that could not be done, put aside so that the others go on (G15), with what to do."""

    __tablename__ = "rollover_problem"
    __table_args__ = (UniqueConstraint("task_id", "unit_id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    task_id: Mapped[int] = mapped_column(Id, ForeignKey("rollover_task.id", ondelete="CASCADE"))
    unit_id: Mapped[int] = mapped_column(BigInteger)
    title: Mapped[str] = mapped_column(String(200), default="")
    reason: Mapped[dict[str, Any]] = mapped_column(JSON)
    details: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime]
