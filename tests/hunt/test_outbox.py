"""Random senders, refusals, lost replies, kills and people's decisions: no message ever leaves more often than somebody asked."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.audit.actions import COMMAND
from app.db import db
from app.notifications import actions, jobs
from app.notifications.models import OutboxMessage
from app.notifications.states import State, Verdict, standing
from tests.hunt.conftest import Hunt
from tests.notifications.post_office import PostOffice, open_post_office

BEGINS = datetime(2026, 8, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def office() -> Iterator[PostOffice]:
    with open_post_office() as opened:
        yield opened


@pytest.fixture
def more_settings(office: PostOffice) -> dict[str, str]:
    return {
        "BASCULE_SMTP_HOST": "127.0.0.1",
        "BASCULE_SMTP_PORT": str(office.port),
        "BASCULE_SMTP_STARTTLS": "0",
        "BASCULE_MAIL_FROM": "portail@exemple.test",
    }


def test_no_message_leaves_more_often_than_somebody_asked(sqlite_app: Flask, office: PostOffice, hunt: Hunt) -> None:
    for number in hunt.rounds():
        chance = random.Random(number)
        office.recipients.clear()
        office.mails.clear()
        db.session.query(OutboxMessage).delete()
        db.session.commit()
        asked: Counter[str] = Counter()
        now = BEGINS
        for _ in range(chance.randrange(5, 30)):
            now += timedelta(seconds=chance.choice((0, 30, 700, 40_000)))
            office.mood = chance.choice(("takes", "takes", "refuses", "busy", "refuses-text", "hangs-up"))
            chance.choice((_queue, _send, _send, _be_killed, _decide))(chance, now, asked)
        office.mood = "takes"
        for _ in range(20):
            now += timedelta(days=2)
            jobs.send_waiting(now)
        arrived = Counter(office.recipients)
        for address, times in arrived.items():
            assert times <= asked[address], f"{address} got {times} of {asked[address]}"
        shown = {m.key: standing(m.state, m.taken_at, m.error, now) for m in db.session.scalars(select(OutboxMessage))}
        assert State.WAITING not in shown.values()
        assert State.TAKEN not in shown.values()
        for key, state in shown.items():
            if state == State.SENT:
                assert arrived[key] >= 1 or asked[f"said {key}"]


def _queue(chance: random.Random, now: datetime, asked: Counter[str]) -> None:
    key = f"p{chance.randrange(6)}@exemple.test"
    if actions.queue("notice", key=key, address=key, subject="Avis", body="Bonjour", language="fr", now=now):
        asked[key] += 1
    db.session.commit()


def _send(chance: random.Random, now: datetime, asked: Counter[str]) -> None:
    jobs.send_waiting(now)


def _be_killed(chance: random.Random, now: datetime, asked: Counter[str]) -> None:
    """A sender takes a message and is gone."""
    waiting = db.session.scalars(select(OutboxMessage.id).where(OutboxMessage.state == State.WAITING)).all()
    if waiting:
        actions.take(chance.choice(waiting), now=now)
    db.session.commit()


def _decide(chance: random.Random, now: datetime, asked: Counter[str]) -> None:
    messages = db.session.scalars(select(OutboxMessage)).all()
    if not messages:
        return
    message, verdict = chance.choice(messages), chance.choice(list(Verdict))
    try:
        actions.decide(message.id, verdict, by=COMMAND, now=now, machine_now=now)
    except actions.MessageMoved:
        db.session.rollback()
        return
    if verdict == Verdict.RESEND:
        asked[message.key] += 1
    if verdict == Verdict.SENT:
        asked[f"said {message.key}"] += 1
    db.session.commit()
