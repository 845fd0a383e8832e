"""The liaison notebook and the agenda (PORTAL-17); what one guardian says is seen by no other (KIN-2)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.db import db
from app.directory.models import Person
from app.fates import Space
from app.profiles import Place, Profile, Visitor
from app.schoollife import rollover
from app.schoollife.liaison.models import AgendaEvent, LiaisonEntry, LiaisonReceipt
from app.schoollife.liaison.queries import to_sign
from tests import builders
from tests.conftest import StatementCount
from tests.people import Someone
from tests.schoollife.result_rows import OCTOBER, ClassWorld, class_world
from tests.schoollife.rows import make_entry, make_event, make_file, make_receipt, make_state
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


def guardian_of(world: ClassWorld, person: Someone) -> Visitor:
    return Visitor(person_id=person.id, places=(Place(school_id=world.cast.college.id, profile=Profile.GUARDIAN),))


@pytest.mark.both_databases
def test_each_guardian_signs_for_themselves_and_the_school_sees_both(app: Flask, world: ClassWorld) -> None:
    word = make_entry(world).id
    alice, bruno = entered(app, world.cast.guardian), entered(app, world.cast.other_guardian)
    page = f"/liaison/mots/{word}"
    fields = {"student_id": str(world.cast.student.id), "sign": "1", "answer": "Vu, Hugo viendra."}
    assert "1 mot à signer" in bruno.get("/liaison").text
    assert send(alice, f"{page}/signer", fields, page=page).status_code == 303
    assert "Vu, Hugo viendra." in alice.get(page).text
    assert "Rien à signer" in alice.get("/liaison").text
    for address in (page, "/liaison", "/liaison/imprimer"):
        other = bruno.get(address).text
        assert "Vu, Hugo viendra." not in other
        assert "Signé par vous" not in other
        assert "Alice" not in other
    assert "1 mot à signer" in bruno.get("/liaison").text
    student = entered(app, world.cast.student).get(page).text
    assert "Vu, Hugo viendra." not in student
    school = entered(app, world.cast.teacher).get(page).text
    assert "Vu, Hugo viendra." in school
    assert school.count("Pas encore") == 2  # Bruno, and Inès's guardian
    notebook = entered(app, world.cpe).get(f"/classes/{world.class_id}/liaison").text
    assert "1 sur 3" in notebook


def test_nobody_signs_about_somebody_else_s_child(app: Flask, world: ClassWorld) -> None:
    word = make_entry(world).id
    about = make_entry(world, pupil=world.ines, title="Pour Inès").id
    alice = entered(app, world.cast.guardian)
    page = f"/liaison/mots/{word}"
    fields = {"student_id": str(world.ines.id), "sign": "1"}
    assert send(alice, f"{page}/signer", fields, page=page).status_code == 404
    assert alice.get(f"/liaison/mots/{about}").status_code == 404
    assert "Pour Inès" not in alice.get("/liaison").text
    assert db.session.scalars(select(LiaisonReceipt)).all() == []


def test_a_word_to_the_school_is_read_by_the_school_alone(app: Flask, world: ClassWorld) -> None:
    alice = entered(app, world.cast.guardian)
    page = f"/liaison/ecrire/{world.cast.student.id}"
    fields = {"kind": "meeting", "title": "Rendez-vous", "source": "Je souhaite vous voir."}
    assert send(alice, page, fields).status_code == 303
    word = db.session.scalars(select(LiaisonEntry)).one()
    assert (word.by_family, word.student_id, word.class_id) == (True, world.cast.student.id, world.class_id)
    assert "Rendez-vous" in alice.get("/liaison").text
    assert "Rendez-vous" in entered(app, world.cast.teacher).get(f"/classes/{world.class_id}/liaison").text
    for person in (world.cast.other_guardian, world.cast.student):
        client = entered(app, person)
        assert client.get(f"/liaison/mots/{word.id}").status_code == 404
        assert "Rendez-vous" not in client.get("/liaison").text
    assert alice.get(f"/liaison/ecrire/{world.ines.id}").status_code == 404


def test_a_guardian_of_two_in_one_class_signs_for_each(app: Flask, world: ClassWorld) -> None:
    builders.guard(db.session.get_one(Person, world.cast.guardian.id), db.session.get_one(Person, world.tom.id))
    word = make_entry(world).id
    alice = entered(app, world.cast.guardian)
    page = f"/liaison/mots/{word}"
    assert "2 mots à signer" in alice.get("/liaison").text
    send(alice, f"{page}/signer", {"student_id": str(world.tom.id), "sign": "1"}, page=page)
    assert "1 mot à signer" in alice.get("/liaison").text
    assert to_sign(guardian_of(world, world.cast.guardian), OCTOBER) == 1


def test_a_word_is_written_to_the_class_or_about_one_pupil(app: Flask, world: ClassWorld) -> None:
    teacher = entered(app, world.cast.teacher)
    page = f"/classes/{world.class_id}/liaison/ecrire"
    fields = {"kind": "trip", "title": "Musée", "source": "Jeudi.", "to_sign": "y"}
    assert send(teacher, page, {**fields, "student_id": str(world.tom.id)}).status_code == 303
    assert send(teacher, page, {**fields, "student_id": str(world.cast.other_student.id)}).status_code == 422
    assert send(teacher, page, {**fields, "student_id": "0", "title": ""}).status_code == 422
    about_tom = db.session.scalars(select(LiaisonEntry)).one()
    assert about_tom.student_id == world.tom.id
    assert "Musée" not in entered(app, world.cast.guardian).get("/liaison").text
    # Written by its author: taken back by them, not by another teacher.
    number = about_tom.id
    assert entered(app, world.form_teacher).get(f"/liaison/mots/{number}/retirer").status_code == 404
    assert send(teacher, f"/liaison/mots/{number}/retirer").status_code == 303
    assert db.session.scalars(select(LiaisonEntry)).all() == []


def test_the_notebook_is_read_page_by_page(app: Flask, world: ClassWorld) -> None:
    for number in range(45):
        make_entry(world, title=f"Mot numéro {number:02d}")
    for person, page in (
        (world.cast.student, "/liaison"),
        (world.cast.teacher, f"/classes/{world.class_id}/liaison"),
    ):
        client = entered(app, person)
        first = client.get(page).text
        assert "Mot numéro 44" in first
        assert "Mot numéro 04" not in first
        oldest = db.session.scalars(select(LiaisonEntry.id).order_by(LiaisonEntry.id)).all()[5]
        assert f"apres={oldest}" in first
        second = client.get(f"{page}?apres={oldest}").text
        assert "Mot numéro 04" in second
        assert "Mot numéro 05" not in second


@pytest.mark.parametrize("who", ["guardian", "teacher"])
def test_pages_cost_as_many_queries_whatever_there_is(sqlite_app: Flask, who: str) -> None:
    world = class_world(sqlite_app)
    client = entered(sqlite_app, getattr(world.cast, who))
    pages = ["/liaison", "/agenda-classe", f"/classes/{world.class_id}/agenda"]
    pages += [f"/classes/{world.class_id}/liaison"] if who == "teacher" else ["/liaison/imprimer"]

    def fill(times: int) -> None:
        for _ in range(times):
            make_receipt(make_entry(world), world.cast.guardian, world.cast.student)
            make_entry(world, pupil=world.cast.student)
            make_event(world)
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


# The agenda -------------------------------------------------------------------------------------------------------------

DATE = {
    "title": "Cross du collège", "day": "2026-10-16", "start": "14:00", "end": "16:00", "place": "Stade", "words": "Tenue de sport",
}  # fmt: skip


@pytest.mark.both_databases
def test_a_date_of_the_class_is_told_to_the_class_and_one_of_the_school_to_all(app: Flask, world: ClassWorld) -> None:
    teacher = entered(app, world.cast.teacher)
    assert send(teacher, f"/classes/{world.class_id}/agenda/nouvelle-date", DATE).status_code == 303
    head = entered(app, world.cast.head)
    page = f"/etablissements/{world.cast.college.uai}/agenda/nouvelle-date"
    assert send(head, page, {**DATE, "title": "Portes ouvertes"}).status_code == 303
    event = db.session.scalars(select(AgendaEvent).where(AgendaEvent.class_id.is_not(None))).one()
    assert event.starts_at == datetime(2026, 10, 16, 12, tzinfo=UTC)
    own = entered(app, world.cast.student).get("/agenda-classe").text
    assert "Cross du collège" in own
    assert "Portes ouvertes" in own
    other = entered(app, world.cast.other_student).get("/agenda-classe").text
    assert "Cross du collège" not in other
    assert "Portes ouvertes" in other
    assert "Portes ouvertes" not in entered(app, world.cast.pupil).get("/agenda-classe").text


def test_a_date_that_cannot_be_is_told(app: Flask, world: ClassWorld) -> None:
    teacher = entered(app, world.cast.teacher)
    page = f"/classes/{world.class_id}/agenda/nouvelle-date"
    wrong = send(teacher, page, {**DATE, "end": "13:00"})
    assert wrong.status_code == 422
    assert "L’heure de fin est avant celle du début." in wrong.text
    assert send(teacher, page, {**DATE, "last_day": "2026-10-10"}).status_code == 422
    assert db.session.scalars(select(AgendaEvent)).all() == []


def test_two_people_changing_one_date_the_second_is_told(app: Flask, world: ClassWorld) -> None:
    event = make_event(world).id
    teacher = entered(app, world.cast.teacher)
    page = f"/agenda-classe/{event}/modifier"
    assert send(teacher, page, {**DATE, "version": "1"}).status_code == 303
    told = send(teacher, page, {**DATE, "version": "1", "title": "Trop tard"})
    assert told.status_code == 409
    assert "Trop tard" in told.text
    assert "Cross du collège" in told.text


# Before the rollover ----------------------------------------------------------------------------------------------------


def test_what_is_somebody_s_own_is_counted_and_given_along(app: Flask, world: ClassWorld) -> None:
    """DATA-3; another guardian's answers are in nobody else's bundle (KIN-2)."""
    from tests.schoollife.rows import give_activity, make_activity, make_homework

    alice, bruno, hugo = world.cast.guardian, world.cast.other_guardian, world.cast.student
    word = make_entry(world)
    make_receipt(word, alice, hugo, "Réponse d’Alice")
    make_receipt(word, bruno, hugo, "Réponse de Bruno")
    make_entry(world, pupil=hugo, author=alice, by_family=True, title="../Lettre d’Alice")
    state = make_state(make_homework(world, title="Rédaction"), hugo, text="<b>Mon texte</b>")
    make_file("state_id", state.id, name="copie.pdf")
    give_activity(world, make_activity(world), hugo)
    db.session.commit()
    assert rollover.owned(alice.id, OCTOBER) == {("liaison", Space.NONE): 2}
    assert rollover.owned(hugo.id, OCTOBER) == {("homework-state", Space.NONE): 1, ("activity-given", Space.NONE): 1}
    assert rollover.owned(world.cast.teacher.id, OCTOBER) == {("activity", Space.NONE): 1, ("liaison", Space.NONE): 1}
    june = datetime(2026, 6, 15, 8, tzinfo=UTC)
    assert ("activity-given", Space.NONE) not in rollover.owned(hugo.id, june)  # GATE-8: 5A is not known yet
    with app.test_request_context():
        given = dict(rollover.takeaway(alice.id, OCTOBER))
        pupil = dict(rollover.takeaway(hugo.id, OCTOBER))
        other = b"".join(
            data for data in dict(rollover.takeaway(bruno.id, OCTOBER)).values() if isinstance(data, bytes)
        )
    assert len(given) == 2
    assert not [path for path in given if ".." in path.split("/") or path.startswith("/")]
    text = b"".join(data for data in given.values() if isinstance(data, bytes)).decode()
    assert "Réponse d’Alice" in text
    assert "Réponse de Bruno" not in text
    assert "Réponse d’Alice" not in other.decode()
    assert "Lettre" not in other.decode()
    assert any(path.endswith("Rédaction.html") for path in pupil)
    assert any(path.endswith("copie.pdf") for path in pupil)
    page = next(data for path, data in pupil.items() if path.endswith("Rédaction.html"))
    assert b"&lt;b&gt;Mon texte&lt;/b&gt;" in page
