"""'Mes données et la bascule' and the help page, drawn from the one table (DATA-1, DATA-3, DATA-4, LAW-4)."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, date, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import clock
from app.db import db
from app.fates import Fate, Preset, Space, kind_called, lines
from app.gate.windows import Bound, WindowKind
from app.home import actions as own
from app.home.data.dates import SchoolDates, soonest, when
from app.home.data.lines import lines as told
from tests.browser.conftest import window
from tests.people import Cast, cast
from tests.signing import send, sign_in

COLLEGE = SchoolDates(
    name="Collège", preset=Preset.SECONDARY, maintenance=datetime(2026, 7, 15, 18, tzinfo=UTC),
    last_day=date(2026, 7, 4), zone="Europe/Paris",
)  # fmt: skip
PRIMARY = SchoolDates(
    name="École", preset=Preset.PRIMARY, maintenance=None, last_day=date(2026, 7, 4), zone="Europe/Paris"
)


@pytest.fixture
def people(app: Flask) -> Cast:
    return cast(app)


def test_lines_stand_under_what_becomes_of_them_what_goes_first() -> None:
    counts = {
        ("message-inbox", Space.NONE): 12,
        ("message-filed", Space.NONE): 3,
        ("article", Space.CLASS): 5,
        ("article", Space.SCHOOL): 1,
        ("media", Space.PERSONAL): 0,
    }
    found = told(counts, COLLEGE)
    assert list(found) == [Fate.DELETED, Fate.ARCHIVED, Fate.KEPT]
    assert [(line.kind.key, line.space, line.count) for line in found[Fate.ARCHIVED]] == [("article", Space.CLASS, 5)]
    assert {line.kind.key for line in found[Fate.KEPT]} == {"message-filed", "article"}
    primary = told(counts, PRIMARY)
    assert list(primary) == [Fate.RECOVERABLE, Fate.KEPT]


def test_the_date_is_the_announced_one() -> None:
    """CAL-2 for secondary, CAL-10 for primary."""
    goes = kind_called("message-inbox").fate(Preset.SECONDARY)
    assert "mercredi 15 juillet 2026 à 20\u00a0h" in str(when(goes, COLLEGE))
    later = SchoolDates(name="x", preset=Preset.SECONDARY, maintenance=None, last_day=date(2026, 7, 4), zone="UTC")
    assert "samedi 4 juillet 2026" in str(when(goes, later))
    assert when(kind_called("bookmark").fate(Preset.SECONDARY), COLLEGE) is None
    assert "nouvelles classes" in str(when(kind_called("liaison").fate(Preset.PRIMARY), PRIMARY))
    assert soonest([later, COLLEGE])[0] == COLLEGE


def test_my_page_counts_what_is_mine_with_the_date_of_the_maintenance(client: FlaskClient, people: Cast) -> None:
    shut, opens = datetime(2030, 7, 15, 18, tzinfo=UTC), datetime(2030, 7, 17, 16, tzinfo=UTC)
    window(WindowKind.MAINTENANCE, frozenset(), Bound(instant=shut), Bound(instant=opens))
    own.add_bookmark(people.teacher.id, title="Carte", address="/espace")
    db.session.commit()
    sign_in(client, people.teacher)
    page = client.get("/espace/mes-donnees").text
    assert "favoris" in page
    assert "Est conservé" in page
    other = client.application.test_client()
    sign_in(other, people.guest)
    assert "Rien n’est enregistré" in other.get("/espace/mes-donnees").text


@pytest.mark.both_databases
def test_everything_that_is_mine_is_a_zip_that_opens(client: FlaskClient, people: Cast) -> None:
    own.add_bookmark(people.teacher.id, title="=Carte", address="/espace")
    now = clock.portal_now()
    own.add_event(people.teacher.id, title="Bilan", words="", place="", starts_at=now, ends_at=now)
    own.add_bookmark(people.staff.id, title="Secret", address="/secret")
    db.session.commit()
    sign_in(client, people.teacher)
    answer = send(client, "/espace/mes-donnees/archive", page="/espace/mes-donnees")
    assert answer.mimetype == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        assert {"personnel/favoris.csv", "personnel/agenda-personnel.csv"} <= set(names)
        marks = archive.read("personnel/favoris.csv").decode("utf-8-sig")
        every = b"".join(archive.read(name) for name in names)
    answer.close()
    assert "'=Carte" in marks
    assert b"Secret" not in every


def test_the_help_page_is_public_and_says_every_line_of_the_table(client: FlaskClient, people: Cast) -> None:
    page = client.get("/aide/mes-donnees")
    assert page.status_code == 200
    assert people.teacher.last_name not in page.text
    assert page.text.count('<th scope="row">') == sum(1 for preset in Preset for _ in lines(preset))


def test_the_help_page_says_for_how_many_years_a_diary_is_kept(
    app: Flask, client: FlaskClient, people: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """LAW-2: five by default, a setting."""
    assert "garde l’archive 5 ans" in client.get("/aide/mes-donnees").text
    monkeypatch.setitem(vars(app.extensions["settings"])["_values"], "archive_years", 8)
    assert "garde l’archive 8 ans" in client.get("/aide/mes-donnees").text


def test_the_help_page_reads_no_row_of_anybodys(client: FlaskClient, people: Cast) -> None:
    sign_in(client, people.teacher)
    assert "person_name" not in client.get("/aide/mes-donnees").text
    assert client.get("/en/aide/mes-donnees").status_code == 200
