"""A teacher's link that the source repeats from last year is shown, and gives nothing until it is confirmed (S4-5)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import select

from app.accounts.people.queries import taught_pupils
from app.audit.actions import COMMAND
from app.audit.queries import history
from app.db import db
from app.directory.models import ClassMembership, Person, SchoolClass, SchoolYear
from app.feeds.links.actions import confirm_in_school, confirm_links
from app.feeds.links.loaders import mark_unconfirmed
from app.feeds.links.queries import doubted_links
from app.feeds.unconfirmed import Link, settled, unconfirmed
from app.messaging.populations import Recipient, RecipientKind
from app.messaging.recipients.queries import reach
from app.profiles import Place, Profile, Visitor
from app.schoollife.queries import classes_of
from app.schoollife.standing import Standing
from tests.feeds import deliveries as make
from tests.people import Cast, cast
from tests.signing import send, sign_in

NOW = datetime(2026, 9, 3, 8, tzinfo=UTC)
T = Profile.TEACHER


# The rule --------------------------------------------------------------------------------------------------------------


def test_a_link_that_says_what_it_said_last_year_is_unconfirmed() -> None:
    """S4-5."""
    same = Link(1, "6A", "teacher", "MATHS")
    assert unconfirmed([same], [same]) == {same}
    assert settled([same], [same]) == frozenset()


def test_another_subject_or_the_head_teacher_confirms_the_whole_class() -> None:
    """S4-5: a changed link confirms."""
    same, more = Link(1, "6A", "teacher", "MATHS"), Link(1, "6A", "head-teacher", "")
    assert unconfirmed([same], [same, more]) == frozenset()
    assert settled([same], [same, more]) == {same, more}
    assert settled([same, more], [same]) == {same}


def test_another_class_and_another_teacher_are_not_concerned() -> None:
    """S4-5."""
    same, elsewhere, other = Link(1, "6A", "teacher", ""), Link(1, "6B", "teacher", ""), Link(2, "6A", "teacher", "")
    assert unconfirmed([same], [same, elsewhere, other]) == {same}
    assert settled([same], [same, elsewhere, other]) == frozenset()


# The directory ---------------------------------------------------------------------------------------------------------


def fed(people: Cast, source: str = "aaf") -> int:
    """The teachers' links of the cast come from a feed; how many are doubted once a delivery was settled."""
    for link in db.session.scalars(select(ClassMembership).where(ClassMembership.role == "teacher")):
        link.source = source
    db.session.flush()
    return mark(people)


def mark(people: Cast) -> int:
    return mark_unconfirmed(
        db.session,
        school_id=people.college.id,
        year_id=people.years[2026].id,
        previous_year_id=people.years[2025].id,
        source="aaf",
        now=NOW,
    )


def doubted(school_id: int) -> list[tuple[str, str]]:
    return [(row.name, row.class_name) for row in doubted_links(school_id)[0]]


def taught_classes(people: Cast) -> set[str]:
    return {row.class_name for row in taught_pupils(people.teacher.id, [people.college.id]) if row.year_begins == 2026}


def test_an_unconfirmed_link_gives_neither_pupils_nor_recipients(app: Flask) -> None:
    """S4-5: 6A existed last year and the teacher was in it; 5A was not hers."""
    people = cast(app)
    assert taught_classes(people) == {"5A", "6A"}
    assert fed(people) == 1
    db.session.commit()
    assert doubted(people.college.id) == [("Thérèse Marchand", "6A")]
    assert taught_classes(people) == {"5A"}
    rows = db.session.scalars(select(ClassMembership.id).where(ClassMembership.person_id == people.teacher.id))
    assert len(rows.all()) == 2
    six = people.college.classes[2026]["6A"]
    to = Recipient(
        kind=RecipientKind.CLASS, school_id=people.college.id, number=six, code="6A", year=2026, profiles=frozenset({T})
    )
    assert reach([to], NOW) == 0
    assert Standing.TEACHER not in _standings(people, six)
    confirm_links(people.teacher.id, [six], by=COMMAND, now=NOW)
    db.session.commit()
    assert reach([to], NOW) == 1
    assert Standing.TEACHER in _standings(people, six)


def _standings(people: Cast, class_id: int) -> frozenset[Standing]:
    """How the school's life looks at the teacher in that class: diary, presence, marks."""
    there = Visitor(person_id=people.teacher.id, places=(Place(school_id=people.college.id, profile=T),))
    return next((one.standings for one in classes_of(there, NOW) if one.id == class_id), frozenset())


def test_last_years_links_count_although_step_3_has_set_them_aside(app: Flask) -> None:
    """S4-5, S3-2."""
    people = cast(app)
    old = people.college.classes[2025]["6A"]
    for link in db.session.scalars(select(ClassMembership).where(ClassMembership.class_id == old)):
        link.source, link.set_aside_by = "aaf", 7
    db.session.get_one(SchoolClass, old).set_aside_by = 7
    assert fed(people) == 1


def test_a_confirmed_link_is_not_doubted_by_the_next_delivery(app: Flask) -> None:
    """S4-5: an administrator confirms one or all of the school's."""
    people = cast(app)
    fed(people)
    other = people.primary.id
    (row,) = doubted_links(people.college.id)[0]
    assert confirm_in_school(other, [row.id], by=COMMAND, now=NOW) == 0
    assert confirm_in_school(people.college.id, [row.id], by=COMMAND, now=NOW) == 1
    assert mark(people) == 0
    db.session.commit()
    assert taught_classes(people) == {"5A", "6A"}
    assert [line.action for line in history(action="link.")] == ["link.confirmed"]


