"""``flask campaign ...``: plan, approve, run, pause, resume, undo, status. A stable contract; they need no web process."""

from __future__ import annotations

import multiprocessing
import os
from datetime import timedelta
from typing import Any

import click
from flask import Flask, current_app
from sqlalchemy import select

from app import clock
from app.accounts.models import Account
from app.audit.actions import Actor
from app.campaign.models import Campaign
from app.campaign.planning.actions import approve as approve_plans
from app.campaign.planning.actions import make_plan
from app.campaign.planning.documents import plan_document, plan_words
from app.campaign.planning.queries import (
    approval_of,
    campaign_called,
    figures_of,
    figures_of_run,
    lines_of,
    named_schools,
    plan_called,
    school_in,
)
from app.campaign.problems import Conflicts, PlanOutdated, RunUndone, UnknownStep
from app.campaign.run_states import RunState
from app.campaign.running import actions as running
from app.campaign.running.models import Plan, Run
from app.campaign.running.queries import figures, report, run_called, runs_of
from app.campaign.steps.all_steps import NAMES, step_called
from app.campaign.undoing.actions import begin_undo
from app.campaign.undoing.queries import conflicts, demand_newest, undoable
from app.campaign.working.jobs import run_to_end
from app.console import Group, answer, json_option
from app.db import db, reading_ahead
from app.errors import UnknownPerson
from app.feeds.reasons import unpack
from app.gate.holds.queries import closed_schools
from app.web.say import say

campaign = Group("campaign", help="The rollover: plan, approve, run, pause, resume, undo.")

_COMMAND = Actor(name="command")
_which = click.option("--campaign", "campaign_id", type=int, metavar="ID", help="Where more than one is active.")
_school = click.option("--school", "uai", metavar="UAI", help="One school; without it all of the campaign.")


def register(app: Flask) -> None:
    """Bind the group to ``app``."""
    app.cli.add_command(campaign)


@campaign.command("plan")
@click.argument("step")
@_school
@_which
@json_option
def plan(step: str, uai: str | None, campaign_id: int | None, as_json: bool) -> None:
    """Count what STEP (1 to 4, or its name) would do; nothing is changed."""
    number = step_called(step)
    if number is None:
        raise UnknownStep(step=step, steps=", ".join(f"{one} ({name})" for name, one in NAMES.items()))
    chosen = campaign_called(campaign_id)
    school = school_in(chosen.id, uai) if uai else None
    school_id, now = school.id if school else None, clock.portal_now()
    with reading_ahead():
        ahead = [figures_of(chosen, number, named_schools(chosen.id, school_id), now=now)]
    made = make_plan(chosen, number, school_id=school_id, ahead=ahead, by=_COMMAND, now=now)
    db.session.commit()
    found = lines_of(made)
    answer(
        plan_document(made, found), as_json=as_json, lines="\n".join(say(words) for words in plan_words(made, found))
    )


@campaign.command("approve")
@click.argument("number", metavar="PLAN", type=int)
@click.option("--by", "login", required=True, metavar="LOGIN", help="Who approves; it stands for the typed word.")
@json_option
def approve(number: int, login: str, as_json: bool) -> None:
    """Approve a plan: it then serves one run. Called by a second person it is the second approval."""
    found = plan_called(number)
    person_id = db.session.scalar(select(Account.person_id).where(Account.login == login))
    if person_id is None:
        raise UnknownPerson(login=login)
    two = db.session.get_one(Campaign, found.campaign_id).two_approve
    by = Actor(name="person", person_id=person_id)
    given = approve_plans([found], by_id=person_id, login=login, two=two, by=by, now=clock.portal_now())[0]
    db.session.commit()
    complete = not given.needs_second or given.second_at is not None
    document = {"plan": number, "approved_by": login, "complete": complete, "fingerprint": found.fingerprint}
    answer(document, as_json=as_json, lines=f"{number}: {'approved' if complete else 'waits for a second person'}")


@campaign.command("run")
@click.argument("number", metavar="PLAN", type=int)
@click.option("--workers", type=click.IntRange(1, 32), default=1, show_default=True, help="Processes at work.")
@json_option
def run(number: int, workers: int, as_json: bool) -> None:
    """Carry out an approved plan until it ends; called again it goes on where it was interrupted."""
    found = plan_called(number)
    _wait_for_grace(found)
    now = clock.portal_now()
    with reading_ahead():
        ahead = figures_of_run(found, now)
    begun = running.begin(found, ahead=ahead, by=_COMMAND, now=now)
    db.session.commit()
    _work(begun, workers, as_json)


def _wait_for_grace(plan: Plan) -> None:
    """Closed a moment ago: forms that were being filled in are still taken for so many seconds."""
    if approval_of(plan.id) is None:
        return
    schools = {line.school_id for line in lines_of(plan)}
    closed = closed_schools(schools, clock.portal_now())
    if not closed:
        return
    over = max(one.grace_over for one in closed.values())
    waiting = over - clock.portal_now()
    if timedelta() < waiting <= timedelta(hours=1):
        db.session.rollback()
        click.echo(f"waiting {waiting.total_seconds():.0f} s for the gate's grace to be over", err=True)
        clock.sleep(waiting.total_seconds() + 0.05)
    db.session.rollback()


