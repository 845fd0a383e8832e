"""ONDE and deltas through the whole import: what the directory holds afterwards, counted from the files themselves (FEED-1, FEED-2)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import func, select

from app.accounts.models import Account
from app.db import db
from app.directory.models import Affiliation, ClassMembership, Guardianship, Person, School, SchoolClass, SchoolYear
from app.feeds.models import FeedDeparture
from tests.feeds import deliveries as make
from tests.feeds import test_formats_onde as onde
from tests.feeds.test_formats_delta import change, deletion, write


def imported(runner: FlaskCliRunner, form: str, path: Path, *more: str) -> dict[str, Any]:
    done = runner.invoke(args=["feeds", "import", form, str(path), *more, "--json"])
    assert done.exit_code == 0, done.stderr
    db.session.expire_all()
    return dict(json.loads(done.stdout))


def count(model: Any, *where: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(model).where(*where)) or 0


def person(key: str) -> Person:
    return db.session.scalars(select(Person).where(Person.source_key == key)).one()


def classes_of(key: str) -> list[str]:
    query = select(SchoolClass.code).join(ClassMembership).where(ClassMembership.person_id == person(key).id)
    return sorted(db.session.scalars(query))


# ONDE ------------------------------------------------------------------------------------------------------------------


def test_the_real_sample_of_onde_fills_a_primary_school(
    portal: Flask, runner: FlaskCliRunner, shared_samples: Path
) -> None:
    folder = shared_samples / "onde" / "onde_header_2020"
    pupils, rows = onde.lines_of(folder / "eleves.csv"), onde.lines_of(folder / "responsables.csv")
    links = onde.links_of(rows, 12)
    report = imported(runner, "onde", folder, "--school", onde.UAI)
    assert (report["schools"], report["students"], report["guardians"]) == (1, len(pupils), len(links))
    assert report["classes"] == len({row[17] for row in pupils})
    assert report["created"] == len(pupils) + len(links)
    assert report["rejected"] == []
    assert db.session.scalars(select(School.kind).where(School.uai == onde.UAI)).one() == "primary"
    assert count(Guardianship, Guardianship.standing == "legal") == sum(map(len, links.values()))
    assert count(Account) == len(pupils) + len(links)
    again = imported(runner, "onde", folder, "--school", onde.UAI)
    assert (again["created"], again["changed"], again["left"]) == (0, 0, 0)


def test_the_old_sample_takes_no_pupil_and_makes_nobody_leave(
    portal: Flask, runner: FlaskCliRunner, shared_samples: Path
) -> None:
    folder = shared_samples / "onde" / "be1d_two_classes"
    report = imported(runner, "onde", folder, "--school", onde.UAI)
    assert (report["students"], report["guardians"]) == (0, 0)
    assert len(report["rejected"]) == len(onde.lines_of(folder / "CSVExtraction-eleves.csv"))


def test_a_family_keeps_its_accounts_when_a_younger_child_comes(
    portal: Flask, runner: FlaskCliRunner, tmp_path: Path
) -> None:
    """FEED-5: the adult's key follows the youngest child, and the account follows the key."""
    imported(runner, "onde", onde.small(tmp_path / "one", pupils=[onde.TOM]), "--school", onde.UAI)
    login = db.session.scalars(select(Account.login).where(Account.person_id == adult().id)).one()
    report = imported(runner, "onde", onde.small(tmp_path / "both"), "--school", onde.UAI)
    assert report["created"] == 1
    assert db.session.scalars(select(Account.login).where(Account.person_id == adult().id)).one() == login
    assert count(Guardianship) == 2


def test_a_file_of_another_school_year_is_refused(portal: Flask, runner: FlaskCliRunner, tmp_path: Path) -> None:
    folder = onde.small(tmp_path / "d")
    lines = [f"{onde.PUPILS};Année scolaire", f"{onde.ZOE};2025-2026", f"{onde.TOM};2025-2026"]
    (folder / "pupils" / "CSVExtraction.csv").write_bytes("\n".join(lines).encode("iso8859-1"))
    done = runner.invoke(args=["feeds", "import", "onde", str(folder), "--school", onde.UAI, "--json"])
    assert (done.exit_code, count(Person)) == (3, 0)
    assert "2025-2026" in json.loads(done.stderr)["error"]
    report = imported(runner, "onde", folder, "--school", onde.UAI, "--year-n")
    assert report["students"] == 2