def test_the_teachers_own_choice_confirms(app: Flask) -> None:
    """S4-5, CLASS-1."""
    people = cast(app)
    fed(people)
    six = people.college.classes[2026]["6A"]
    assert confirm_links(people.staff.id, [six], by=COMMAND, now=NOW) == 0
    assert confirm_links(people.teacher.id, [six], by=COMMAND, now=NOW) == 1
    assert doubted(people.college.id) == []


def test_a_link_that_the_source_changes_is_confirmed_by_it(app: Flask) -> None:
    """S4-5: a changed link."""
    people = cast(app)
    fed(people)
    head = ClassMembership(
        class_id=people.college.classes[2026]["6A"], person_id=people.teacher.id, role="head-teacher"
    )
    head.source = "aaf"
    db.session.add(head)
    db.session.flush()
    assert mark(people) == 0
    db.session.commit()
    assert doubted(people.college.id) == []
    assert taught_classes(people) == {"5A", "6A"}


def test_a_first_delivery_and_another_source_doubt_nothing(app: Flask) -> None:
    """S4-5."""
    people = cast(app)
    assert fed(people, source="hand") == 0
    year = people.years[2026].id
    found = mark_unconfirmed(
        db.session, school_id=people.college.id, year_id=year, previous_year_id=None, source="hand", now=NOW
    )
    assert found == 0


# Whole deliveries ------------------------------------------------------------------------------------------------------


def of_feed() -> list[tuple[str, str, bool]]:
    """The teachers' links of year N+1, doubted or not: key, class, whether unconfirmed."""
    query = (
        select(Person.source_key, SchoolClass.code, ClassMembership.unconfirmed)
        .join(ClassMembership, ClassMembership.person_id == Person.id)
        .join(SchoolClass, SchoolClass.id == ClassMembership.class_id)
        .join(SchoolYear, SchoolYear.id == SchoolClass.year_id)
        .where(ClassMembership.role != "student", SchoolYear.begins == 2026)
        .order_by(Person.source_key, SchoolClass.code, ClassMembership.subject_code)
    )
    return [tuple(row) for row in db.session.execute(query, execution_options={"unconfirmed": True})]


def test_what_a_new_years_delivery_repeats_is_doubted_until_a_later_one_changes_it(
    take: Callable[..., dict[str, Any]], tmp_path: Path
) -> None:
    """S4-5: the services of STS arrive weeks after the pupils' classes."""
    old = [make.staff("3001", ENTAuxEnsClassesMatieres=["10$6A$020700", "10$6B$020700"])]
    take(make.small(tmp_path / "n", staff=old), year_n=True)
    new = [make.student(f"9{n}", f"NOUVEAU{n}", classes=["6A" if n else "6C"]) for n in range(2)]
    more = [*old, make.staff("3005", "ROUX", "Nora", ENTAuxEnsClassesMatieres="10$6A$020700")]
    take(make.small(tmp_path / "a", day="20260824", students=new, adults=[], staff=more), returning="accept")
    assert of_feed() == [("3001", "6A", True), ("3005", "6A", False)]
    moved = [make.staff("3001", ENTAuxEnsClassesMatieres=["10$6A$020700", "10$6A$061300"]), more[1]]
    take(make.small(tmp_path / "b", day="20260914", students=new, adults=[], staff=moved), returning="accept")
    assert of_feed() == [("3001", "6A", False), ("3001", "6A", False), ("3005", "6A", False)]


# Pages -----------------------------------------------------------------------------------------------------------------


def test_the_administrator_confirms_one_link_or_all_of_the_school(sqlite_app: Flask) -> None:
    """S4-5."""
    people = cast(sqlite_app)
    fed(people)
    db.session.commit()
    client = sqlite_app.test_client()
    sign_in(client, people.school_admin)
    path = f"/administration/ecole/{people.college.uai}/liens-a-confirmer"
    page = client.get(path).text
    assert "Thérèse Marchand" in page
    assert "lien de l’an dernier, à confirmer" in page
    assert send(client, path, {}).status_code == 303
    assert doubted(people.college.id) == [("Thérèse Marchand", "6A")]
    assert send(client, path, {"every": "1"}).status_code == 303
    db.session.rollback()
    assert doubted(people.college.id) == []
    assert client.get(f"/administration/ecole/{people.primary.uai}/liens-a-confirmer").status_code == 404
    sign_in(client, people.teacher)
    assert client.get(path).status_code == 404


def test_the_teacher_sees_the_link_and_not_the_class(sqlite_app: Flask) -> None:
    """S4-5: shown as such, not as an error."""
    people = cast(sqlite_app)
    client = sqlite_app.test_client()
    sign_in(client, people.teacher)
    assert "lien de l’an dernier" not in client.get("/espace").text
    fed(people)
    db.session.commit()
    sign_in(client, people.teacher)
    assert "lien de l’an dernier, à confirmer" in client.get("/espace").text


def test_the_page_costs_the_same_whatever_the_links(
    app: Flask, count_queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    people = cast(app)
    fed(people)
    counts = []
    for more in (0, 30):
        for place in range(more):
            person = Person(source="aaf", source_key=f"k{place}", last_name=f"Nom{place}", search_name=f"nom{place}")
            person.created_at = NOW
            db.session.add(person)
            db.session.flush()
            link = ClassMembership(class_id=people.college.classes[2026]["5A"], person_id=person.id, role="teacher")
            link.source, link.unconfirmed = "aaf", True
            db.session.add(link)
        db.session.commit()
        with count_queries() as counted:
            rows, _more = doubted_links(people.college.id)
        counts.append(len(counted))
        assert len(rows) == 1 + more
    assert counts == [1, 1]
