"""A school's whole year, maker by maker, in an order that never changes: the same seed gives the same rows. Plain."""

from __future__ import annotations

from app.demo.year import diary, mail, marks, notebook, own, presence, records, spaces, timetable
from app.demo.year.desk import Desk
from app.schoollife.years.parameters import ParameterList


def fill(desk: Desk) -> list[int]:
    """Put the school's year into the sheets; the people made by hand, who still need an account."""
    spaces.fill(desk)
    presence.settings(desk)
    kept = presence.Parameters(desk)
    courses = timetable.courses(desk.facts, desk.classes, desk.rng, lambda room: desk.density_of(room).lessons)
    diary.fill(desk, courses, kept)
    periods = marks.terms(desk)
    marks.fill(desk, courses, periods, kept[ParameterList.NON_ASSESSMENT])
    records.fill(desk, kept, periods)
    presence.exits(desk)
    notebook.fill(desk)
    mail.fill(desk)
    _groups(desk)
    return own.fill(desk)


def _groups(desk: Desk) -> None:
    """A teaching group where no feed has made one: the first degree knows none."""
    facts = desk.facts
    if facts.groups:
        return
    room = desk.classes[0]
    number = desk.sheets["teaching_group"].add(
        school_id=facts.id, year_id=facts.year_id, code="SOUTIEN LECTURE", name="Soutien en lecture", source="hand"
    )
    for pupil in room.pupils[:6]:
        desk.sheets["group_membership"].add(group_id=number, person_id=pupil, role="student", source="hand")
    if room.main_teacher is not None:
        desk.sheets["group_membership"].add(group_id=number, person_id=room.main_teacher, role="teacher", source="hand")
