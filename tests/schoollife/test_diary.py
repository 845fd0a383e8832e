"""Lessons, homework, its states, the binder (PORTAL-17, S2-4)."""

from __future__ import annotations

import io
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.audit.models import AuditLine
from app.db import db
from app.files.models import Blob
from app.profiles import Place, Profile, Visitor
from app.schoollife.diary.models import Homework, HomeworkState, Lesson, SchoolLifeFile
from app.schoollife.diary.queries import coming_work, next_lessons
from tests.people import Someone
from tests.schoollife.result_rows import OCTOBER, ClassWorld, class_world
from tests.schoollife.rows import (
    give_activity,
    make_activity,
    make_group,
    make_homework,
    make_lesson,
    make_replacement,
    make_rotation,
    make_state,
)
from tests.signing import form_token, send, sign_in

pytestmark = pytest.mark.pages

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


@pytest.fixture
def world(app: Flask) -> ClassWorld:
    return class_world(app)


def entered(app: Flask, person: Someone, door: str | None = None) -> FlaskClient:
    db.session.commit()  # signing in writes on a connection of its own
    client = app.test_client()
    sign_in(client, person, door)
    return client


def visitor_of(person: Someone, school_id: int, profile: Profile) -> Visitor:
    return Visitor(person_id=person.id, places=(Place(school_id=school_id, profile=profile),))


LESSON = {
    "target": "class", "subject": "Maths", "day": "2026-10-12", "start": "14:00", "end": "14:55", "room": "B12",
    "title": "Aires", "source": "Le **disque**.\n\n<script>alert(1)</script>",
}  # fmt: skip


@pytest.mark.both_databases
def test_a_teacher_writes_a_lesson_with_a_file_and_the_class_reads_it(app: Flask, world: ClassWorld) -> None:
    teacher = entered(app, world.cast.teacher)
    page = f"/classes/{world.class_id}/cahier/seance"
    token = form_token(teacher.get(page).text)
    answer = teacher.post(
        page,
        data={**LESSON, "csrf_token": token, "files": (io.BytesIO(PDF), "aires.pdf")},
        content_type="multipart/form-data",
    )
    assert answer.status_code == 303, answer.text
    lesson = db.session.scalars(select(Lesson)).one()
    assert lesson.starts_at.isoformat() == "2026-10-12T12:00:00+00:00"
    assert "<strong>disque</strong>" in lesson.body
    assert "script" not in lesson.body
    student = entered(app, world.cast.student)
    text = student.get(f"/seances/{lesson.id}").text
    assert "aires.pdf" in text
    assert "Aires" in student.get(f"/classes/{world.class_id}/cahier").text
    assert "Aires" not in student.get(f"/classes/{world.class_id}/cahier?week=2026-W43").text
    line = db.session.scalars(select(AuditLine).where(AuditLine.action == "lesson.written")).one()
    assert (line.subject_id, line.school_id) == (lesson.id, world.cast.college.id)


def test_a_refused_file_leaves_no_lesson_and_nothing_stored(app: Flask, world: ClassWorld) -> None:
    teacher = entered(app, world.cast.teacher)
    page = f"/classes/{world.class_id}/cahier/seance"
    token = form_token(teacher.get(page).text)
    answer = teacher.post(
        page,
        data={**LESSON, "csrf_token": token, "files": (io.BytesIO(b"MZ\x90\x00"), "jeu.exe")},
        content_type="multipart/form-data",
    )
    assert answer.status_code == 422
    assert "jeu.exe" in answer.text
    assert "Le **disque**." in answer.text
    assert db.session.scalars(select(Lesson)).all() == []
    assert db.session.scalars(select(Blob)).all() == []
    assert db.session.scalars(select(SchoolLifeFile)).all() == []


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"end": "13:00"}, "La séance doit finir après avoir commencé."),
        ({"day": "2027-03-28", "start": "02:30", "end": "04:00"}, "n’existe pas"),
        ({"subject": ""}, "Écrivez la matière."),
    ],
)
def test_a_lesson_that_cannot_be_is_told_and_kept_in_the_form(
    app: Flask, world: ClassWorld, changed: dict[str, str], told: str
) -> None:
    answer = send(entered(app, world.cast.teacher), f"/classes/{world.class_id}/cahier/seance", {**LESSON, **changed})
    assert answer.status_code == 422
    assert told in answer.text
    assert "Aires" in answer.text


