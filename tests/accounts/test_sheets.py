"""Credentials sheets: one slip a person, first codes by default, shown once and kept nowhere (ACCT-3, ACCT-4, KIN-2)."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app import clock
from app.accounts.doors import Door, Provider
from app.accounts.models import Account
from app.accounts.passwords import code_digest
from app.accounts.sheets.choosing import (
    Audience,
    Holder,
    Kind,
    State,
    Wish,
    left_out,
    may_cancel_used,
    slip_kind,
)
from app.accounts.sheets.queries import class_lines, holders
from app.audit.models import AuditDetail
from app.audit.queries import history
from app.db import db
from app.directory.models import Guardianship, Person, School, SchoolClass
from app.files.slips import Slip, slips_pdf
from app.profiles import Place, Profile, Role, Visitor
from tests import builders
from tests.people import Cast, Someone, cast
from tests.signing import send, sign_in

AT = datetime(2026, 9, 1, 8, tzinfo=UTC)
ADMIN = Visitor(person_id=1, roles=frozenset({(Role.SCHOOL_ADMIN, 7)}))
OPERATOR = Visitor(person_id=2, roles=frozenset({(Role.OPERATOR, None)}))
CODE = re.compile(r"\b[A-Z2-9]{4}-[A-Z2-9]{4}-[A-Z2-9]{4}\b")


def holder(**more: object) -> Holder:
    facts: dict[str, object] = {
        "person_id": 10, "name": "Hugo Moreau", "class_id": 5, "pupils": (), "login": "h.moreau", "code_expires_at": None,
        "has_code": False, "has_password": False, "signed_in_before": False, "disabled": False,
        "everywhere": frozenset({Profile.STUDENT}), "roles": frozenset(),
    }  # fmt: skip
    return Holder(**(facts | more))  # type: ignore[arg-type]


# The rule --------------------------------------------------------------------------------------------------------------


def test_only_an_account_never_used_gets_a_code_unless_more_is_asked() -> None:
    """ACCT-3: a reset cancels a password in use; known ones keep their login."""
    soon = AT + timedelta(hours=1)
    never, expired = holder(), holder(has_code=True, code_expires_at=AT)
    waiting = holder(has_code=True, code_expires_at=soon)
    used, came_otherwise = holder(has_password=True), holder(signed_in_before=True)
    reset = holder(signed_in_before=True, has_code=True, code_expires_at=soon)
    everybody = (never, expired, waiting, used, came_otherwise, reset)
    states = [State.NEVER, State.NEVER, State.WAITING, State.USED, State.USED, State.USED]
    assert [one.state(AT) for one in everybody] == states
    kinds = [slip_kind(one, Wish(), AT) for one in everybody]
    assert kinds == [Kind.NEW, Kind.NEW, Kind.WAITING, Kind.KEPT, Kind.ASK, Kind.WAITING]
    assert slip_kind(waiting, Wish(again=True), AT) == Kind.NEW
    assert {slip_kind(one, Wish(again=True), AT) for one in (used, came_otherwise, reset)} == {
        Kind.KEPT,
        Kind.ASK,
        Kind.WAITING,
    }
    assert {slip_kind(one, Wish(used=True), AT) for one in (used, came_otherwise, reset)} == {Kind.NEW}
    assert slip_kind(waiting, Wish(used=True), AT) == Kind.WAITING


def test_nobody_gets_on_a_sheet_who_is_more_than_it_is_made_for() -> None:
    """ACCT-4: whoever gets a code could come in with it."""
    teacher_too = holder(everywhere=frozenset({Profile.GUARDIAN, Profile.TEACHER}))
    owner_too = holder(everywhere=frozenset({Profile.GUARDIAN}), roles=frozenset({(Role.OWNER, None)}))
    guardian = holder(everywhere=frozenset({Profile.GUARDIAN}))
    assert left_out(teacher_too, Audience.GUARDIANS, ADMIN) is not None
    assert left_out(teacher_too, Audience.GUARDIANS, OPERATOR) is None
    assert left_out(owner_too, Audience.GUARDIANS, ADMIN) is not None
    assert left_out(guardian, Audience.GUARDIANS, ADMIN) is None
    assert left_out(holder(login=None), Audience.STUDENTS, ADMIN) is not None
    assert left_out(holder(disabled=True), Audience.STUDENTS, ADMIN) is not None
    assert left_out(holder(person_id=1), Audience.STUDENTS, ADMIN) is not None


def test_a_guardians_password_in_use_is_cancelled_by_operators_only() -> None:
    """ACCT-4."""
    assert may_cancel_used(Audience.STUDENTS, ADMIN, 7)
    assert not may_cancel_used(Audience.STUDENTS, ADMIN, 8)
    assert may_cancel_used(Audience.STUDENTS, Visitor(), 8, taught=True)
    assert not may_cancel_used(Audience.GUARDIANS, ADMIN, 7)
    assert may_cancel_used(Audience.GUARDIANS, OPERATOR, 7)


# The document ----------------------------------------------------------------------------------------------------------


def test_the_document_has_eight_slips_a_page_and_the_same_bytes_for_the_same_slips() -> None:
    slips = [
        Slip(
            name=f"Élève {n}",
            facts=[("Identifiant", "e.leve" * 12)],
            code_label="Code",
            code="ABCD-EFGH-JKMN",
            note="Œuvre " * 60,
        )
        for n in range(17)
    ]
    made = slips_pdf("Fiches", [("6A", slips), ("Klasse Ő", slips[:1])], made_at=AT)
    assert made == slips_pdf("Fiches", [("6A", slips), ("Klasse Ő", slips[:1])], made_at=AT)
    assert made.startswith(b"%PDF")
    assert made.count(b"/Type /Page\n") == 4


# Pages -----------------------------------------------------------------------------------------------------------------


@pytest.fixture
def people(app: Flask) -> Cast:
    """The cast; Hugo and his guardians have never come in."""
    made = cast(app)
    _forget_passwords(made.student, made.guardian, made.other_guardian)
    return made


def _forget_passwords(*found: Someone) -> None:
    for one in found:
        account = db.session.get_one(Account, one.id)
        account.password_hash = account.first_sign_in_at = None
    db.session.commit()


def _path(people: Cast, code: str, audience: str, year: int = 2025) -> str:
    return f"/administration/ecole/{people.college.uai}/fiches/{people.college.classes[year][code]}/{audience}"


def _make(client: FlaskClient, path: str, **fields: str) -> str:
    answer = send(client, path, {"seen": _seen(client, path), "as": "screen", **fields})
    assert answer.status_code == 200, answer.text
    return answer.text


def _seen(client: FlaskClient, path: str) -> str:
    found = re.search(r'name="seen"[^>]*value="([^"]*)"', client.get(path).text)
    assert found is not None
    return found.group(1)


def account(somebody: Someone) -> Account:
    db.session.rollback()
    return db.session.get_one(Account, somebody.id)


def test_a_class_sheet_gives_first_codes_that_open_and_stand_nowhere(people: Cast, client: FlaskClient) -> None:
    """ACCT-2, ACCT-3, S3-2: only digests are kept, and the audit has no code."""
    sign_in(client, people.school_admin)
    path = _path(people, "6A", "eleves")
    assert "jamais servi" in client.get(path).text
    page = _make(client, path)
    (code,) = CODE.findall(page)
    assert account(people.student).login in page
    assert account(people.student).code_hash == code_digest(code)
    kept = str([detail.values for detail in db.session.scalars(select(AuditDetail))])
    assert code not in kept
    assert code.replace("-", "") not in kept
    assert [line.action for line in history(action="credentials.")] == ["credentials.sheet-made"]
    assert CODE.findall(client.get(path).text) == []


def test_a_code_already_given_and_a_password_in_use_stay_good(people: Cast, client: FlaskClient) -> None:
    """ACCT-3: by default those never used."""
    sign_in(client, people.school_admin)
    path = _path(people, "6A", "eleves")
    (code,) = CODE.findall(_make(client, path))
    page = _make(client, path)
    assert CODE.findall(page) == []
    assert "celui que vous avez déjà reçu" in page
    assert account(people.student).code_hash == code_digest(code)
    (newer,) = CODE.findall(_make(client, path, again="y"))
    assert account(people.student).code_hash == code_digest(newer)
    builders_password(people.student)
    page = _make(client, path)
    assert CODE.findall(page) == []
    assert "celui que vous avez choisi" in page
    assert account(people.student).password_hash is not None


def builders_password(somebody: Someone) -> None:
    found = account(somebody)
    found.password_hash, found.code_hash = builders.quick_hash(builders.PASSWORD), None
    db.session.commit()


def test_replacing_a_password_in_use_needs_the_word_and_says_so(people: Cast, client: FlaskClient) -> None:
    """ACCT-3: a reset cancels a password in use: the page says so and asks."""
    builders_password(people.student)
    sign_in(client, people.school_admin)
    path = _path(people, "6A", "eleves")
    answer = send(client, path, {"seen": _seen(client, path), "used": "y", "as": "screen"})
    assert answer.status_code == 422
    assert account(people.student).password_hash is not None
    page = _make(client, path, used="y", word="remplacer")
    assert len(CODE.findall(page)) == 1
    assert account(people.student).password_hash is None


def test_one_guardians_slip_holds_nothing_of_the_other(people: Cast, client: FlaskClient) -> None:
    """KIN-2: one slip each; the contact has none (KIN-1)."""
    sign_in(client, people.school_admin)
    page = _make(client, _path(people, "6A", "responsables"))
    slips = re.findall(r'<article class="slip sheet".*?</article>', page, re.DOTALL)
    assert len(slips) == 2
    logins = [account(one).login for one in (people.guardian, people.other_guardian)]
    for slip, other in zip(slips, reversed(logins), strict=True):
        assert other not in slip
        assert "Hugo Moreau" in slip
        assert "Chloé" not in slip
        assert len(CODE.findall(slip)) == 1
    assert people.contact.name not in page


def test_a_link_that_is_cut_gives_no_slip(people: Cast, client: FlaskClient) -> None:
    """KIN-3."""
    cut = db.session.scalars(select(Guardianship).where(Guardianship.guardian_id == people.other_guardian.id)).all()
    for link in cut:
        link.cut_at = AT
    db.session.commit()
    found = holders(Audience.GUARDIANS, people.college.id, [people.college.classes[2025]["6A"]])
    assert [one.person_id for one in found] == [people.guardian.id]


def test_a_guardian_of_two_pupils_has_one_slip_in_the_file_of_the_year(people: Cast) -> None:
    """KIN-2: each once, whatever the classes."""
    five, six = (people.college.classes[2026][code] for code in ("5A", "6A"))
    builders.enrol(db.session.get_one(Person, people.student.id), db.session.get_one(SchoolClass, six))
    db.session.commit()
    found = holders(Audience.GUARDIANS, people.college.id, [five, six])
    ours = [one for one in found if one.person_id == people.guardian.id]
    assert [one.class_id for one in ours] == [five]


def test_two_who_make_the_same_sheet_do_not_cancel_each_others_codes(people: Cast, client: FlaskClient) -> None:
    """ACCT-3: shown once, so a sheet made behind one's back is told."""
    sign_in(client, people.school_admin)
    path = _path(people, "6A", "eleves")
    shown = _seen(client, path)
    (code,) = CODE.findall(_make(client, path))
    late = send(client, path, {"seen": shown, "as": "screen"})
    assert late.status_code == 409
    assert CODE.findall(late.text) == []
    assert account(people.student).code_hash == code_digest(code)