def adult() -> Person:
    return db.session.scalars(select(Person).where(Person.first_name == "Alice")).one()


# Deltas ----------------------------------------------------------------------------------------------------------------


@pytest.fixture
def fed(portal: Flask, runner: FlaskCliRunner, tmp_path: Path) -> None:
    imported(runner, "aaf", make.small(tmp_path / "complete", pupils=12))


def delta(runner: FlaskCliRunner, folder: Path, **entries: Iterable[str]) -> dict[str, Any]:
    return imported(runner, "aaf", write(folder, **entries))


def test_a_change_moves_a_pupil_and_leaves_everything_else(fed: None, runner: FlaskCliRunner, tmp_path: Path) -> None:
    before = person("1003").last_name
    report = delta(
        runner, tmp_path / "d",
        Eleve=[change("1003", {"ENTEleveClasses": ["10$6B"], "sn": "", "mail": "x@example.org"}), change("1004", {"sn": "NOUVEAU"})],
    )  # fmt: skip
    assert (report["changed"], report["created"], report["left"]) == (2, 0, 0)
    assert classes_of("1003") == ["6B"]
    assert classes_of("1004") == ["6A"]
    assert (person("1003").last_name, person("1003").email) == (before, "x@example.org")
    assert person("1004").last_name == "NOUVEAU"
    assert person("1004").search_name == "nouveau zoe"
    assert count(Guardianship) == 12
    assert count(Affiliation, Affiliation.profile == "student") == 12


def test_a_delta_adds_and_deletes_with_the_guardian_who_has_no_child_left(
    fed: None, runner: FlaskCliRunner, tmp_path: Path
) -> None:
    more = make.student("1900", "NEUF", classes=["6C"], adults=["2900$20$1$1$1$1"])
    report = delta(
        runner, tmp_path / "d", Eleve=[more, deletion("1005")], PersRelEleve=[make.adult("2900", "NEUF")]
    )  # fmt: skip
    assert (report["created"], report["left"]) == (2, 2)
    assert count(Affiliation, Affiliation.person_id == person("1005").id) == 0
    assert count(FeedDeparture, FeedDeparture.person_id == person("1005").id) == 1
    assert classes_of("1900") == ["6C"]
    assert count(Affiliation, Affiliation.profile == "student") == 12


def test_what_was_never_received_cannot_be_changed(fed: None, runner: FlaskCliRunner, tmp_path: Path) -> None:
    report = delta(runner, tmp_path / "d", Eleve=[change("7777", {"sn": "INCONNU"}), deletion("8888")])
    assert "7777" in {one["id"] for one in report["rejected"]}
    assert count(Person) == 12 + 12 + 2


def test_emptying_a_list_empties_it_and_a_value_stays(fed: None, runner: FlaskCliRunner, tmp_path: Path) -> None:
    delta(runner, tmp_path / "d", Eleve=[change("1002", {"ENTEleveClasses": [], "ENTPersonDateNaissance": ""})])
    assert classes_of("1002") == []
    assert person("1002").birth_date is not None
    assert classes_of("1003") == ["6A"]


# Two classes in one structure ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("verdict", "sits_in"), [("refuse", "5C"), ("accept", "5B")])
def test_a_pupil_of_a_refused_class_sits_in_the_further_one_that_the_record_names(
    portal: Flask, tmp_path: Path, take: Any, verdict: str, sits_in: str
) -> None:
    """S4-3: last year's class comes back; its pupils also carry their new one."""
    mef = {"ENTEleveMEF": "10110001110"}
    trainings = [make.training("10110001110", "21120011011")]

    def pupils(classes: list[str]) -> list[str]:
        return [make.student(f"1{number:03d}", f"NOM{number}", classes=classes, **mef) for number in range(8)]

    take(make.small(tmp_path / "n", students=pupils(["5B"]), trainings=trainings, adults=[]), year_n=True)
    later = make.small(
        tmp_path / "later", day="20260825", students=pupils(["5B", "5C"]), trainings=trainings, adults=[]
    )
    take(later, returning=verdict)
    year = select(SchoolYear.id).where(SchoolYear.begins == 2026).scalar_subquery()
    query = select(SchoolClass.code, func.count()).join(ClassMembership).where(SchoolClass.year_id == year)
    query = query.where(ClassMembership.role == "student").group_by(SchoolClass.code)
    assert [tuple(row) for row in db.session.execute(query)] == [(sits_in, 8)]