@pytest.mark.both_databases
def test_two_people_changing_one_lesson_the_second_is_told(app: Flask, world: ClassWorld) -> None:
    lesson = make_lesson(world).id
    db.session.commit()
    page = f"/seances/{lesson}/modifier"
    teacher, head = entered(app, world.cast.teacher), entered(app, world.cast.head)
    first, second = teacher.get(page).text, head.get(page).text
    fields = {**LESSON, "target": "same", "version": "1"}
    saved = teacher.post(page, data={**fields, "title": "Premier", "csrf_token": form_token(first)})
    assert saved.status_code == 303
    told = head.post(page, data={**fields, "title": "Second", "csrf_token": form_token(second)})
    assert told.status_code == 409
    assert "Quelqu’un d’autre a enregistré" in told.text
    assert "Second" in told.text
    assert "Premier" in told.text
    assert db.session.get_one(Lesson, lesson).title == "Premier"


def test_another_teacher_of_the_class_does_not_change_the_lesson_and_the_stand_in_does(
    app: Flask, world: ClassWorld
) -> None:
    lesson = make_lesson(world)
    colleague = entered(app, world.cast.teacher_and_parent, "school")
    form_teacher = entered(app, world.form_teacher)
    db.session.commit()
    assert form_teacher.get(f"/seances/{lesson.id}/modifier").status_code == 404
    assert colleague.get(f"/seances/{lesson.id}").status_code == 404
    make_replacement(lesson, world.cast.teacher_and_parent)
    db.session.commit()
    assert colleague.get(f"/seances/{lesson.id}/modifier").status_code == 200
    assert colleague.get(f"/appels/{lesson.id}").status_code == 200
    # One lesson opens nothing else of the class.
    assert colleague.get(f"/classes/{world.class_id}/cahier").status_code == 404
    assert colleague.get(f"/classes/{world.class_id}/liaison").status_code == 404


def test_a_lesson_that_nobody_gives_is_told_to_the_class(app: Flask, world: ClassWorld) -> None:
    lesson = make_lesson(world)
    db.session.commit()
    teacher = entered(app, world.cast.teacher)
    page = f"/seances/{lesson.id}/remplacement"
    assert send(teacher, page, {"teacher": "0", "words": "Permanence"}).status_code == 303
    text = entered(app, world.cast.student).get(f"/classes/{world.class_id}/cahier").text
    assert "N’a pas lieu" in text
    assert "Permanence" in text


def test_the_week_has_its_letter_and_a_group_only_for_whom_it_is(app: Flask, world: ClassWorld) -> None:
    latin = make_group(world, world.tom, teacher=world.cast.teacher)
    make_lesson(world, group=latin, title="Déclinaisons")
    make_homework(world, group=latin, title="Rosa, rosae")
    make_rotation(world, "B")
    db.session.commit()
    page = f"/classes/{world.class_id}/cahier"
    for person, sees in ((world.tom, True), (world.cast.student, False), (world.cast.teacher, True), (world.cpe, True)):
        text = entered(app, person).get(page).text
        assert "semaine B" in text
        assert ("Déclinaisons" in text) == sees, person.name
        assert ("Rosa, rosae" in text) == sees, person.name
    lesson = db.session.scalars(select(Lesson)).one()
    assert entered(app, world.cast.student).get(f"/seances/{lesson.id}").status_code == 404
    assert entered(app, world.tom).get(f"/seances/{lesson.id}").status_code == 200


# Homework ---------------------------------------------------------------------------------------------------------------


