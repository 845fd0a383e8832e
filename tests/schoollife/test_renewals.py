"""Links to support workers that the rollover has ended are listed for renewal (PORTAL-9, S3-2, G11)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select

from app.db import db
from app.directory.kin.models import SupportLink
from app.directory.models import Affiliation, Person, School
from app.directory.support.queries import ended_links
from app.profiles import Profile
from tests import builders
from tests.builders import MADE
from tests.people import Cast, Someone, cast
from tests.signing import send, sign_in

TASK = 4


@pytest.fixture
def people(app: Flask) -> Cast:
    return cast(app)


def ended(people: Cast, student: Someone, adult: Someone, kind: str = "aesh", **more: Any) -> int:
    """A link that step 3 has set aside."""
    link = SupportLink(
        school_id=more.get("school_id", people.college.id),
        student_id=student.id,
        adult_id=adult.id,
        kind=kind,
        made_at=MADE,
        set_aside_by=TASK,
    )
    db.session.add(link)
    db.session.flush()
    number = link.id
    db.session.commit()
    return number


def address(people: Cast) -> str:
    return f"/ecole/{people.college.uai}/accompagnements-a-renouveler"


@pytest.mark.both_databases
def test_what_ended_is_listed_and_made_again_in_one_click(people: Cast, client: FlaskClient) -> None:
    """The new link is a new row: an undo of the step would not double it."""
    old = ended(people, people.student, people.staff)
    sign_in(client, people.head)
    page = client.get(address(people)).text
    assert people.student.name in page
    assert people.staff.name in page
    assert send(client, address(people), {"link": old}).status_code == 303
    live = db.session.scalars(select(SupportLink)).one()
    assert (live.student_id, live.adult_id, live.kind) == (people.student.id, people.staff.id, "aesh")
    assert live.id != old
    assert "Aucun accompagnement à renouveler" in client.get(address(people)).text


def test_a_link_of_somebody_who_has_left_is_shown_and_cannot_be_made_again(people: Cast, client: FlaskClient) -> None:
    gone = ended(people, people.student, people.staff, "tutor")
    db.session.execute(delete(Affiliation).where(Affiliation.person_id == people.staff.id))
    db.session.commit()
    sign_in(client, people.head)
    page = client.get(address(people)).text
    assert "L’un des deux n’est plus dans l’établissement" in page
    fields = {"link": gone}
    # A page without a button has no form: the token comes from another one.
    ended(people, people.other_student, people.teacher)
    assert send(client, address(people), fields).status_code == 404
    assert db.session.scalars(select(SupportLink)).all() == []


def test_only_those_who_may_link_see_the_list_of_their_own_school(people: Cast, client: FlaskClient) -> None:
    """PORTAL-9: the head, the deputy and the CPE; administrators and teachers do not."""
    other = ended(people, people.pupil, people.primary_head, school_id=people.primary.id)
    mine = ended(people, people.student, people.staff)
    for somebody in (people.school_admin, people.teacher, people.guardian, people.primary_head):
        sign_in(client, somebody)
        assert client.get(address(people)).status_code == 404, somebody.name
    builders.give_function(
        db.session.get_one(Person, people.staff.id), db.session.get_one(School, people.college.id), "EDU"
    )
    db.session.commit()
    sign_in(client, people.staff)
    page = client.get(address(people)).text
    assert f'value="{mine}"' in page
    assert people.pupil.name not in page
    assert send(client, address(people), {"link": other}).status_code == 404


def test_an_ended_link_is_listed_once_whatever_happened_in_earlier_years(
    people: Cast, count_queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    """One query however many links there are."""
    ended(people, people.student, people.staff, "tutor")
    newest = ended(people, people.student, people.staff)
    school = db.session.get_one(School, people.college.id)
    with count_queries() as few:
        lines, more = ended_links(people.college.id)
    assert [line.id for line in lines] == [newest]
    assert not more
    for number in range(10):
        pupil = builders.make_person(f"Zoé{number}", "Blanc")
        builders.affiliate(pupil, school, Profile.STUDENT)
        db.session.add(
            SupportLink(
                school_id=school.id,
                student_id=pupil.id,
                adult_id=people.staff.id,
                kind="aesh",
                made_at=MADE,
                set_aside_by=TASK,
            )
        )
    db.session.commit()
    with count_queries() as many:
        assert len(ended_links(people.college.id)[0]) == 11
    assert len(many) == len(few) == 1
