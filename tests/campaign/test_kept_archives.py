"""The archives of a school that has ended are read by the school that keeps them (FEED-7, G10)."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import clock
from app.audit.actions import COMMAND, Actor
from app.audit.models import AuditDetail, AuditLine
from app.db import db
from app.directory.models import School
from app.feeds.declaring.actions import Becomes, confirm, declare, withdraw
from app.feeds.declaring.kinds import Declared
from app.feeds.declaring.models import SchoolDeclaration
from app.files.models import Archive, Blob
from app.files.queries import path_of
from tests.builders import MADE
from tests.people import Cast, Someone, cast
from tests.signing import send, sign_in

#: The first moment of the day in the school's zone.
BEGINS = datetime(2026, 8, 30, 22, 0, tzinfo=UTC)


@pytest.fixture
def people(sqlite_app: Flask) -> Cast:
    return cast(sqlite_app)


def at(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    monkeypatch.setattr(clock, "portal_now", lambda: now)


def client_of(app: Flask, person: Someone) -> FlaskClient:
    db.session.commit()
    client = app.test_client()
    sign_in(client, person)
    return client


def archive(people: Cast) -> int:
    """A diary of the collège, whole on disk."""
    data = b"bundle"
    sha = hashlib.sha256(data).hexdigest()
    path_of(sha).parent.mkdir(parents=True, exist_ok=True)
    path_of(sha).write_bytes(data)
    db.session.add(Blob(sha256=sha, size=len(data), kind="application/zip", stored_at=MADE))
    db.session.flush()
    row = Archive(
        campaign_id=1, begins=2025, school_id=people.college.id, kind="diary", title="Cahier de textes 6A", sha256=sha,
        size=len(data), covers={}, made_at=MADE, verified_at=MADE, unit_id=0,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    return row.id


def merged(people: Cast, keeper: str) -> SchoolDeclaration:
    words = Becomes(
        site="", sections="Au successeur", trash="Vidée", archives="Cinq ans", keeper="La rectrice", keeper_uai=keeper
    )
    school = db.session.get_one(School, people.college.id)
    by = Actor(name="Première", person_id=people.operator.id)
    made = declare(
        school, Declared.MERGER, date(2026, 8, 31), [people.primary.uai], words, by=by, now=BEGINS - timedelta(days=60)
    )
    confirm(made, by=Actor(name="Seconde", person_id=people.head.id), now=BEGINS - timedelta(days=59))
    db.session.commit()
    return made


def test_the_keepers_administrators_read_them_from_the_day_on_and_it_is_noted(
    sqlite_app: Flask, people: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """FEED-7: not a minute before; each download stands in the journal with the keeper; taken back, nothing is there any more."""
    number = archive(people)
    made = merged(people, people.primary.uai)
    old = f"/administration/ecole/{people.college.uai}/archives"
    own = f"/administration/ecole/{people.primary.uai}/archives"
    at(monkeypatch, BEGINS - timedelta(minutes=1))
    head = client_of(sqlite_app, people.primary_head)
    assert head.get(old).status_code == 404
    assert "qui ont fermé" not in head.get(own).text
    at(monkeypatch, BEGINS)
    assert f'href="{old}"' in head.get(own).text
    page = head.get(old).text
    assert f"{people.primary.name} garde ses archives" in page
    assert f'/administration/ecole/{people.college.uai}"' not in page
    assert head.get(f"{old}/{number}/fichier").data == b"bundle"
    line = db.session.query(AuditLine).filter(AuditLine.action == "archive.downloaded").one()
    assert (line.subject_id, line.school_id, line.actor_id) == (number, people.college.id, people.primary_head.id)
    detail = db.session.get_one(AuditDetail, line.number)
    assert detail.values["after"]["keeper"] == people.primary.id
    withdraw(made, by=COMMAND, now=BEGINS)
    db.session.commit()
    assert head.get(old).status_code == 404
    assert head.get(f"{old}/{number}/fichier").status_code == 404


def test_without_a_named_keeper_and_for_others_there_is_nothing(
    sqlite_app: Flask, people: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """FEED-7, G11: a successor that does not keep them, and a teacher of the keeper, find nothing; the school's own people still do."""
    number = archive(people)
    merged(people, "")
    at(monkeypatch, BEGINS)
    old = f"/administration/ecole/{people.college.uai}/archives"
    for who in (people.primary_head, people.teacher):
        client = client_of(sqlite_app, who)
        assert client.get(old).status_code == 404
        assert client.get(f"{old}/{number}/fichier").status_code == 404
        assert send(client, f"{old}/{number}/verification", page="/compte").status_code == 404
    assert client_of(sqlite_app, people.head).get(old).status_code == 200
