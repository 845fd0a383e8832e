"""Roll call by a teacher or stand-in, absences, and who sees what of them (PORTAL-18, KIN-2)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.audit.models import AuditDetail, AuditLine
from app.db import db
from app.profiles import Place, Profile, Visitor
from app.schoollife.presence.models import Absence, AbsenceExplanation, RollCall
from app.schoollife.presence.queries import calls_to_make
from app.schoollife.presence.sheet import Presence, SheetMark, read_marks, span
from tests.conftest import StatementCount
from tests.people import Someone
from tests.schoollife.result_rows import OCTOBER, ClassWorld, class_world
from tests.schoollife.rows import (
    make_absence,
    make_call,
    make_explanation,
    make_group,
    make_lesson,
    make_replacement,
)
from tests.signing import send, sign_in

pytestmark = pytest.mark.pages


@pytest.fixture
def world(app: Flask) -> ClassWorld:
    return class_world(app)


def entered(app: Flask, person: Someone, door: str | None = None) -> FlaskClient:
    db.session.commit()  # signing in writes on a connection of its own
    client = app.test_client()
    sign_in(client, person, door)
    return client


def working(world: ClassWorld, person: Someone) -> Visitor:
    return Visitor(person_id=person.id, places=(Place(school_id=world.cast.college.id, profile=Profile.TEACHER),))


# The sheet, plain -------------------------------------------------------------------------------------------------------


def test_a_pupil_without_a_mark_is_present_and_minutes_left_empty_are_the_school_s() -> None:
    form = {"status-1": "late", "status-2": "late", "minutes-2": "12", "status-3": "dancing", "status-4": "absent"}
    marks, wrong = read_marks(form, [1, 2, 3, 4, 5], late_minutes=7)
    assert wrong == {}
    assert [(mark.presence, mark.minutes) for mark in marks.values()] == [
        (Presence.LATE, 7), (Presence.LATE, 12), (Presence.PRESENT, 0), (Presence.ABSENT, 0), (Presence.PRESENT, 0),
    ]  # fmt: skip


@pytest.mark.parametrize("typed", ["dix", "-3", "0", "241", "1e2", "²"])
def test_minutes_that_are_no_minutes_are_told(typed: str) -> None:
    _marks, wrong = read_marks({"status-1": "late", "minutes-1": typed}, [1], late_minutes=5)
    assert wrong == {1: typed}


def test_a_late_pupil_misses_the_lesson_at_most() -> None:
    end = OCTOBER + timedelta(minutes=55)
    assert span(SheetMark(presence=Presence.LATE, minutes=90), OCTOBER, end) == (OCTOBER, end)
    assert span(SheetMark(presence=Presence.LATE, minutes=10), OCTOBER, end) == (
        OCTOBER,
        OCTOBER + timedelta(minutes=10),
    )


# Calling ----------------------------------------------------------------------------------------------------------------


@pytest.mark.both_databases
def test_a_teacher_validates_a_sheet_and_its_changes_are_recorded(app: Flask, world: ClassWorld) -> None:
    lesson = make_lesson(world, starts_at=OCTOBER - timedelta(hours=1)).id
    teacher = entered(app, world.cast.teacher)
    assert "1 appel reste à valider" in teacher.get("/appels").text
    page = f"/appels/{lesson}"
    hugo, tom = world.cast.student.id, world.tom.id
    marks = {f"status-{hugo}": "absent", f"status-{tom}": "late", f"minutes-{tom}": "8"}
    assert send(teacher, page, marks).status_code == 303
    rows = {row.student_id: row for row in db.session.scalars(select(Absence))}
    assert {number: row.kind for number, row in rows.items()} == {hugo: "absent", tom: "late"}
    assert rows[tom].ends_at - rows[tom].starts_at == timedelta(minutes=8)
    assert {row.class_id for row in rows.values()} == {world.class_id}
    assert "Tous vos appels sont validés" in teacher.get("/appels").text
    # Hugo comes in after all: the sheet says so, the journal keeps what it said.
    number = rows[hugo].id
    assert send(teacher, page, {f"status-{tom}": "late", f"minutes-{tom}": "8"}).status_code == 303
    db.session.expire_all()
    assert db.session.get(Absence, number) is None
    changed = db.session.scalars(select(AuditLine).where(AuditLine.action == "roll.changed")).one()
    values = db.session.get_one(AuditDetail, changed.number).values
    assert values["before"] == {str(hugo): "absent", str(tom): "late"}
    assert values["after"] == {str(tom): "late"}
    # Sent again as it is: nothing new to tell.
    assert send(teacher, page, {f"status-{tom}": "late", f"minutes-{tom}": "8"}).status_code == 303
    assert len(db.session.scalars(select(AuditLine).where(AuditLine.action.like("roll.%"))).all()) == 2


def test_what_school_life_wrote_about_an_absence_survives_the_sheet_being_sent_again(
    app: Flask, world: ClassWorld
) -> None:
    lesson = make_lesson(world)
    absence = make_absence(world, world.cast.student, call=make_call(lesson, world.cast.teacher))
    absence.justified, absence.reason_id = True, world.entries["Maladie"]
    number = absence.id
    teacher = entered(app, world.cast.teacher)
    assert send(teacher, f"/appels/{lesson.id}", {f"status-{world.cast.student.id}": "absent"}).status_code == 303
    db.session.expire_all()
    assert db.session.get_one(Absence, number).justified


def test_a_stand_in_is_asked_for_the_call_and_the_teacher_no_more(app: Flask, world: ClassWorld) -> None:
    lesson = make_lesson(world, starts_at=OCTOBER - timedelta(minutes=30))
    make_replacement(lesson, world.cast.teacher_and_parent)
    off = make_lesson(world, starts_at=OCTOBER - timedelta(hours=2))
    make_replacement(off, None)
    number, held_off = lesson.id, off.id
    db.session.commit()
    assert calls_to_make(working(world, world.cast.teacher), OCTOBER) == []
    waiting = calls_to_make(working(world, world.cast.teacher_and_parent), OCTOBER)
    assert [one.lesson_id for one in waiting] == [number]
    stand_in = entered(app, world.cast.teacher_and_parent, "school")
    assert send(stand_in, f"/appels/{number}", {f"status-{world.tom.id}": "absent"}).status_code == 303
    sheet = db.session.scalars(select(RollCall)).one()
    assert sheet.called_by_id == world.cast.teacher_and_parent.id
    assert (
        f"/appels/{held_off}"
        not in entered(app, world.cpe).get(f"/etablissements/{world.cast.college.uai}/appels").text
    )
    # By the families' door the same person calls nothing.
    assert entered(app, world.cast.teacher_and_parent, "families").get(f"/appels/{number}").status_code == 404


def test_a_sheet_waits_for_its_lesson_and_is_not_asked_for_for_ever(app: Flask, world: ClassWorld) -> None:
    later = make_lesson(world, starts_at=OCTOBER + timedelta(hours=2)).id
    make_lesson(world, starts_at=OCTOBER - timedelta(days=40))
    teacher = entered(app, world.cast.teacher)
    assert calls_to_make(working(world, world.cast.teacher), OCTOBER) == []
    page = teacher.get(f"/appels/{later}").text
    assert "à partir du début de la séance" in page
    answer = send(teacher, f"/appels/{later}", {f"status-{world.tom.id}": "absent"})
    assert answer.status_code == 422
    assert db.session.scalars(select(RollCall)).all() == []


def test_a_wrong_minute_keeps_the_whole_sheet(app: Flask, world: ClassWorld) -> None:
    lesson = make_lesson(world).id
    teacher = entered(app, world.cast.teacher)
    hugo, tom = world.cast.student.id, world.tom.id
    answer = send(
        teacher, f"/appels/{lesson}", {f"status-{hugo}": "absent", f"status-{tom}": "late", f"minutes-{tom}": "dix"}
    )
    assert answer.status_code == 422
    assert f'id="status-{hugo}-absent" name="status-{hugo}" value="absent" checked' in answer.text
    assert 'value="dix"' in answer.text
    assert db.session.scalars(select(Absence)).all() == []


def test_a_group_s_sheet_has_its_pupils_each_with_their_class(app: Flask, world: ClassWorld) -> None:
    group = make_group(world, world.tom, world.cast.other_student, teacher=world.cast.teacher)
    lesson = make_lesson(world, group=group).id
    teacher = entered(app, world.cast.teacher)
    page = teacher.get(f"/appels/{lesson}").text
    assert "Jules Faure" in page
    assert "Hugo Moreau" not in page
    marks = {f"status-{world.tom.id}": "absent", f"status-{world.cast.other_student.id}": "absent"}
    assert send(teacher, f"/appels/{lesson}", marks).status_code == 303
    rows = db.session.scalars(select(Absence)).all()
    assert {row.student_id: row.class_id for row in rows} == {
        world.tom.id: world.class_id,
        world.cast.other_student.id: world.other_class_id,
    }


def test_school_life_sees_all_calls_those_not_validated_first(app: Flask, world: ClassWorld) -> None:
    first = make_lesson(world, starts_at=OCTOBER - timedelta(hours=2), subject="Histoire")
    make_call(first, world.cast.teacher)
    make_lesson(world, class_id=world.other_class_id, subject="Musique")
    page = f"/etablissements/{world.cast.college.uai}/appels"
    text = entered(app, world.assistant).get(page).text
    assert "1 appel n’est pas validé" in text
    assert text.index("Musique") < text.index("Histoire")
    assert "Aucune séance" in entered(app, world.cpe).get(f"{page}?day=2026-10-10").text


# Absences ---------------------------------------------------------------------------------------------------------------


@pytest.mark.both_databases
def test_each_guardian_explains_and_sees_their_own_words_alone(app: Flask, world: ClassWorld) -> None:
    """KIN-2."""
    number = make_absence(world, world.cast.student).id
    alice, bruno = entered(app, world.cast.guardian), entered(app, world.cast.other_guardian)
    page = f"/absences/{number}"
    assert send(alice, page, {"words": "Il avait de la fièvre."}).status_code == 303
    assert "Il avait de la fièvre." in alice.get(page).text
    for client in (bruno, entered(app, world.cast.student)):
        for address in (page, "/absences"):
            assert "fièvre" not in client.get(address).text
    assert send(bruno, page, {"words": "Panne de voiture."}).status_code == 303
    assert "Panne de voiture." not in alice.get(page).text
    office = entered(app, world.cpe).get(page).text
    assert "Il avait de la fièvre." in office
    assert "Panne de voiture." in office
    assert len(db.session.scalars(select(AbsenceExplanation)).all()) == 2


def test_school_life_completes_an_absence_and_the_family_sees_the_reason_kept(app: Flask, world: ClassWorld) -> None:
    absence = make_absence(world, world.cast.student)
    make_explanation(absence, world.cast.guardian, "Malade")
    page = f"/absences/{absence.id}"
    cpe = entered(app, world.cpe)
    fields = {"reason_id": world.entries["Maladie"], "action_id": world.entries["Appel à la famille"], "justified": "y"}
    assert send(cpe, page, fields).status_code == 303
    family = entered(app, world.cast.other_guardian).get(page).text
    assert "Justifiée" in family
    assert "Maladie" in family
    assert "Appel à la famille" not in family
    teacher = entered(app, world.cast.teacher)
    assert send(teacher, page, fields, page="/liaison").status_code == 404
    # Reasons are the school's own list, actions another one.
    wrong = {**fields, "reason_id": world.entries["Appel à la famille"]}
    assert send(cpe, page, wrong).status_code == 422


def test_an_absence_that_no_sheet_has_told_is_recorded_and_foreseen_on_the_sheet(app: Flask, world: ClassWorld) -> None:
    lesson = make_lesson(world).id
    assistant = entered(app, world.assistant)
    page = f"/classes/{world.class_id}/absences/nouvelle"
    fields = {
        "student_id": str(world.tom.id), "kind": "absent", "day": "2026-10-12", "start": "08:00", "end": "17:00",
        "last_day": "2026-10-13", "reason_id": "0", "action_id": "0",
    }  # fmt: skip
    assert send(assistant, page, {**fields, "last_day": "2026-10-11"}).status_code == 422
    assert send(assistant, page, fields).status_code == 303
    row = db.session.scalars(select(Absence)).one()
    assert row.starts_at == datetime(2026, 10, 12, 6, tzinfo=UTC)
    assert row.ends_at == datetime(2026, 10, 13, 15, tzinfo=UTC)
    assert "absence prévue" in entered(app, world.cast.teacher).get(f"/appels/{lesson}").text
    assert "Tom Noir" in assistant.get(f"/etablissements/{world.cast.college.uai}/absences?day=2026-10-13").text
    assert send(assistant, f"/absences/{row.id}/supprimer").status_code == 303
    assert db.session.scalars(select(Absence)).all() == []


@pytest.mark.both_databases
def test_the_class_is_counted_pupil_by_pupil(app: Flask, world: ClassWorld) -> None:
    for days in range(3):
        make_absence(world, world.cast.student, starts_at=OCTOBER - timedelta(days=days))
    make_absence(world, world.cast.student, "late")
    make_absence(world, world.tom, "excused-from").justified = True
    # What happened in another year is another year's.
    make_absence(
        world,
        world.cast.student,
        class_id=world.cast.college.classes[2025]["6A"],
        starts_at=OCTOBER - timedelta(days=300),
    )
    text = entered(app, world.cpe).get(f"/classes/{world.class_id}/absences").text
    row = text.split("Hugo Moreau", 1)[1].split("</tr>", 1)[0]
    assert [cell.split("<")[0] for cell in row.split('<td class="num">')[1:]] == ["3", "3", "1", "0"]


def test_what_nobody_explains_in_time_is_listed_for_the_office(app: Flask, world: ClassWorld) -> None:
    make_absence(world, world.tom, starts_at=OCTOBER - timedelta(days=5))
    make_absence(world, world.ines, starts_at=OCTOBER - timedelta(days=1))
    text = entered(app, world.cpe).get(f"/etablissements/{world.cast.college.uai}/absences").text
    assert "Sans motif depuis plus de 2 jours" in text
    late = text.split("Sans motif depuis", 1)[1]
    assert "Tom Noir" in late
    assert "Inès Blanc" not in late


@pytest.mark.parametrize("who", ["guardian", "cpe", "teacher"])
def test_pages_cost_as_many_queries_whatever_there_is(sqlite_app: Flask, who: str) -> None:
    world = class_world(sqlite_app)
    client = entered(sqlite_app, getattr(world, who, None) or getattr(world.cast, who))
    uai = world.cast.college.uai
    lesson = make_lesson(world).id
    pages = {
        "guardian": ["/absences"],
        "cpe": [
            f"/etablissements/{uai}/appels",
            f"/etablissements/{uai}/absences",
            f"/classes/{world.class_id}/absences",
        ],
        "teacher": ["/appels", f"/appels/{lesson}", "/absences"],
    }[who]

    def fill(times: int) -> None:
        for count in range(times):
            call = make_call(make_lesson(world, starts_at=OCTOBER - timedelta(hours=1)), world.cast.teacher)
            make_explanation(make_absence(world, world.cast.student, call=call), world.cast.guardian, f"Motif {count}")
            make_absence(world, world.tom, starts_at=OCTOBER - timedelta(days=4))
            make_lesson(world, starts_at=OCTOBER - timedelta(minutes=10))
        db.session.commit()

    def counted() -> list[int]:
        found = []
        for page in pages:
            client.get(page)
            with StatementCount(db.engine) as statements:
                assert client.get(page).status_code == 200
            # The pulse is felt once a second, whatever the page.
            found.append(len([one for one in statements if "FROM revision" not in one]))
        return found

    fill(1)
    few = counted()
    fill(9)
    assert counted() == few
    assert max(few) <= 14, few
