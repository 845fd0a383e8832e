"""Some names in the plan of a delivery: who leaves, comes, moves, is back or changes, while it can still be stopped (FEED-6)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text

from app.audit.actions import COMMAND
from app.db import db
from app.directory.models import Person
from app.feeds.applying.jobs import apply_planned, receive
from app.feeds.applying.queries import lines_of
from app.feeds.models import FeedImportSchool
from app.feeds.queries import import_by_id
from app.feeds.sampling.queries import FATES, SHOWN, samples_of
from tests.feeds import deliveries as make
from tests.feeds.conftest import NOW
from tests.people import cast
from tests.signing import sign_in

Take = Callable[..., dict[str, Any]]

SCHOOLS = [make.structure(), make.structure("11", "9990011B", "COLLEGE$ROSA PARKS$ac")]


def pupil(number: int, *, school: str = "10", first: str = "Zoé", also: str = "") -> str:
    """MARTINA is number 0; ``also`` is another school that has a class with them."""
    more: dict[str, Any] = {"ENTEleveClasses": [f"{school}$6A", f"{also}$6B"]} if also else {}
    return make.student(f"1{number:03d}", f"MARTIN{chr(65 + number)}", first, school=school, classes=["6A"], **more)


def delivery(folder: Path, day: str, students: list[str], staff: list[str]) -> Path:
    return make.write(folder, day=day, structures=SCHOOLS, students=students, staff=staff)


@pytest.fixture
def plan(take: Take, tmp_path: Path) -> int:
    """A planned delivery in which each fate happens in the first school, to so many that not all are named of those who leave."""
    stay = [pupil(number, school="11") for number in (20, 21)]
    staff = [make.staff("3001"), make.staff("3002", "LEROY", "Anne"), make.staff("3003", "PETIT", "Luc", school="11")]
    known = [pupil(number) for number in range(16)]
    take(delivery(tmp_path / "first", "20260824", known + stay, staff))
    take(delivery(tmp_path / "second", "20260825", known[1:] + stay, staff))
    db.session.scalars(select(Person).where(Person.source_key == "1013")).one().used_first_name = "Zed"
    db.session.commit()
    students = [
        known[0],  # is back
        pupil(13, school="11"),  # goes to the other school
        pupil(14, first="Zoé-Lou"),
        known[15],
        pupil(20),  # comes from the other school
        pupil(21, school="11", also="10"),
        pupil(22),
    ]
    staff = [
        make.staff("3002", "LEROY", "Anne", school="11"),
        make.staff("3003", "PETIT", "Luc"),
        make.staff("3004", "ROUX"),
    ]
    return receive(delivery(tmp_path / "third", "20260826", students, staff), plan=True, by=COMMAND, now=NOW)


def told(line: FeedImportSchool) -> dict[str, list[tuple[str, str]]]:
    """By fate the names, each with the other school."""
    return {one.fate: [(person.name, person.other) for person in one.people] for one in samples_of(line) or []}


def test_each_fate_has_names_and_the_figures_are_the_plan_s(plan: int) -> None:
    """FEED-6, G3: from the very rows that are counted; people are called as the portal calls them (ACCT-8)."""
    jean, rosa = lines_of(plan)
    elsewhere = "Collège Rosa Parks"
    assert told(jean) == {
        "left": [(f"Zoé MARTIN{chr(65 + number)}", "") for number in range(1, 11)],
        "gone": [("Zed MARTINN", elsewhere)],
        "created": [("Zoé MARTINW", "")],
        "arrived": [("Zoé MARTINV", "")],
        "moved": [("Zoé MARTINU", elsewhere)],
        "reappeared": [("Zoé MARTINA", "")],
        "changed": [("Zoé MARTINO", "")],
        "teachers_in": [("Luc PETIT", elsewhere), ("Paul ROUX", "")],
        "teachers_out": [("Paul DURAND", ""), ("Anne LEROY", elsewhere)],
    }
    for line in (jean, rosa):
        found = {one.fate: one.count for one in samples_of(line) or []}
        assert {fate: found.get(fate, 0) for fate in FATES} == {fate: line.counts[fate] for fate in FATES}
    left = (samples_of(jean) or [])[0]
    assert (left.count, len(left.people), left.more) == (12, SHOWN, 2)


def test_a_new_pupil_has_the_delivery_s_name_whoever_has_the_number_by_now(plan: int) -> None:
    """A number that a plan has set aside may be taken by somebody who is made meanwhile."""
    number = db.session.scalar(
        text(f"SELECT person_id FROM staged_{plan}_fate WHERE fate = 'new' AND category = 'student'")
    )
    if db.session.get(Person, number) is None:
        db.session.add(
            Person(id=number, source="hand", source_key="x", last_name="Autre", search_name="autre", created_at=NOW)
        )
        db.session.flush()
    assert told(lines_of(plan)[0])["created"] == [("Zoé MARTINW", "")]


def test_nobody_is_named_once_the_school_is_done_or_the_rows_are_gone(plan: int) -> None:
    line = lines_of(plan)[0]
    apply_planned(plan, by=COMMAND, now=NOW)
    assert import_by_id(plan).state == "applied"
    assert samples_of(line) == []
    line.state = "failed"
    assert samples_of(line) == []


@pytest.mark.both_databases
def test_a_plan_that_is_being_made_anew_holds_up_no_page(plan: int, database: str) -> None:
    """On PostgreSQL tables that are dropped in another transaction hold up whoever reads them, for as long as planning takes."""
    line = lines_of(plan)[0]
    if not database.startswith("postgresql"):
        assert samples_of(line)
        return
    with db.engine.connect() as planning:
        planning.execute(text(f"DROP TABLE staged_{plan}_fate"))
        assert samples_of(line) is None
        planning.rollback()
    assert samples_of(line)
    assert db.session.scalar(text("SHOW lock_timeout")) == "0"


def test_the_page_of_a_school_names_them_to_whoever_may_import(client: FlaskClient, app: Flask, tmp_path: Path) -> None:
    people = cast(app)
    many = [make.student(f"9{number:03d}", f"NOM{number:02d}", "Léa & Co") for number in range(12)]
    number = receive(make.write(tmp_path / "d", structures=SCHOOLS, students=many), plan=True, by=COMMAND, now=NOW)
    page = f"/administration/imports/{number}/ecoles/{lines_of(number)[0].id}"
    sign_in(client, people.operator)
    shown = client.get(page).text
    assert "<li>Léa &amp; Co NOM00</li>" in shown
    assert shown.count("Léa &amp; Co") == SHOWN
    assert "et 2 autres" in shown
    for who in (people.owner, people.head, people.school_admin):
        sign_in(client, who)
        assert client.get(page).status_code == 404
