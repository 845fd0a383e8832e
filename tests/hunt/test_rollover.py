"""Random worlds, random edits, kills at random moments: a rollover's steps keep what they promise (G1, G3, G4, G5, G6, G8, G20)."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from flask import Flask
from sqlalchemy import delete, select

from app.audit.queries import verify
from app.campaign.planning.queries import lines_of, plan_called
from app.campaign.running.models import Plan
from app.campaign.running.queries import figures, figures_by_change, parts_of, run_called
from app.campaign.working import jobs
from app.content.models import Article, Section
from app.db import db
from app.messaging.models import Message, MessageCopy
from app.schoollife.models import Absence, Homework, Mark, Measure
from tests.builders import MADE
from tests.campaign.academies import approved, begun, done, export
from tests.campaign.crashing import Child, Snapshot, carry_out, end_of, in_child, run_of, start, take_back
from tests.content.rows import make_article, make_section
from tests.hunt.conftest import Hunt
from tests.hunt.stages import Stage, campaign


def test_a_run_killed_at_random_ends_as_if_nothing_had_been(
    app: Flask, database: str, tmp_path: Path, world: Snapshot, hunt: Hunt
) -> None:
    """G5, G8: SIGKILL at any moment of a step or of its undo, again and again; two processes at once on PostgreSQL (G6)."""
    stages = [Stage(app, database, tmp_path, step) for step in (1, 2, 3)]
    workers = 1 if database.startswith("sqlite") else 2
    kills = 0
    for number in hunt.rounds():
        chance = random.Random(number)
        stage, back = chance.choice(stages), chance.random() < 0.3
        if back:
            stage.done.restore()
            act: Callable[[], None] = partial(take_back, run_of(stage.plan_id).id)
        else:
            stage.at.restore()
            act = partial(carry_out, stage.plan_id)
        for _ in range(chance.randrange(1, 6)):
            children = [start(app, act) for _worker in range(workers)]
            for child in children:
                time.sleep(chance.expovariate(4.0) / workers)
                child.kill()
            kills += sum(_was_killed(child) for child in children)
        in_child(app, act)
        if back:
            assert export() == stage.before
            assert run_of(stage.plan_id).state == "undone"
        else:
            assert end_of(run_of(stage.plan_id)) == stage.end
        assert verify().broken_at is None
        db.session.rollback()
    hunt.tell(f"{hunt.name}: {kills} processes killed at work")


def _was_killed(child: Child) -> bool:
    return child.ended() is None


def test_random_worlds_go_through_as_planned_and_come_back(world: Snapshot, hunt: Hunt) -> None:
    """G3: the effect is the plan to the row; G8: undo(apply(x)) = x; G4: a step done again does nothing."""
    for number in hunt.rounds():
        chance = random.Random(number)
        world.restore()
        grow(chance)
        starts, runs = [], []
        for step in (1, 2, 3):
            starts.append(export())
            run = done(campaign(), step)
            assert run.state == "done", [(part.school_id, part.reason) for part in parts_of(run.id)]
            told = figures(run.id)
            planned = {line.change: line.count for line in lines_of(plan_called(run.exact_plan_id or 0)) if line.count}
            assert (told.planned, told.done, told.left) == (sum(planned.values()), sum(planned.values()), 0)
            runs.append(run.id)
            after = export()
            again = done(campaign(), step)
            # What lies in an archived section is only counted.
            effects = {
                name: told for name, told in figures_by_change(again.id).items() if not name.startswith("carried")
            }
            assert effects == {}
            assert export() == after
        for run_id, was in zip(reversed(runs), reversed(starts), strict=True):
            take_back(run_id)
            assert export() == was
        db.session.rollback()
        assert verify().broken_at is None


def test_edits_between_approval_and_run_are_within_the_tolerance_or_stop_it(world: Snapshot, hunt: Hunt) -> None:
    """G1: what is done was approved; more than that is not begun."""
    for number in hunt.rounds():
        chance = random.Random(number)
        world.restore()
        grow(chance)
        plan = approved(campaign(), 1)
        planned = counts(plan)
        grow(chance)
        if chance.random() < 0.5:
            throw_away(chance, chance.randrange(30, 80))
        db.session.commit()
        before = export()
        run = begun(plan)
        number_of_run = run.id
        exact = counts(plan_called(run.exact_plan_id or 0))
        outside = {
            change
            for change in planned | exact
            if abs(exact.get(change, 0) - planned.get(change, 0)) > max(50, planned.get(change, 0) * 5 // 100)
            or (change not in planned)
        }
        assert (run.state == "stopped") == bool(outside)
        if outside:
            assert export() == before
            continue
        jobs.run_to_end(number_of_run)
        db.session.expire_all()
        assert run_called(number_of_run).state == "done"
        assert figures(number_of_run).done == sum(exact.values())


def counts(plan: Plan) -> dict[str, int]:
    return {line.change: line.count for line in lines_of(plan) if line.count}


# Growing worlds --------------------------------------------------------------------------------------------------------


def grow(chance: random.Random) -> None:
    """More of some of what there is, or less; committed."""
    for _ in range(chance.randrange(1, 9)):
        chance.choice((throw_away, _more_school_life, _more_messages, _more_spaces, _less))(
            chance, chance.randrange(1, 5)
        )
    db.session.commit()


def throw_away(chance: random.Random, count: int) -> None:
    school_id = db.session.scalars(select(Section.school_id).where(Section.school_id.is_not(None))).first()
    for _ in range(count):
        section = make_section(school_id, "Jetée", trashed_at=MADE, trash_reason="hand")
        if chance.random() < 0.5:
            make_article(section)


def _more_school_life(chance: random.Random, count: int) -> None:
    model = chance.choice((Absence, Measure, Homework))
    _copied(db.session.scalars(select(model)).first(), count)


def _more_messages(chance: random.Random, count: int) -> None:
    copy = db.session.scalars(select(MessageCopy).order_by(MessageCopy.id).limit(1)).first()
    if copy is None:
        return
    for _ in range(count):
        message = Message(school_id=copy.school_id, subject="Encore", written_at=MADE, sent_at=MADE)
        db.session.add(message)
        db.session.flush()
        place = chance.choice(("inbox", "trash", "archived"))
        db.session.add(
            MessageCopy(
                message_id=message.id, owner_id=copy.owner_id, school_id=copy.school_id, place=place, arrived_at=MADE
            )
        )


def _more_spaces(chance: random.Random, count: int) -> None:
    school_id = db.session.scalars(select(Section.school_id).where(Section.school_id.is_not(None))).first()
    for _ in range(count):
        make_article(make_section(school_id, "Voyage", temporary=chance.random() < 0.7))


def _less(chance: random.Random, count: int) -> None:
    model = chance.choice((Mark, Absence, Measure, Article))
    numbers = db.session.scalars(select(model.id).order_by(model.id).limit(count)).all()
    if model is not Article:
        db.session.execute(delete(model).where(model.id.in_(numbers)))


def _copied(row: object, count: int) -> None:
    if row is None:
        return
    table = type(row).__table__  # type: ignore[attr-defined]
    values = {
        column.name: getattr(row, column.name) for column in table.columns if column.name not in ("id", "version")
    }
    for _ in range(count):
        db.session.add(type(row)(**values))
    db.session.flush()
