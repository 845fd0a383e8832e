"""What automatic events do when their instant comes: once, in time or late, in two workers at once (CAL-6 to CAL-8, CAL-11, G18)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.audit.actions import COMMAND
from app.audit.queries import history
from app.campaign.calendar import State
from app.campaign.dates import actions as dates
from app.campaign.dates import queries
from app.campaign.dates.problems import NotWaiting
from app.campaign.firing import actions
from app.campaign.firing.jobs import fire_due
from app.campaign.letters import letter
from app.campaign.models import CalendarEvent, Campaign
from app.campaign.planning.actions import approve, make_plan
from app.campaign.running.models import Plan, Run, RunPart
from app.campaign.working.jobs import run_to_end
from app.db import db
from app.directory.groups.models import FreeGroup, FreeGroupMember
from app.directory.models import School, SchoolClass
from app.feeds.pauses.queries import paused
from app.feeds.reasons import unpack
from app.messaging.models import Message, MessageCopy
from app.profiles import Profile, Role
from tests.builders import affiliate, give_function, grant, make_person, make_school
from tests.campaign.test_dates import make, redate, row, windows
from tests.gate.stage import set_time
from tests.people import Cast, cast
from tests.signing import sign_in

STEPS_AT = datetime(2026, 7, 12, 18, tzinfo=UTC)


@pytest.fixture
def people(app: Flask) -> Cast:
    return cast(app)


@pytest.fixture
def campaign(people: Cast) -> Campaign:
    return make()


def messages() -> list[Message]:
    return list(db.session.scalars(select(Message).where(Message.author_id.is_(None)).order_by(Message.id)))


def readers_of(message: Message) -> set[int]:
    return set(db.session.scalars(select(MessageCopy.owner_id).where(MessageCopy.message_id == message.id)))


def test_a_notice_goes_to_administrators_school_life_and_teachers_of_the_schools_once(
    people: Cast, campaign: Campaign
) -> None:
    """CAL-6: not to families, not to another campaign's school; however often the worker looks."""
    cpe, elsewhere = make_person("Ali", "Sorel"), make_person("Rose", "Lune")
    college, primary = db.session.get_one(School, people.college.id), db.session.get_one(School, people.primary.id)
    affiliate(cpe, college, Profile.STAFF)
    give_function(cpe, college, "EDU")
    affiliate(elsewhere, primary, Profile.TEACHER)
    administrator = make_person("Aude", "Clef")
    grant(administrator, Role.SCHOOL_ADMIN, college)
    db.session.commit()
    at = datetime(2026, 6, 1, 7, tzinfo=UTC)
    assert fire_due(at - timedelta(seconds=1)) == 0
    assert messages() == []
    assert fire_due(at) == 1
    assert fire_due(at) == fire_due(at + timedelta(hours=1)) == 0
    (message,) = messages()
    readers = readers_of(message)
    assert {cpe.id, administrator.id, people.teacher.id} <= readers
    assert not {people.guardian.id, people.student.id, elsewhere.id} & readers
    assert message.school_id == college.id
    assert "12 juillet 2026" in message.source
    assert "16 juillet 2026" in message.source


def test_a_notice_names_no_class_of_anybody(people: Cast, campaign: Campaign) -> None:
    """GATE-8."""
    fire_due(datetime(2026, 8, 29, 12, tzinfo=UTC))
    codes = set(db.session.scalars(select(SchoolClass.code)))
    told = " ".join(message.subject + message.source for message in messages())
    assert told
    assert not [code for code in codes if code in told]


def test_a_late_message_is_caught_up_and_a_late_step_waits_for_a_click(campaign: Campaign) -> None:
    """G18: three days of downtime are not silent."""
    fire_due(datetime(2026, 7, 10, tzinfo=UTC))
    assert len(messages()) == 1
    assert fire_due(STEPS_AT + timedelta(days=3)) >= 1
    found = row(campaign, "steps-1-3")
    assert found.state == "late"
    assert found.fired_at is None
    assert db.session.scalars(select(Run)).all() == []
    waiting = queries.waiting(campaign.id, STEPS_AT + timedelta(days=3))
    assert waiting[0].event.key == "steps-1-3"
    assert waiting[0].urgent


