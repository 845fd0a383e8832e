"""Archives that cannot be written, were damaged, or do not cover what is there: nothing they stand for is removed (G9, G16)."""

from __future__ import annotations

import random
import resource
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from app.campaign.models import Campaign
from app.campaign.running.models import RunProblem, RunTask
from app.campaign.running.queries import figures, parts_of, problems_of, run_called, tasks_of
from app.db import db
from app.feeds.reasons import unpack
from app.files import jobs as files
from app.files.actions import store
from app.files.bundles import Bundle
from app.files.models import Archive
from app.files.queries import path_of
from app.schoollife.models import Homework, Lesson, SchoolLifeFile
from app.web.say import say
from tests.builders import MADE
from tests.campaign.academies import approved, done
from tests.campaign.crashing import Snapshot, carry_out, in_child, run_of

#: Bytes: more than the database file has, less than the archive that is to fail.
MOST = 12 * 1024 * 1024


def test_a_full_disk_stops_one_archive_and_no_other(app: Flask, hamlet: tuple[Campaign, Snapshot]) -> None:
    """G16: the unit is noted with the reason, nothing half remains, and with room again it is made."""
    campaign, _ = hamlet
    lesson = db.session.scalars(select(Lesson)).first()
    assert lesson is not None
    large = store(random.Random(1).randbytes(MOST + 1), kind="application/pdf", now=MADE)
    db.session.add(SchoolLifeFile(lesson_id=lesson.id, sha256=large.sha256, name="grand.pdf", size=large.size))
    db.session.commit()
    done(campaign, 1)
    plan_id = approved(campaign, 2).id

    def with_little_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (MOST, MOST))
        carry_out(plan_id)

    in_child(app, with_little_room)
    run = run_of(plan_id)
    assert run.state == "failed"
    (found,) = problems_of(run.id)
    assert found[1].change == "archive:diary"
    assert "disque" in say(unpack(found[0].reason))
    told = figures(run.id)
    assert (told.failed, told.left) == (1, 0)
    assert told.done == told.planned - 1
    assert db.session.query(Archive).filter(Archive.kind == "diary").count() == 0
    assert not list((files._data() / "incoming").glob("*"))
    carry_out(plan_id)
    db.session.expire_all()
    assert run_of(plan_id).state == "done"
    assert figures(run.id).done == told.planned
    assert db.session.query(Archive).filter(Archive.kind == "diary").count() == 1
    assert db.session.query(RunProblem).count() == 0


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-30])


def swap(path: Path) -> None:
    with path.open("wb") as stream, Bundle(stream, title="Cahier de textes", made_at=MADE) as bundle:
        bundle.add("index.html", b"<p>Rien</p>")


@pytest.mark.parametrize(
    "damage",
    [flip, pytest.param(truncate, marks=pytest.mark.long), Path.unlink, pytest.param(swap, marks=pytest.mark.long)],
    ids=["flipped byte", "truncated", "missing", "another bundle"],
)
@pytest.mark.postgresql_for
def test_what_a_damaged_archive_covers_stays_and_the_rest_goes(
    hamlet: tuple[Campaign, Snapshot], damage: Callable[[Path], None]
) -> None:
    """G9: the removal says which archive, and takes the rows once it is whole again."""
    campaign, _ = hamlet
    for step in (1, 2):
        assert done(campaign, step).state == "done"
    archive = db.session.query(Archive).filter(Archive.kind == "diary").one()
    path, title = path_of(archive.sha256), archive.title
    whole = path.read_bytes()
    lessons = db.session.query(Lesson).count()
    damage(path)
    run = done(campaign, 3)
    assert run.state == "failed"
    refused = {task.change: say(unpack(problem.reason)) for problem, task, _part in problems_of(run.id)}
    assert set(refused) == {"set-aside:lesson", "set-aside:homework"}
    assert all(title in words for words in refused.values())
    assert db.session.query(Lesson).count() == lessons > 0
    others = db.session.query(RunTask).filter(RunTask.change.in_(["set-aside:mark", "set-aside:sanction"])).all()
    assert [task.state for task in others] == ["done", "done"]
    assert figures(run.id).left == 0
    path.write_bytes(whole)
    carry_out(run.plan_id)
    db.session.expire_all()
    assert run_called(run.id).state == "done"
    assert db.session.query(Lesson).count() == 0
    assert figures(run.id).failed == figures(run.id).left == 0


def test_a_row_that_came_after_its_archive_is_not_removed_and_nor_are_its_like(
    hamlet: tuple[Campaign, Snapshot],
) -> None:
    """G9: the archive covers fewer rows than would go; a new plan without the stray takes them."""
    campaign, _ = hamlet
    for step in (1, 2):
        assert done(campaign, step).state == "done"
    known = db.session.scalars(select(Homework)).first()
    assert known is not None
    columns = ("school_id", "year_id", "class_id", "author_id", "given_on", "due_on", "changed_at")
    stray = Homework(title="Après coup", **{name: getattr(known, name) for name in columns})
    db.session.add(stray)
    db.session.commit()
    count, number = db.session.query(Homework).count(), stray.id
    run = done(campaign, 3)
    assert run.state == "failed"
    assert [task.change for _problem, task, _part in problems_of(run.id)] == ["set-aside:homework"]
    assert db.session.query(Homework).count() == count
    db.session.delete(db.session.get_one(Homework, number))
    db.session.commit()
    again = done(campaign, 3)
    assert again.state == "done"
    # People's messages had waited for their school to be through.
    assert ("set-aside:homework", count - 1) in {(one.change, one.done) for one in tasks_of_run(again.id)}
    assert db.session.query(Homework).count() == 0


def tasks_of_run(run_id: int) -> list[RunTask]:
    """Every task of a run."""
    return [task for part in parts_of(run_id) for task in tasks_of(part.id)]
