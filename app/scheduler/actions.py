"""Claiming a run for one worker and noting how it ended; sending notices; forgetting. Never commits."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Delete, and_, delete, or_, update
from sqlalchemy.dialects import postgresql, sqlite

from app.accounts.models import EmailToken, SignInSession, Throttle
from app.audit.actions import Actor, record
from app.db import db
from app.directory.models import School
from app.directory.queries import project
from app.gate.models import PracticalNotice
from app.gate.notice_text import named_classes
from app.gate.queries import class_codes
from app.notifications import letters
from app.notifications.actions import message_row, queue_all
from app.pulse import GATE, bump
from app.scheduler.models import JobRun
from app.scheduler.queries import Reader, last_due
from app.scheduler.schedule import BY_NAME, IDLE_RUNS_KEPT, LOST_AFTER, RUNS_KEPT, lateness
from app.web.absolute import absolute

#: A session that ended, or that nobody used, is kept as long for the list of one's own sessions.
SESSIONS_KEPT = timedelta(days=30)
#: Links by e-mail and counts of failed attempts, after their end.
TRACES_KEPT = timedelta(days=2)


def claim(name: str, due_at: datetime, *, now: datetime) -> int | None:
    """Claim the run of a job due at ``due_at``: its number, or None when somebody has claimed it. Commit before running."""
    late = lateness(BY_NAME[name], due_at, now, last_due(name))
    insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    statement = insert(JobRun).values(
        name=name, due_at=due_at, started_at=now, state="running", late_seconds=late.total_seconds(), message=""
    )
    claimed = statement.on_conflict_do_nothing(index_elements=["name", "due_at"]).returning(JobRun.id)
    return db.session.scalars(claimed).one_or_none()


def finish(run_id: int, state: str, message: str, *, now: datetime) -> None:
    """Note how a run ended: 'done' with what it did, or 'failed' with what went wrong."""
    ended = update(JobRun).where(JobRun.id == run_id).values(state=state, message=message[:1000], finished_at=now)
    db.session.execute(ended, execution_options={"synchronize_session": False})


def queue_notice(notice: PracticalNotice, readers: list[Reader], *, machine_now: datetime) -> int:
    """Queue a school's notice for some of its guardians, once each; how many (SITE-8).

    A blocked family gets it too: that is what it is for. Should the text name a class that was fed since it was written, the
    mail only says that there is a notice (GATE-8).
    """
    school = db.session.get_one(School, notice.school_id)
    names_class = bool(named_classes(notice.text, class_codes(school.id)))
    rows = []
    for reader in readers:
        letter = letters.practical_notice(
            school=school.name,
            text="" if names_class else notice.text,
            portal=project().name,
            url=absolute("publicsite.school", language=reader.language, uai=school.uai),
        )
        rows.append(
            message_row(
                "notice",
                key=f"notice:{notice.id}:{notice.created_at.timestamp():.0f}:{reader.person_id}",
                address=reader.email,
                subject=letter.subject,
                body=letter.body,
                language=reader.language,
                person_id=reader.person_id,
                school_id=school.id,
                now=machine_now,
            )
        )
    return queue_all(rows)


def note_notice_sent(notice: PracticalNotice, count: int, *, by: Actor, now: datetime) -> None:
    """All guardians' mails are queued; ``now`` is portal time."""
    notice.sent_at = now
    record(
        "notice.sent", by=by, now=now, subject=("notice", notice.id), school_id=notice.school_id, after={"mails": count}
    )
    bump(db.session(), GATE)


def forget_runs(*, now: datetime) -> int:
    """Erase the history that nobody reads any more; a run that lost its worker is noted as failed."""
    lost = and_(JobRun.state == "running", JobRun.started_at < now - LOST_AFTER)
    db.session.execute(
        update(JobRun).where(lost).values(state="failed", finished_at=now, message="interrupted"),
        execution_options={"synchronize_session": False},
    )
    idle = and_(JobRun.state == "done", JobRun.message == "", JobRun.late_seconds == 0)
    # The newest run of a rare job is older than an hour: it tells when the job last ran.
    frequent = JobRun.name.in_([name for name, job in BY_NAME.items() if job.every < IDLE_RUNS_KEPT])
    return _erase(
        delete(JobRun).where(and_(idle, frequent, JobRun.started_at < now - IDLE_RUNS_KEPT)),
        delete(JobRun).where(JobRun.started_at < now - RUNS_KEPT),
    )


def forget_sessions(*, now: datetime) -> int:
    """Erase sessions that are over, links that have served or expired, and attempts that count no more (machine time)."""
    over = or_(SignInSession.ended_at < now - SESSIONS_KEPT, SignInSession.seen_at < now - SESSIONS_KEPT)
    free = or_(Throttle.blocked_until.is_(None), Throttle.blocked_until < now)
    return _erase(
        delete(SignInSession).where(over),
        delete(EmailToken).where(EmailToken.expires_at < now - TRACES_KEPT),
        delete(Throttle).where(Throttle.since < now - TRACES_KEPT, free),
    )


def _erase(*statements: Delete) -> int:
    erased = 0
    for statement in statements:
        result = db.session.execute(statement, execution_options={"synchronize_session": False})
        erased += int(result.rowcount)  # type: ignore[attr-defined]
    return erased
