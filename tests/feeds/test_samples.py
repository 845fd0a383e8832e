"""The real samples are taken whole: the report equals a count made straight from their XML (FEED-1, FEED-6)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import func, select

from app.accounts.models import Account
from app.db import db
from app.directory.models import Affiliation, ClassMembership, Guardianship, Person, School, SchoolClass
from app.feeds.queries import COUNTS

SAMPLES = ("ve1301_one_school", "ve1711", "test2020")


def entries(folder: Path, category: str) -> Iterator[dict[str, list[str]]]:
    """Every entry's values, read with another parser than the importer's and with no knowledge of its rules."""
    for path in sorted(folder.glob(f"*_{category}_[0-9][0-9][0-9][0-9].xml")):
        for request in ElementTree.parse(path).getroot().iter("addRequest"):
            attributes = request.find("attributes")
            assert attributes is not None
            yield {
                str(one.get("name")): [value.text for value in one.iter("value") if value.text] for one in attributes
            }


def structures_of(pupil: dict[str, list[str]]) -> set[str]:
    """The structures that a pupil's entry names."""
    places = [*pupil["ENTEleveClasses"], *pupil["ENTEleveGroupes"]]
    return {value.split("$")[0] for value in [*pupil["ENTPersonStructRattach"], *places]}


def homeless(folder: Path) -> list[str]:
    """The pupils of no structure that the delivery describes: nobody's, and told so (S4-7)."""
    known = {one["ENTStructureJointure"][0] for one in entries(folder, "EtabEducNat")}
    return [one["ENTPersonJointure"][0] for one in entries(folder, "Eleve") if not structures_of(one) & known]


def counted(folder: Path) -> dict[str, int]:
    """What the delivery holds, by the words of the contract."""
    known = {one["ENTStructureJointure"][0] for one in entries(folder, "EtabEducNat")}
    pupils = [one for one in entries(folder, "Eleve") if structures_of(one) & known]
    adults = {one["ENTPersonJointure"][0] for one in entries(folder, "PersRelEleve")}
    staff = list(entries(folder, "PersEducNat"))
    legal, named = set(), set()
    for pupil in pupils:
        for relation in pupil["ENTElevePersRelEleve"]:
            adult, _link, _pays, code, *_rest = relation.split("$")
            if adult != pupil["ENTPersonJointure"][0]:
                named.add(adult)
                if code in ("1", "2"):
                    legal.add(adult)
    classes = {value for pupil in pupils for value in pupil["ENTEleveClasses"] if value.split("$")[0] in known}
    groups = {value for pupil in pupils for value in pupil["ENTEleveGroupes"] if value.split("$")[0] in known}
    homes = {pupil["ENTPersonStructRattach"][0] for pupil in pupils}
    schools = known & (homes | {value.split("$")[0] for value in classes | groups})
    teachers = [
        one
        for one in staff
        if one["PersEducNatPresenceDevantEleves"] == ["O"]
        or any(re.search(r"\$(ENS|DOC)\$", value) for value in one["ENTPersonFonctions"])
    ]
    return {
        "schools": len(schools),
        "classes": len(classes),
        "groups": len(groups),
        "students": len(pupils),
        "guardians": len(adults & legal),
        "contacts": len((adults & named) - legal),
        "unreferenced": len(adults - named),
        "teachers": len(teachers),
        "staff": len(staff) - len(teachers),
    }


@pytest.mark.parametrize("sample", SAMPLES)
def test_a_sample_is_taken_whole_and_again_changes_nothing(
    portal: Flask, shared_samples: Path, sample: str, runner: FlaskCliRunner
) -> None:
    folder = shared_samples / "aaf" / sample
    first = runner.invoke(args=["feeds", "import", "aaf", str(folder), "--json"])
    assert first.exit_code == 0, first.stderr
    assert first.stderr == ""
    report = json.loads(first.stdout)
    assert set(report) == {"import", "state", *COUNTS, "warnings", "rejected"}
    expected = counted(folder)
    assert {name: report[name] for name in expected} == expected
    people = sum(expected[name] for name in ("students", "guardians", "contacts", "teachers", "staff"))
    assert report["created"] == people == db.session.scalar(select(func.count()).select_from(Person))
    assert [one["id"] for one in report["rejected"]] == homeless(folder)
    again = json.loads(runner.invoke(args=["feeds", "import", "aaf", str(folder), "--json"]).stdout)
    assert {name: again[name] for name in expected} == expected
    assert [again[name] for name in ("created", "changed", "unchanged", "moved", "left", "reappeared")] == [
        0, 0, people, 0, 0, 0,
    ]  # fmt: skip


def test_the_big_sample_is_what_its_publisher_says(
    portal: Flask, shared_samples: Path, take: Callable[..., dict[str, Any]]
) -> None:
    """56 pupils, 85 legal guardians, 36 staff, 20 classes, 9 groups; the replacement zone stays a service (FEED-9)."""
    report = take(shared_samples / "aaf" / "ve1301_one_school")
    assert [report[name] for name in ("students", "guardians", "classes", "groups")] == [56, 85, 20, 9]
    assert report["teachers"] + report["staff"] == 36
    assert {school.uai: school.in_service for school in db.session.scalars(select(School))} == {
        "1004001V": False, "0059951P": True,
    }  # fmt: skip
    count = lambda model, *where: db.session.scalar(select(func.count()).select_from(model).where(*where))  # noqa: E731
    assert count(Account) == 56 + 85 + 36
    assert count(Guardianship, Guardianship.standing == "in-charge") == 0
    assert count(Affiliation, Affiliation.profile == "student") == 56
    assert count(ClassMembership, ClassMembership.role == "student") == 56
    levels = set(db.session.scalars(select(SchoolClass.level)))
    assert {"6e", "3e", "2de", "BTS 1"} <= levels


def test_a_sample_beside_a_fed_school_takes_nobody_from_it(
    portal: Flask, shared_samples: Path, take: Callable[..., dict[str, Any]], tmp_path: Path
) -> None:
    """FEED-9: a delivery speaks only for the structures in its own file."""
    from tests.feeds.deliveries import small

    take(small(tmp_path / "d", pupils=30))
    report = take(shared_samples / "aaf" / "ve1301_one_school")
    assert report["left"] == report["changed"] == 0
    college = db.session.scalar(select(School.id).where(School.uai == "9990010A"))
    pupils = select(func.count()).where(Affiliation.school_id == college, Affiliation.profile == "student")
    assert db.session.scalar(pupils) == 30