def test_within_six_hours_a_step_is_not_late(people: Cast, campaign: Campaign) -> None:
    """G18's default: the boundary itself still fires."""
    approved(people, campaign)
    fire_due(STEPS_AT + timedelta(hours=6))
    assert row(campaign, "steps-1-3").state == "running"


def test_steps_without_an_approved_plan_wait_for_somebody_with_the_reason(campaign: Campaign) -> None:
    """G1: nothing is removed without an approval."""
    fire_due(STEPS_AT + timedelta(minutes=5))
    found = row(campaign, "steps-1-3")
    assert found.state == "late"
    assert "n’a pas de plan approuvé" in found.note
    assert db.session.scalar(select(func.count()).select_from(Run)) == 0


def approved(people: Cast, campaign: Campaign) -> None:
    now = datetime(2026, 7, 10, 8, tzinfo=UTC)
    plans = [make_plan(campaign, step, by=COMMAND, now=now) for step in (1, 2, 3)]
    approve(plans, by_id=people.operator.id, login="o", by=COMMAND, now=now)
    db.session.commit()


def test_the_steps_begin_when_the_grace_of_the_closing_is_over(people: Cast, campaign: Campaign) -> None:
    """G13: the window closes at 20:00, a late form is taken for two minutes, then the run begins."""
    approved(people, campaign)
    fire_due(STEPS_AT)
    assert row(campaign, "steps-1-3").state == "open"
    fire_due(STEPS_AT + timedelta(minutes=3))
    assert row(campaign, "steps-1-3").state == "running"
    assert [run.step for run in db.session.scalars(select(Run))] == [1]


def test_the_next_step_follows_when_one_is_through(people: Cast, campaign: Campaign) -> None:
    """CAL-2: steps follow one another in the same interruption; the event is done with the last."""
    approved(people, campaign)
    now = STEPS_AT + timedelta(minutes=3)
    for step in (1, 2, 3):
        fire_due(now)
        assert fire_due(now) == 0, "a step at work is not begun again"
        run = db.session.scalars(select(Run).order_by(Run.id.desc())).first()
        assert run is not None
        assert run.step == step
        finished(run)
    fire_due(now)
    assert row(campaign, "steps-1-3").state == "done"


def finished(run: Run) -> None:
    """As the engine leaves a run of which every part is done."""
    for part in db.session.scalars(select(RunPart).where(RunPart.run_id == run.id)):
        part.state = "done"
    run.state = "done"
    db.session.commit()


def test_a_person_launches_what_waits(people: Cast, campaign: Campaign) -> None:
    """G18: a click, once."""
    fire_due(STEPS_AT + timedelta(days=1))
    approved(people, campaign)
    found = row(campaign, "steps-1-3")
    assert actions.launch(found.id, by=COMMAND, now=STEPS_AT + timedelta(days=1, hours=2)) == State.RUNNING
    db.session.commit()
    with pytest.raises(NotWaiting):
        actions.launch(found.id, by=COMMAND, now=STEPS_AT + timedelta(days=1, hours=3))


def test_the_dry_run_makes_the_plans_of_all_steps(campaign: Campaign) -> None:
    """CAL-5."""
    fire_due(datetime(2026, 6, 22, 18, tzinfo=UTC))
    assert sorted(db.session.scalars(select(Plan.step).where(Plan.campaign_id == campaign.id))) == [1, 2, 3, 4]
    assert row(campaign, "dry-run").state == "done"


def test_closings_and_stops_only_change_their_state(people: Cast, campaign: Campaign) -> None:
    """They are written ahead: a worker that sleeps opens nothing."""
    assert paused("portal", datetime(2026, 7, 20, tzinfo=UTC)) is not None
    fire_due(datetime(2026, 8, 2, tzinfo=UTC))
    assert row(campaign, "families").state == row(campaign, "pause").state == "running"
    fire_due(datetime(2026, 9, 1, 6, tzinfo=UTC))
    assert row(campaign, "families").state == row(campaign, "pause").state == "done"


