"""Punishments by any adult of the school, sanctions by its head; who reads them (S2-5, S2-6)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.audit.models import AuditDetail, AuditLine
from app.db import db
from app.schoollife.conduct.models import Measure
from tests.people import Someone
from tests.schoollife.result_rows import ClassWorld, class_world, make_measure
from tests.signing import form_token, send, sign_in

pytestmark = pytest.mark.pages


@pytest.fixture
def world(app: Flask) -> ClassWorld:
    return class_world(app)


def _as(app: Flask, person: Someone, door: str | None = None) -> FlaskClient:
    db.session.commit()
    client = app.test_client()
    sign_in(client, person, door)
    return client


def _fields(world: ClassWorld, type_: str = "Retenue", **more: str) -> dict[str, str]:
    fields = {"type": str(world.entries[type_]), "reason": "0", "words": "Trois fois.", "decided_on": "2026-10-12"}
    return fields | more


@pytest.mark.both_databases
def test_any_adult_punishes_and_follows_their_own_to_the_end(app: Flask, world: ClassWorld) -> None:
    staff, family = _as(app, world.cast.staff), _as(app, world.cast.guardian)
    path = f"/eleves/{world.cast.student.id}/punitions/nouvelle"
    answer = send(staff, path, _fields(world, due_on="2026-10-16"))
    assert answer.headers["Location"].endswith("/punitions")
    number = db.session.query(Measure).one().id
    assert "Retenue" in staff.get("/punitions").text
    assert send(staff, f"/punitions/{number}/faite", {"done": "1"}, page=f"/punitions/{number}").status_code == 303
    seen = family.get(f"/eleves/{world.cast.student.id}/punitions").text
    assert "Retenue" in seen
    assert "Faite" in seen
    line = db.session.query(AuditLine).filter_by(action="punishment.given").one()
    assert line.school_id == world.cast.college.id
    assert "Trois fois" not in "".join(str(detail.values) for detail in db.session.query(AuditDetail))


def test_a_punishment_of_somebody_else_is_changed_by_those_who_follow_them_up(app: Flask, world: ClassWorld) -> None:
    number = make_measure(world, world.cast.student, author=world.cast.teacher).id
    path = f"/punitions/{number}/modifier"
    assert _as(app, world.form_teacher).get(path).status_code == 404
    cpe = _as(app, world.cpe)
    changed = _fields(world, "Devoir supplémentaire", version="1")
    assert send(cpe, path, changed).status_code == 303
    stale = send(_as(app, world.cast.teacher), path, {**changed, "words": "Autre"})
    assert stale.status_code == 409
    assert "Autre" in stale.text
    db.session.expire_all()
    assert db.session.get_one(Measure, number).type_id == world.entries["Devoir supplémentaire"]


def test_sanctions_are_the_head_s_and_teachers_never_see_one(app: Flask, world: ClassWorld) -> None:
    hugo = world.cast.student
    head = _as(app, world.cast.head)
    path = f"/eleves/{hugo.id}/sanctions/nouvelle"
    assert send(head, path, _fields(world, "Blâme")).status_code == 303
    number = db.session.query(Measure).one().id
    for reader in (world.cpe, world.cast.guardian, world.cast.student):
        client = _as(app, reader)
        assert "Blâme" in client.get(f"/eleves/{hugo.id}/punitions").text
        assert client.get(f"/punitions/{number}").status_code == 200
    for other in (world.cast.teacher, world.form_teacher, world.assistant):
        client = _as(app, other)
        for page in (f"/eleves/{hugo.id}/punitions", f"/classes/{world.class_id}/punitions"):
            assert "Blâme" not in client.get(page).text
        assert client.get(f"/punitions/{number}").status_code == 404
    uai = world.cast.college.uai
    assert "Blâme" not in _as(app, world.assistant).get(f"/etablissements/{uai}/punitions").text
    assert "Blâme" in _as(app, world.cpe).get(f"/etablissements/{uai}/punitions").text
    cpe = _as(app, world.cpe)
    token = form_token(cpe.get(f"/eleves/{hugo.id}/punitions/nouvelle").text)
    assert cpe.post(path, data={**_fields(world, "Blâme"), "csrf_token": token}).status_code == 404
    assert cpe.post(f"/punitions/{number}/faite", data={"done": "1", "csrf_token": token}).status_code == 404


def test_lists_of_another_school_are_not_offered_nor_taken(app: Flask, world: ClassWorld) -> None:
    teacher = _as(app, world.cast.teacher)
    path = f"/eleves/{world.cast.student.id}/punitions/nouvelle"
    answer = send(teacher, path, _fields(world, type=str(10**6)))
    assert answer.status_code == 422
    assert send(teacher, path, {**_fields(world, words=""), "type": "0"}).status_code == 422
    assert send(teacher, path, _fields(world, due_on="2026-10-01")).status_code == 422
    assert db.session.query(Measure).count() == 0


def test_a_pupil_of_another_school_is_out_of_reach(app: Flask, world: ClassWorld) -> None:
    director = _as(app, world.cast.primary_head)
    for what in ("punitions", "punitions/nouvelle", "sanctions/nouvelle"):
        assert director.get(f"/eleves/{world.cast.student.id}/{what}").status_code == 404


def test_a_measure_is_removed_after_a_word(app: Flask, world: ClassWorld) -> None:
    number = make_measure(world, world.cast.student, author=world.cast.teacher).id
    teacher = _as(app, world.cast.teacher)
    assert send(teacher, f"/punitions/{number}/supprimer", {"word": "non"}).status_code == 422
    assert send(teacher, f"/punitions/{number}/supprimer", {"word": "supprimer"}).status_code == 303
    assert db.session.query(Measure).count() == 0


def test_the_school_s_list_is_paged_and_costs_the_same_for_any_number(
    app: Flask, world: ClassWorld, count_queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    make_measure(world, world.cast.student)
    cpe, path = _as(app, world.cpe), f"/etablissements/{world.cast.college.uai}/punitions"

    def counted() -> int:
        with count_queries() as queries:
            assert cpe.get(path).status_code == 200
        # Once a second the process looks whether its caches are still good.
        return len([one for one in queries if "FROM revision" not in one])

    counted()
    few = counted()
    for _index in range(60):
        make_measure(world, world.ines)
    db.session.commit()
    assert counted() == few
    page = cpe.get(path).text
    assert page.count("<tr>") - 1 == 50
    following = page.split("before=", 1)[1].split('"', 1)[0].split("&", 1)[0]
    assert cpe.get(f"{path}?before={following}").text.count("<tr>") - 1 == 11
