"""Which rows of the directory a rollover takes, and that those are gone for everybody (S3-2, S3-3, S3-5, PORTAL-9, ACCT-5, G11)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.accounts.actions import IdentityTaken, link_identity
from app.accounts.loaders import open_accounts
from app.accounts.models import Account
from app.accounts.queries import find_account, person_known_as, standing_of
from app.audit.actions import COMMAND
from app.campaign.rollover import followers
from app.db import Base, db
from app.directory.kin.models import SupportLink
from app.directory.models import ClassMembership, Person, School, SchoolClass
from app.directory.queries import classes_of_school, current_classes, search_people
from app.directory.rollover import KINDS, left_of_year, rows
from app.fates import Scope, Space, kind_called
from app.profiles import Profile, Role
from tests import builders
from tests.builders import MADE
from tests.directory.rows import make_free_group, make_teaching_group
from tests.people import Cast, SchoolFacts, cast

NOW = datetime(2026, 7, 20, 20, tzinfo=UTC)
TASK = 7


@pytest.fixture
def people(app: Flask) -> Cast:
    return cast(app)


def scope(people: Cast) -> Scope:
    return Scope(year_id=people.years[2025].id, begins=2025, cutoff=NOW, now=NOW)


def chosen(kind: str, people: Cast) -> dict[int, int]:
    """Number -> school of what a rollover takes."""
    found = db.session.execute(rows(kind, Space.NONE, scope(people))).all()
    assert len({row.id for row in found}) == len(found)
    return {row.id: row.school_id for row in found}


def set_aside(kind: str, people: Cast, school_id: int) -> None:
    """As a run does: the rows of one school, and what follows them."""
    table = Base.metadata.tables[kind_called(kind).table]
    ids = [number for number, school in chosen(kind, people).items() if school == school_id]
    db.session.execute(update(table).where(table.c.id.in_(ids)).values(set_aside_by=TASK))
    for child, key in followers(table.name):
        db.session.execute(update(child).where(key.in_(ids)).values(set_aside_by=TASK))
    db.session.commit()


def by_hand(people: Cast, lifetime: str | None, first: str = "Irène", school: SchoolFacts | None = None) -> Person:
    person = builders.make_person(first, "Invitée")
    person.lifetime = lifetime
    builders.affiliate(person, db.session.get_one(School, (school or people.college).id), Profile.GUEST)
    return person


def test_classes_and_option_groups_of_the_year_that_ends_are_taken_and_no_others(people: Cast) -> None:
    """S3-2, S4-8."""
    old = people.college.classes[2025].values(), people.primary.classes[2025].values()
    group = make_teaching_group(people.college.id, people.years[2025].id, "LATIN", people.student.id)
    make_teaching_group(people.college.id, people.years[2026].id, "LATIN", people.student.id)
    assert chosen("class", people) == dict.fromkeys(old[0], people.college.id) | dict.fromkeys(
        old[1], people.primary.id
    )
    assert chosen("teaching-group", people) == {group.id: people.college.id}


def test_groups_limited_to_the_year_go_whatever_they_are_for_and_the_others_stay(people: Cast) -> None:
    """S3-3: a group for teaching stays unless it is limited to the year."""
    going = make_free_group(people.college.id, managers=(people.teacher.id,))
    teaching = make_free_group(people.primary.id, "Lecture")
    teaching.teaching = True
    staying = make_free_group(people.college.id, "Latin", lifetime="unlimited")
    staying.teaching = True
    db.session.flush()
    assert chosen("group-year", people) == {going.id: people.college.id, teaching.id: people.primary.id}


def test_every_support_link_ends(people: Cast) -> None:
    """PORTAL-9."""
    link = SupportLink(
        school_id=people.college.id, student_id=people.student.id, adult_id=people.staff.id, kind="aesh", made_at=MADE
    )
    db.session.add(link)
    db.session.flush()
    assert chosen("support-link", people) == {link.id: people.college.id}


def test_accounts_by_hand_go_when_they_are_limited_to_the_year_but_never_the_last_operator(people: Cast) -> None:
    """S3-2, ACCT-5; each with its home school, else the first of its schools (G11)."""
    going = by_hand(people, "year")
    at_home = by_hand(people, "year", "Ida", people.college)
    at_home.home_school_id = people.primary.id
    builders.affiliate(going, db.session.get_one(School, people.primary.id), Profile.GUEST)
    operator = by_hand(people, "year", "Iris")
    builders.grant(operator, Role.OPERATOR)
    by_hand(people, "permanent", "Inès")
    by_hand(people, None, "Ilse")
    fed = by_hand(people, "year", "Ivan")
    fed.source = "aaf"
    nowhere = builders.make_person("Igor", "Seul")
    nowhere.lifetime = "year"
    db.session.flush()
    first = min(people.college.id, people.primary.id)
    assert chosen("account-year", people) == {going.id: first, at_home.id: people.primary.id, nowhere.id: 0}


def test_the_room_answers_for_its_kinds_and_no_others(people: Cast) -> None:
    for kind in KINDS:
        assert {"id", "school_id"} <= set(rows(kind, Space.NONE, scope(people)).subquery().c.keys())
    with pytest.raises(KeyError):
        rows("message-inbox", Space.NONE, scope(people))


def test_after_the_step_no_class_of_the_year_is_left_in_that_school_and_the_other_is_untouched(people: Cast) -> None:
    """S3-5, G11."""
    make_teaching_group(people.college.id, people.years[2025].id, "LATIN", people.student.id)
    year = people.years[2025].id
    before = left_of_year(year, people.primary.id)
    assert left_of_year(year, people.college.id) == 6
    assert before > 0
    set_aside("class", people, people.college.id)
    assert left_of_year(year, people.college.id) == 2
    set_aside("teaching-group", people, people.college.id)
    assert left_of_year(year, people.college.id) == 0
    assert left_of_year(year, people.primary.id) == before
    assert classes_of_school(people.college.id, year) == []
    # Hugo is in his class of N+1 now; Léa keeps hers of the other school.
    found = current_classes([people.student.id, people.mover.id])
    assert found[people.student.id, people.college.id][0] == people.college.classes[2026]["5A"]
    assert found[people.mover.id, people.primary.id][0] == people.primary.classes[2025]["CM2"]


def test_a_membership_that_did_not_follow_its_class_is_found(people: Cast) -> None:
    """S3-5: the check does not believe the step."""
    set_aside("class", people, people.college.id)
    table: Any = ClassMembership.__table__
    one = db.session.scalar(select(table.c.id).where(table.c.set_aside_by == TASK).limit(1))
    db.session.execute(update(table).where(table.c.id == one).values(set_aside_by=None))
    assert left_of_year(people.years[2025].id, people.college.id) == 1


def test_a_class_of_the_same_code_is_another_class(people: Cast) -> None:
    """S4-8: what is set aside reserves no code; two live ones of a code cannot be."""
    set_aside("class", people, people.college.id)
    year = people.years[2025].id
    made = SchoolClass(school_id=people.college.id, year_id=year, code="6A", name="6A", source="hand")
    db.session.add(made)
    db.session.commit()
    assert [one.id for one in classes_of_school(people.college.id, year)] == [made.id]
    assert made.id != people.college.classes[2025]["6A"]


def test_somebody_set_aside_cannot_sign_in_and_their_login_stays_theirs(people: Cast) -> None:
    """DATA-7, ACCT-1."""
    going = by_hand(people, "year")
    account = builders.make_account(going, "i.invitee")
    link_identity(going, "academie", "irene", by=COMMAND, now=NOW)
    number = account.person_id
    db.session.commit()
    assert standing_of(number) is not None
    home = chosen("account-year", people)[number]
    set_aside("account-year", people, home)
    db.session.expire_all()
    assert find_account("i.invitee") is None
    # The next request of a session that was open finds nobody, and ends it.
    assert standing_of(number) is None
    assert person_known_as("academie", "irene") is None
    assert number not in [person.id for person in search_people([people.college.id])]
    namesake = builders.make_person("Igor", "Invitée")
    open_accounts(db.session(), [namesake.id, number], now=NOW)
    assert db.session.get_one(Account, namesake.id).login == "i.invitee2"
    with pytest.raises(IdentityTaken):
        link_identity(namesake, "academie", "irene", by=COMMAND, now=NOW)