def test_of_two_workers_one_fires(campaign: Campaign) -> None:
    """CAL-8: 'once' is a conditional update."""
    at = datetime(2026, 6, 1, 7, tzinfo=UTC)
    number = row(campaign, "notice-procedure").id
    assert actions.fire(number, by=COMMAND, now=at) == State.DONE
    assert actions.fire(number, by=COMMAND, now=at) is None
    db.session.commit()
    assert len(messages()) == 1


def test_an_event_whose_date_was_moved_ahead_meanwhile_does_not_fire(campaign: Campaign) -> None:
    at = datetime(2026, 6, 1, 7, tzinfo=UTC)
    number = row(campaign, "notice-procedure").id
    redate(campaign, "notice-procedure", at + timedelta(days=2))
    assert actions.fire(number, by=COMMAND, now=at) is None


def test_an_event_that_fails_does_not_stop_the_others(campaign: Campaign, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_what: object, **_how: object) -> None:
        raise RuntimeError("no plan today")

    monkeypatch.setattr(actions, "dry_run", broken)
    redate(campaign, "notice-procedure", datetime(2026, 6, 25, 7, tzinfo=UTC))
    fire_due(datetime(2026, 6, 26, tzinfo=UTC))
    assert row(campaign, "dry-run").state == "open"
    assert row(campaign, "notice-procedure").state == "done"
    assert len(messages()) == 1


def test_the_directory_that_is_missing_is_told_to_heads_and_owner_only_where_it_is(
    people: Cast, campaign: Campaign
) -> None:
    """CAL-11: three days and one day before the teachers come back."""
    fire_due(datetime(2026, 8, 28, 7, tzinfo=UTC))
    before = len(messages())
    year = people.years[2026].id
    for one in db.session.scalars(select(SchoolClass).where(SchoolClass.year_id == year)):
        one.set_aside_by = 1
    db.session.commit()
    fire_due(datetime(2026, 8, 30, 7, tzinfo=UTC))
    told = messages()[before:]
    assert {people.head.id} <= set().union(*map(readers_of, told))
    assert {people.owner.id} <= set().union(*map(readers_of, told))
    assert people.college.name in told[-1].source
    assert people.primary.name not in told[-1].source


def test_heads_are_told_once_that_the_first_processing_has_finished(people: Cast, campaign: Campaign) -> None:
    """CAL-7; what a step sends survives the purge of messages (DATA-9)."""
    now = datetime(2026, 8, 26, tzinfo=UTC)
    assert actions.processing_finished(campaign, [people.college.id], by=COMMAND, now=now) == 1
    assert actions.processing_finished(campaign, [people.college.id], by=COMMAND, now=now) == 0
    (message,) = messages()
    assert message.sent_by_step == 4
    assert people.head.id in readers_of(message)


def test_nobody_is_promised_a_date_in_primary(people: Cast) -> None:
    """CAL-7, CAL-10: the message leaves when every school's chain is through."""
    campaign = make("primary-2018")
    found = row(campaign, "notice-finished")
    assert found.at is None
    actions.processing_finished(campaign, [people.primary.id], by=COMMAND, now=datetime(2026, 9, 2, tzinfo=UTC))
    db.session.commit()
    assert found.state == "done"


def test_a_closed_campaign_fires_nothing(campaign: Campaign) -> None:
    dates.close(campaign, by=COMMAND, now=datetime(2026, 5, 5, tzinfo=UTC))
    db.session.commit()
    assert fire_due(datetime(2026, 12, 1, tzinfo=UTC)) == 0
    assert queries.coming(datetime(2026, 5, 5, tzinfo=UTC)) == []


def test_the_instants_ahead_are_those_at_which_the_portal_acts(campaign: Campaign) -> None:
    """CAL-8: what the scheduler makes date jobs of."""
    ahead = queries.coming(datetime(2026, 7, 12, 10, tzinfo=UTC))
    assert ahead[0] == STEPS_AT
    assert ahead == sorted(set(ahead))
    assert datetime(2026, 9, 1, 6, tzinfo=UTC) in ahead


