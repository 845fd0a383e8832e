"""What the importer finds is what the academy says it holds; and what ``demo academy`` refuses."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import func, select

from app.audit.actions import COMMAND
from app.db import db
from app.demo import actions
from app.demo.academy import make_academy
from app.demo.cast import cast as demo_cast
from app.demo.cast import demo_academy
from app.demo.moments import BEGINNING, DELIVERIES, FIRST_DAY
from app.demo.queries import demo
from app.directory import queries as directory
from app.directory.models import ClassMembership, Guardianship, Person, School, SchoolClass
from app.feeds.models import FeedReject
from app.gate.queries import closures
from app.profiles import FAMILIES, Profile, Role
from tests.people import cast

COUNTED = (
    "schools", "classes", "groups", "students", "guardians", "contacts", "unreferenced", "teachers", "staff",
)  # fmt: skip


def fed(runner: FlaskCliRunner, *args: str) -> dict[str, Any]:
    result = runner.invoke(args=["demo", "academy", *args, "--json"])
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_an_import_counts_what_the_academy_holds(app: Flask, runner: FlaskCliRunner, tmp_path: Path) -> None:
    made = fed(runner, "--schools", "4", "--people", "900", "--seed", "9")
    tally = actions.write_delivery(make_academy(9, 4, 900), tmp_path)
    for report, degree in zip(made["imports"], ("2D", "1D"), strict=True):
        assert {name: report[name] for name in COUNTED} == {name: tally.counts[degree][name] for name in COUNTED}
        assert report["rejected"] == []
    assert db.session.scalar(select(func.count(FeedReject.id))) == 0
    # Adults with children in both degrees are one person; strays are left.
    assert db.session.scalar(select(func.count(Person.id)).where(Person.source != "hand")) == 900
    assert directory.project().demo
    links = db.session.scalars(select(Guardianship.standing).distinct()).all()
    assert set(links) == {"legal", "in-charge", "contact"}


def test_an_academy_is_not_made_where_people_were_fed(app: Flask, runner: FlaskCliRunner) -> None:
    fed(runner, "--schools", "1", "--people", "80")
    result = runner.invoke(args=["demo", "academy", "--schools", "1", "--people", "80", "--json"])
    assert result.exit_code == 3
    assert json.loads(result.stderr)["hint"]


def test_a_database_with_people_fed_by_others_never_becomes_a_demo(app: Flask, runner: FlaskCliRunner) -> None:
    people = cast(app)
    db.session.get_one(Person, people.student.id).source = "aaf"
    db.session.commit()
    result = runner.invoke(args=["demo", "academy", "--schools", "1", "--people", "80", "--json"])
    assert result.exit_code == 3
    assert not directory.project().demo


@pytest.mark.parametrize(
    ("args", "code"),
    [
        (("--schools", "3", "--people", "100"), 2),
        (("--schools", "0", "--people", "100"), 2),
        (("--schools", "1", "--people", "100", "--content", "heavy"), 2),
    ],
)
def test_what_cannot_be_made_is_refused_with_a_reason(
    app: Flask, runner: FlaskCliRunner, args: tuple[str, ...], code: int
) -> None:
    result = runner.invoke(args=["demo", "academy", *args, "--json"])
    assert result.exit_code == code
    assert json.loads(result.stderr)["error"]
    assert db.session.scalar(select(func.count(Person.id))) == 0


def test_starting_without_the_variable_is_refused(app: Flask, runner: FlaskCliRunner) -> None:
    result = runner.invoke(args=["demo", "start"])
    assert result.exit_code == 3


def test_the_demo_is_furnished_as_its_bar_promises(app: Flask, tmp_path: Path) -> None:
    actions.build(folder=tmp_path / "aaf", coming=tmp_path / "coming", by=COMMAND)
    db.session.commit()
    assert not (tmp_path / "aaf").exists()
    assert {path.name for path in (tmp_path / "coming").iterdir()} == {one.name for one in DELIVERIES}
    schools = {school.kind: school for school in directory.schools()}
    assert set(schools) == {"primary", "college", "lycee"}
    assert len(directory.search_people(None, "léa martin")) == 2
    people = {
        member.number: db.session.scalars(
            select(Person).where(Person.source_key == member.key, Person.last_name == member.last_name)
        ).one()
        for member in demo_cast(demo_academy())
    }
    nadia, theo, marc, denis, helene = (people[number] for number in (1, 5, 6, 7, 9))
    places, _ = directory.visitor_facts(nadia.id, FAMILIES)
    assert {place.school_id for place in places} == {schools["college"].id, schools["primary"].id}
    assert [place.profile for place in directory.visitor_facts(theo.id, FAMILIES)[0]] == [Profile.STUDENT]
    teaching, _ = directory.visitor_facts(marc.id, frozenset({Profile.TEACHER}))
    assert {place.school_id for place in teaching} == {schools["college"].id, schools["lycee"].id}
    assert directory.roles_of(denis.id) == {(Role.HEAD, schools["primary"].id)}
    assert db.session.scalars(select(ClassMembership).where(ClassMembership.person_id == denis.id)).all()
    assert directory.roles_of(helene.id) == {(Role.HEAD, schools["college"].id)}
    assert directory.roles_of(people[10].id) == {(Role.SCHOOL_ADMIN, schools["college"].id)}
    assert directory.roles_of(people[14].id) == {(Role.OPERATOR, None)}
    levels = set(db.session.scalars(select(SchoolClass.level)))
    assert {"CP", "CM2", "6e", "3e", "2de", "1re", "Tle"} <= levels
    assert db.session.scalar(select(func.count(School.id))) == 3
    assert directory.rollover_year().first_day == FIRST_DAY
    found = closures()
    assert found.next_change(BEGINNING) is not None
    assert demo() is None  # marked, but this process is no demo
