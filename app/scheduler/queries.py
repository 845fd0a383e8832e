"""Reading the history of jobs, and whom a practical notice is sent to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, or_, select

from app.accounts.models import Account
from app.campaign.models import CalendarEvent, Campaign
from app.db import db
from app.directory.models import Affiliation, Guardianship
from app.gate.models import PracticalNotice
from app.profiles import Profile
from app.scheduler.models import JobRun
from app.scheduler.schedule import JOBS, LATE, overdue


def last_due(name: str) -> datetime | None:
    """When the job was last due and fired (machine time)."""
    return db.session.scalar(select(func.max(JobRun.due_at)).where(JobRun.name == name))


def last_runs() -> dict[str, JobRun]:
    """The latest run of each job."""
    newest = select(JobRun.name, func.max(JobRun.due_at).label("due_at")).group_by(JobRun.name).subquery()
    query = select(JobRun).join(newest, and_(JobRun.name == newest.c.name, JobRun.due_at == newest.c.due_at))
    return {run.name: run for run in db.session.scalars(query)}


def worth_telling(name: str | None = None, *, before: int | None = None, limit: int = 50) -> Sequence[JobRun]:
    """The newest runs that did something, failed or were late; ``name``: of one job, whatever they did."""
    query = select(JobRun).order_by(JobRun.id.desc()).limit(limit)
    if name is not None:
        query = query.where(JobRun.name == name)
    else:
        told = (JobRun.message != "", JobRun.state != "done", JobRun.late_seconds > LATE.total_seconds())
        query = query.where(or_(*told))
    if before is not None:
        query = query.where(JobRun.id < before)
    return db.session.scalars(query).all()


def jobs_overdue(now: datetime) -> list[str]:
    """The jobs that have not fired for too long; all of them when no worker runs."""
    runs = last_runs()
    return [job.name for job in JOBS if overdue(job, runs[job.name].due_at if job.name in runs else None, now)]


def jobs_failing() -> list[str]:
    """The jobs whose latest run failed."""
    return [name for name, run in sorted(last_runs().items()) if run.state == "failed"]


@dataclass(frozen=True, kw_only=True)
class ComingEvent:
    """An event of a campaign's calendar that a job will meet; ``at`` is portal time. ``state`` 'late': it waits for a click."""

    id: int
    campaign_id: int
    title: str
    at: datetime
    state: str


def coming_events(*, limit: int = 500) -> list[ComingEvent]:
    """The automatic events of active campaigns that are still to come, or wait for somebody, the next one first."""
    query = (
        select(CalendarEvent.id, CalendarEvent.campaign_id, CalendarEvent.title, CalendarEvent.at, CalendarEvent.state)
        .join(Campaign, Campaign.id == CalendarEvent.campaign_id)
        .where(
            Campaign.state == "active",
            CalendarEvent.automatic,
            CalendarEvent.state.in_(("open", "late")),
            CalendarEvent.at.is_not(None),
        )
        .order_by(CalendarEvent.at, CalendarEvent.id)
        .limit(limit)
    )
    return [
        ComingEvent(id=number, campaign_id=campaign_id, title=title, at=at, state=state)
        for number, campaign_id, title, at, state in db.session.execute(query)
        if at is not None
    ]


def notices_to_send(now: datetime) -> Sequence[PracticalNotice]:
    """The practical notices that are shown at ``now`` (portal time), wanted by mail too, and not sent yet (SITE-8)."""
    shown = and_(
        PracticalNotice.shown_from <= now, or_(PracticalNotice.shown_until.is_(None), PracticalNotice.shown_until > now)
    )
    query = select(PracticalNotice).where(PracticalNotice.send_wanted, PracticalNotice.sent_at.is_(None), shown)
    return db.session.scalars(query.order_by(PracticalNotice.id)).all()


@dataclass(frozen=True, kw_only=True)
class Reader:
    """Somebody to whom a notice is sent."""

    person_id: int
    email: str
    language: str


def guardians_with_address(school_id: int, *, after: int = 0, limit: int = 500) -> list[Reader]:
    """Guardians of the school's pupils who have given an address and proved it, by number, ``after`` one.

    A link that only makes a contact (KIN-1) or that was cut (KIN-3) does not count.
    """
    guardians = (
        select(Guardianship.guardian_id)
        .join(Affiliation, Affiliation.person_id == Guardianship.student_id)
        .where(
            Affiliation.school_id == school_id,
            Affiliation.profile == Profile.STUDENT,
            Guardianship.standing.in_(("legal", "in-charge")),
            Guardianship.cut_at.is_(None),
        )
    )
    query = (
        select(Account.person_id, Account.email, Account.language)
        .where(
            Account.person_id.in_(guardians),
            Account.person_id > after,
            Account.email.is_not(None),
            Account.email_proved_at.is_not(None),
            Account.disabled_at.is_(None),
        )
        .order_by(Account.person_id)
        .limit(limit)
    )
    return [
        Reader(person_id=number, email=email or "", language=language)
        for number, email, language in db.session.execute(query)
    ]