def test_every_firing_leaves_an_audit_line(campaign: Campaign) -> None:
    """G10."""
    fire_due(datetime(2026, 6, 1, 7, tzinfo=UTC))
    event = db.session.scalars(select(CalendarEvent).where(CalendarEvent.key == "notice-procedure")).one()
    lines = history("calendar-event", event.id)
    assert [line.action for line in lines] == ["event.fired"]


def test_managers_of_groups_limited_to_the_year_are_warned_and_reminded(people: Cast) -> None:
    """S3-4, with the calendar of 2021: on 28 June, and three days before step 3."""
    campaign = make("secondary-2021")
    group = FreeGroup(school_id=people.college.id, name="Échecs", lifetime="year", created_at=STEPS_AT)
    db.session.add(group)
    db.session.flush()
    db.session.add(FreeGroupMember(group_id=group.id, person_id=people.teacher.id, manager=True, since=STEPS_AT))
    db.session.commit()
    fire_due(datetime(2026, 6, 28, 7, tzinfo=UTC))
    told = [
        message for message in messages() if people.teacher.id in readers_of(message) and "Échecs" in message.source
    ]
    assert len(told) == 1
    assert row(campaign, "group-reminder").at == datetime(2026, 7, 9, 7, tzinfo=UTC)
    fire_due(datetime(2026, 7, 9, 7, tzinfo=UTC))
    again = [
        message for message in messages() if people.teacher.id in readers_of(message) and "Échecs" in message.source
    ]
    assert len(again) == 2


@pytest.mark.parametrize(("preset", "day"), [("present", "12 juillet 2026"), ("vienne-2024", "4 juillet 2026")])
def test_a_calendar_without_a_day_for_them_warns_managers_once_somebody_has_given_one(
    people: Cast, preset: str, day: str
) -> None:
    """S3-4: at a set date, none by default; the day of the removal, or the year's last where the calendar does not say."""
    campaign = make(preset)
    group = FreeGroup(school_id=people.college.id, name="Échecs", lifetime="year", created_at=STEPS_AT)
    db.session.add(group)
    db.session.flush()
    db.session.add(FreeGroupMember(group_id=group.id, person_id=people.teacher.id, manager=True, since=STEPS_AT))
    db.session.commit()
    at = datetime(2026, 6, 22, 7, tzinfo=UTC)
    fire_due(at)
    assert not [message for message in messages() if "Échecs" in message.source]
    redate(campaign, "group-warnings", at=at + timedelta(hours=1))
    fire_due(at + timedelta(hours=1))
    (told,) = [message for message in messages() if "Échecs" in message.source]
    assert day in told.source
    assert row(campaign, "group-warnings").state == "done"


def test_the_procedure_names_what_can_no_longer_be_made_afterwards(people: Cast, campaign: Campaign) -> None:
    """S3-6, S2-7: schools are told before, of the exports and of what no step archives; not where the calendar has none."""
    told = letter("notice-procedure", actions.about(campaign)).source
    assert "Parcoursup" in told
    assert "LSL" in told
    assert "photos des élèves" in told
    primary = make("primary-2018", schools=[people.primary.id])
    assert "Parcoursup" not in letter("notice-procedure", actions.about(primary)).source


def test_the_plan_of_step_3_names_schools_whose_exports_nobody_has_noted(people: Cast) -> None:
    """S3-6: a collège has no Parcoursup; what is noted done or without object is no longer named."""
    lycee = make_school("Lycée Ada-Lovelace", "9990003C", kind="lycee")
    campaign = make(schools=[people.college.id, lycee.id])

    def warned(step: int) -> list[str]:
        plan = make_plan(campaign, step, by=COMMAND, now=STEPS_AT)
        return [str(unpack(one["words"])) for one in plan.warnings]

    parcoursup, lsl = warned(3)
    assert "Parcoursup" in parcoursup
    assert "Ada-Lovelace" in parcoursup
    assert "Simone-Veil" not in parcoursup
    assert "Ada-Lovelace" in lsl
    assert "Simone-Veil" in lsl
    assert not any("LSL" in words for step in (1, 2) for words in warned(step))
    dates.note_for_school(row(campaign, "lsl-exported"), lycee.id, State.DONE, "", by=COMMAND, now=STEPS_AT)
    dates.note_for_school(row(campaign, "parcoursup-exported"), lycee.id, State.SKIPPED, "", by=COMMAND, now=STEPS_AT)
    (lsl,) = warned(3)
    assert "Ada-Lovelace" not in lsl
    dates.note_for_school(row(campaign, "lsl-exported"), people.college.id, State.DONE, "", by=COMMAND, now=STEPS_AT)
    assert warned(3) == []


