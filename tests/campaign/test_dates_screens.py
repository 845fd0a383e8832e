"""The calendar's screens: a campaign in one form, dates with their consequences, operations noted by who did them (CHECK-3)."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient, FlaskCliRunner
from icalendar import Calendar
from sqlalchemy import select

from app.campaign.models import Campaign
from app.db import db
from tests.campaign.test_dates import make, row, windows
from tests.gate.stage import families_window, set_time
from tests.people import Cast, cast
from tests.signing import send, sign_in

SPRING = datetime(2026, 5, 4, 8, tzinfo=UTC)
NEW = "/administration/campagnes/nouvelle"
FILLED = {
    "preset": "present",
    "who": "kind",
    "last_day": "2026-07-04",
    "holidays": "2026-07-05",
    "teachers": "2026-08-31",
    "first_day": "2026-09-01",
}


@pytest.fixture
def people(sqlite_app: Flask) -> Cast:
    made = cast(sqlite_app)
    set_time(SPRING)
    return made


@pytest.fixture
def client(sqlite_app: Flask) -> FlaskClient:
    return sqlite_app.test_client()


@pytest.fixture
def operator(client: FlaskClient, people: Cast) -> FlaskClient:
    sign_in(client, people.operator)
    return client


def page(campaign: Campaign, key: str) -> str:
    return f"/administration/campagnes/{campaign.id}/evenements/{row(campaign, key).id}"


def dates(campaign: Campaign, key: str, **other: str) -> dict[str, Any]:
    found = row(campaign, key)
    days = {name: day.isoformat() if (day := getattr(found, name)) else "" for name in ("earliest", "latest")}
    return {"version": found.version, **days, **other}


def test_a_campaign_is_read_before_it_is_made(operator: FlaskClient, people: Cast) -> None:
    """CAL-4: one form; the first look writes nothing."""
    looked = send(operator, NEW, {**FILLED, "do": "look"})
    assert looked.status_code == 200
    assert "Il conduit un établissement." in looked.text
    assert "dimanche 12 juillet 2026 à 20" in looked.text
    assert db.session.scalars(select(Campaign)).all() == []
    assert windows("maintenance") == []
    made = send(operator, NEW, {**FILLED, "do": "create"})
    assert made.status_code == 303
    (campaign,) = db.session.scalars(select(Campaign)).all()
    assert made.location.endswith(f"/administration/campagnes/{campaign.id}/calendrier")
    assert len(windows("maintenance")) == 2


def test_closings_that_stand_already_are_told_and_stay(operator: FlaskClient) -> None:
    """GATE-2: windows add up; nobody enters earlier because a campaign was made."""
    families_window(end=date(2026, 9, 1))
    looked = send(operator, NEW, {**FILLED, "do": "look"})
    assert "Ces fermetures existent déjà." in looked.text
    send(operator, NEW, {**FILLED, "do": "create", "two_approve": "y"})
    assert len(windows("profiles")) == 2
    assert db.session.scalar(select(Campaign.two_approve)) is True


def test_the_form_starts_with_the_days_that_the_project_knows(operator: FlaskClient) -> None:
    """CAL-12."""
    text = operator.get(NEW).text
    assert 'value="2026-09-01"' in text
    assert 'value="2026-07-04"' in text


def test_chosen_schools_are_named_by_their_uai(operator: FlaskClient, people: Cast) -> None:
    unknown = send(operator, NEW, {**FILLED, "who": "chosen", "schools": "9999999X", "do": "look"})
    assert unknown.status_code == 422
    assert "9999999X" in unknown.text
    made = send(operator, NEW, {**FILLED, "who": "chosen", "schools": people.college.uai.lower(), "do": "create"})
    assert made.status_code == 303


def test_days_that_do_not_hold_together_are_told_beside_their_fields(operator: FlaskClient) -> None:
    answer = send(operator, NEW, {**FILLED, "last_day": "2026-09-08", "first_day": "le premier", "do": "look"})
    assert answer.status_code == 422
    assert "le premier" in answer.text
    answer = send(operator, NEW, {**FILLED, "last_day": "2026-09-08", "do": "look"})
    assert "L’année doit finir avant la rentrée." in answer.text


def test_a_school_in_two_campaigns_is_refused_with_the_way_on(operator: FlaskClient, people: Cast) -> None:
    make()
    answer = send(operator, NEW, {**FILLED, "preset": "vienne-2024", "do": "look"})
    assert answer.status_code == 422
    assert people.college.uai in answer.text


def test_what_a_date_brings_is_shown_before_it_is_saved(operator: FlaskClient) -> None:
    """CAL-1, CAL-12: what moves, which rule is broken."""
    campaign = make()
    typed = {"day": "2026-09-03", "hour": "08:00"}
    looked = send(operator, page(campaign, "first-day"), {**dates(campaign, "first-day", **typed), "do": "look"})
    assert looked.status_code == 200
    assert "Se déplace aussi" in looked.text
    assert "jeudi 27 août 2026 à 20" in looked.text
    assert row(campaign, "first-day").at == datetime(2026, 9, 1, 6, tzinfo=UTC)
    saved = send(operator, page(campaign, "first-day"), {**dates(campaign, "first-day", **typed), "do": "save"})
    assert saved.status_code == 303
    db.session.expire_all()
    assert row(campaign, "first-day").at == datetime(2026, 9, 3, 6, tzinfo=UTC)
    assert windows("profiles")[0].end_at == datetime(2026, 9, 3, 6, tzinfo=UTC)


def test_a_broken_rule_is_named_and_may_be_chosen_all_the_same(operator: FlaskClient) -> None:
    campaign = make()
    typed = {"day": "2026-07-01", "hour": "20:00", "end_day": "2026-07-02", "end_hour": "08:00"}
    looked = send(operator, page(campaign, "step-4"), {**dates(campaign, "step-4", **typed), "do": "look"})
    assert "avant l’étape 3" in looked.text
    assert "Enregistrer quand même" in looked.text


def test_a_change_without_consequences_is_saved_at_once(operator: FlaskClient) -> None:
    campaign = make()
    answer = send(
        operator, page(campaign, "guide"), {**dates(campaign, "guide"), "earliest": "2026-08-26", "do": "look"}
    )
    assert answer.status_code == 303
    db.session.expire_all()
    assert row(campaign, "guide").earliest == date(2026, 8, 26)


def test_a_window_whose_hour_is_empty_is_whole_days(operator: FlaskClient) -> None:
    """GATE-3."""
    campaign = make()
    typed = {"day": "2026-08-10", "hour": "", "end_day": "2026-09-02", "end_hour": ""}
    send(operator, page(campaign, "families"), {**dates(campaign, "families", **typed), "do": "save"})
    (window,) = windows("profiles")
    assert (window.start_day, window.end_day) == (date(2026, 8, 10), date(2026, 9, 2))
    assert 'value="2026-09-02"' in operator.get(page(campaign, "families")).text


def test_wrong_dates_stand_beside_their_field_and_nothing_is_lost(operator: FlaskClient) -> None:
    campaign = make()
    typed = {"day": "2026-04-01", "hour": "20:00", "end_day": "2026-07-02", "end_hour": "08:00"}
    answer = send(operator, page(campaign, "steps-1-3"), {**dates(campaign, "steps-1-3", **typed), "do": "look"})
    assert answer.status_code == 422
    assert "Choisissez une date à venir" in answer.text
    assert 'value="2026-04-01"' in answer.text


def test_somebody_else_was_quicker(operator: FlaskClient) -> None:
    campaign = make()
    typed = dates(campaign, "guide", earliest="2026-08-26") | {"version": "0", "do": "save"}
    answer = send(operator, page(campaign, "guide"), typed)
    assert answer.status_code == 422
    assert "Quelqu’un d’autre" in answer.text
    assert 'value="2026-08-26"' in answer.text


def test_an_operation_is_noted_with_who_and_when(operator: FlaskClient, people: Cast) -> None:
    """CHECK-3."""
    campaign = make("vienne-2024")
    found = row(campaign, "koxo-cleaned")
    sent = {"state": "done", "note": "Par le département", "version": found.version, "do": "note"}
    assert send(operator, page(campaign, "koxo-cleaned"), sent).status_code == 303
    text = operator.get(page(campaign, "koxo-cleaned")).text
    assert "Par le département" in text
    assert people.operator.name in text


def test_the_owner_reads_and_notes_but_moves_no_date(client: FlaskClient, people: Cast) -> None:
    campaign = make()
    sign_in(client, people.owner)
    text = client.get(page(campaign, "steps-1-3")).text
    assert "Changer la date" not in text
    assert client.get(NEW).status_code == 404
    sent = dates(campaign, "guide", earliest="2026-08-26") | {"do": "save"}
    assert send(client, page(campaign, "guide"), sent).status_code == 404


def test_what_waits_is_launched_or_dropped_after_a_typed_word(operator: FlaskClient) -> None:
    """G18."""
    campaign = make()
    url = page(campaign, "families") + "/decider"
    wrong = send(operator, url, {"do": "drop", "word": "oui"}, page=f"{url}?do=drop")
    assert wrong.status_code == 422
    done = send(operator, url, {"do": "drop", "word": "Retirer", "reason": "Autre choix"}, page=f"{url}?do=drop")
    assert done.status_code == 303
    assert windows("profiles") == []
    refused = send(
        operator, page(campaign, "steps-1-3") + "/decider", {"do": "launch", "word": "lancer"}, page=f"{url}?do=drop"
    )
    assert refused.status_code == 409
    assert "plan approuvé" in refused.text


def test_a_campaign_ends_after_a_typed_word(operator: FlaskClient) -> None:
    campaign = make()
    url = f"/administration/campagnes/{campaign.id}/fin"
    assert send(operator, url, {"word": "terminer"}).status_code == 303
    assert windows("maintenance") == []
    assert "terminée" in operator.get(f"/administration/campagnes/{campaign.id}/calendrier").text


def test_the_calendar_goes_into_a_calendar_program(operator: FlaskClient) -> None:
    """Instants in UTC; days inclusive, so that the end of an all-day event is the next morning; a UID that stays."""
    campaign = make()
    found = Calendar.from_ical(operator.get(f"/administration/campagnes/{campaign.id}/calendrier.ics").data)
    events = {str(one["uid"]).split("@")[0]: one for one in found.walk("VEVENT")}
    steps = events[f"campaign-{campaign.id}-steps-1-3"]
    assert steps["dtstart"].dt == datetime(2026, 7, 12, 18, tzinfo=UTC)
    assert steps["dtend"].dt == datetime(2026, 7, 16, 6, tzinfo=UTC)
    guide = events[f"campaign-{campaign.id}-guide"]
    assert (guide["dtstart"].dt, guide["dtend"].dt) == (date(2026, 8, 25), date(2026, 9, 1))
    assert str(guide["summary"]) == "Le guide de rentrée est publié"


def test_a_head_notes_the_schools_part_and_no_other_schools(client: FlaskClient, people: Cast) -> None:
    """CHECK-3: by who did it; another school answers 404."""
    campaign = make("vienne-2024")
    sign_in(client, people.head)
    url = f"/administration/ecole/{people.college.uai}/campagne"
    text = client.get(url).text
    assert "Espaces « salle des profs »" in text
    cleaned = row(campaign, "staff-room-cleaned")
    assert send(client, url, {"event": cleaned.id, "state": "done", "note": "Fait"}).status_code == 303
    text = client.get(url).text
    assert people.head.name in text
    assert send(client, url, {"event": row(campaign, "koxo-cleaned").id, "state": "done"}, page=url).status_code == 404
    assert client.get(f"/administration/ecole/{people.primary.uai}/campagne").status_code == 404


def test_a_school_without_a_campaign_is_told_so(client: FlaskClient, people: Cast) -> None:
    sign_in(client, people.head)
    text = client.get(f"/administration/ecole/{people.college.uai}/campagne").text
    assert "Aucune campagne ne conduit encore cet établissement." in text


def test_the_page_of_another_campaigns_event_does_not_exist(operator: FlaskClient) -> None:
    one, other = make(), make("primary-2018")
    number = row(other, "onde").id
    assert operator.get(f"/administration/campagnes/{one.id}/evenements/{number}").status_code == 404
    assert operator.get("/administration/campagnes/999/calendrier").status_code == 404


# The command -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def runner(sqlite_app: Flask) -> FlaskCliRunner:
    return sqlite_app.test_cli_runner()


def test_the_command_makes_a_campaign_and_prints_its_number(people: Cast, runner: FlaskCliRunner) -> None:
    done = runner.invoke(args=["campaign", "create", "--preset", "present", "--year", "2026", "--json"])
    assert done.exit_code == 0, done.output
    (campaign,) = db.session.scalars(select(Campaign)).all()
    assert json.loads(done.stdout) == {"campaign": campaign.id}
    again = runner.invoke(args=["campaign", "create", "--preset", "present", "--year", "2026", "--json"])
    assert again.exit_code == 3
    assert people.college.uai in json.loads(again.stderr)["error"]


def test_the_command_takes_schools_by_name(people: Cast, runner: FlaskCliRunner) -> None:
    args = [
        "campaign",
        "create",
        "--preset",
        "primary-2018",
        "--year",
        "2026",
        "--school",
        people.primary.uai,
        "--json",
    ]
    assert runner.invoke(args=args).exit_code == 0


@pytest.mark.parametrize(
    ("args", "code"),
    [
        (["--preset", "tomorrow", "--year", "2026"], 2),
        (["--preset", "present", "--year", "2031"], 3),
        (["--preset", "present", "--year", "2026", "--school", "0000000X"], 3),
    ],
)
def test_the_command_refuses_with_a_reason(people: Cast, runner: FlaskCliRunner, args: list[str], code: int) -> None:
    done = runner.invoke(args=["campaign", "create", *args, "--json"])
    assert done.exit_code == code
    assert json.loads(done.stderr)["error"]


def test_an_administrator_of_the_school_has_the_page_too(client: FlaskClient, people: Cast) -> None:
    sign_in(client, people.school_admin)
    assert client.get(f"/administration/ecole/{people.college.uai}/campagne").status_code == 200
