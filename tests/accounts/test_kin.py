"""Cut links, exits, deaths, first names in use, by the head's pages (KIN-2, KIN-3, ACCT-8)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app import clock
from app.accounts.models import Account
from app.audit.models import AuditDetail, AuditLine
from app.audit.queries import verify
from app.db import db
from app.directory.jobs import close_to_leavers
from app.directory.kin.models import LinkCut, PupilExit
from app.directory.kin.queries import silenced
from app.directory.models import Affiliation, ClassMembership, Guardianship, Person
from app.directory.queries import visitor_facts
from app.profiles import Profile
from app.pulse import set_clock
from tests.people import Cast, Someone, cast
from tests.signing import send, sign_in

JUNE = datetime(2026, 6, 15, 9, tzinfo=UTC)


@pytest.fixture
def people(app: Flask) -> Cast:
    made = cast(app)
    set_clock(db.session(), JUNE - clock.machine_now())
    db.session.commit()
    return made


def at(people: Cast, pupil: Someone, rest: str = "", *, school: str = "college") -> str:
    return f"/administration/ecole/{getattr(people, school).uai}/eleves/{pupil.id}{rest}"


def places(person: Someone, profile: Profile) -> set[int]:
    """The schools in which somebody now has a place of that profile."""
    found, _roles = visitor_facts(person.id, frozenset({profile}))
    return {place.school_id for place in found}


def cut(client: FlaskClient, people: Cast, guardian: Someone, pupil: Someone) -> Any:
    way = at(people, pupil, f"/responsables/{guardian.id}/couper")
    return send(client, way, {"reason": "Décision du juge", "word": "couper"})


# Links -----------------------------------------------------------------------------------------------------------------


@pytest.mark.both_databases
def test_the_head_cuts_a_link_at_once(people: Cast, client: FlaskClient, app: Flask) -> None:
    """KIN-3: the session ends; she comes back for her other child and sees that one only."""
    alice = app.test_client()
    sign_in(alice, people.guardian)
    assert alice.get(f"/annuaire/{people.student.id}").status_code == 200
    sign_in(client, people.head)
    assert cut(client, people, people.guardian, people.student).status_code == 303
    assert alice.get("/compte").status_code in (302, 303), "her session is over"
    sign_in(alice, people.guardian)
    assert people.pupil.name in alice.get(f"/annuaire/{people.pupil.id}").text
    assert alice.get(f"/annuaire/{people.student.id}").status_code == 404
    assert places(people.guardian, Profile.GUARDIAN) == {people.primary.id}
    assert places(people.other_guardian, Profile.GUARDIAN) == {people.primary.id, people.college.id}
    assert "lien coupé" in client.get(at(people, people.student)).text
    assert people.guardian.name in client.get(f"/administration/ecole/{people.college.uai}/liens-et-departs").text


def test_the_reason_is_for_those_who_administer_only(people: Cast, client: FlaskClient) -> None:
    """KIN-3: not for families, not for teachers, not in the audit."""
    sign_in(client, people.head)
    cut(client, people, people.guardian, people.student)
    assert "Décision du juge" in client.get(at(people, people.student)).text
    number = db.session.scalar(select(AuditLine.number).where(AuditLine.action == "link.cut"))
    detail = db.session.scalar(select(AuditDetail).where(AuditDetail.number == number))
    assert detail is not None
    assert "juge" not in str(detail.values)
    assert verify().holds
    for who in (people.teacher, people.school_admin, people.other_guardian, people.student, people.primary_head):
        sign_in(client, who)
        for rest in ("", f"/responsables/{people.guardian.id}/couper", "/depart"):
            assert client.get(at(people, people.student, rest)).status_code == 404
    sign_in(client, people.primary_head)
    assert client.get(at(people, people.student, school="primary")).status_code == 404, "not a pupil of that school"


def test_a_link_is_cut_by_a_typed_word_and_a_reason(people: Cast, client: FlaskClient) -> None:
    sign_in(client, people.head)
    way = at(people, people.student, f"/responsables/{people.guardian.id}/couper")
    for fields in ({"reason": "", "word": "COUPER"}, {"reason": "Erreur", "word": "oui"}):
        assert send(client, way, fields).status_code == 422
    assert db.session.scalar(select(LinkCut.id)) is None
    stranger = at(people, people.student, f"/responsables/{people.movers_guardian.id}/couper")
    assert client.get(stranger).status_code == 404


@pytest.mark.both_databases
def test_a_cut_link_is_made_again(people: Cast, client: FlaskClient) -> None:
    sign_in(client, people.head)
    cut(client, people, people.guardian, people.student)
    way = at(people, people.student, f"/responsables/{people.guardian.id}/retablir")
    assert send(client, way, {"word": "retablir"}).status_code == 303
    assert places(people.guardian, Profile.GUARDIAN) == {people.primary.id, people.college.id}
    held = select(Affiliation.id).where(
        Affiliation.person_id == people.guardian.id, Affiliation.school_id == people.college.id
    )
    assert db.session.scalar(held) is not None
    assert db.session.scalar(select(LinkCut.ended_at)) is not None
    assert "déjà" not in client.get(at(people, people.student)).text


# Exits -----------------------------------------------------------------------------------------------------------------


def leave(
    client: FlaskClient, people: Cast, kind: str, since: str, until: str = "", pupil: Someone | None = None
) -> Any:
    fields = {"kind": kind, "since": since, "until": until}
    return send(client, at(people, pupil or people.student, "/depart"), fields)


def test_a_suspension_changes_no_access(people: Cast, client: FlaskClient, app: Flask) -> None:
    """ACCT-8: work still arrives."""
    hugo = app.test_client()
    sign_in(hugo, people.student)
    sign_in(client, people.head)
    assert leave(client, people, "suspended", "2026-06-15", "2026-06-19").status_code == 303
    assert hugo.get("/compte").status_code == 200
    assert places(people.student, Profile.STUDENT) == {people.college.id}
    assert leave(client, people, "suspended", "2026-06-15", "2026-06-10").status_code == 422


def test_a_departure_closes_that_school_to_pupil_and_guardians_from_its_day_on(
    people: Cast, client: FlaskClient, app: Flask
) -> None:
    """ACCT-8: the account stays; Alice keeps her other child's school, teachers nothing of him."""
    hugo, alice = app.test_client(), app.test_client()
    sign_in(hugo, people.student)
    sign_in(alice, people.guardian)
    sign_in(client, people.head)
    assert leave(client, people, "left", "2026-06-17").status_code == 303
    assert close_to_leavers(clock.portal_now()) == 0, "the day has not come"
    assert hugo.get("/compte").status_code == 200
    before = datetime(2026, 6, 16, 21, 59, tzinfo=UTC)
    assert close_to_leavers(before) == 0
    assert close_to_leavers(datetime(2026, 6, 16, 22, 1, tzinfo=UTC)) == 1, "midnight in the school's zone"
    assert close_to_leavers(datetime(2026, 6, 16, 22, 2, tzinfo=UTC)) == 0, "once"
    assert hugo.get("/compte").status_code in (302, 303)
    assert places(people.student, Profile.STUDENT) == set()
    assert places(people.guardian, Profile.GUARDIAN) == {people.primary.id}
    assert alice.get("/compte").status_code in (302, 303)
    member = select(ClassMembership.id).where(ClassMembership.person_id == people.student.id)
    assert db.session.scalar(member) is None
    account = db.session.get_one(Account, people.student.id)
    assert account.disabled_at is None
    assert db.session.get_one(Person, people.student.id).last_name == people.student.last_name
    assert client.get(at(people, people.student)).status_code == 200, "the head still finds him to take it back"