def test_what_only_informs_passes_by_itself(campaign: Campaign) -> None:
    """The teachers' first day is nobody's to note."""
    fire_due(datetime(2026, 8, 31, 5, 59, tzinfo=UTC))
    assert row(campaign, "teachers-first-day").state == "open"
    fire_due(datetime(2026, 8, 31, 6, tzinfo=UTC))
    assert row(campaign, "teachers-first-day").state == "done"


def test_a_portal_that_is_not_set_up_has_nothing_due(app: Flask) -> None:
    assert fire_due(STEPS_AT) == 0


def test_the_real_engine_goes_from_the_calendars_hour_to_the_end_of_step_three(
    people: Cast, campaign: Campaign
) -> None:
    """CAL-2, CAL-8: fired, run by a worker, followed up, done; each step once."""
    approved(people, campaign)
    now = set_time(STEPS_AT + timedelta(minutes=3))
    for step in (1, 2, 3):
        fire_due(now)
        run = db.session.scalars(select(Run).order_by(Run.id.desc())).first()
        assert run is not None
        assert run.step == step
        run_to_end(run.id)
        db.session.expire_all()
        assert db.session.get_one(Run, run.id).state == "done"
    (first, _second) = windows("maintenance")
    assert first.holds, "until then it is closed whatever the hour"
    fire_due(now)
    assert row(campaign, "steps-1-3").state == "done"
    assert len(db.session.scalars(select(Run)).all()) == 3
    db.session.expire_all()
    assert first.ended_at == now, "the end was an announcement (GATE-14)"


def test_a_school_that_failed_stays_closed_and_the_others_reopen(people: Cast) -> None:
    """GATE-14, G15: one maintenance of the whole project; the event waits for somebody."""
    campaign = make(schools=[people.college.id, people.primary.id])
    approved(people, campaign)
    fire_due(STEPS_AT + timedelta(minutes=3))
    late = STEPS_AT + timedelta(days=5)
    for _step in (1, 2, 3):
        run = db.session.scalars(select(Run).order_by(Run.id.desc())).all()[0]
        for part in db.session.scalars(select(RunPart).where(RunPart.run_id == run.id)):
            part.state = "failed" if part.school_id == people.primary.id else "done"
        run.state = "failed"
        db.session.commit()
        fire_due(late)
    found = row(campaign, "steps-1-3")
    assert found.state == "late"
    assert "attendent une correction" in found.note
    (window, _step_four) = windows("maintenance")
    assert window.ended_at is None
    assert {a.school_id: a.end_at for a in window.amendments} == {people.college.id: late}


def test_during_the_grace_the_steps_page_says_when_it_begins_and_that_nothing_is_to_be_done(
    people: Cast, campaign: Campaign, client: FlaskClient
) -> None:
    """G13: two minutes after the closing; the calendar begins it, nobody has to."""
    approved(people, campaign)
    path = f"/administration/campagnes/{campaign.id}/etapes/1"
    sign_in(client, people.operator)
    set_time(STEPS_AT + timedelta(seconds=30))
    page = client.get(path).text
    assert "L’étape commence d’elle-même" in page
    assert "20\u00a0h\u00a002" in page
    assert "Ce que l’étape attend" in page
    assert "Il n’y a rien à faire d’ici là" in page
    assert "Ce qui manque pour commencer" not in page
    assert "Lancer l’étape maintenant" not in page
