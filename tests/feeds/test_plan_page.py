"""The pages of a delivery's plan show figures that planning has counted; for names one looks once at its rows (FEED-6, S4-7)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.audit.actions import COMMAND
from app.feeds.applying.jobs import receive
from app.feeds.applying.queries import lines_of
from tests.feeds import deliveries as make
from tests.feeds.conftest import NOW
from tests.people import Cast, cast
from tests.signing import sign_in

Count = Callable[[], AbstractContextManager[list[str]]]


@pytest.fixture
def people(app: Flask) -> Cast:
    return cast(app)


def academy(folder: Path, schools: int, pupils: int) -> int:
    """A planned delivery of so many schools with so many pupils each, of whom one without a name in each; its number."""
    keys = [str(20 + number) for number in range(schools)]
    children = [
        make.student(f"{key}{number:03d}", f"MARTIN{chr(65 + number % 26)}", school=key, classes=[f"6{number % 3}"])
        for key in keys
        for number in range(pupils)
    ]
    nameless = [
        make.entry(f"{key}999", {"ENTPersonJointure": f"{key}999", "ENTPersonStructRattach": key}) for key in keys
    ]
    structures = [make.structure(key, f"99901{key}{chr(65 + number % 26)}") for number, key in enumerate(keys)]
    made = make.write(folder, structures=structures, students=[*children, *nameless])
    number = receive(made, plan=True, by=COMMAND, now=NOW)
    assert [(line.counts["pupils"], line.counts["rejected"]) for line in lines_of(number)] == [(pupils, 1)] * schools
    return number


def asked(client: FlaskClient, count_queries: Count, number: int) -> list[list[str]]:
    """The statements of each page of the plan: the report, the schools, a school."""
    line = lines_of(number)[0].id
    pages = (f"/administration/imports/{number}{rest}" for rest in ("", "/ecoles", f"/ecoles/{line}"))
    found = []
    for page in pages:
        assert client.get(page).status_code == 200
        with count_queries() as statements:
            assert client.get(page).status_code == 200
        found.append(list(statements))
    return found


def test_the_plan_of_ten_times_as_many_costs_as_many_questions_and_only_names_are_read_from_the_staged_rows(
    client: FlaskClient, people: Cast, tmp_path: Path, count_queries: Count
) -> None:
    sign_in(client, people.operator)
    few = asked(client, count_queries, academy(tmp_path / "few", 2, 3))
    many = asked(client, count_queries, academy(tmp_path / "many", 20, 30))
    assert [len(page) for page in many] == [len(page) for page in few]
    read = [len([statement for statement in page if "staged_" in statement]) for page in many]
    assert read == [0, 0, 1]
