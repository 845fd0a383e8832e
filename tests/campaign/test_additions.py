"""Events that operators add to a campaign's calendar, and take away again (CHECK-3, EXT-1 to EXT-5)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.audit.actions import COMMAND
from app.campaign.additions.actions import NotAdded, remove_event
from app.campaign.additions.outside import SYSTEMS
from app.campaign.calendar import State
from app.campaign.dates import actions as dates
from app.campaign.dates import queries
from app.campaign.models import CalendarEvent, Campaign
from app.db import db
from tests.campaign.test_dates import make, row
from tests.gate.stage import set_time
from tests.people import Cast, cast
from tests.signing import send, sign_in

SPRING = datetime(2026, 5, 4, 8, tzinfo=UTC)
MOODLE = {
    "title": "Vider les catégories de cours",
    "system": "EXT-1",
    "actor": "academy-it",
    "tracked": "yes",
    "earliest": "2026-07-20",
    "latest": "2026-07-24",
}


@pytest.fixture
def people(app: Flask) -> Cast:
    made = cast(app)
    set_time(SPRING)
    return made


@pytest.fixture
def campaign(people: Cast) -> Campaign:
    return make()


@pytest.fixture
def operator(client: FlaskClient, people: Cast) -> FlaskClient:
    sign_in(client, people.operator)
    return client


def new(campaign: Campaign) -> str:
    return f"/administration/campagnes/{campaign.id}/evenements/nouveau"


def added(client: FlaskClient, campaign: Campaign, **other: str) -> CalendarEvent:
    assert send(client, new(campaign), MOODLE | other).status_code == 303
    found = select(CalendarEvent).where(CalendarEvent.campaign_id == campaign.id, CalendarEvent.key.like("own-%"))
    return db.session.scalars(found.order_by(CalendarEvent.id.desc())).first() or pytest.fail("nothing was added")


def test_an_operation_outside_the_portal_is_added_shown_reminded_of_and_noted(
    operator: FlaskClient, campaign: Campaign
) -> None:
    """CHECK-3, EXT-1: with actor, days and state, in the calendar and in the .ics of the campaign."""
    base = f"/administration/campagnes/{campaign.id}/calendrier"
    assert new(campaign) in operator.get(base).text
    made = added(operator, campaign)
    assert MOODLE["title"] in operator.get(base).text
    assert MOODLE["title"] in operator.get(f"{base}.ics").text.replace("\r\n ", "")
    page = operator.get(f"/administration/campagnes/{campaign.id}/evenements/{made.id}").text
    assert "Moodle" in page
    assert (made.earliest, made.latest) == (date(2026, 7, 20), date(2026, 7, 24))
    late = [one for one in queries.waiting(campaign.id, datetime(2026, 7, 25, tzinfo=UTC)) if one.event.id == made.id]
    assert [one.urgent for one in late] == [True]
    dates.note(made, State.DONE, "fait", version=made.version, by=COMMAND, now=SPRING)
    db.session.commit()
    assert queries.waiting(campaign.id, datetime(2026, 7, 25, tzinfo=UTC)) != late


def test_what_is_only_information_waits_for_nobody_and_passes_by_itself(
    operator: FlaskClient, campaign: Campaign
) -> None:
    made = added(operator, campaign, tracked="no", system="", title="Fête du collège", latest="")
    after = datetime(2026, 7, 25, tzinfo=UTC)
    assert made.kind == "information"
    assert made.details == {"own": True}
    assert all(one.event.id != made.id for one in queries.waiting(campaign.id, after + timedelta(days=90)))


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"title": " "}, "en quelques mots"),
        ({"title": "100 % fait"}, "en toutes lettres"),
        ({"system": "EXT-9"}, "un des systèmes"),
        ({"actor": "portal"}, "qui le fait"),
        ({"earliest": "", "latest": ""}, "au moins un jour"),
        ({"earliest": "2026-08-01"}, "après le début"),
    ],
)
def test_what_does_not_hold_together_is_refused_beside_its_field_and_kept(
    operator: FlaskClient, campaign: Campaign, wrong: dict[str, str], words: str
) -> None:
    answer = send(operator, new(campaign), MOODLE | wrong)
    assert answer.status_code == 422
    assert words in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert db.session.scalars(select(CalendarEvent).where(CalendarEvent.key.like("own-%"))).all() == []


def test_what_was_added_is_removed_after_a_typed_word_and_the_rest_never(
    operator: FlaskClient, campaign: Campaign, people: Cast
) -> None:
    made = added(operator, campaign, actor="school")
    dates.note_for_school(made, people.college.id, State.DONE, "", by=COMMAND, now=SPRING)
    db.session.commit()
    path = f"/administration/campagnes/{campaign.id}/evenements/{made.id}/supprimer"
    assert "noté disparaît aussi" in operator.get(path).text
    assert send(operator, path, {"word": "non"}).status_code == 422
    assert send(operator, path, {"word": "supprimer"}).status_code == 303
    assert operator.get(path).status_code == 404
    of_preset = row(campaign, "steps-1-3")
    assert (
        operator.get(f"/administration/campagnes/{campaign.id}/evenements/{of_preset.id}/supprimer").status_code == 404
    )
    with pytest.raises(NotAdded):
        remove_event(of_preset, by=COMMAND, now=SPRING)


def test_only_whoever_runs_the_campaign_adds_to_it(client: FlaskClient, campaign: Campaign, people: Cast) -> None:
    sign_in(client, people.owner)
    assert client.get(new(campaign)).status_code == 404
    assert set(SYSTEMS) == {"EXT-1", "EXT-2", "EXT-3", "EXT-4", "EXT-5", ""}
