"""Every page that can be opened, by everybody: the matrix endpoint x person x {own school, other school, public, closed}.

Generated from the URL map, so that a page of any room is covered from the day it exists. What it may show is the room's own test;
here: nothing breaks, a page that is not theirs does not exist for them (404), what lies in a school in which they have no part does
not either, nor can it be changed by a form, behind a closed gate there is nothing, and nobody keeps what is not public. A new argument
of an address needs a row in ``tests/belongings.py``.

PostgreSQL is asked for the pages of those who see most of them; the others send it the same statements.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from werkzeug.routing import MapAdapter, Rule
from werkzeug.test import TestResponse

from app import clock
from app.audit.models import AuditLine
from app.db import db, reading_only
from app.gate.windows import Bound, WindowKind
from app.profiles import Profile, Verb, Visitor
from app.web.allowed import ANYBODY, SIGNED_IN
from tests.belongings import belongings
from tests.browser.conftest import window
from tests.people import Cast, _make
from tests.recorded import recorded
from tests.signing import form_token, sign_in

WHO = (
    "nobody",
    "student",
    "guardian",
    "teacher",
    "staff",
    "school_admin",
    "head",
    "authority",
    "guest",
    "owner",
    "operator",
)
#: What a page may answer: itself, the way on, 'not yours', a refusal with reasons, a link that is over, too early.
FINE = {200, 302, 303, 304, 403, 404, 405, 409, 422, 503}


def value_of(name: str, rule: Rule, people: Cast, uai: str, rows: dict[str, int]) -> Any:
    """A value for an argument of an address: somebody or something of the cast, or a row of that school."""
    blueprint = rule.endpoint.split(".")[0]
    for known_as in (f"{blueprint}.{name}", name):
        if known_as in rows:
            return rows[known_as]
    known: dict[str, Any] = {
        "uai": uai,
        "profile": "guardian",
        "door": "families",
        "number": people.student.id,
        "person_id": people.student.id,
        "slug": "vie-de-l-etablissement",
        "role": "school-admin",
        "provider": "nobody",
        "token": "made-up",
        "sha256": "0" * 64,
        "sha": "0" * 64,
        "hash": "0" * 16,
        "extension": "png",
        "ext": "png",
        "name": "absence-reason",
        "entry": "index.html",
        "amendment": 1,
        "service_name": "diary",
        # None is in the year of the matrix: whose it is, is tested in tests/classchoice/test_administration.py.
        "replacement_id": 1,
        "language": "fr",
    }
    assert name in known, f"{rule.rule}: say in tests/belongings.py what <{name}> is"
    return known[name]


def pages(app: Flask) -> list[Rule]:
    """The addresses of pages; the style sheet and its like are not pages."""
    rules = [rule for rule in app.url_map.iter_rules() if rule.methods is not None and "GET" in rule.methods]
    return [rule for rule in rules if rule.endpoint != "static"]


@dataclass(frozen=True)
class World:
    """The cast, and one row of every kind in the collège ('own') and in the primary school ('other')."""

    people: Cast
    rows: dict[str, dict[str, int]]


def world(app: Flask) -> World:
    """Made once a process, and copied."""
    with app.app_context():
        made = recorded(_world)
        db.session.commit()
        return made


def _world() -> World:
    people = _make()
    year = people.years[2025].id
    own = belongings(
        people.college,
        class_id=people.college.classes[2025]["6A"],
        year_id=year,
        student=people.student,
        teacher=people.teacher,
        guardian=people.guardian,
    )
    other = belongings(
        people.primary,
        class_id=people.primary.classes[2025]["CM1"],
        year_id=year,
        student=people.pupil,
        teacher=people.primary_head,
        guardian=people.movers_guardian,
    )
    return World(people, {"own": own, "other": other})


def addresses(
    app: Flask, made: World, which: tuple[str, ...] = ("own", "other")
) -> Iterator[tuple[Rule, str | None, str]]:
    """Each page with the school it is about ('own' is the collège's, where the cast stands) and its address."""
    adapter = app.url_map.bind("localhost")
    for rule in pages(app):
        # About rows of another school: ``test_what_lies_in_another_school_does_not_exist``.
        about = which if "uai" in rule.arguments else which[:1] if rule.arguments else (None,)
        for school in about:
            yield rule, school, address_of(adapter, rule, made, school or "own")


def address_of(adapter: MapAdapter, rule: Rule, made: World, school: str) -> str:
    """The address of a rule, about the own or the other school."""
    uai = made.people.primary.uai if school == "other" else made.people.college.uai
    values = {name: value_of(name, rule, made.people, uai, made.rows[school]) for name in rule.arguments}
    return str(adapter.build(rule.endpoint, values))


def holds(who: frozenset[Any], visitor: Visitor, school_id: int | None) -> bool:
    """May ``visitor`` open a page that declares ``who``, in that school where it is about one?"""
    if ANYBODY in who:
        return True
    if not visitor.signed_in:
        return False
    if SIGNED_IN in who:
        return True
    for one in who:
        if isinstance(one, Verb) and (visitor.may(one, school_id) if school_id else visitor.may_somewhere(one)):
            return True
        if isinstance(one, Profile) and visitor.has_profile(one):
            return True
    return False


def visitor_of(app: Flask, people: Cast, name: str) -> Visitor:
    from app.accounts.doors import Door, behind
    from app.accounts.queries import standing_of

    if name == "nobody":
        return Visitor()
    person = getattr(people, name)
    # Whether a transaction may write is left over from the last request; one that may would lock the sign-in out on SQLite.
    with reading_only():
        standing = standing_of(person.id)
    assert standing is not None
    places, roles = behind(Door(person.door), standing.places, standing.roles)
    return Visitor(person_id=person.id, places=places, roles=roles)


@pytest.mark.postgresql_for("head")
@pytest.mark.parametrize("name", WHO)
def test_no_page_breaks_and_none_opens_to_whom_it_is_not_for(app: Flask, name: str) -> None:
    """What a page says that is not public is kept by nobody: back after a closure, or on a shared computer, shows nothing."""
    made = world(app)
    people, client = made.people, app.test_client()
    visitor = visitor_of(app, people, name)
    if visitor.signed_in:
        sign_in(client, getattr(people, name))
    wrong: list[tuple[str, object]] = []
    for rule, which, address in addresses(app, made):
        who: frozenset[Any] = app.view_functions[rule.endpoint].allowed_to  # type: ignore[attr-defined]
        schools = {"own": people.college.id, "other": people.primary.id, None: None}
        theirs = holds(who, visitor, schools[which] if "uai" in rule.arguments else None)
        # Of a refusal the sentence is enough: the page around it is the same each time, and tests/web/test_look.py reads it.
        try:
            answer = client.get(address, headers={"Accept": "text/html" if theirs else "application/json"})
        except Exception as broken:
            db.session.rollback()
            wrong.append((address, f"{type(broken).__name__}: {str(broken)[:120]}"))
            continue
        answer.close()
        if answer.status_code not in FINE:
            wrong.append((address, answer.status_code))
        elif not theirs:
            expected = {404} if visitor.signed_in else {302, 303, 401}
            if answer.status_code not in expected:
                wrong.append((address, answer.status_code))
        if visitor.signed_in:
            wrong += [(address, fault) for fault in faults_of(answer, ANYBODY in who, visitor_named(people, name))]
    assert wrong == []


def faults_of(answer: TestResponse, public: bool, reader: str) -> list[str]:
    """What is wrong with an answer to ``reader``, whatever it says: a public one is everybody's, another nobody's to keep."""
    if public:
        return ["a public page names its reader"] if reader in answer.text else []
    kept = answer.headers.get("Cache-Control", "")
    return [] if "no-store" in kept else [f"may be kept: {kept}"]


def visitor_named(people: Cast, name: str) -> str:
    return str(getattr(people, name).name)


#: They have no part in the primary school at all.
def sparingly(names: Collection[str], now: Collection[str]) -> list[Any]:
    """Each walks through every page: ``make test`` asks some of them, the others begin ``make hunt``."""
    return [name if name in now else pytest.param(name, marks=pytest.mark.long) for name in names]


STRANGERS = ("student", "teacher", "staff", "school_admin", "head", "authority", "guest")
#: Opened instead of sent, these forms lead back to their page without looking: it is that page which does not exist.
LEADS_BACK = {("GET", f"content_media.{name}") for name in ("add", "add_folder", "copy", "replace")}


@pytest.mark.parametrize("name", sparingly(STRANGERS, {"teacher", "head"}))
def test_what_lies_in_another_school_does_not_exist(sqlite_app: Flask, name: str) -> None:
    """Foreign ids answer 404, pages and forms alike; nothing is changed by trying (guarantees, Security)."""
    app = sqlite_app
    made = world(app)
    client = app.test_client()
    sign_in(client, getattr(made.people, name))
    token = form_token(client.get("/espace/preferences").text)
    adapter = app.url_map.bind("localhost")
    before = db.session.query(AuditLine).count()
    wrong: list[tuple[str, str, int]] = []
    for rule in app.url_map.iter_rules():
        mine = [argument for argument in rule.arguments if argument in made.rows["other"] or argument == "uai"]
        who: frozenset[Any] = getattr(app.view_functions[rule.endpoint], "allowed_to", frozenset())
        if not mine or ANYBODY in who or rule.endpoint == "static":
            continue
        address = address_of(adapter, rule, made, "other")
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            data = {"csrf_token": token} if method == "POST" else None
            # As a program: the sentence of the refusal is enough, its page is the same each time.
            answer = client.open(address, method=method, data=data, headers={"Accept": "application/json"})
            answer.close()
            if answer.status_code != 404 and (method, rule.endpoint) not in LEADS_BACK:
                wrong.append((method, address, answer.status_code))
    assert wrong == []
    db.session.expire_all()
    assert db.session.query(AuditLine).count() == before


@pytest.mark.parametrize("name", sparingly(("guardian", "teacher", "head", "owner"), {"guardian", "head"}))
def test_behind_a_closed_gate_there_is_nothing(sqlite_app: Flask, name: str) -> None:
    """GATE-1, GATE-6: in a maintenance every private address answers 503, whatever it is about; the way out works."""
    app = sqlite_app
    made = world(app)
    client = app.test_client()
    sign_in(client, getattr(made.people, name))
    now = clock.portal_now()
    start, end = Bound(instant=now - timedelta(hours=1)), Bound(instant=now + timedelta(hours=2))
    window(WindowKind.MAINTENANCE, frozenset(), start, end)
    db.session.commit()
    wrong: list[tuple[str, int]] = []
    for rule, _which, address in addresses(app, made, ("own",)):
        view: Any = app.view_functions[rule.endpoint]
        if ANYBODY in view.allowed_to or view.ungated:
            continue
        answer = client.get(address, headers={"Accept": "text/html", "Sec-Fetch-Mode": "navigate"})
        answer.close()
        if answer.status_code != 503:
            wrong.append((address, answer.status_code))
    assert wrong == []
