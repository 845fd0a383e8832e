"""What waits for a school's administrators is counted in the hall (CLASS-1, CLASS-5, CLASS-9, S4-5, GATE-15)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.admin.queries import schools_called
from app.admin.schoolneeds.queries import school_needs
from app.audit.actions import Actor
from app.classchoice import actions
from app.classchoice.models import ClassChange
from app.db import db
from app.directory.models import ClassMembership, School, SchoolClass
from app.feeds.reconciling.models import HandVerdict
from app.feeds.reconciling.queries import hand_links
from app.profiles import Profile, Role, Visitor
from tests import builders
from tests.classchoice.mornings import NOW, Morning, morning
from tests.people import Someone
from tests.signing import sign_in

MISSING, CHANGED = "classchoice_admin.choices", "classchoice_admin.changes"
DOUBTED, DIFFERENT = "feeds_links_admin.doubted", "feeds_reconciling_admin.differences"


@pytest.fixture
def day(app: Flask) -> Morning:
    made = morning(app)
    for link in db.session.scalars(select(ClassMembership)):
        link.source = "aaf"
    db.session.commit()
    return made


def director(day: Morning) -> Visitor:
    return Visitor(person_id=day.cast.primary_head.id, roles=frozenset({(Role.HEAD, day.school_id)}))


def waiting(who: Visitor, *school_ids: int) -> dict[str, int]:
    found = school_needs(who, schools_called(school_ids), NOW)
    return {need.endpoint: need.words.values["count"] for need in found}


def say_missing(day: Morning, who: Someone) -> None:
    by = Actor(name=who.last_name, person_id=who.id)
    actions.say_missing(actions.begin(who.id, day.school_id, by=by, now=NOW), "La mienne", by=by, now=NOW)


def row(day: Morning, code: str) -> SchoolClass:
    return db.session.get_one(SchoolClass, day.classes[code])


def link(day: Morning, code: str, name: str, source: str) -> ClassMembership:
    """A teacher of the school in one of its classes."""
    person = builders.make_person("Pascal", name)
    builders.affiliate(person, db.session.get_one(School, day.school_id), Profile.TEACHER)
    builders.enrol(person, row(day, code), "teacher")
    made = db.session.scalars(select(ClassMembership).where(ClassMembership.person_id == person.id)).one()
    made.source = source
    db.session.flush()
    return made


def test_teachers_who_do_not_find_their_class_are_counted_until_they_have_one(day: Morning) -> None:
    """CLASS-1: whoever a feed or somebody has placed meanwhile waits no more."""
    assert waiting(director(day), day.school_id) == {}
    say_missing(day, day.odette)
    say_missing(day, day.basile)
    assert waiting(director(day), day.school_id) == {MISSING: 2}
    by = Actor(name="Direction", person_id=day.cast.primary_head.id)
    choice = actions.begin(day.basile.id, day.school_id, by=by, now=NOW)
    actions.choose(choice, [day.classes["CM1"]], version=None, by=by, now=NOW)
    assert waiting(director(day), day.school_id) == {MISSING: 1}


def test_links_changes_and_differences_are_counted_each_with_its_page(day: Morning) -> None:
    """S4-5, CLASS-5, CLASS-9: a decided difference waits no more."""
    link(day, "CM1", "Doute", "aaf").unconfirmed = True
    link(day, "CM2", "Alimenté", "aaf")
    link(day, "CM2", "Main", "hand")
    db.session.add(
        ClassChange(school_id=day.school_id, class_id=day.classes["CE2"], pupils_before=4, into=[[1, 4]], seen_at=NOW)
    )
    db.session.flush()
    found = waiting(director(day), day.school_id)
    assert found == {CHANGED: 1, DOUBTED: 1, DIFFERENT: 1}
    (line,) = [one for one in hand_links(db.session.get_one(School, day.school_id)) if one.source == "hand"]
    db.session.add(
        HandVerdict(
            school_id=day.school_id, person_id=line.person_id, class_id=line.class_id, role=line.role, said=line.said,
            decided_at=NOW,
        )
    )  # fmt: skip
    db.session.flush()
    assert DIFFERENT not in waiting(director(day), day.school_id)


def test_only_ones_own_schools_and_of_whoever_keeps_their_people(day: Morning) -> None:
    """GATE-15, G11: another school's administrator, a teacher and the project's operator are told nothing of it."""
    say_missing(day, day.odette)
    both = (day.school_id, day.cast.college.id)
    assert waiting(director(day), *both) == {MISSING: 1}
    assert (
        waiting(Visitor(person_id=day.cast.head.id, roles=frozenset({(Role.HEAD, day.cast.college.id)})), *both) == {}
    )
    assert waiting(day.visitor(day.celia), *both) == {}
    assert waiting(Visitor(person_id=1, roles=frozenset({(Role.OPERATOR, None)})), *both) == {}


def test_the_hall_costs_the_same_whatever_waits(
    day: Morning, count_queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    """A fixed number of queries, for one school and for several."""

    def cost(who: Visitor, *school_ids: int) -> int:
        known = schools_called(school_ids)
        db.session.flush()
        with count_queries() as sent:
            school_needs(who, known, NOW)
        return len(sent)

    say_missing(day, day.odette)
    link(day, "CM1", "Main", "hand")
    both = Visitor(person_id=1, roles=frozenset({(Role.HEAD, day.school_id), (Role.HEAD, day.cast.college.id)}))
    # The gate's rules are compiled once a process.
    cost(director(day), day.school_id)
    first = cost(director(day), day.school_id)
    for number in range(10):
        link(day, "CM2", f"Main{number}", "hand")
        link(day, "CE2", f"Doute{number}", "aaf").unconfirmed = True
    assert cost(director(day), day.school_id) == first
    assert cost(both, day.school_id, day.cast.college.id) <= first
    assert first <= 10


def test_the_dashboard_leads_there(sqlite_app: Flask) -> None:
    """Figure and link."""
    day = morning(sqlite_app)
    say_missing(day, day.odette)
    db.session.commit()
    client: FlaskClient = sqlite_app.test_client()
    sign_in(client, day.cast.primary_head)
    page = client.get("/administration").text
    assert "enseignants qui ne trouvent pas leur classe\u00a0: 1" in page
    assert f'href="/administration/ecole/{day.cast.primary.uai}/choix-des-classes"' in page
