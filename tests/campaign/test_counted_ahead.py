"""What a plan counts is counted before its transaction holds SQLite's only lock, so that nobody's write waits for it (G12)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import event

from app import clock
from app.audit.actions import COMMAND
from app.campaign.firing.jobs import fire_due
from app.campaign.models import Campaign
from app.campaign.planning.actions import approve, make_plan
from app.campaign.planning.queries import figures_of, figures_of_run, schools_of
from app.campaign.running.models import Plan, Run
from app.campaign.working.jobs import run_to_end
from app.db import announce_writing, db
from tests.campaign.academies import close_gate
from tests.campaign.test_dates import make, redate
from tests.people import Cast, cast
from tests.signing import send, sign_in

NOW, STEPS_AT = datetime(2026, 7, 10, 8, tzinfo=UTC), datetime(2026, 7, 12, 18, tzinfo=UTC)


class Locked:
    """The statements that were sent while this process held SQLite's write lock."""

    def __init__(self) -> None:
        self.statements: list[str] = []
        self._held = False

    def note(self, _connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.startswith("BEGIN"):
            self._held = statement == "BEGIN IMMEDIATE"
        elif self._held:
            self.statements.append(statement)

    @property
    def counting(self) -> list[str]:
        """Those of a plan's figures: rows counted by school."""
        return [one for one in self.statements if "count(*)" in one and "school_id" in one.partition("count(*)")[0]]


@pytest.fixture
def locked(sqlite_app: Flask) -> Iterator[Locked]:
    found = Locked()
    # What an earlier test's page has announced in this thread is not about this one.
    announce_writing(True)
    event.listen(db.engine, "before_cursor_execute", found.note)
    yield found
    event.remove(db.engine, "before_cursor_execute", found.note)


@pytest.fixture
def people(sqlite_app: Flask) -> Cast:
    return cast(sqlite_app)


@pytest.fixture
def campaign(people: Cast) -> Campaign:
    return make()


def newest() -> Run:
    found = db.session.query(Run).order_by(Run.id.desc()).first()
    assert found is not None
    return found


def test_the_alarm_rings_where_a_plan_counts_while_it_writes(campaign: Campaign, locked: Locked) -> None:
    """What the other tests would see if nobody counted ahead."""
    db.session.commit()
    make_plan(campaign, 1, by=COMMAND, now=NOW)
    assert len(locked.counting) > 10


def test_pages_count_before_they_write(sqlite_app: Flask, people: Cast, campaign: Campaign, locked: Locked) -> None:
    """G12: the plan of one step, of one school and of all; then the exact plan of a run."""
    client = sqlite_app.test_client()
    db.session.commit()
    sign_in(client, people.operator)
    page = f"/administration/campagnes/{campaign.id}/etapes/1"
    one = f"{page}?ecole={people.college.uai}"
    assert send(client, f"{page}/plan?ecole={people.college.uai}", page=one).status_code == 303
    assert send(client, f"{page}/plan", page=page).status_code == 303
    assert send(client, f"{page}/plan", {"toutes": "1"}, page=page).status_code == 303
    plans = db.session.query(Plan).order_by(Plan.id).all()
    assert [(plan.step, plan.school_id) for plan in plans[:2]] == [(1, people.college.id), (1, None)]
    assert [plan.step for plan in plans[2:]] == [1, 2, 3, 4]
    approve(plans[2:5], by_id=people.operator.id, login="o", by=COMMAND, now=clock.portal_now())
    close_gate()
    assert send(client, f"{page}/lancer", page=page).status_code == 303
    assert newest().state == "running"
    assert locked.counting == []


def test_the_scheduler_counts_before_it_writes(people: Cast, campaign: Campaign, locked: Locked) -> None:
    """G12, CAL-5, CAL-8: the dry run, a step that begins, the next one, a late one that somebody launches."""
    redate(campaign, "dry-run", at=NOW - timedelta(hours=2))
    fire_due(NOW)
    plans = db.session.query(Plan).order_by(Plan.id).all()
    assert [plan.step for plan in plans] == [1, 2, 3, 4]
    approve(plans[:3], by_id=people.operator.id, login="o", by=COMMAND, now=NOW)
    db.session.commit()
    for step in (1, 2):
        fire_due(STEPS_AT + timedelta(minutes=3))
        assert (newest().step, newest().state) == (step, "running")
        run_to_end(newest().id)
    assert locked.counting == []


def test_the_command_line_counts_before_it_writes(
    people: Cast, campaign: Campaign, locked: Locked, sqlite_app: Flask
) -> None:
    """G12."""
    runner = sqlite_app.test_cli_runner()
    close_gate()
    answer = runner.invoke(args=["campaign", "plan", "1", "--json"])
    assert answer.exit_code == 0, answer.output
    plan = db.session.query(Plan).one()
    approve([plan], by_id=people.operator.id, login="o", by=COMMAND, now=clock.portal_now())
    db.session.commit()
    answer = runner.invoke(args=["campaign", "run", str(plan.id), "--json"])
    assert answer.exit_code == 0, answer.output
    assert newest().state == "done"
    assert locked.counting == []


def test_nothing_is_counted_ahead_of_a_run_that_will_not_begin(people: Cast, campaign: Campaign) -> None:
    """G13: a look every minute at a school that is still open counts no academy."""
    plan = make_plan(campaign, 1, by=COMMAND, now=NOW)
    db.session.commit()
    assert figures_of_run(plan, NOW) == []
    assert [one.step for one in figures_of_run(plan, STEPS_AT + timedelta(minutes=3))] == [1]


def test_figures_that_are_about_something_else_are_counted_again(people: Cast, campaign: Campaign) -> None:
    """G3: another step, another school, another instant from which nothing is taken (DATA-9)."""
    schools = schools_of(campaign.id)
    counted = figures_of(campaign, 1, schools, now=NOW)
    assert figures_of(campaign, 1, schools, now=NOW, ahead=[counted]) is counted
    assert figures_of(campaign, 2, schools, now=NOW, ahead=[counted]).step == 2
    assert figures_of(campaign, 1, [], now=NOW, ahead=[counted]).school_ids == []
    redate(campaign, "steps-1-3", at=STEPS_AT + timedelta(hours=1))
    later = figures_of(campaign, 1, schools, now=NOW, ahead=[counted])
    assert later.cutoff == counted.cutoff + timedelta(hours=1)
