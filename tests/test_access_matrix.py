"""Every page that can be opened, by everybody: the matrix endpoint x person x {own school, other school, public}.

Generated from the URL map, so that a page of any room is covered from the day it exists. What it may show is the room's own test;
here: nothing breaks, a page that is not theirs does not exist for them (404), and what concerns a school in which they may
nothing is not theirs. A new argument in an address needs its value in ``VALUES``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from werkzeug.routing import Rule

from app.db import db, reading_only
from app.profiles import Profile, Verb, Visitor
from app.web.allowed import ANYBODY, SIGNED_IN
from tests.people import Cast, cast
from tests.signing import sign_in

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


def value_of(name: str, converter: str, people: Cast, uai: str) -> Any:
    """A value for an argument of an address: somebody or something of the cast."""
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
    }
    if name in known:
        return known[name]
    return 1 if converter == "IntegerConverter" else "x"


def pages(app: Flask) -> list[Rule]:
    """The addresses of pages; the style sheet and its like are not pages."""
    rules = [rule for rule in app.url_map.iter_rules() if rule.methods is not None and "GET" in rule.methods]
    return [rule for rule in rules if rule.endpoint != "static"]


def addresses(app: Flask, people: Cast) -> Iterator[tuple[Rule, str | None, str]]:
    """Each page with the school it is about ('own' is the collège's, where the cast stands) and its address."""
    adapter = app.url_map.bind("localhost")
    for rule in pages(app):
        for which in ("own", "other") if "uai" in rule.arguments else (None,):
            uai = people.primary.uai if which == "other" else people.college.uai
            values = {
                name: value_of(name, type(rule._converters[name]).__name__, people, uai) for name in rule.arguments
            }
            yield rule, which, adapter.build(rule.endpoint, values)


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


@pytest.mark.parametrize("name", WHO)
def test_no_page_breaks_and_none_opens_to_whom_it_is_not_for(app: Flask, name: str) -> None:
    people = cast(app)
    client = app.test_client()
    visitor = visitor_of(app, people, name)
    if visitor.signed_in:
        sign_in(client, getattr(people, name))
    wrong: list[tuple[str, object]] = []
    for rule, which, address in addresses(app, people):
        try:
            answer = client.get(address, headers={"Accept": "text/html"})
        except Exception as broken:
            db.session.rollback()
            wrong.append((address, f"{type(broken).__name__}: {str(broken)[:120]}"))
            continue
        answer.close()
        who: frozenset[Any] = app.view_functions[rule.endpoint].allowed_to  # type: ignore[attr-defined]
        school_id = {"own": people.college.id, "other": people.primary.id, None: None}[which]
        if answer.status_code not in FINE:
            wrong.append((address, answer.status_code))
        elif not holds(who, visitor, school_id):
            expected = {404} if visitor.signed_in else {302, 303, 401}
            if answer.status_code not in expected:
                wrong.append((address, answer.status_code))
        if visitor.signed_in and ANYBODY in who and visitor_named(people, name) in answer.text:
            wrong.append((address, "a public page names its reader"))
    assert wrong == []


def visitor_named(people: Cast, name: str) -> str:
    return str(getattr(people, name).name)


def test_a_page_not_public_is_never_kept_by_anybody(app: Flask) -> None:
    """Back after a closure or on a shared computer shows nothing private."""
    people = cast(app)
    client = app.test_client()
    sign_in(client, people.operator)
    kept = []
    for rule, _which, address in addresses(app, people):
        if ANYBODY not in app.view_functions[rule.endpoint].allowed_to:  # type: ignore[attr-defined]
            answer = client.get(address, headers={"Accept": "text/html"})
            answer.close()
            if "no-store" not in answer.headers.get("Cache-Control", ""):
                kept.append((address, answer.headers.get("Cache-Control")))
    assert kept == []
