"""What is declared of a school is settled before step 1 (FEED-7, G1, CHECK-3)."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask

from app.audit.actions import COMMAND, Actor
from app.campaign.models import Campaign, CampaignSchool
from app.campaign.overview.attention import Place
from app.campaign.overview.queries import needs, standings
from app.campaign.planning.actions import approve, make_plan
from app.campaign.problems import DeclarationsWaiting
from app.campaign.running.models import Approval, Plan
from app.db import db
from app.directory.models import School
from app.feeds.declaring.actions import Becomes, confirm, declare, withdraw
from app.feeds.declaring.kinds import Declared
from app.feeds.declaring.models import SchoolDeclaration
from tests.builders import MADE
from tests.people import Cast, cast
from tests.signing import sign_in

NOW = MADE
WORDS = Becomes(site="", sections="Au successeur", trash="Vidée", archives="Cinq ans", keeper="La rectrice")


@pytest.fixture
def people(app: Flask) -> Cast:
    return cast(app)


def campaign_of(people: Cast) -> Campaign:
    """A campaign of both schools, towards 2026-2027."""
    made = Campaign(title="Bascule", year=2026, preset="secondary-2021", state="active", created_at=NOW)
    db.session.add(made)
    db.session.flush()
    db.session.add_all(
        CampaignSchool(campaign_id=made.id, school_id=one.id) for one in (people.college, people.primary)
    )
    db.session.flush()
    return made


def declared(people: Cast, day: date = date(2026, 8, 31), words: Becomes = WORDS) -> SchoolDeclaration:
    school = db.session.get_one(School, people.college.id)
    by = Actor(name="Première", person_id=people.operator.id)
    return declare(school, Declared.MERGER, day, [people.primary.uai], words, by=by, now=NOW)


def word(people: Cast, plan: Plan) -> list[Approval]:
    return approve([plan], by_id=people.operator.id, login=people.operator.login, by=COMMAND, now=NOW)


def named(campaign: Campaign) -> list[int]:
    """The declarations that the campaign's page names."""
    found = needs(campaign, standings(campaign.id), NOW)
    return [item.number for item in found if item.place == Place.DECLARATION]


def test_step_1_is_approved_once_what_is_declared_is_confirmed_or_withdrawn(people: Cast) -> None:
    """FEED-7, G1: the plan says so, the page names it, the word is refused; the other steps go on being read and approved."""
    campaign = campaign_of(people)
    made = declared(people)
    plan, later = make_plan(campaign, 1, by=COMMAND, now=NOW), make_plan(campaign, 2, by=COMMAND, now=NOW)
    assert [one["school"] for one in plan.warnings] == [people.college.id]
    assert named(campaign) == [made.id]
    with pytest.raises(DeclarationsWaiting) as refused:
        word(people, plan)
    assert people.college.name in str(refused.value.words)
    assert len(word(people, later)) == 1
    confirm(made, by=Actor(name="Seconde", person_id=people.head.id), now=NOW)
    assert named(campaign) == []
    assert make_plan(campaign, 1, school_id=people.primary.id, by=COMMAND, now=NOW).warnings == []
    assert len(word(people, plan)) == 1


def test_another_schools_declaration_and_one_of_a_later_year_stop_nothing(people: Cast) -> None:
    """FEED-7: only what concerns the plan's schools and the year to which the campaign leads."""
    campaign = campaign_of(people)
    made = declared(people)
    alone = make_plan(campaign, 1, school_id=people.primary.id, by=COMMAND, now=NOW)
    assert len(word(people, alone)) == 1
    withdraw(made, by=COMMAND, now=NOW)
    declared(people, day=date(2027, 8, 31))
    assert named(campaign) == []
    assert len(word(people, make_plan(campaign, 1, by=COMMAND, now=NOW))) == 1


def test_an_end_without_its_words_is_listed_and_stops_nothing(people: Cast) -> None:
    """FEED-7: two people have confirmed it; what is missing is told."""
    campaign = campaign_of(people)
    made = declared(people, words=Becomes(site="", sections="", trash=" ", archives="", keeper=""))
    confirm(made, by=Actor(name="Seconde", person_id=people.head.id), now=NOW)
    plan = make_plan(campaign, 1, by=COMMAND, now=NOW)
    assert named(campaign) == [made.id]
    assert [one["school"] for one in plan.warnings] == [people.college.id]
    assert len(word(people, plan)) == 1


def test_the_campaigns_page_leads_whoever_may_to_the_declaration(sqlite_app: Flask) -> None:
    """CHECK-3: the operator to the declaration, the owner, who confirms nothing, to the step."""
    people = cast(sqlite_app)
    campaign, made = campaign_of(people).id, declared(people).id
    db.session.commit()
    page = f"/administration/campagnes/{campaign}"
    client = sqlite_app.test_client()
    sign_in(client, people.operator)
    text = client.get(page).text
    assert "attend un second exploitant, avant l’étape 1" in text
    assert f'href="/administration/declarations/{made}"' in text
    sign_in(client, people.owner)
    text = client.get(page).text
    assert "attend un second exploitant, avant l’étape 1" in text
    assert "/administration/declarations/" not in text
