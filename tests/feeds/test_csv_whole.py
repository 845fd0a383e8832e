"""The generic CSV through the whole import: counted from its files, beside nothing and beside itself, stopped and overtaken (FEED-8)."""

from __future__ import annotations

import csv
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import func, select

from app.accounts.models import Account
from app.db import db
from app.directory.models import (
    Affiliation,
    ClassMembership,
    Guardianship,
    Person,
    PersonFunction,
    RoleGrant,
    School,
    SchoolClass,
)
from app.feeds.applying.jobs import plan_kept
from app.feeds.inbox.jobs import look
from app.feeds.models import FeedImport, FeedReject
from app.feeds.rolling.rollover import delivery_for
from tests.feeds import deliveries as make
from tests.feeds.test_formats_csv import ALICE, CPE, PAUL, TEACHER, TOM, UAI, ZOE, key, small, write
from tests.feeds.test_formats_whole import classes_of, count, imported, person

NOW = datetime(2026, 8, 25, 6, tzinfo=UTC)


def taken(runner: FlaskCliRunner, folder: Path, *more: str) -> dict[str, Any]:
    return imported(runner, "csv", folder, "--school", UAI, *more)


def became(report: dict[str, Any]) -> list[int]:
    return [report[name] for name in ("created", "changed", "unchanged", "left")]


def lines(path: Path) -> list[dict[str, list[str]]]:
    """The rows of a sample, column by column, read with nothing but the csv module."""
    with path.open(encoding="utf-8", newline="") as file:
        head, *rows = csv.reader(file, delimiter=";")
    found = []
    for row in rows:
        found.append({label.strip("*").lower(): [] for label in head})
        for label, value in zip(head, row, strict=True):
            found[-1][label.strip("*").lower()] += [value] if value else []
    return found


def test_the_real_samples_are_taken_whole_and_again_change_nothing(
    portal: Flask, runner: FlaskCliRunner, shared_samples: Path
) -> None:
    """FEED-6: the report equals a count made straight from the files; guests are rejected one by one (PORTAL-8)."""
    folder = shared_samples / "ent_csv"
    pupils, parents, teachers, staff, guests = (
        lines(folder / f"CSV_{name}.csv") for name in ("Eleves", "Parents", "Enseignants", "Personnels", "Invites")
    )
    report = taken(runner, folder)
    people = len(pupils) + len(parents) + len(teachers) + len(staff)
    assert {name: report[name] for name in ("schools", "students", "guardians", "teachers", "staff", "classes")} == {
        "schools": 1, "students": len(pupils), "guardians": len(parents), "teachers": len(teachers), "staff": len(staff),
        "classes": len({one["classe"][0] for one in pupils}),
    }  # fmt: skip
    assert became(report) == [people, 0, 0, 0]
    assert {one["id"] for one in report["rejected"]} == {one["externalid"][0] for one in guests}
    assert count(Guardianship, Guardianship.standing == "legal") == sum(len(one["childexternalid"]) for one in parents)
    assert count(ClassMembership, ClassMembership.role == "teacher") == sum(len(one["classe"]) for one in teachers)
    assert count(ClassMembership, ClassMembership.role == "student") == len(pupils)
    assert count(Account) == count(Person) == people
    assert count(PersonFunction) == len(teachers) + len(staff)
    again = taken(runner, folder)
    assert became(again) == [0, 0, people, 0]


def test_a_known_pupil_in_another_class_moves_and_keeps_the_account(
    portal: Flask, runner: FlaskCliRunner, tmp_path: Path
) -> None:
    taken(runner, small(tmp_path / "one"))
    login = db.session.scalars(select(Account.login).where(Account.person_id == person(key("S1")).id)).one()
    report = taken(runner, small(tmp_path / "two", Eleves=["S1;Zoé;MARTIN;6B;02/04/2014", TOM]))
    assert (report["created"], report["left"]) == (0, 0)
    assert classes_of(key("S1")) == ["6B"]
    assert db.session.scalars(select(Account.login).where(Account.person_id == person(key("S1")).id)).one() == login
    assert count(SchoolClass) == 2


def test_who_is_absent_from_a_file_that_was_not_delivered_has_not_left(
    portal: Flask, runner: FlaskCliRunner, tmp_path: Path
) -> None:
    """FEED-9: of staff also where one of its two files is missing."""
    head = "P2;Eva;LOU;01/01/1970;Direction"
    taken(runner, small(tmp_path / "all", Personnels=[CPE, head]))

    def working() -> dict[str, int]:
        rows = select(Affiliation.profile, func.count()).group_by(Affiliation.profile)
        return {str(profile): number for profile, number in db.session.execute(rows)}

    whole = {"student": 2, "guardian": 2, "teacher": 1, "staff": 2}
    assert (working(), count(RoleGrant, RoleGrant.role == "head")) == (whole, 1)
    new = "E2;Luc;VERT;01/01/1971;Latin;6A;"
    report = taken(runner, write(tmp_path / "teachers", Enseignants=[new]))
    assert report["left"] == 1
    assert working() == whole
    assert (count(PersonFunction), count(RoleGrant, RoleGrant.role == "head")) == (3, 1)
    assert count(ClassMembership, ClassMembership.role == "teacher") == 1
    taken(runner, write(tmp_path / "staff", Personnels=[CPE]))
    assert working() == whole | {"staff": 1}
    assert (count(PersonFunction), count(RoleGrant, RoleGrant.role == "head")) == (2, 0)
    assert count(ClassMembership, ClassMembership.role == "teacher") == 1
    taken(runner, write(tmp_path / "pupils", Eleves=[ZOE]))
    assert working() == {"student": 1, "guardian": 2, "teacher": 1, "staff": 1}
    assert count(Guardianship) == 3