def test_work_given_in_a_lesson_appears_in_the_pupils_lists(app: Flask, world: ClassWorld) -> None:
    lesson = make_lesson(world).id
    db.session.commit()
    teacher = entered(app, world.cast.teacher)
    answer = send(
        teacher,
        f"/classes/{world.class_id}/cahier/travail?lesson_id={lesson}",
        {
            "target": "class", "subject": "Maths", "title": "Exercice 4", "source": "Page 8", "due_on": "2026-10-15",
            "minutes": "20", "lesson_id": str(lesson),
        },
    )  # fmt: skip
    assert answer.status_code == 303, answer.text
    homework = db.session.scalars(select(Homework)).one()
    assert (homework.lesson_id, homework.given_on, homework.hand_in) == (lesson, date(2026, 10, 12), False)
    for person in (world.cast.student, world.cast.guardian, world.tom):
        assert "Exercice 4" in entered(app, person).get("/travail").text
    assert "Exercice 4" not in entered(app, world.cast.other_student).get("/travail").text
    assert "Exercice 4" in teacher.get(f"/seances/{lesson}").text


def test_work_for_yesterday_is_refused(app: Flask, world: ClassWorld) -> None:
    fields = {"target": "class", "subject": "Maths", "title": "Hier", "due_on": "2026-10-11"}
    answer = send(entered(app, world.cast.teacher), f"/classes/{world.class_id}/cahier/travail", fields)
    assert answer.status_code == 422
    assert "jour déjà passé" in answer.text


def _mark(client: FlaskClient, homework: int, state: str, **more: Any) -> Any:
    token = form_token(client.get(f"/travail/{homework}").text)
    fields = {"state": state, "csrf_token": token, **more}
    return client.post(f"/travail/{homework}/etat", data=fields, content_type="multipart/form-data")


@pytest.mark.both_databases
def test_the_states_of_work_from_to_do_to_corrected(app: Flask, world: ClassWorld) -> None:
    homework = make_homework(world).id
    db.session.commit()
    student, teacher = entered(app, world.cast.student), entered(app, world.cast.teacher)

    def state() -> str | None:
        db.session.expire_all()
        row = db.session.scalar(select(HomeworkState).where(HomeworkState.student_id == world.cast.student.id))
        return row.state if row is not None else None

    assert _mark(student, homework, "done").status_code == 303
    assert state() == "done"
    assert _mark(student, homework, "to-do").status_code == 303
    assert state() is None
    assert _mark(student, homework, "handed-in").status_code == 422  # neither a text nor a file
    sent = _mark(student, homework, "handed-in", text="Voici.", files=(io.BytesIO(PDF), "copie.pdf"))
    assert sent.status_code == 303
    assert state() == "handed-in"
    assert _mark(student, homework, "done").status_code == 409
    assert "1 à corriger" in teacher.get("/travail").text
    copy = teacher.get(f"/travail/{homework}/copies/{world.cast.student.id}").text
    assert "Voici." in copy
    assert "copie.pdf" in copy
    page = f"/travail/{homework}/copies/{world.cast.student.id}"
    assert send(teacher, page, {"correction": "Très bien."}).status_code == 303
    assert state() == "corrected"
    assert _mark(student, homework, "handed-in", text="Encore.").status_code == 409
    assert "Très bien." in student.get(f"/travail/{homework}").text
    assert "Très bien." in entered(app, world.cast.guardian).get(f"/travail/{homework}").text
    assert "Très bien." not in entered(app, world.tom).get(f"/travail/{homework}").text
    actions = db.session.scalars(
        select(AuditLine.action).where(AuditLine.subject_kind == "homework").order_by(AuditLine.number)
    ).all()
    assert actions == ["homework.done", "homework.to-do", "homework.handed-in", "homework.corrected"]


def test_only_the_pupil_takes_the_pupil_s_steps(app: Flask, world: ClassWorld) -> None:
    homework = make_homework(world).id
    other = make_homework(world, class_id=world.other_class_id).id
    db.session.commit()
    guardian = entered(app, world.cast.guardian)
    token = form_token(guardian.get("/liaison").text)
    for client, number in ((guardian, homework), (entered(app, world.cast.student), other)):
        token = form_token(client.get("/liaison").text)
        answer = client.post(f"/travail/{number}/etat", data={"state": "done", "csrf_token": token})
        assert answer.status_code == 404
    assert db.session.scalars(select(HomeworkState)).all() == []


