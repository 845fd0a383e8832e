"""A small academy with a year of every kind of content: an école, a collège, a lycée; made once, and copied for each test."""

from __future__ import annotations

import shutil
from collections.abc import Collection
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import Connection, create_engine, text

from app import clock, create_app
from app.audit.actions import COMMAND
from app.campaign.models import Campaign, CampaignSchool
from app.campaign.planning.actions import approve, make_plan
from app.campaign.planning.queries import figures_of, figures_of_run, named_schools
from app.campaign.running import actions as running
from app.campaign.running.models import Plan, Run
from app.campaign.running.queries import run_called
from app.campaign.working.jobs import run_to_end
from app.db import db, reading_ahead
from app.demo import actions as demo
from app.directory.models import RoleGrant, School
from app.gate import actions as gate
from app.maintenance.canonical.queries import lines
from app.profiles import Role
from app.settings import Settings
from tests.databases import _psycopg, copy_sqlite

SCHOOLS, PEOPLE, SEED = 3, 180, 4


def make_academy(settings: Settings, folder: Path) -> None:
    """Fill the empty database that ``settings`` name with the academy; ``folder`` takes the feed's files."""
    app = create_app(settings, testing=True)
    with app.app_context():
        db.create_all()
        demo.make(
            SEED,
            SCHOOLS,
            PEOPLE,
            content="light",
            folder=folder,
            by=COMMAND,
            now=clock.portal_now(),
            tell=lambda _words: None,
        )
        db.session.commit()
        db.session.remove()
        db.engine.dispose()


def copy_academy(source: str, target: str) -> None:
    """Make the database at ``target`` a copy of the one at ``source``."""
    if source.startswith("sqlite"):
        copy_sqlite(Path(source.removeprefix("sqlite:///")), Path(target.removeprefix("sqlite:///")))
        return
    base, mark, query = target.partition("?")
    server = f"{base.rpartition('/')[0]}/postgres{mark}{query}"
    engine = create_engine(_psycopg(server), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        _copy(connection, _name(source), _name(target))
    engine.dispose()


def _name(url: str) -> str:
    return url.partition("?")[0].rsplit("/", 1)[1]


def _copy(connection: Connection, source: str, target: str) -> None:
    connection.execute(text(f'DROP DATABASE IF EXISTS "{target}" WITH (FORCE)'))
    connection.execute(text(f'CREATE DATABASE "{target}" TEMPLATE "{source}"'))


def copy_files(source: Path, target: Path) -> None:
    """The blobs of the academy, by hard links: nobody writes into a blob."""
    for path in source.rglob("*"):
        if path.is_file():
            place = target / path.relative_to(source)
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, place)


# What tests do with it -------------------------------------------------------------------------------------------------


def new_campaign(kinds: Collection[str] = ("college", "lycee", "primary"), *, two_approve: bool = False) -> Campaign:
    """A campaign of the schools of these kinds, without a calendar; committed."""
    made = Campaign(
        year=2026, preset="present", title="Passage", created_at=clock.portal_now(), two_approve=two_approve
    )
    db.session.add(made)
    db.session.flush()
    for school in db.session.query(School).filter(School.in_service, School.kind.in_(kinds)).order_by(School.uai):
        db.session.add(CampaignSchool(campaign_id=made.id, school_id=school.id))
    db.session.commit()
    return made


def operator_id() -> int:
    """Somebody who may approve."""
    found = db.session.query(RoleGrant.person_id).filter(RoleGrant.role == Role.OPERATOR).order_by(RoleGrant.id).first()
    assert found is not None
    return int(found[0])


def close_gate(school_id: int | None = None) -> None:
    """A maintenance by hand, without grace; committed."""
    gate.close(school_id=school_id, by=COMMAND, now=clock.portal_now())
    db.session.commit()


def approved(campaign: Campaign, step: int, school_id: int | None = None) -> Plan:
    """A plan of the step, counted, made and approved now; committed."""
    now = clock.portal_now()
    with reading_ahead():
        ahead = [figures_of(campaign, step, named_schools(campaign.id, school_id), now=now)]
    plan = make_plan(campaign, step, school_id=school_id, ahead=ahead, by=COMMAND, now=now)
    approve([plan], by_id=operator_id(), login="operator", by=COMMAND, now=clock.portal_now())
    db.session.commit()
    return plan


def begun(plan: Plan) -> Run:
    """The run of the plan, begun but without a row done; committed."""
    now = clock.portal_now()
    with reading_ahead():
        ahead = figures_of_run(plan, now)
    run = running.begin(plan, ahead=ahead, by=COMMAND, now=now)
    db.session.commit()
    return run


def done(campaign: Campaign, step: int, school_id: int | None = None) -> Run:
    """A step planned, approved and run to its end."""
    run = begun(approved(campaign, step, school_id))
    number = run.id
    run_to_end(number)
    db.session.expire_all()
    return run_called(number)


def export(school_id: int | None = None) -> list[str]:
    """The canonical export, to compare."""
    db.session.rollback()
    found = list(lines(school_id))
    db.session.rollback()
    return found


def school_of_kind(kind: str) -> School:
    """The academy's school of that kind."""
    return db.session.query(School).filter(School.in_service, School.kind == kind).one()


def in_app(app: Flask, work: Any) -> Any:
    """``work()`` in a context of its own, as another process would."""
    with app.app_context():
        try:
            return work()
        finally:
            db.session.remove()
