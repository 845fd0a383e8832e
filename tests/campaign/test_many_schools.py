"""One school that fails among fifty does not stop the others, and is tried again when it is mended (G15, G20)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app import clock
from app.audit.actions import COMMAND
from app.campaign.models import Campaign
from app.campaign.running.models import RunPart
from app.campaign.running.queries import figures, problems_of, run_called
from app.content import rollover as content
from app.content.models import Section
from app.db import db
from app.directory.models import School
from app.feeds.reasons import unpack
from app.files.models import Archive
from app.gate import actions as gate
from app.profiles import Profile, Role
from app.schoollife.models import Measure
from app.web.say import say
from tests.builders import (
    MADE,
    affiliate,
    enrol,
    give_function,
    grant,
    make_account,
    make_class,
    make_person,
    make_project,
    make_school,
    make_year,
)
from tests.campaign.academies import done, new_campaign
from tests.campaign.crashing import carry_out
from tests.content.rows import make_class_space

SCHOOLS = 50
#: On PostgreSQL there are as many as it takes for each to fail alone.
FEW = 12
#: Their place in the order: one without a head, one whose class makes the portal itself stumble.
HEADLESS, STUMBLING = 6, 9


@pytest.fixture
def schools(app: Flask) -> list[int]:
    """Fifty collèges, or a few, each with a class, its space, a pupil and a sanction."""
    make_project()
    year = make_year(2025)
    make_year(2026)
    operator = make_person("Odile", "Perrin")
    make_account(operator, "operator")
    grant(operator, Role.OPERATOR)
    found = []
    for number in range(SCHOOLS if db.engine.dialect.name == "sqlite" else FEW):
        school = make_school(f"Collège {number}", f"{9_800_000 + number:07d}Z")
        of_year = make_class(school, year, "6A", level="6e")
        pupil = make_person("Hugo", f"Moreau{number}")
        affiliate(pupil, school, Profile.STUDENT)
        enrol(pupil, of_year)
        make_class_space(school.id, of_year.id)
        db.session.add(
            Measure(
                school_id=school.id, year_id=year.id, class_id=of_year.id, student_id=pupil.id, kind="sanction",
                decided_on=MADE.date(), recorded_at=MADE,
            )
        )  # fmt: skip
        if number != HEADLESS:
            lead(school)
        found.append(school.id)
    gate.close(by=COMMAND, now=clock.portal_now() - timedelta(minutes=1))
    db.session.commit()
    return found


def lead(school: School) -> None:
    """Give a school a head."""
    head = make_person("Hélène", f"Garnier{school.id}")
    affiliate(head, school, Profile.STAFF)
    give_function(head, school, "DIR")
    grant(head, Role.HEAD, school)


@pytest.mark.long
def test_two_poisoned_schools_among_fifty_fail_alone_and_are_mended(
    schools: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """G15; S2-6: sanctions without a head are nobody's to read; G20: every figure is accounted for."""
    campaign = new_campaign(("college",))
    assert done(campaign, 1).state == "done"
    make = content.make
    poisoned = db.session.scalars(select(Section.id).where(Section.school_id == schools[STUMBLING])).one()

    def stumbling(kind: str, ids: Sequence[int], *rest: Any) -> int:
        if poisoned in ids:
            raise ZeroDivisionError("a fault of ours")
        return make(kind, ids, *rest)

    monkeypatch.setattr(content, "make", stumbling)
    run = done(campaign, 2)
    assert run.state == "failed"
    assert failed_schools(run.id) == {schools[HEADLESS], schools[STUMBLING]}
    refused = {(part.school_id, task.change): say(unpack(one.reason)) for one, task, part in problems_of(run.id)}
    assert "chef d’établissement" in refused[schools[HEADLESS], "archive:sanctions-csv"]
    assert "ZeroDivisionError" in refused[schools[STUMBLING], "make:section-role-given:class"]
    # The space does not go to the trash before its readers are named.
    assert "doit venir avant" in refused[schools[STUMBLING], "change:section:class"]
    told = figures(run.id)
    assert (told.left, told.failed) == (0, 3)
    assert db.session.scalar(select(func.count(Archive.id)).where(Archive.kind == "sanctions-csv")) == len(schools) - 1

    monkeypatch.setattr(content, "make", make)
    lead(db.session.get_one(School, schools[HEADLESS]))
    db.session.commit()
    carry_out(run.plan_id)
    db.session.expire_all()
    assert run_called(run.id).state == "done"
    told = figures(run.id)
    assert (told.done, told.failed, told.left) == (told.planned, 0, 0)
    assert db.session.scalar(select(func.count(Archive.id)).where(Archive.kind == "sanctions-csv")) == len(schools)
    assert db.session.query(Campaign).count() == 1


def failed_schools(run_id: int) -> set[int]:
    """Where the run has failed; everywhere else it is through."""
    states = db.session.execute(select(RunPart.school_id, RunPart.state).where(RunPart.run_id == run_id)).all()
    assert {state for _school, state in states} <= {"done", "failed"}
    return {school for school, state in states if state == "failed"}
