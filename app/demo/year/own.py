"""What people keep for themselves: bookmarks, preferences, an agenda; questionnaires with answers; a guest for the year. Plain."""

from __future__ import annotations

from datetime import date, timedelta

from app.demo.year.days import at, in_month
from app.demo.year.desk import Desk, after
from app.demo.year.texts_results import BOOKMARKS, EVENTS, FAIR, QUESTIONNAIRES, REMARKS
from app.directory.names import search_name
from app.home.preferences import PREFERENCES
from app.home.questionnaires.questions import Question, QuestionKind

#: A guest for the year of each school: first and last names, by the school's number.
_GUESTS = (("Anaïs", "Cordier"), ("Malik", "Besson"), ("Judith", "Reynaud"), ("Ernest", "Pichon"), ("Lila", "Marchal"))


def fill(desk: Desk) -> list[int]:
    """What is somebody's own in the school; the people made by hand, who still need an account."""
    facts, density = desk.facts, desk.density
    pupils = [pupil for room in desk.classes for pupil in room.pupils]
    guardians = sorted({guardian for found in facts.guardians.values() for guardian in found})
    people = [
        *desk.chosen(facts.adults or [facts.head], density.own),
        *desk.chosen(pupils, density.own / 3),
        *desk.chosen(guardians, density.own / 6),
    ]
    for person in dict.fromkeys(people):
        if person not in facts.settled:
            facts.settled.add(person)
            _own(desk, person, 4 if person in desk.known else 1 + person % 3)
    _questionnaires(desk, pupils)
    return [_guest(desk)]


def _own(desk: Desk, person: int, many: int) -> None:
    for position, (title, address) in enumerate(BOOKMARKS[:many], 1):
        desk.sheets["bookmark"].add(person_id=person, title=title, address=address, position=position)
    choice = PREFERENCES[person % len(PREFERENCES)]
    desk.sheets["preference"].add(
        person_id=person, name=choice.name, value=choice.values[person % len(choice.values)][0]
    )
    for title, place, month, day, hour, minutes in EVENTS[:many]:
        starts = at(date(2026, month, day), hour, 0, desk.facts.zone)
        desk.sheets["personal_event"].add(
            person_id=person, title=title, place=place, starts_at=starts, ends_at=starts + timedelta(minutes=minutes)
        )


def _questionnaires(desk: Desk, pupils: list[int]) -> None:
    """Two a school: one for families, one anonymous for pupils."""
    facts, rng = desk.facts, desk.rng
    author = next((person for person in facts.teachers if person in desk.known), next(iter(facts.teachers), facts.head))
    families = [guardian for guardian, _pupil in facts.families_of(pupils)]
    asked_here = (FAIR, *QUESTIONNAIRES[1:]) if facts.kind == "primary" else QUESTIONNAIRES
    for index, (title, words, asked) in enumerate(asked_here):
        questions = [Question(kind=QuestionKind(kind), words=text, choices=choices) for kind, text, choices in asked]
        anonymous = index == 1
        opened = at(in_month(6, 8 + index), 8, 0, facts.zone)
        number = desk.sheets["questionnaire"].add(
            school_id=facts.id, author_id=author, title=title, words=words, questions=[one.spelled() for one in questions],
            profiles=["student" if anonymous else "guardian"], anonymous=anonymous,
            token=f"{facts.uai.lower()}-{index}-{rng.getrandbits(64):016x}",
            opened_at=opened, closes_at=at(date(2026, 7, 10), 20, 0, facts.zone), created_at=opened,
        )  # fmt: skip
        for person in (pupils if anonymous else families)[:: 2 + index]:
            values: dict[str, object] = {}
            for place, question in enumerate(questions):
                if question.choices:
                    values[str(place)] = [int(rng.random() * len(question.choices))]
                elif remark := REMARKS[int(rng.random() * len(REMARKS))]:
                    values[str(place)] = remark
            desk.sheets["questionnaire_answer"].add(
                questionnaire_id=number,
                person_id=None if anonymous else person,
                values=values,
                given_at=after(opened, rng, 200),
            )


def _guest(desk: Desk) -> int:
    """Somebody made by hand for the year (ACCT-5)."""
    facts = desk.facts
    first, last = _GUESTS[facts.id % len(_GUESTS)]
    number = desk.sheets["person"].add(
        source="hand", source_key=f"demo:year:{facts.uai}", last_name=last, first_name=first, search_name=search_name(last, first),
        lifetime="year", home_school_id=facts.id, created_at=at(in_month(9, 12), 9, 0, facts.zone),
    )  # fmt: skip
    desk.sheets["affiliation"].add(person_id=number, school_id=facts.id, profile="guest", source="hand")
    return number