def test_work_not_collected_here_cannot_be_handed_in(app: Flask, world: ClassWorld) -> None:
    homework = make_homework(world, hand_in=False).id
    db.session.commit()
    assert _mark(entered(app, world.cast.student), homework, "handed-in", text="Voici.").status_code == 409


# The binder -------------------------------------------------------------------------------------------------------------


@pytest.mark.both_databases
def test_an_activity_reaches_the_pupils_chosen_and_is_marked_as_seen(app: Flask, world: ClassWorld) -> None:
    activity = make_activity(world).id
    db.session.commit()
    teacher = entered(app, world.cast.teacher)
    page = f"/classeur/{activity}/donner/{world.class_id}"
    assert send(teacher, page, {}).status_code == 422
    assert send(teacher, page, {"pupil": str(world.cast.student.id)}).status_code == 303
    assert send(teacher, page, {"pupil": str(world.cast.other_student.id)}).status_code == 404  # of another class
    student = entered(app, world.cast.student)
    assert "Carte des fleuves" in student.get("/classeur").text
    assert entered(app, world.tom).get(f"/classeur/{activity}").status_code == 404
    assert entered(app, world.form_teacher).get(f"/classeur/{activity}").status_code == 404
    assert send(student, f"/classeur/{activity}/vue", page=f"/classeur/{activity}").status_code == 303
    assert ">Vue<" in teacher.get(f"/classeur/{activity}").text.replace("</svg> ", "</svg>").replace(" </span>", "<")
    # Given again to everybody: who has it keeps it, with its mark.
    assert send(teacher, page, {"everybody": "1"}).status_code == 303
    assert teacher.get(f"/classeur/{activity}").text.count("Pas encore vue") == 2


# What the home page asks -------------------------------------------------------------------------------------------------


def test_what_comes_next_is_told_to_each_by_their_own_door(app: Flask, world: ClassWorld) -> None:
    college = world.cast.college.id
    make_lesson(world, starts_at=OCTOBER + timedelta(hours=2), title="Après")
    make_lesson(world, starts_at=OCTOBER - timedelta(hours=3), title="Avant")
    replaced = make_lesson(world, starts_at=OCTOBER + timedelta(hours=3), title="Remplacée")
    make_replacement(replaced, world.cast.teacher_and_parent)
    done = make_homework(world, title="Fait")
    make_state(done, world.cast.student, "done")
    make_homework(world, title="Plus tard", due_on=date(2026, 11, 20))
    db.session.commit()
    student = visitor_of(world.cast.student, college, Profile.STUDENT)
    teacher = visitor_of(world.cast.teacher, college, Profile.TEACHER)
    both = visitor_of(world.cast.teacher_and_parent, college, Profile.TEACHER)
    assert [one.title for one in next_lessons(student, OCTOBER)] == ["Après", "Remplacée"]
    assert [one.title for one in next_lessons(teacher, OCTOBER)] == ["Après"]
    assert [one.title for one in next_lessons(both, OCTOBER)] == ["Remplacée"]
    assert [(one.homework.title, one.state) for one in coming_work(student, OCTOBER)] == [("Fait", "done")]
    assert coming_work(teacher, OCTOBER) == []


# Speed ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["student", "guardian", "teacher"])
def test_pages_cost_as_many_queries_whatever_there_is(sqlite_app: Flask, who: str) -> None:
    from tests.conftest import StatementCount

    world = class_world(sqlite_app)
    client = entered(sqlite_app, getattr(world.cast, who))
    pages = (f"/classes/{world.class_id}/cahier", "/travail", "/classeur", "/classes")

    def fill(times: int) -> None:
        for _ in range(times):
            lesson = make_lesson(world)
            make_state(make_homework(world, lesson=lesson), world.cast.student)
            give_activity(world, make_activity(world), world.cast.student)
        db.session.commit()

    def counted() -> list[int]:
        found = []
        for page in pages:
            client.get(page)  # what a first visit fills is not counted
            with StatementCount(db.engine) as statements:
                assert client.get(page).status_code == 200
            # The pulse is felt once a second, whatever the page.
            found.append(len([one for one in statements if "FROM revision" not in one]))
        return found

    fill(1)
    few = counted()
    fill(9)
    assert counted() == few
    assert max(few) <= 20, few
