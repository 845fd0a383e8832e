"""The academy a year later: pupils a level higher, movers with their INE, leavers gone, newcomers; and what its feed gets wrong."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.accounts.models import Account
from app.audit.actions import COMMAND
from app.db import db
from app.demo.academy import Academy, make_academy
from app.demo.cast import demo_academy
from app.demo.loaders import write_delivery
from app.demo.moments import BEGINNING, DELIVERED_ON, DELIVERIES, FIRST_DAY, LAST_DAY
from app.demo.next_year import NextYear
from app.demo.oddities import oddities
from app.demo.people import Pupil
from app.demo.returning import Returning
from app.demo.tally import Change, compare
from app.directory.models import ClassMembership, Person, SchoolClass, SchoolYear
from app.feeds.actions import import_aaf
from app.maintenance.actions import set_up
from app.maintenance.anchors import Anchors


@pytest.fixture(scope="module")
def academy() -> Academy:
    return make_academy(11, 12, 6000)


@pytest.fixture(scope="module")
def later(academy: Academy) -> NextYear:
    return NextYear(academy)


@pytest.fixture(scope="module")
def change(academy: Academy, later: NextYear) -> Change:
    return compare(academy, later)


@pytest.fixture(scope="module")
def years() -> tuple[dict[str, Pupil], dict[str, Pupil]]:
    academy = make_academy(11, 12, 6000)
    old, new = (
        {pupil.ine: pupil for family in one.families() for pupil in family.pupils}
        for one in (academy, NextYear(academy))
    )
    return old, new


def test_who_stays_is_a_level_higher_and_few_repeat(years: tuple[dict[str, Pupil], dict[str, Pupil]]) -> None:
    old, new = years
    steps = [new[ine].training.age - pupil.training.age for ine, pupil in old.items() if ine in new]
    assert set(steps) == {0, 1}
    assert 0 < steps.count(0) < len(steps) // 25
    assert all(new[ine].training in new[ine].school_class.trainings for ine in new)


def test_the_last_level_leaves_and_the_first_is_filled(years: tuple[dict[str, Pupil], dict[str, Pupil]]) -> None:
    old, new = years
    assert not [ine for ine, pupil in old.items() if pupil.training.age == 17 and ine in new]
    came = Counter(pupil.training.age for ine, pupil in new.items() if ine not in old)
    assert set(came) == {6, 11, 15}
    assert came[6] > 4 * (came[11] + came[15])


def test_only_a_change_of_degree_changes_the_join_key(years: tuple[dict[str, Pupil], dict[str, Pupil]]) -> None:
    old, new = years
    for ine, pupil in old.items():
        if ine in new:
            assert (new[ine].key != pupil.key) == (new[ine].school.degree != pupil.school.degree)
    keys = [pupil.key for pupil in new.values()]
    assert len(keys) == len(set(keys))


def test_every_class_of_the_new_year_has_pupils(
    later: NextYear, years: tuple[dict[str, Pupil], dict[str, Pupil]]
) -> None:
    seated = {(pupil.school.key, pupil.school_class.code) for pupil in years[1].values()}
    planned = {(plan.key, room.code) for plan in later.schools for room in plan.classes}
    assert planned <= seated
    assert {code for _school, code in seated - planned} == {"4B"}  # only the class that comes back


def test_three_classes_of_last_year_come_back_each_with_its_evidence(
    academy: Academy, later: NextYear, years: tuple[dict[str, Pupil], dict[str, Pupil]]
) -> None:
    """S4-3."""
    old, new = years
    stuck, doubled, ghost = later.returning
    assert [one.evidence for one in later.returning] == ["last-level", "another-class", "only-teachers"]
    before = {ine for ine, pupil in old.items() if _stands_in(pupil, stuck)}
    after = {ine: pupil for ine, pupil in new.items() if _stands_in(pupil, stuck)}
    assert after.keys() <= before
    assert len(after) > len(before) * 0.9
    assert all(pupil.training is old[ine].training and pupil.entered == 2025 for ine, pupil in after.items())
    twice = [pupil for pupil in new.values() if pupil.also]
    assert len(twice) > 15
    assert {(plan.key, room.code, entered) for pupil in twice for plan, room, entered in pupil.also} == {
        (doubled.school.key, doubled.room.code, 2025)
    }
    assert not any(_stands_in(pupil, doubled) or _stands_in(pupil, ghost) for pupil in new.values())
    named = {(plan.key, room.code) for member in later.staff() for plan, room, _subject in member.classes}
    assert (ghost.school.key, ghost.room.code) in named
    assert {(one.school.key, one.instead.code) for one in later.returning} <= {
        (plan.key, room.code) for plan in later.schools for room in plan.classes
    }
    assert academy.schools[1].classes is not later.schools[1].classes  # year N is as it was


def _stands_in(pupil: Pupil, one: Returning) -> bool:
    return (pupil.school.key, pupil.school_class.code) == (one.school.key, one.room.code)


def test_two_guardians_are_told_twice_and_one_pupil_in_two_schools(later: NextYear) -> None:
    """FEED-5, GATE-15."""
    twins, inside = 0, Counter[str]()
    for family in later.families():
        names = Counter((adult.first_name, adult.last_name, adult.street) for adult in family.adults)
        twins += sum(count > 1 for count in names.values())
        inside.update(pupil.ine for pupil in family.pupils)
    assert twins == 2
    (twice,) = (ine for ine, count in inside.items() if count > 1)
    schools = {p.school.kind for family in later.families() for p in family.pupils if p.ine == twice}
    assert schools == {"primary", "college"}


def test_staff_change_and_only_few_teachers_keep_last_years_classes(
    academy: Academy, later: NextYear, change: Change
) -> None:
    """S4-5."""
    assert change.staff_came
    assert len(change.staff_came) == len(change.staff_left)
    teachers = [member for member in later.staff() if member.teaches and member.home.kind != "primary"]
    keeping = {link[0] for link in change.kept_links}
    assert 0 < len(keeping) < len(teachers) // 3
    primary = [member for member in later.staff() if member.home.kind == "primary"]
    assert sum(bool(member.classes) for member in primary) < len(primary) // 3  # the others choose (CLASS-1)


def test_the_cast_goes_up_undisturbed() -> None:
    before = demo_academy()
    was = {pupil.ine: pupil for family in list(before.families())[:6] for pupil in family.pupils}
    now = {pupil.ine: pupil for family in NextYear(before).families() for pupil in family.pupils if pupil.ine in was}
    assert {was[ine].first_name for ine in was.keys() - now.keys()} == {"Théo"}
    assert all(now[ine].training.age == was[ine].training.age + 1 for ine in now)
    names = {(member.first_name, member.last_name) for member in NextYear(before).staff()}
    assert {("Marc", "Delaunay"), ("Denis", "Roche"), ("Hélène", "Vasseur")} <= names


def test_keys_of_the_new_year_meet_nobody_elses(academy: Academy, later: NextYear) -> None:
    kinds: dict[int, set[str]] = {}
    for year in (academy, later):
        for family in year.families():
            for pupil in family.pupils:
                kinds.setdefault(pupil.key, set()).add(pupil.ine)
            for adult in (*family.adults, *family.strays):
                kinds.setdefault(adult.key, set()).add("adult")
        for member in year.staff():
            kinds.setdefault(member.key, set()).add("staff")
    assert all(len(found) == 1 for found in kinds.values())


def test_the_importer_takes_both_years_and_keeps_accounts(app: Flask, tmp_path: Path) -> None:
    academy = make_academy(4, 3, 600)
    anchors = Anchors(year=2026, first_day=FIRST_DAY, last_day=LAST_DAY)
    set_up("Essai", anchors, zone="Europe/Paris", operator="operator", by=COMMAND, now=BEGINNING)
    reports = []
    for one, folder, day, year_n in (
        (academy, tmp_path / "juin", DELIVERED_ON, True),
        (NextYear(academy), tmp_path / "aout", DELIVERIES[0].day, False),
    ):
        tally = write_delivery(one, folder, day=day)
        for degree in ("2D", "1D"):
            report = import_aaf(folder / degree, year_n=year_n, by=COMMAND, now=BEGINNING)
            db.session.commit()
            assert report["students"] == tally.counts[degree]["students"]
            assert report["guardians"] == tally.counts[degree]["guardians"]
            assert {one["id"] for one in report["rejected"]} == {
                key for which, key in tally.rejected if which == degree
            }
            reports.append(report)
    assert reports[2]["moved"] > 0
    movers = [
        (before, after)
        for before, after in _both_years(academy)
        if before.school.degree == "1D" and after.school.degree == "2D"
    ]
    assert movers
    for before, after in movers:
        (person,) = db.session.scalars(select(Person).where(Person.ine == before.ine))
        assert person.source_key == str(after.key)
        assert db.session.get(Account, person.id) is not None
        codes = db.session.execute(
            select(SchoolYear.begins, SchoolClass.level)
            .join(SchoolClass, SchoolClass.year_id == SchoolYear.id)
            .join(ClassMembership, ClassMembership.class_id == SchoolClass.id)
            .where(ClassMembership.person_id == person.id, SchoolYear.begins == 2026)
        ).all()
        assert [tuple(row) for row in codes] == [(2026, "6e")]
    later = NextYear(academy)
    known = {pupil.ine for one in (academy, later) for family in one.families() for pupil in family.pupils}
    for odd in oddities(later.schools, later.seed, later.begins):
        known |= {pupil.ine for pupil in odd.family.pupils} if odd.family is not None else set()
    assert db.session.scalar(select(func.count(Person.id)).where(Person.ine.is_not(None))) == len(known)


def _both_years(academy):  # type: ignore[no-untyped-def]
    later = {pupil.ine: pupil for family in NextYear(academy).families() for pupil in family.pupils}
    return [(pupil, later[pupil.ine]) for family in academy.families() for pupil in family.pupils if pupil.ine in later]