def _work(begun: Run, workers: int, as_json: bool) -> None:
    number = begun.id
    if begun.state == RunState.RUNNING:
        context = multiprocessing.get_context("spawn")
        helpers = [
            context.Process(target=_help, args=(number, _settings()), daemon=True) for _one in range(workers - 1)
        ]
        for helper in helpers:
            helper.start()
        run_to_end(number)
        for helper in helpers:
            helper.join()
    db.session.expire_all()
    ended = run_called(number)
    document = report(ended)
    lines = "{state}: {planned} planned, {done} done, {already} already, {skipped} skipped, {failed} failed"
    answer(document, as_json=as_json, lines=f"run {number} " + lines.format(**document))
    if ended.state == RunState.STOPPED:
        _refuse(ended, as_json)
    if ended.state == RunState.UNDONE:
        raise RunUndone(number=number)
    if ended.state in (RunState.FAILED, RunState.PAUSED) or document["failed"]:
        raise click.exceptions.Exit(1)


def _refuse(ended: Run, as_json: bool) -> None:
    if ended.reason is not None:
        raise PlanOutdated(unpack(ended.reason))


def _settings() -> dict[str, str]:
    """What another process needs to open the same portal, by the same rules: every setting as it was given here (G3, G7)."""
    settings = current_app.extensions["settings"]
    return {**settings.given, "DATABASE_URL": settings.database_url, "BASCULE_DATA_DIR": str(settings.data_dir)}


def _help(run_id: int, environ: dict[str, str]) -> None:
    """A further process at work on the run."""
    from app import create_app
    from app.settings import Settings

    app = create_app(Settings(environ))
    with app.app_context():
        run_to_end(run_id)
    os._exit(0)


@campaign.command("pause")
@click.argument("number", metavar="RUN", type=int)
@json_option
def pause(number: int, as_json: bool) -> None:
    """Ask a run to stop; it does so within two seconds."""
    found = run_called(number)
    running.pause(found, by=_COMMAND, now=clock.portal_now())
    db.session.commit()
    _print(found, as_json)


@campaign.command("resume")
@click.argument("number", metavar="RUN", type=int)
@json_option
def resume(number: int, as_json: bool) -> None:
    """Let a run go on, in the worker; what failed is tried again."""
    found = run_called(number)
    running.resume(found, by=_COMMAND, now=clock.portal_now())
    db.session.commit()
    _print(found, as_json)


@campaign.command("undo")
@click.argument("number", metavar="RUN", type=int)
@_school
@click.option("--plan", "only_plan", is_flag=True, help="Only say what would be brought back and what cannot.")
@click.option("--leave-conflicts", is_flag=True, help="Leave what has changed since as it is.")
@json_option
def undo(number: int, uai: str | None, only_plan: bool, leave_conflicts: bool, as_json: bool) -> None:
    """Take back what a run did, in one school or everywhere."""
    found = run_called(number)
    school = school_in(found.campaign_id, uai) if uai else None
    school_id = school.id if school else None
    if only_plan:
        demand_newest(found, school_id)
        _print_undo(found, school_id, as_json)
        return
    by, now = _COMMAND, clock.portal_now()
    try:
        undoing = begin_undo(found, school_id=school_id, leave_conflicts=leave_conflicts, by=by, now=now)
    except Conflicts:
        _print_undo(found, school_id, as_json)
        raise
    if undoing.state in (RunState.PAUSED, RunState.FAILED):
        running.resume(undoing, by=_COMMAND, now=clock.portal_now())
    db.session.commit()
    _work(undoing, 1, as_json)


def _print_undo(found: Run, school_id: int | None, as_json: bool) -> None:
    """What an undo would bring back, and the rows that it cannot, one by one (G8)."""
    tasks = undoable(found, school_id)
    listed = [{"change": one.task.change, "school": one.part.school_id, "count": one.rows} for one in tasks]
    against = [{"table": one.table, "row": one.row_id, "reason": say(one.words)} for one in conflicts(tasks)]
    document = {"undo_of": found.id, "changes": listed, "conflicts": against}
    told = [f"{one['change']}: {one['count']}" for one in listed]
    told += [f"{one['table']} {one['row']}: {one['reason']}" for one in against]
    answer(document, as_json=as_json, lines="\n".join(told))


@campaign.command("status")
@json_option
def status(as_json: bool) -> None:
    """The campaigns and their runs."""
    campaigns = db.session.scalars(select(Campaign).order_by(Campaign.id)).all()
    documents: list[dict[str, Any]] = []
    runs: list[dict[str, Any]] = []
    for one in campaigns:
        documents.append(
            {"campaign": one.id, "preset": one.preset, "year": one.year, "state": one.state, "title": one.title}
        )
        runs += [report(found) for found in runs_of(one.id)]
    told = [f"campaign {one['campaign']}: {one['title']} ({one['state']})" for one in documents]
    told += [f"run {one['run']} step {one['step']}: {one['state']}, {one['done']}/{one['planned']}" for one in runs]
    answer({"campaigns": documents, "runs": runs}, as_json=as_json, lines="\n".join(told))


def _print(found: Run, as_json: bool) -> None:
    told = figures(found.id)
    answer(report(found), as_json=as_json, lines=f"run {found.id}: {found.state}, {told.done}/{told.planned}")
