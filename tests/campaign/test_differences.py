"""The exact plan against the approved one: nobody vanishes whom the approval did not name, in the same school (G1, G11)."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from flask import Flask
from sqlalchemy import select

from app.campaign.models import Campaign
from app.campaign.planning.differences import Difference, Line, differences
from app.campaign.planning.queries import lines_of
from app.campaign.running.queries import figures, run_called
from app.campaign.working.jobs import run_to_end
from app.db import db
from app.directory.models import Person
from app.profiles import Profile
from tests.builders import affiliate, make_account, make_person
from tests.campaign.academies import approved, begun, close_gate, done, export, new_campaign, school_of_kind

ACCOUNTS = "set-aside:account-year"


def line(school_id: int, *numbers: int, kept: bool = True, change: str = ACCOUNTS) -> Line:
    return Line(
        change=change,
        school_id=school_id,
        count=len(numbers),
        total=sum(numbers),
        highest=max(numbers, default=0),
        numbers=numbers if kept else None,
    )


def compared(before: Iterable[Line], after: Iterable[Line]) -> list[Difference]:
    return differences(before, after, percent=5, rows=50)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        # Another one, and two others of the same sum and the same highest.
        ([line(1, 10)], [line(1, 77)]),
        ([line(1, 10, 13, 20)], [line(1, 11, 12, 20)]),
        # Fewer, but one of them came in.
        ([line(1, 10, 11, 12)], [line(1, 13)]),
        # From the one school into the other.
        ([line(1, 10), line(2, 20)], [line(1, 10, 20), line(2)]),
        ([line(1, 10), line(2)], [line(2, 10)]),
        # A plan from before the numbers were kept, whose figures are others.
        ([line(1, 10, 11, kept=False)], [line(1, 10)]),
        ([line(1, 10, kept=False)], [line(1, 77)]),
    ],
)
def test_somebody_whom_the_approved_plan_did_not_name_stops_it(before: list[Line], after: list[Line]) -> None:
    (found,) = compared(before, after)
    assert found.change == ACCOUNTS
    assert found.refused is not None


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ([line(1, 10, 11, 12), line(2, 20)], [line(1, 11), line(2, 20)]),
        ([line(1, 10, 11), line(2, 20)], [line(1, 10, 11)]),
        ([line(1, 10, 11, kept=False)], [line(1, 10, 11)]),
        ([line(1, 10)], []),
    ],
)
def test_fewer_of_those_that_it_named_go_on(before: list[Line], after: list[Line]) -> None:
    assert [one.refused for one in compared(before, after) if one.refused is not None] == []


def test_other_rows_of_other_kinds_are_within_the_tolerance() -> None:
    """G1: of what is not people, the figures count."""
    before, after = line(1, 10, change="set-aside:photo"), line(1, 77, change="set-aside:photo")
    assert compared([before], [after]) == []


def guests(count: int) -> list[Person]:
    """Accounts made by hand in the collège, limited to the year."""
    college = school_of_kind("college")
    made = []
    for number in range(count):
        guest = make_person("Invité", f"Numéro {number}")
        make_account(guest, f"invite-{number}")
        affiliate(guest, college, Profile.GUEST)
        guest.source, guest.lifetime, guest.home_school_id = "hand", "year", college.id
        made.append(guest)
    db.session.commit()
    return made


def test_a_run_takes_none_but_the_accounts_of_the_approved_plan(academy: Flask) -> None:
    """G1, G11, S3-2: as many others stop it before it acts; one less goes on, and the difference is recorded."""
    number = new_campaign(("college",)).id
    close_gate()
    first, second, permanent = guests(3)
    permanent.lifetime = "permanent"
    db.session.commit()
    taken = (first.id, second.id, permanent.id)
    for step in (1, 2):
        done(db.session.get_one(Campaign, number), step)
    plan = approved(db.session.get_one(Campaign, number), 3)
    (named,) = [one.numbers for one in lines_of(plan) if one.change == ACCOUNTS]
    assert named is not None
    assert set(taken[:2]) <= set(named)
    swap(taken[1], taken[2])
    before = export()
    stopped = begun(plan)
    assert stopped.state == "stopped"
    assert export() == before
    swap(taken[2], taken[1])
    plan = approved(db.session.get_one(Campaign, number), 3)
    db.session.get_one(Person, taken[0]).lifetime = "permanent"
    db.session.commit()
    run = begun(plan).id
    run_to_end(run)
    db.session.expire_all()
    assert run_called(run).state == "done"
    assert figures(run).left == 0
    left = db.session.scalars(select(Person.id).where(Person.id.in_(taken))).all()
    assert set(left) == {taken[0], taken[2]}


def swap(leaves: int, comes: int) -> None:
    """One account becomes permanent, another is limited to the year."""
    db.session.get_one(Person, leaves).lifetime = "permanent"
    db.session.get_one(Person, comes).lifetime = "year"
    db.session.commit()