def test_the_file_of_a_year_is_one_pdf_with_every_class(people: Cast, client: FlaskClient) -> None:
    """ACCT-3: in one file for printing."""
    sign_in(client, people.school_admin)
    path = f"/administration/ecole/{people.college.uai}/fiches/annee/responsables?annee=2025"
    answer = send(client, path, {"seen": _seen(client, path)})
    assert answer.mimetype == "application/pdf"
    assert answer.data.startswith(b"%PDF")
    assert answer.headers["Cache-Control"] == "no-store"
    assert account(people.guardian).code_hash is not None


def test_a_class_of_the_coming_year_is_not_named_on_the_slips_before_its_day(
    people: Cast, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """GATE-8: staff prepare; what a family holds in its hands says nothing of year N+1."""
    monkeypatch.setattr(clock, "portal_now", lambda: datetime(2026, 8, 28, 8, tzinfo=UTC))
    sign_in(client, people.school_admin)
    path = _path(people, "5A", "eleves", 2026)
    (slip,) = re.findall(r'<article class="slip sheet".*?</article>', _make(client, path), re.DOTALL)
    assert "5A" not in slip
    monkeypatch.setattr(clock, "portal_now", lambda: datetime(2026, 9, 2, 8, tzinfo=UTC))
    (slip,) = re.findall(r'<article class="slip sheet".*?</article>', _make(client, path, again="y"), re.DOTALL)
    assert "5A" in slip


@pytest.mark.parametrize("who", ["teacher", "staff", "guardian", "head", "operator"])
def test_who_may_make_the_sheets_of_a_school(people: Cast, client: FlaskClient, who: str) -> None:
    """ACCT-4: administrators and heads of the school; teachers for their own classes by another way."""
    sign_in(client, getattr(people, who))
    may = who in ("head", "operator")
    for path in (_path(people, "6A", "eleves"), f"/administration/ecole/{people.college.uai}/fiches"):
        assert client.get(path).status_code == (200 if may else 404)
    elsewhere = f"/administration/ecole/{people.primary.uai}/fiches/{people.college.classes[2025]['6A']}/eleves"
    assert client.get(elsewhere).status_code == 404


def test_a_teacher_makes_the_sheet_of_the_pupils_of_an_own_class_only(people: Cast, client: FlaskClient) -> None:
    """ACCT-4."""
    sign_in(client, people.teacher)
    path = f"/espace/eleves/{people.college.classes[2025]['6A']}/fiches"
    assert len(CODE.findall(_make(client, path))) == 1
    assert client.get(f"/espace/eleves/{people.college.classes[2025]['5A']}/fiches").status_code == 404
    sign_in(client, people.teacher_and_parent)
    assert client.get(path).status_code == 404


def test_where_the_door_is_educonnect_the_page_says_who_resets_instead(
    people: Cast, client: FlaskClient, app: Flask
) -> None:
    """ACCT-3."""
    facts = dict.fromkeys(("issuer", "client_id", "client_secret", "claim"), "x")
    provider = Provider(id="ec", door=Door.FAMILIES, title="ÉduConnect", portal_too=False, **facts)
    app.extensions["doors"] = (provider,)
    sign_in(client, people.school_admin)
    pupils, guardians = (client.get(_path(people, "6A", one)).text for one in ("eleves", "responsables"))
    assert "ÉduConnect" in pupils
    assert "désignées" in pupils
    assert "clé à usage unique" in guardians
    assert '<form method="post" novalidate>' not in pupils
    answer = client.post(_path(people, "6A", "eleves"))
    assert account(people.student).code_hash is None
    assert answer.status_code in (200, 400)


def test_reading_a_class_costs_the_same_whatever_its_pupils(
    people: Cast, count_queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    six = people.college.classes[2025]["6A"]
    school = db.session.get_one(School, people.college.id)
    counts = []
    for more in (0, 20):
        for place in range(more):
            child, adult = (builders.make_person(f"A{place}", last) for last in ("Enfant", "Adulte"))
            builders.affiliate(child, school, Profile.STUDENT)
            builders.enrol(child, db.session.get_one(SchoolClass, six))
            builders.guard(adult, child)
            builders.make_account(adult, f"a{place}.adulte", password=None)
        db.session.commit()
        with count_queries() as counted:
            found = holders(Audience.GUARDIANS, people.college.id, [six])
            lines = class_lines(people.college.id)
        counts.append(len(counted))
        assert len(found) == 2 + more
        assert {line.id: line.guardians_new for line in lines}[six] == 2 + more
    assert counts[0] == counts[1]


def test_a_place_is_what_a_sheet_is_made_for() -> None:
    """ACCT-4: a teacher's place gives no verb of administration."""
    assert not may_cancel_used(
        Audience.STUDENTS, Visitor(person_id=3, places=(Place(school_id=7, profile=Profile.TEACHER),)), 7
    )
