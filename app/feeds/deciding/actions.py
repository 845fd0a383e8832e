"""Lifting thresholds, and saying of a class that comes back what it is. Never commits; ``now`` is portal time."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Select, delete, select

from app.audit.actions import Actor, record
from app.db import db
from app.feeds.applying.problems import CannotLift, NotPlanned, SecondPersonMissing
from app.feeds.applying.queries import open_decisions
from app.feeds.deciding.queries import stopped_line
from app.feeds.declaring.queries import is_ending
from app.feeds.models import FeedDecision, FeedImport, FeedImportSchool, FeedRefusedClass
from app.feeds.outcomes import STATES
from app.feeds.queries import import_by_id
from app.words import Words


def lift(import_id: int, uai: str, *, by_id: int, by: Actor, now: datetime) -> FeedImportSchool | None:
    """Let a delivery remove as many pupils of a school as it says; None where nothing stops the school.

    The last threshold, that of a school that would be emptied, is lifted only where its end is declared (``declaring``), and by two
    people (FEED-7). Raises ``CannotLift``, ``SecondPersonMissing`` for the same person twice.
    """
    line = stopped_line(import_id, uai)
    if line is None:
        return None
    if line.empties and not is_ending(line.school_id):
        raise CannotLift(school=line.name)
    if line.lifted_by_id is None:
        line.lifted_by_id = by_id
    elif line.empties:
        if line.lifted_by_id == by_id:
            raise SecondPersonMissing(school=line.name)
        line.second_by_id = by_id
    if not line.empties or line.second_by_id is not None:
        line.state, line.reason = "waiting", None
        import_by_id(import_id).stale = True
    after = {"import": import_id, "school": uai, "by": by_id, "state": line.state}
    record(
        "feed.threshold-lifted",
        by=by,
        now=now,
        subject=("feed-import", import_id),
        school_id=line.school_id,
        after=after,
    )
    db.session.flush()
    return line


def decide(decision: FeedDecision, verdict: str, *, by: Actor, now: datetime) -> None:
    """Accept a class that comes back, or refuse it: no delivery of that year makes it then. Raises ``NotPlanned``."""
    made = import_by_id(decision.import_id)
    if made.state != "planned":
        raise NotPlanned(number=made.id, state=Words(STATES[made.state][1]))
    decision.verdict, decision.decided_by_id, decision.decided_at = verdict, by.person_id, now
    made.stale = True
    if verdict == "refuse":
        refuse_class(decision.school_id, made.year_id, decision.code, by=by, now=now)
    else:
        take_class(decision.school_id, made.year_id, decision.code, by=by, now=now)
    after = {"class": decision.code, "verdict": verdict}
    record("feed.decided", by=by, now=now, subject=("feed-import", made.id), school_id=decision.school_id, after=after)
    db.session.flush()


def decide_all(made: FeedImport, verdict: str, *, by: Actor, now: datetime) -> int:
    """Say the same of every class that is not decided yet; of how many."""
    undecided = open_decisions(made.id)
    for one in undecided:
        decide(one, verdict, by=by, now=now)
    return len(undecided)


def refuse_class(school_id: int, year_id: int, code: str, *, by: Actor, now: datetime) -> None:
    """No delivery makes the class in that year any more; its pupils come without it."""
    found = db.session.scalar(_refused(school_id, year_id, code))
    if found is None:
        made = FeedRefusedClass(
            school_id=school_id, year_id=year_id, code=code, refused_by_id=by.person_id, refused_at=now
        )
        db.session.add(made)
        db.session.flush()
        record(
            "class.refused", by=by, now=now, subject=("school", school_id), school_id=school_id, after={"class": code}
        )


def take_class(school_id: int, year_id: int, code: str, *, by: Actor, now: datetime) -> None:
    """Take a refusal back: the next delivery makes the class."""
    if db.session.scalar(_refused(school_id, year_id, code)) is not None:
        db.session.execute(
            delete(FeedRefusedClass).where(
                FeedRefusedClass.school_id == school_id,
                FeedRefusedClass.year_id == year_id,
                FeedRefusedClass.code == code,
            )
        )
        record("class.taken", by=by, now=now, subject=("school", school_id), school_id=school_id, after={"class": code})


def _refused(school_id: int, year_id: int, code: str) -> Select[Any]:
    return select(FeedRefusedClass).where(
        FeedRefusedClass.school_id == school_id, FeedRefusedClass.year_id == year_id, FeedRefusedClass.code == code
    )
