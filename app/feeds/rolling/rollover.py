"""What a delivery does in a run of the campaign. Never commits; ``now`` is portal time (S4-1, G8, G14, G20).

Each table that it fills has a task of its own in the ledger, whose number its rows carry: the generic undo brings the school back.
What the source says of people (their records, accounts and guardians) is no school's, and stays.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import case, delete, select, text, update

from app.audit.actions import SCHEDULER, Actor
from app.db import db
from app.directory.leaving.loaders import returned
from app.feeds.applying import actions as applying
from app.feeds.applying.problems import Busy
from app.feeds.applying.queries import lines_of, open_decisions, waiting_lines
from app.feeds.figures.loaders import rows_by_school
from app.feeds.leavers.actions import welcome_back
from app.feeds.models import FeedDeparture, FeedImport, FeedImportSchool
from app.feeds.overtaking.queries import BY_HAND
from app.feeds.staging.loaders import Staging, StagingLost

#: The kinds of a run and the tables that they are about.
FED: Mapping[str, str] = {
    "fed-class": "school_class",
    "fed-group": "teaching_group",
    "fed-membership": "class_membership",
    "fed-group-membership": "group_membership",
    "fed-profile": "affiliation",
    "fed-function": "person_function",
}
_BARE = {"synchronize_session": False}


def delivery_for(year_id: int, school_ids: Collection[int]) -> FeedImport | None:
    """The newest complete delivery of a year that is planned and speaks of some of these schools.

    One that somebody imports by hand (a CSV) is it only where no other is: it must not pass for the academy's directory.
    """
    speaks = (
        select(FeedImportSchool.id)
        .where(
            FeedImportSchool.import_id == FeedImport.id,
            FeedImportSchool.school_id.in_(school_ids),
            FeedImportSchool.state.in_(("waiting", "failed", "stopped")),
        )
        .exists()
    )
    query = select(FeedImport).where(
        FeedImport.year_id == year_id, FeedImport.state == "planned", FeedImport.complete, speaks
    )
    by_hand = case((FeedImport.source.in_(BY_HAND), 1), else_=0)
    return db.session.scalar(query.order_by(by_hand, FeedImport.id.desc()).limit(1))


def delivery_called(number: int | None) -> FeedImport | None:
    """The delivery of that number."""
    return db.session.get(FeedImport, number) if number is not None else None


def schools_of(made: FeedImport) -> dict[int, FeedImportSchool]:
    """The schools that the delivery speaks of and that nothing stops, with their lines."""
    return {
        line.school_id: line
        for line in lines_of(made.id)
        if line.school_id is not None and line.state in ("waiting", "failed")
    }


def standing_of(made: FeedImport) -> tuple[list[FeedImportSchool], int]:
    """The lines that a threshold stops, and how many classes of last year nobody has decided about."""
    return [line for line in lines_of(made.id) if line.state == "stopped"], len(open_decisions(made.id))


def counted(made: FeedImport, school_ids: Collection[int]) -> dict[tuple[str, int], int]:
    """By kind and school, the rows that the delivery makes and takes there (G3)."""
    there = schools_of(made)
    keys = {line.key: school_id for school_id, line in there.items() if school_id in school_ids}
    kinds = {table: kind for kind, table in FED.items()}
    return {
        (kinds[table], keys[struct]): count
        for (table, struct), count in rows_by_school(applying.staging_of(made)).items()
        if struct in keys and count
    }


def begin(made: FeedImport, *, by: Actor, now: datetime) -> None:
    """Begin to apply the delivery in a run: planned anew behind the closed gate. Raises ``Busy`` and ``UndecidedClasses``."""
    if made.state == "applying":
        raise Busy()
    applying.start(made, fresh=False, tolerant=True, leave_stopped=True, by=by, now=now)


def stop(made: FeedImport) -> None:
    """The run did not begin after all: the delivery stays planned."""
    made.state = "planned"


def apply(made: FeedImport, school_id: int, tasks: Mapping[str, int], *, now: datetime) -> dict[str, int]:
    """One school's share, in the caller's transaction; rows made and taken by kind. ``tasks`` by kind."""
    line = schools_of(made).get(school_id)
    if line is None:
        return {}
    # A kind of which the plan counts nothing may still lose or win a row within the tolerance: its rows carry the first task's number.
    first = min(tasks.values())
    marks = {table: tasks.get(kind, first) for kind, table in FED.items()}
    marks["role_grant"] = marks["person_function"]
    done = applying.apply_school(made, line, tasks=marks, by=SCHEDULER, now=now)
    made_spaces = """UPDATE section SET made_by = :task WHERE made_by IS NULL AND class_id IN
                     (SELECT id FROM school_class WHERE made_by = :task)"""
    db.session.execute(text(made_spaces), {"task": marks["school_class"]})
    return {kind: done.get(table, 0) for kind, table in FED.items()}


def finish(number: int | None, *, by: Actor, now: datetime) -> None:
    """A run of the delivery has ended: who left and who is back are told, once more after a retry.

    Where schools are left that no run has tried, the delivery waits for theirs (CAL-10). One whose rows are gone is refused: the next
    one may come (G16).
    """
    made = delivery_called(number)
    if made is None or made.state not in ("applying", "applied"):
        return
    try:
        applying.staging_of(made)
    except StagingLost as lost:
        if made.state == "applying":
            applying.give_up(made, lost, by=by, now=now)
        return
    if not made.stage:
        return
    applying.finish(made, by=by, now=now)
    if waiting_lines(made.id):
        made.state, made.stage = "planned", ""
        db.session.flush()


def undone(number: int | None, school_id: int, *, now: datetime) -> None:
    """One school's share was undone: the delivery can be applied there again, and nobody has left by it."""
    made = delivery_called(number)
    if made is None:
        return
    lines = update(FeedImportSchool).where(
        FeedImportSchool.import_id == made.id, FeedImportSchool.school_id == school_id
    )
    db.session.execute(lines.values(state="waiting"), execution_options=_BARE)
    db.session.execute(delete(FeedDeparture).where(FeedDeparture.import_id == made.id), execution_options=_BARE)
    if Staging(db.session(), made.id).exists():
        made.state, made.stage = "planned", ""
    welcome_back(returned(), now=now)
