"""One's own card to take along, and mails that are not queued any more (LAW-4, KIN-2, GATE-13, ACCT-8)."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest
from flask import Flask
from sqlalchemy import select

from app.db import db
from app.directory.models import Person
from app.directory.rollover import takeaway
from app.notifications.actions import message_row, queue_all
from app.notifications.models import OutboxMessage
from tests.people import Cast, cast

JUNE, SEPTEMBER = datetime(2026, 6, 15, 9, tzinfo=UTC), datetime(2026, 9, 7, 9, tzinfo=UTC)


@pytest.fixture
def people(app: Flask) -> Cast:
    return cast(app)


def files(person_id: int, now: datetime) -> dict[str, bytes]:
    return {name: content for name, content in takeaway(person_id, now) if isinstance(content, bytes)}


def test_everybody_takes_their_own_card_and_nobody_elses(people: Cast) -> None:
    """LAW-4, KIN-2: a spreadsheet takes no name for a formula."""
    alice = db.session.get_one(Person, people.guardian.id)
    alice.mobile_phone, alice.town = "06 12 34 56 78", "=1+1"
    db.session.get_one(Person, people.other_guardian.id).mobile_phone = "06 99 99 99 99"
    db.session.commit()
    found = files(people.guardian.id, JUNE)
    card = json.loads(found["annuaire/ma-fiche.json"])
    assert card["affiché"] == people.guardian.name
    assert card["téléphone mobile"] == "06 12 34 56 78"
    assert len(card["établissements"]) == 2
    text = found["annuaire/ma-fiche.csv"].decode("utf-8-sig")
    assert "commune;'=1+1" in text
    for other in ("06 99 99 99 99", people.other_guardian.first_name, people.student.first_name):
        assert other not in text
    assert files(999_999, JUNE) == {}


def test_the_coming_years_class_is_in_no_file_before_its_first_day(people: Cast) -> None:
    """GATE-13."""
    told = {
        now: json.loads(files(people.student.id, now)["annuaire/ma-fiche.json"])["classes"] for now in (JUNE, SEPTEMBER)
    }
    assert [one[-2:] for one in told[JUNE]] == ["6A"]
    assert [one[-2:] for one in told[SEPTEMBER]] == ["6A", "5A"]


def test_no_automatic_mail_is_queued_for_the_dead(people: Cast) -> None:
    """ACCT-8; what somebody asked for themselves is no automatic message."""
    db.session.get_one(Person, people.mover.id).died_on = date(2026, 6, 1)
    db.session.commit()
    readers = (people.mover, people.movers_guardian, people.guardian)
    rows = [
        message_row(
            kind,
            key=f"{kind}:{reader.id}",
            address=reader.email,
            subject="Un message",
            body="Un message vous attend.",
            language="fr",
            person_id=reader.id,
            now=JUNE,
        )
        for reader in readers
        for kind in ("notice", "reset")
    ]
    assert queue_all(rows) == 4
    told = select(OutboxMessage.person_id).where(OutboxMessage.kind == "notice")
    assert db.session.scalars(told).all() == [people.guardian.id]
