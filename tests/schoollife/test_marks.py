"""Marking a class, publishing, what families read (DATA-8, S2-5), skills; fixed numbers of queries."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.accounts.doors import Door, behind
from app.accounts.queries import standing_of
from app.audit.models import AuditLine
from app.db import db
from app.directory.models import GroupMembership, Guardianship, School, SchoolClass, TeachingGroup
from app.profiles import Profile, Visitor
from app.schoollife.results.models import Assessment, Mark, SkillRecord
from app.schoollife.results.queries import newest_marks
from tests import builders
from tests.schoollife.result_rows import OCTOBER, ClassWorld, class_world, make_assessment
from tests.signing import form_token, send, sign_in


@pytest.fixture
def world(app: Flask) -> ClassWorld:
    return class_world(app)


@pytest.fixture
def teacher(client: FlaskClient, world: ClassWorld) -> FlaskClient:
    sign_in(client, world.cast.teacher)
    return client


def _as(app: Flask, person: object) -> FlaskClient:
    db.session.commit()
    client = app.test_client()
    sign_in(client, person)  # type: ignore[arg-type]
    return client


def _post_sheet(client: FlaskClient, number: int, fields: dict[str, str]) -> object:
    page = client.get(f"/notes/{number}").text
    version = page.split('name="version"', 1)[1].split('value="', 1)[1].split('"', 1)[0]
    return client.post(f"/notes/{number}", data={"version": version, **fields, "csrf_token": form_token(page)})


@pytest.mark.both_databases
def test_a_teacher_creates_marks_and_publishes_and_the_family_reads(
    app: Flask, teacher: FlaskClient, world: ClassWorld
) -> None:
    hugo = world.cast.student
    fields = {"title": "Dictée", "subject": "Français", "held_on": "05/10/2026", "out_of": "10", "weight": "0,5"}
    answer = send(
        teacher, f"/classes/{world.class_id}/notes/nouvelle", {**fields, "period": str(world.term), "group": "0"}
    )
    assert answer.status_code == 303
    number = db.session.query(Assessment).one().id
    marks = {f"mark-{hugo.id}": "7,5", f"reason-{world.tom.id}": str(world.entries["Absent"]), "do": "save"}
    assert _post_sheet(teacher, number, marks).status_code == 303  # type: ignore[attr-defined]
    family = _as(app, world.cast.guardian)
    assert "7,5/10" not in family.get(f"/eleves/{hugo.id}/resultats").text
    assert _post_sheet(teacher, number, {**marks, "do": "publish"}).status_code == 303  # type: ignore[attr-defined]
    seen = family.get(f"/eleves/{hugo.id}/resultats").text
    assert "7,5/10" in seen
    assert "Moyenne\u00a0: 15" in seen
    toms = _as(app, world.tom).get(f"/eleves/{world.tom.id}/resultats").text
    assert "Absent" in toms
    lines = db.session.query(AuditLine).filter_by(subject_kind="assessment").order_by(AuditLine.number)
    assert [line.action for line in lines] == ["assessment.added", "marks.saved", "assessment.published"]


def test_one_wrong_mark_keeps_everything_typed_and_saves_nothing(teacher: FlaskClient, world: ClassWorld) -> None:
    number = make_assessment(world, {world.cast.student.id: 800}, published=False).id
    answer = _post_sheet(
        teacher,
        number,
        {f"mark-{world.cast.student.id}": "25", f"mark-{world.ines.id}": "14,5", f"comment-{world.tom.id}": "À revoir"},
    )
    assert answer.status_code == 422  # type: ignore[attr-defined]
    page = answer.text  # type: ignore[attr-defined]
    assert 'value="25"' in page
    assert 'value="14,5"' in page
    assert "À revoir" in page
    assert "La note dépasse le barème\u00a0: 20." in page
    assert f'href="#mark-{world.cast.student.id}"' in page
    assert [(mark.student_id, mark.value) for mark in db.session.query(Mark)] == [(world.cast.student.id, 800)]


def test_the_second_of_two_who_mark_at_once_is_told(app: Flask, teacher: FlaskClient, world: ClassWorld) -> None:
    number = make_assessment(world, {}, published=False).id
    page = teacher.get(f"/notes/{number}").text
    head = _as(app, world.cast.head)
    assert _post_sheet(head, number, {f"mark-{world.tom.id}": "9"}).status_code == 303  # type: ignore[attr-defined]
    answer = teacher.post(
        f"/notes/{number}",
        data={"version": "1", f"mark-{world.tom.id}": "11", "csrf_token": form_token(page)},
    )
    assert answer.status_code == 409
    assert "Quelqu’un d’autre" in answer.text
    assert 'value="11"' in answer.text
    assert db.session.query(Mark).one().value == 900


def test_a_colleague_of_the_class_reads_marks_and_changes_none(app: Flask, world: ClassWorld) -> None:
    number = make_assessment(world, {world.tom.id: 1200}).id
    colleague = _as(app, world.form_teacher)
    page = colleague.get(f"/notes/{number}").text
    assert '<form method="post" novalidate' not in page
    token = form_token(page)
    assert colleague.post(f"/notes/{number}", data={"version": "1", "csrf_token": token}).status_code == 404
    assert db.session.query(Mark).one().value == 1200


def test_a_scale_below_a_mark_already_given_is_refused(teacher: FlaskClient, world: ClassWorld) -> None:
    number = make_assessment(world, {world.tom.id: 1200}).id
    fields = {"title": "X", "subject": "Mathématiques", "held_on": "2026-10-05", "out_of": "10", "weight": "1"}
    answer = send(
        teacher, f"/notes/{number}/modifier", {**fields, "period": str(world.term), "group": "0", "version": "1"}
    )
    assert answer.status_code == 422
    assert "dépasse ce barème" in answer.text
    assert db.session.get_one(Assessment, number).out_of == 2000


def test_subjects_keep_one_spelling_and_wrong_days_are_said(teacher: FlaskClient, world: ClassWorld) -> None:
    make_assessment(world, {})
    fields = {"title": "X", "subject": " mathématiques ", "held_on": "demain", "out_of": "0", "weight": "1"}
    path, more = f"/classes/{world.class_id}/notes/nouvelle", {"period": str(world.term), "group": "0"}
    answer = send(teacher, path, {**fields, **more})
    assert answer.status_code == 422
    assert 'value="demain"' in answer.text
    assert send(teacher, path, {**fields, **more, "held_on": "2026-10-06", "out_of": "20"}).status_code == 303
    assert {one.subject for one in db.session.query(Assessment)} == {"Mathématiques"}


def test_an_assessment_of_a_group_is_about_its_pupils_of_the_class(teacher: FlaskClient, world: ClassWorld) -> None:
    group = TeachingGroup(
        school_id=world.cast.college.id, year_id=world.cast.years[2026].id, code="LAT", name="Latin", source="hand"
    )
    db.session.add(group)
    db.session.flush()
    db.session.add(GroupMembership(group_id=group.id, person_id=world.ines.id, role="student", source="hand"))
    db.session.commit()
    path = f"/classes/{world.class_id}/notes/nouvelle"
    assert "groupe Latin" in teacher.get(path).text
    fields = {"title": "Rome", "subject": "Latin", "held_on": "2026-10-06", "out_of": "20", "weight": "1"}
    assert send(teacher, path, {**fields, "period": str(world.term), "group": str(group.id)}).status_code == 303
    page = teacher.get(f"/notes/{db.session.query(Assessment).one().id}").text
    assert f"mark-{world.ines.id}" in page
    assert f"mark-{world.tom.id}" not in page


def test_removing_an_assessment_asks_for_a_word(teacher: FlaskClient, world: ClassWorld) -> None:
    number = make_assessment(world, {world.tom.id: 1200}).id
    path = f"/notes/{number}/supprimer"
    assert send(teacher, path, {"word": "oui"}).status_code == 422
    assert db.session.query(Mark).count() == 1
    assert send(teacher, path, {"word": "supprimer"}).status_code == 303
    assert db.session.query(Mark).count() == db.session.query(Assessment).count() == 0


@pytest.mark.both_databases
def test_skills_are_entered_for_the_class_changed_and_read_by_the_family(
    app: Flask, teacher: FlaskClient, world: ClassWorld
) -> None:
    path, hugo = f"/classes/{world.class_id}/competences", world.cast.student
    fields = {"domain": "Nombres", "skill": "Calculer", f"level-{hugo.id}": "2", f"level-{world.tom.id}": "9"}
    assert send(teacher, path, fields).status_code == 303
    assert send(teacher, path, {**fields, f"level-{hugo.id}": "4"}).status_code == 303
    record = db.session.query(SkillRecord).one()
    assert (record.student_id, record.level, record.period_id) == (hugo.id, 4, world.term)
    assert "4 – très bonne maîtrise" in _as(app, world.cast.guardian).get(f"/eleves/{hugo.id}/resultats").text
    assert send(teacher, path, {"domain": "", "skill": "Calculer"}).status_code == 422


def test_a_family_is_led_to_its_pupil_and_reads_no_other(app: Flask, world: ClassWorld) -> None:
    make_assessment(world, {world.ines.id: 1900, world.cast.student.id: 500, world.tom.id: 700})
    db.session.commit()
    pupil = _as(app, world.ines)
    assert pupil.get("/resultats").headers["Location"].endswith(f"/eleves/{world.ines.id}/resultats")
    page = pupil.get(f"/eleves/{world.ines.id}/resultats").text
    assert "19/20" in page
    assert "5/20" not in page
    assert "Classe\u00a0: 10,33" in page
    several = _as(app, world.cast.guardian).get("/resultats").text
    assert world.cast.student.name in several
    assert world.cast.pupil.name in several
    assert world.ines.name not in several


def test_a_cut_link_ends_the_reading_at_once(app: Flask, world: ClassWorld) -> None:
    make_assessment(world, {world.cast.student.id: 500})
    family = _as(app, world.cast.other_guardian)
    path = f"/eleves/{world.cast.student.id}/resultats"
    assert family.get(path).status_code == 200
    db.session.query(Guardianship).filter_by(guardian_id=world.cast.other_guardian.id).update({"cut_at": OCTOBER})
    assert family.get(path).status_code == 404


@pytest.mark.both_databases
def test_the_newest_marks_are_those_of_my_children_published_and_known(app: Flask, world: ClassWorld) -> None:
    make_assessment(world, {world.cast.student.id: 500, world.ines.id: 900}, title="Vue")
    make_assessment(world, {world.cast.student.id: 600}, title="Cachée", published=False)
    db.session.commit()

    def visitor(person: object) -> Visitor:
        standing = standing_of(person.id)  # type: ignore[attr-defined]
        assert standing is not None
        places, roles = behind(Door(person.door), standing.places, standing.roles)  # type: ignore[attr-defined]
        return Visitor(person_id=person.id, places=places, roles=roles)  # type: ignore[attr-defined]

    found = newest_marks(visitor(world.cast.guardian), OCTOBER)
    assert [(one.title, one.value, one.student_id) for one in found] == [("Vue", 500, world.cast.student.id)]
    assert [one.value for one in newest_marks(visitor(world.ines), OCTOBER)] == [900]
    assert newest_marks(visitor(world.cast.teacher), OCTOBER) == []


def test_pages_take_as_many_queries_for_a_large_class_as_for_a_small_one(
    teacher: FlaskClient, world: ClassWorld, count_queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    hugo = world.cast.student.id
    number = make_assessment(world, {hugo: 1200}).id
    paths = (
        f"/classes/{world.class_id}",
        f"/classes/{world.class_id}/notes",
        f"/notes/{number}",
        f"/classes/{world.class_id}/competences",
        f"/classes/{world.class_id}/bulletins",
        f"/classes/{world.class_id}/bulletins/appreciations",
        f"/classes/{world.class_id}/trombinoscope",
        f"/eleves/{hugo}/resultats",
    )

    def counted() -> list[int]:
        counts = []
        for path in paths:
            with count_queries() as queries:
                assert teacher.get(path).status_code == 200
            # Once a second the process looks whether its caches are still good.
            counts.append(len([one for one in queries if "FROM revision" not in one]))
        return counts

    counted()  # what the process learns once
    few = counted()
    school = db.session.get_one(School, world.cast.college.id)
    school_class = db.session.get_one(SchoolClass, world.class_id)
    marks: dict[int, int | None] = {hugo: 1000}
    for index in range(27):
        person = builders.make_person("Élève", f"Numéro {index}")
        builders.affiliate(person, school, Profile.STUDENT)
        builders.enrol(person, school_class)
        marks[person.id] = 1000 + index
    for index in range(10):
        make_assessment(world, marks, title=f"Contrôle {index}", subject=f"Matière {index % 5}")
    db.session.commit()
    assert counted() == few
    assert max(few) <= 16
