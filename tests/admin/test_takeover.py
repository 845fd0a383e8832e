"""What people who have left still hold is listed for somebody to take over (CHECK-4)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete

from app.admin.takeover.queries import departed
from app.content.spaces import SpaceRole
from app.db import db
from app.directory.groups.models import FreeGroup, FreeGroupMember
from app.directory.models import Affiliation, Person, School
from app.messaging.models import AnnouncementGrant
from app.profiles import Role
from tests.builders import MADE, grant
from tests.content.rows import give_role, make_section
from tests.people import Cast, cast
from tests.signing import sign_in


@pytest.fixture
def people(app: Flask) -> Cast:
    return cast(app)


def holds_everything(people: Cast, person_id: int) -> None:
    college = db.session.get_one(School, people.college.id)
    person = db.session.get_one(Person, person_id)
    grant(person, Role.SCHOOL_ADMIN, college)
    group = FreeGroup(school_id=college.id, name="Chorale", lifetime="unlimited", created_at=MADE)
    db.session.add(group)
    db.session.flush()
    db.session.add(FreeGroupMember(group_id=group.id, person_id=person_id, manager=True, since=MADE))
    db.session.add(AnnouncementGrant(school_id=college.id, person_id=person_id, role="news-publisher", granted_at=MADE))
    give_role(make_section(college.id, "Journal", slug="journal"), SpaceRole.MANAGER, person_id=person_id)
    db.session.commit()


def leave(person_id: int) -> None:
    """As a feed does: the profile goes, what was given by hand stays."""
    db.session.get_one(Person, person_id).source = "aaf"
    db.session.execute(delete(Affiliation).where(Affiliation.person_id == person_id))
    db.session.commit()


def test_rights_groups_and_spaces_of_who_has_left_are_listed_each_with_its_page(
    people: Cast, client: FlaskClient, count_queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    """CHECK-4: nobody who is still there, nothing of another school, four queries whatever there is."""
    holds_everything(people, people.teacher.id)
    assert departed(people.college.id, people.college.uai) == []
    leave(people.teacher.id)
    with count_queries() as asked:
        (one,) = departed(people.college.id, people.college.uai)
    assert len(asked) == 4
    assert {thing.sort for thing in one.things} == {"role", "group", "space", "announcements"}
    assert departed(people.primary.id, people.primary.uai) == []
    sign_in(client, people.head)
    page = client.get(f"/administration/ecole/{people.college.uai}/reprises")
    assert page.status_code == 200
    assert one.name in page.text
    assert "Chorale" in page.text
    assert "Journal" in page.text
    assert client.get(f"/administration/ecole/{people.primary.uai}/reprises").status_code == 404


def test_who_has_left_every_school_and_still_feeds_the_directory_is_listed_for_the_project(
    people: Cast, client: FlaskClient
) -> None:
    """CHECK-4: a project's role is an import channel too."""
    grant(db.session.get_one(Person, people.staff.id), Role.OPERATOR)
    db.session.commit()
    assert departed(None) == []
    leave(people.staff.id)
    (one,) = departed(None)
    assert {thing.sort for thing in one.things} == {"role", "channel"}
    sign_in(client, people.operator)
    assert one.name in client.get("/administration/reprises").text
