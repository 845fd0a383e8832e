"""The imports' pages: operators see them, nobody else; rejects as a page and as CSV (FEED-6, S4-7)."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient, FlaskCliRunner

from app import clock
from app.audit.actions import COMMAND
from app.db import db
from app.feeds.applying.actions import give_up
from app.feeds.queries import import_by_id
from app.feeds.staging.loaders import StagingLost
from tests.feeds import deliveries as make
from tests.people import Cast, cast
from tests.signing import sign_in


@pytest.fixture
def people(app: Flask) -> Cast:
    return cast(app)


def imported(runner: FlaskCliRunner, tmp_path: Path) -> int:
    """A delivery with a reject and a link set aside, then one that is refused; the first one's number."""
    wrong = make.entry("=1+1", {"ENTPersonJointure": "=1+1", "ENTPersonStructRattach": "10"})
    folder = make.small(
        tmp_path / "d",
        students=[make.student("1", "<b>X</b>", adults=["77$10$1$1$1$1"], classes=["6A"]), wrong],
        staff=[],
    )
    done = runner.invoke(args=["feeds", "import", "aaf", str(folder), "--json"])
    assert done.exit_code == 0
    assert runner.invoke(args=["feeds", "import", "aaf", str(tmp_path / "d" / "nothing"), "--json"]).exit_code == 2
    (tmp_path / "empty").mkdir()
    assert runner.invoke(args=["feeds", "import", "aaf", str(tmp_path / "empty"), "--json"]).exit_code == 3
    return int(json.loads(done.stdout)["import"])


def test_nothing_imported_yet_says_how_it_comes(client: FlaskClient, people: Cast) -> None:
    sign_in(client, people.operator)
    page = client.get("/administration/imports")
    assert page.status_code == 200
    assert "Aucune livraison" in page.text


@pytest.mark.both_databases
def test_the_operator_reads_reports_and_rejects(
    client: FlaskClient, runner: FlaskCliRunner, people: Cast, tmp_path: Path
) -> None:
    number = imported(runner, tmp_path)
    sign_in(client, people.operator)
    found = client.get("/administration/imports").text
    assert "Appliqué" in found
    assert "Refusé" in found
    assert "2026-2027" in found
    report = client.get(f"/administration/imports/{number}").text
    assert "La fiche n’a pas de nom" in report
    assert "Le responsable « 77 » n’est pas dans la livraison" in report
    assert "lundi 24 août 2026" in report
    refused = client.get(f"/administration/imports/{number + 1}").text
    assert "Aucun fichier d’une livraison AAF" in refused
    assert client.get(f"/administration/imports/{number + 99}").status_code == 404


def test_a_report_never_says_that_nothing_changed_where_something_did(
    client: FlaskClient, runner: FlaskCliRunner, people: Cast, tmp_path: Path
) -> None:
    """G16: a delivery that lost its rows half way was begun."""
    number = imported(runner, tmp_path)
    made = import_by_id(number)
    give_up(made, StagingLost(number=number), by=COMMAND, now=clock.portal_now())
    db.session.commit()
    sign_in(client, people.operator)
    report = client.get(f"/administration/imports/{number}").text
    assert "ne sont plus là" in report
    assert "appliquée en partie" in report
    assert "Rien n’a été modifié" not in report


def test_the_rejects_are_a_csv_for_people_or_for_machines(
    client: FlaskClient, runner: FlaskCliRunner, people: Cast, tmp_path: Path
) -> None:
    number = imported(runner, tmp_path)
    sign_in(client, people.operator)
    answer = client.get(f"/administration/imports/{number}/rejets.csv")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="rejets-{number}.csv"'
    assert answer.text.startswith("\ufeffFichier;Identifiant;")
    assert "Eleve;'=1+1;Collège Jean Moulin;la fiche;La fiche n’a pas de nom." in answer.text
    assert (
        "Eleve,=1+1,Collège Jean Moulin,la fiche,"
        in client.get(f"/administration/imports/{number}/rejets.csv?for=machines").text
    )


def test_nobody_else_sees_the_imports(
    client: FlaskClient, runner: FlaskCliRunner, people: Cast, tmp_path: Path
) -> None:
    number = imported(runner, tmp_path)
    for who in (people.owner, people.head, people.school_admin, people.teacher, people.guardian):
        sign_in(client, who)
        for path in ("", f"/{number}", f"/{number}/rejets.csv"):
            assert client.get(f"/administration/imports{path}").status_code == 404


def test_a_page_of_imports_costs_the_same_however_many_there_are(
    client: FlaskClient, runner: FlaskCliRunner, people: Cast, tmp_path: Path, count_queries: Callable
) -> None:
    imported(runner, tmp_path)
    sign_in(client, people.operator)
    client.get("/administration/imports")
    with count_queries() as few:
        client.get("/administration/imports")
    for number in range(3):
        folder = make.small(tmp_path / f"more{number}")
        runner.invoke(args=["feeds", "import", "aaf", str(folder), "--json"])
    client.get("/administration/imports")
    with count_queries() as more:
        client.get("/administration/imports")
    assert len(more) == len(few)
