"""The delivery of August: pupils a year later, movers with their INE, leavers gone, newcomers in the first class (S4-1)."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.accounts.models import Account
from app.audit.actions import COMMAND
from app.db import db
from app.demo import actions
from app.demo.academy import make_academy
from app.demo.moments import BEGINNING
from app.demo.next_year import NextYear
from app.demo.people import Pupil
from app.directory.models import ClassMembership, Person, SchoolClass, SchoolYear
from app.feeds.actions import import_aaf
from app.maintenance.actions import set_up
from app.maintenance.anchors import Anchors


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
    assert {pupil.training.age for ine, pupil in new.items() if ine not in old} == {6}


def test_only_a_change_of_degree_changes_the_join_key(years: tuple[dict[str, Pupil], dict[str, Pupil]]) -> None:
    old, new = years
    for ine, pupil in old.items():
        if ine in new:
            assert (new[ine].key != pupil.key) == (new[ine].school.degree != pupil.school.degree)
    keys = [pupil.key for pupil in new.values()]
    assert len(keys) == len(set(keys))


def test_every_class_has_pupils_again(years: tuple[dict[str, Pupil], dict[str, Pupil]]) -> None:
    old, new = years
    assert {(p.school.key, p.school_class.code) for p in new.values()} == {
        (p.school.key, p.school_class.code) for p in old.values()
    }


def test_the_importer_takes_both_years_and_keeps_accounts(app: Flask, tmp_path: Path) -> None:
    academy = make_academy(4, 3, 600)
    anchors = Anchors(year=2026, first_day=actions.FIRST_DAY, last_day=actions.LAST_DAY)
    set_up("Essai", anchors, zone="Europe/Paris", operator="operator", by=COMMAND, now=BEGINNING)
    reports = []
    for one, folder, day, year_n in (
        (academy, tmp_path / "juin", actions.DELIVERED_ON, True),
        (NextYear(academy), tmp_path / "aout", actions.AUGUST, False),
    ):
        tally = actions.write_delivery(one, folder, day=day)
        for degree in ("2D", "1D"):
            report = import_aaf(folder / degree, year_n=year_n, by=COMMAND, now=BEGINNING)
            db.session.commit()
            assert report["students"] == tally.counts[degree]["students"]
            assert report["guardians"] == tally.counts[degree]["guardians"]
            assert report["rejected"] == []
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
    assert db.session.scalar(select(func.count(Person.id)).where(Person.ine.is_not(None))) == len(
        {pupil.ine for one in (academy, NextYear(academy)) for family in one.families() for pupil in family.pupils}
    )


def _both_years(academy):  # type: ignore[no-untyped-def]
    later = {pupil.ine: pupil for family in NextYear(academy).families() for pupil in family.pupils}
    return [(pupil, later[pupil.ine]) for family in academy.families() for pupil in family.pupils if pupil.ine in later]
