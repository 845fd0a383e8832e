"""``setup``: project, years, first operator, families' window (GATE-2, GATE-4); and the list of people."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import select

from app.db import db
from app.directory import queries as directory
from app.gate.models import ClosingWindow, GateRules
from app.profiles import Profile
from tests.people import Cast, cast

WHOLE = (
    "--name", "Académie de Valmont", "--year", "2026", "--first-day", "2026-09-01", "--teachers-first-day", "2026-08-31",
    "--last-day", "2026-07-04", "--holidays-from", "2026-07-05",
)  # fmt: skip


def setup(runner: FlaskCliRunner, *more: str) -> dict[str, Any]:
    result = runner.invoke(args=["setup", *WHOLE, *more, "--json"])
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def refused(runner: FlaskCliRunner, *args: str) -> tuple[int, dict[str, Any]]:
    result = runner.invoke(args=["setup", *args, "--json"])
    return result.exit_code, json.loads(result.stderr)


def test_setup_makes_project_years_and_an_operator_with_a_one_time_code(app: Flask, runner: FlaskCliRunner) -> None:
    made = setup(runner)
    assert made["operator"] == "operator"
    assert made["created"] is True
    assert len(made["code"].replace("-", "").replace(" ", "")) == 12
    assert directory.project().name == "Académie de Valmont"
    assert directory.project().zone == "Europe/Paris"
    assert not directory.project().demo
    old, new = directory.years()[2025], directory.rollover_year()
    assert (old.last_day, old.holidays_from) == (date(2026, 7, 4), date(2026, 7, 5))
    assert (new.first_day, new.teachers_first_day) == (date(2026, 9, 1), date(2026, 8, 31))
    assert db.session.get(GateRules, 1) is not None
    assert db.session.scalars(select(ClosingWindow)).all() == []
    audit = runner.invoke(args=["audit", "verify", "--json"])
    assert audit.exit_code == 0
    assert json.loads(audit.stdout)["holds"] is True


def test_setup_again_changes_what_differs_and_gives_no_second_code(app: Flask, runner: FlaskCliRunner) -> None:
    setup(runner, "--families-from", "2026-08-01")
    lines = json.loads(runner.invoke(args=["audit", "verify", "--json"]).stdout)["count"]
    again = setup(runner, "--families-from", "2026-08-01")
    assert again == {"operator": "operator", "code": None, "created": False}
    assert json.loads(runner.invoke(args=["audit", "verify", "--json"]).stdout)["count"] == lines
    setup(runner, "--families-from", "2026-08-10", "--zone", "Indian/Reunion")
    (window,) = db.session.scalars(select(ClosingWindow)).all()
    assert window.start_day == date(2026, 8, 10)
    assert window.end_at == datetime(2026, 9, 1, 4, 0, tzinfo=UTC)


def test_the_families_window_ends_at_eight_on_the_first_day_and_leaves_schools_a_week(
    app: Flask, runner: FlaskCliRunner
) -> None:
    setup(runner, "--families-from", "2026-08-01")
    (window,) = db.session.scalars(select(ClosingWindow)).all()
    assert (window.kind, window.source, window.school_id) == ("profiles", "project", None)
    assert window.profiles == [Profile.STUDENT, Profile.GUARDIAN]
    assert (window.start_day, window.end_at) == (date(2026, 8, 1), datetime(2026, 9, 1, 6, 0, tzinfo=UTC))
    assert (window.earliest_end, window.latest_end) == (date(2026, 8, 25), date(2026, 9, 8))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (("--first-day", "2025-09-01"), 2),  # not in the year that begins in 2026
        (("--first-day", "1er septembre"), 2),
        (("--teachers-first-day", "2026-09-02"), 2),
        (("--families-from", "2026-09-02"), 2),
        (("--holidays-from", "2026-07-01"), 2),
        (("--zone", "Europe/Valmont"), 2),
        (("--zone", "../etc/passwd"), 2),
        (("--operator", "Opérateur !"), 2),
        (("--year", "26"), 2),
    ],
)
def test_what_does_not_hold_together_is_refused_and_leaves_nothing(
    app: Flask, runner: FlaskCliRunner, change: tuple[str, str], code: int
) -> None:
    exit_code, document = refused(runner, *WHOLE, *change)
    assert exit_code == code
    assert document["error"]
    assert directory.years() == {}


def test_the_operators_login_is_nobody_elses(app: Flask, runner: FlaskCliRunner) -> None:
    people = cast(app)
    exit_code, document = refused(runner, *WHOLE, "--operator", people.student.login)
    assert exit_code == 3
    assert people.student.login in document["error"]
    assert document["hint"]


def test_people_are_listed_with_login_profile_roles_classes_and_school(app: Flask, runner: FlaskCliRunner) -> None:
    people: Cast = cast(app)
    result = runner.invoke(args=["people", "list", "--school", people.college.uai, "--json"])
    assert result.exit_code == 0
    entries = {(entry["id"], entry["profile"]): entry for entry in json.loads(result.stdout)}
    assert entries[people.student.id, "student"] == {
        "id": people.student.id,
        "login": people.student.login,
        "profile": "student",
        "roles": [],
        "classes": ["5A"],
        "school": people.college.uai,
    }
    assert entries[people.guardian.id, "guardian"]["classes"] == ["5A"]
    assert entries[people.head.id, "staff"]["roles"] == ["head"]
    assert entries[people.teacher.id, "teacher"]["classes"] == ["5A", "6A"]
    assert (people.pupil.id, "student") not in entries


def test_the_whole_list_holds_operators_too_and_no_contact(app: Flask, runner: FlaskCliRunner) -> None:
    people = cast(app)
    entries = json.loads(runner.invoke(args=["people", "list", "--json"]).stdout)
    operators = [entry for entry in entries if "operator" in entry["roles"]]
    assert [(entry["id"], entry["profile"], entry["school"]) for entry in operators] == [
        (people.operator.id, None, None)
    ]
    assert people.contact.id not in {entry["id"] for entry in entries}
    both = [entry["profile"] for entry in entries if entry["id"] == people.teacher_and_parent.id]
    assert both == ["guardian", "teacher"]


def test_listing_costs_the_same_queries_however_many_people_there_are(
    app: Flask, runner: FlaskCliRunner, count_queries: Any
) -> None:
    cast(app)
    with count_queries() as sent:
        runner.invoke(args=["people", "list", "--json"])
    assert len(sent) <= 6


def test_an_unknown_school_is_refused_with_a_hint(app: Flask, runner: FlaskCliRunner) -> None:
    result = runner.invoke(args=["people", "list", "--school", "0000000X", "--json"])
    assert result.exit_code == 3
    assert json.loads(result.stderr)["hint"]
