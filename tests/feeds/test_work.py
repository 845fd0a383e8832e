"""A school is asked only for what a delivery has to do there: one that says nothing new costs little, and misses nothing (FEED-9, G3)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from app.audit.actions import COMMAND
from app.db import db
from app.feeds.applying import actions as applying
from app.feeds.applying.jobs import receive
from app.feeds.applying.queries import lines_of
from app.feeds.places import loaders as places
from app.feeds.queries import import_by_id
from tests.conftest import StatementCount
from tests.feeds import deliveries as make
from tests.feeds.conftest import NOW
from tests.feeds.test_applied_in_pieces import SCHOOLS, delivery

Take = Callable[..., dict[str, Any]]
DIRECTORY = ("school_class", "class_membership", "group_membership", "affiliation", "person_function", "person ")


def begun(folder: Path) -> int:
    """The number of a delivery whose people are written and whose schools wait."""
    number = receive(folder, plan=True, by=COMMAND, now=NOW)
    made = import_by_id(number)
    applying.start(made, fresh=True, by=COMMAND, now=NOW)
    for bounds in applying.identities_begin(made, now=NOW):
        applying.identities_slice(made, bounds, now=NOW)
    applying.identities_end(made, now=NOW)
    return number


@pytest.mark.both_databases
def test_a_mass_of_people_is_told_to_the_planner_and_a_handful_is_not(
    portal: Flask, take: Take, tmp_path: Path
) -> None:
    """A plan counted right after an academy's first delivery must not take minutes because nobody has looked at the tables yet."""
    postgresql = db.engine.dialect.name == "postgresql"
    with StatementCount(db.engine) as sent:
        take(delivery(tmp_path / "mass", day="20260824", pupils=range(6)))
    assert ("ANALYZE" in sent) == postgresql
    if postgresql:
        known = db.session.scalar(text("SELECT reltuples FROM pg_class WHERE oid = 'person'::regclass"))
        assert known == db.session.scalar(text("SELECT COUNT(*) FROM person"))
    with StatementCount(db.engine) as sent:
        take(delivery(tmp_path / "same", day="20260825", pupils=range(6)))
    assert "ANALYZE" not in sent


def test_one_school_has_the_work_that_it_has_among_all(portal: Flask, take: Take, tmp_path: Path) -> None:
    take(delivery(tmp_path / "before", day="20260824", pupils=range(6)))
    number = begun(delivery(tmp_path / "after", day="20260825", pupils=range(4, 9)))
    made = import_by_id(number)
    staging, importing = applying.staging_of(made), applying.about(made, now=NOW)
    whole = applying.work_of(made, now=NOW)
    assert set(whole.schools) == {key for key, _uai in SCHOOLS}
    for key, _uai in SCHOOLS:
        assert places.work_of(staging, importing, key).schools == {key: whole.schools[key]}
    assert {"class-in", "class-out", "profile-in", "profile-out"} <= whole.schools["10"][1]


def test_the_same_again_writes_nothing_into_a_school(portal: Flask, take: Take, tmp_path: Path) -> None:
    take(delivery(tmp_path / "before", day="20260824", pupils=range(6)))
    number = begun(delivery(tmp_path / "again", day="20260825", pupils=range(6)))
    made, work = import_by_id(number), applying.work_of(import_by_id(number), now=NOW)
    for line in lines_of(number):
        with StatementCount(db.engine) as seen:
            done = applying.apply_school(made, line, work=work, by=COMMAND, now=NOW)
        assert not any(done.values())
        written = [one for one in seen if one.split()[0] in ("INSERT", "UPDATE", "DELETE")]
        assert not [one for one in written if one.startswith(tuple(f"INSERT INTO {name}" for name in DIRECTORY))]
        assert len(seen) < 25


def test_a_delta_asks_only_the_school_that_it_names(portal: Flask, take: Take, tmp_path: Path) -> None:
    take(delivery(tmp_path / "before", day="20260824", pupils=range(6)))
    folder = tmp_path / "delta"
    folder.mkdir()
    new = make.student("900", "NEUF", classes=["6A"], school="11")
    (folder / "ENT_Delta_20260826_Eleve_0000.xml").write_bytes(make.document([new]))
    number = begun(folder)
    made, work = import_by_id(number), applying.work_of(import_by_id(number), now=NOW)
    assert {key: parts for key, (_school, parts) in work.schools.items() if parts} == {
        "11": frozenset({"class-in", "profile-in"})
    }
    assert [line.key for line in lines_of(number)] == ["11"]
    (line,) = lines_of(number)
    with StatementCount(db.engine) as seen:
        done = applying.apply_school(made, line, work=work, by=COMMAND, now=NOW)
    assert {name: count for name, count in done.items() if count} == {"class_membership": 1, "affiliation": 1}
    assert len(seen) < 12
