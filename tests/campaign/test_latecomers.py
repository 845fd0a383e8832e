"""Administrators learn in time what came into the trash only days before its purge (S1-2)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, select

from app.accounts.models import Account
from app.campaign.firing.jobs import fire_due
from app.campaign.models import Campaign
from app.content.models import Section
from app.db import db
from app.directory.models import RoleGrant
from app.messaging.models import Message, MessageCopy, MessagingChoice
from app.notifications.models import OutboxMessage
from tests.campaign.test_dates import make
from tests.content.rows import make_section
from tests.people import Cast, cast

PURGE = datetime(2026, 7, 12, 18, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def people(app: Flask) -> Cast:
    return cast(app)


@pytest.fixture
def campaign(people: Cast) -> Campaign:
    return make()


@pytest.fixture
def administrator(people: Cast) -> int:
    return people.school_admin.id


def thrown(school_id: int, title: str, at: datetime) -> Section:
    made = make_section(school_id, title, slug=title.lower(), trashed_at=at, trash_reason="hand")
    db.session.commit()
    return made


def told() -> list[tuple[int, Message]]:
    query = (
        select(MessageCopy.owner_id, Message)
        .join(Message, Message.id == MessageCopy.message_id)
        .where(Message.sent_by_step == 1)
        .order_by(Message.id)
    )
    return [(owner, message) for owner, message in db.session.execute(query)]


def test_three_days_before_the_purge_administrators_get_the_list_and_the_link_once(
    people: Cast, campaign: Campaign, administrator: int
) -> None:
    """S1-2: those days old only, of their own school, with the page on which each is restored."""
    thrown(people.college.id, "Voyage", PURGE - 5 * DAY)
    thrown(people.college.id, "Ancienne", PURGE - 30 * DAY)
    thrown(people.primary.id, "Ailleurs", PURGE - 5 * DAY)
    fire_due(PURGE - 3 * DAY - timedelta(minutes=1))
    assert told() == []
    for _look in range(3):
        fire_due(PURGE - 3 * DAY)
    ((owner, message),) = told()
    assert owner == administrator
    assert "Voyage" in message.source
    assert "Ancienne" not in message.source
    assert "Ailleurs" not in message.source
    assert f"/{people.college.uai}/corbeille" in message.source
    assert "dimanche 12 juillet 2026 à 20\u00a0h" in message.source
    assert message.school_id == people.college.id


def test_the_day_before_they_are_told_of_what_came_since_and_only_of_that(
    people: Cast, campaign: Campaign, administrator: int
) -> None:
    """S1-2: twice at most, and nothing where nothing came."""
    thrown(people.college.id, "Voyage", PURGE - 5 * DAY)
    fire_due(PURGE - 3 * DAY)
    fire_due(PURGE - DAY)
    assert len(told()) == 1
    thrown(people.college.id, "Chorale", PURGE - 2 * DAY)
    fire_due(PURGE - DAY)
    fire_due(PURGE - timedelta(hours=3))
    (_first, (_owner, second)) = told()
    assert "Chorale" in second.source
    assert "Voyage" not in second.source


def test_who_wants_e_mails_gets_one_without_a_title_in_it(people: Cast, campaign: Campaign, administrator: int) -> None:
    """S1-2, PORTAL-21: by the usual outbox."""
    account = db.session.scalars(select(Account).where(Account.person_id == administrator)).one()
    account.email, account.email_proved_at = "aude@exemple.test", PURGE - 90 * DAY
    db.session.add(MessagingChoice(person_id=administrator, notify=True))
    thrown(people.college.id, "Voyage", PURGE - 5 * DAY)
    fire_due(PURGE - 2 * DAY)
    mail = db.session.scalars(select(OutboxMessage)).one()
    assert mail.address == "aude@exemple.test"
    assert "Voyage" not in mail.subject + mail.body


def test_without_an_administrator_the_head_is_told(people: Cast, campaign: Campaign) -> None:
    """S1-2, CHECK-4: no step waits on one person."""
    db.session.execute(delete(RoleGrant).where(RoleGrant.person_id == people.school_admin.id))
    thrown(people.college.id, "Voyage", PURGE - 5 * DAY)
    fire_due(PURGE - 2 * DAY)
    assert {owner for owner, _message in told()} == {people.head.id}