@pytest.mark.both_databases
def test_an_exclusion_of_today_closes_at_once_and_is_taken_back_whole(people: Cast, client: FlaskClient) -> None:
    sign_in(client, people.head)
    before = set(
        db.session.scalars(select(ClassMembership.class_id).where(ClassMembership.person_id == people.student.id))
    )
    assert leave(client, people, "excluded", "2026-06-15").status_code == 303
    assert places(people.student, Profile.STUDENT) == set()
    assert leave(client, people, "left", "2026-06-15").status_code == 422, "he is gone already"
    number = db.session.scalar(select(PupilExit.id))
    assert send(client, at(people, people.student, f"/depart/{number}/annuler")).status_code == 303
    after = set(
        db.session.scalars(select(ClassMembership.class_id).where(ClassMembership.person_id == people.student.id))
    )
    assert after == before
    assert places(people.student, Profile.STUDENT) == {people.college.id}
    assert places(people.guardian, Profile.GUARDIAN) == {people.college.id, people.primary.id}
    again = send(
        client, at(people, people.student, f"/depart/{number}/annuler"), page=at(people, people.student, "/depart")
    )
    assert again.status_code == 409
    other = f"/administration/ecole/{people.primary.uai}/eleves/{people.mover.id}/depart/{number}/annuler"
    assert client.get(other).status_code == 404