def test_parents_alone_stand_for_the_pupils_who_are_known(
    portal: Flask, runner: FlaskCliRunner, tmp_path: Path
) -> None:
    """FEED-9; a child whom nobody knows is a link set aside, a parent without any is rejected."""
    taken(runner, write(tmp_path / "pupils", Eleves=[ZOE, TOM]))
    report = taken(runner, write(tmp_path / "parents", Parents=[ALICE, "R2;Paul;MARTIN;;S1;S8;", "R3;Eva;LOU;;S9;;"]))
    assert (report["created"], report["guardians"]) == (2, 2)
    assert [one["id"] for one in report["rejected"]] == [key("R3")]
    assert count(Guardianship) == 3
    assert count(Affiliation, Affiliation.profile == "guardian") == 2
    assert db.session.scalars(select(FeedReject.entry).where(~FeedReject.whole)).all() == [key("R2")]
    assert became(taken(runner, write(tmp_path / "again", Parents=[ALICE, "R2;Paul;MARTIN;;S1;S8;"])))[:2] == [0, 0]
    taken(runner, write(tmp_path / "fewer", Parents=[PAUL]))
    assert count(Guardianship) == 3


def test_one_identifier_in_two_schools_is_two_people(portal: Flask, runner: FlaskCliRunner, tmp_path: Path) -> None:
    """FEED-5: nobody is given the account of another school's pupil."""
    taken(runner, write(tmp_path / "a", Eleves=["1;Zoé;MARTIN;6A;02/04/2014"]))
    report = imported(
        runner, "csv", write(tmp_path / "b", Eleves=["1;Léa;MARTIN;6A;02/04/2014"]), "--school", "9990013D"
    )
    assert (report["created"], report["left"], count(Person), count(School)) == (1, 0, 2, 2)


def test_a_delivery_that_arrives_while_imports_are_stopped_is_kept_with_its_school(
    portal: Flask, runner: FlaskCliRunner, tmp_path: Path
) -> None:
    """FEED-4, CAL-3: its copy's name tells the school, so that it is planned meanwhile and imported afterwards."""
    runner.invoke(args=["feeds", "pause", "portal"])
    folder = small(tmp_path / "d")
    done = runner.invoke(args=["feeds", "import", "csv", str(folder), "--school", UAI, "--json"])
    assert (done.exit_code, count(Person)) == (3, 0)
    kept = db.session.scalars(select(FeedImport)).one()
    assert (kept.source, kept.state) == ("csv", "kept")
    assert plan_kept(NOW) == 1
    db.session.refresh(kept)
    assert (kept.state, kept.counts["created"]) == ("planned", 6)
    runner.invoke(args=["feeds", "resume", "portal"])
    assert runner.invoke(args=["feeds", "apply", str(kept.id), "--json"]).exit_code == 0
    assert count(Person) == 6


def test_step_four_takes_the_academy_s_delivery_before_a_csv(
    portal: Flask, runner: FlaskCliRunner, tmp_path: Path
) -> None:
    """S4-1: the newer CSV is it only where nothing else is planned."""
    imported(runner, "aaf", make.small(tmp_path / "first"))
    school = db.session.scalars(select(School)).one()
    year_id = db.session.scalars(select(FeedImport.year_id)).one()
    folder = small(tmp_path / "csv")
    csv_plan = imported(runner, "csv", folder, "--school", school.uai, "--plan")["import"]
    found = delivery_for(year_id, [school.id])
    assert found is not None
    assert found.id == csv_plan
    aaf_plan = imported(runner, "aaf", make.small(tmp_path / "aaf"), "--plan")["import"]
    newer = imported(runner, "csv", folder, "--school", school.uai, "--plan")["import"]
    found = delivery_for(year_id, [school.id])
    assert found is not None
    assert csv_plan < aaf_plan == found.id < newer


def test_the_drop_folder_takes_it(portal: Flask, tmp_path: Path) -> None:
    """S4-6: a folder named after the school; a first delivery of the year waits for a person."""
    inbox = Path(portal.extensions["settings"].data_dir) / "inbox" / "csv"
    small(inbox / f"csv_{UAI}")
    for minute in range(3):
        look(NOW, NOW + timedelta(minutes=minute))
    made = db.session.scalars(select(FeedImport)).one()
    assert (made.source, made.state, made.counts["students"]) == ("csv", "planned", 2)


@pytest.mark.parametrize(("done", "told"), [((), False), ((2,), True), ((2, 3), True), ((2, 3, 4), False)])
def test_between_the_archive_and_the_new_directory_it_is_told_not_to_last(
    portal: Flask, runner: FlaskCliRunner, tmp_path: Path, done: tuple[int, ...], told: bool
) -> None:
    """S2-8; the warning is the import's own, AAF has its pause."""
    from tests.campaign.test_dates import make as make_campaign
    from tests.home.test_changing_year import ran

    taken(runner, small(tmp_path / "before"))
    school_id = db.session.scalars(select(School.id)).one()
    campaign = make_campaign()
    for step in done:
        ran(campaign, step, school_id)
    report = taken(runner, small(tmp_path / "after", Eleves=[ZOE]))
    assert any("ne sera pas gardé" in line for line in report["warnings"]) is told
    assert report["students"] == 1
    assert TEACHER.split(";")[2] in db.session.scalars(select(Person.last_name)).all()