def test_a_pupil_of_two_schools_leaves_one(people: Cast, client: FlaskClient) -> None:
    sign_in(client, people.primary_head)
    way = at(people, people.mover, "/depart", school="primary")
    assert send(client, way, {"kind": "left", "since": "2026-06-15"}).status_code == 303
    assert places(people.mover, Profile.STUDENT) == {people.college.id}
    assert places(people.movers_guardian, Profile.GUARDIAN) == {people.college.id}


def test_at_eighteen_nothing_changes_for_the_guardians(people: Cast) -> None:
    """ACCT-8."""
    before = visitor_facts(people.guardian.id, frozenset({Profile.GUARDIAN}))
    db.session.get_one(Person, people.student.id).birth_date = date(2008, 6, 14)
    db.session.commit()
    assert visitor_facts(people.guardian.id, frozenset({Profile.GUARDIAN})) == before


# Deaths and names ------------------------------------------------------------------------------------------------------


@pytest.mark.both_databases
def test_a_death_stops_every_automatic_message_and_closes_the_account(people: Cast, client: FlaskClient) -> None:
    """ACCT-8: Léa's only guardian hears nothing more of himself; those of two children only about the one who has died."""
    sign_in(client, people.head)
    everybody = {people.student.id, people.mover.id, people.guardian.id, people.movers_guardian.id, people.teacher.id}
    assert silenced(everybody) == frozenset()
    for pupil in (people.student, people.mover):
        way = f"/administration/ecole/{people.college.uai}/personnes/{pupil.id}/deces"
        assert send(client, way, {"died_on": "2026-06-14", "word": "non"}).status_code == 422
        assert send(client, way, {"died_on": "2026-06-14", "word": "fermer"}).status_code == 303
    assert silenced(everybody) == {people.student.id, people.mover.id, people.movers_guardian.id}
    about = silenced({people.guardian.id, people.other_guardian.id, people.teacher.id}, about=people.student.id)
    assert about == {people.guardian.id, people.other_guardian.id}
    assert db.session.get_one(Account, people.student.id).disabled_at is not None
    way = f"/administration/ecole/{people.college.uai}/personnes/{people.student.id}/deces"
    assert send(client, way).status_code == 303
    db.session.expire_all()
    assert db.session.get_one(Account, people.student.id).disabled_at is None
    assert people.student.id not in silenced(everybody)


def test_a_first_name_in_use_is_the_one_shown_everywhere(people: Cast, client: FlaskClient, app: Flask) -> None:
    """ACCT-8."""
    sign_in(client, people.school_admin)
    way = f"/administration/ecole/{people.college.uai}/personnes/{people.student.id}/prenom"
    assert send(client, way, {"used": "  Camille "}).status_code == 303
    uai = people.college.uai
    for path in (f"/administration/ecole/{uai}/personnes?q=camille", f"/annuaire/{people.student.id}", way):
        page = client.get(path).text
        assert "Camille Moreau" in page, path
        assert "Hugo Moreau" not in page, path
    alice = app.test_client()
    sign_in(alice, people.guardian)
    assert "Camille Moreau" in alice.get(f"/annuaire/{people.student.id}").text
    hugo = app.test_client()
    sign_in(hugo, people.student)
    assert "Camille Moreau" in hugo.get("/compte").text
    sign_in(client, people.teacher)
    assert "Camille Moreau" in client.get("/espace/eleves").text
    assert client.get(way).status_code == 404
    links = select(Guardianship.id).where(Guardianship.student_id == people.student.id)
    assert len(db.session.scalars(links).all()) == 3, "nothing else has changed"
