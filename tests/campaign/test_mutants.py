"""Faults put into the engine on purpose: for each there is a check that rings. A check that rings without one would be no check."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import bindparam, func, select, update

from app import clock
from app.audit.actions import COMMAND
from app.campaign import rollover
from app.campaign.archiving import actions as filing
from app.campaign.archiving import jobs as archiving
from app.campaign.archiving import queries as reading
from app.campaign.models import Campaign, CampaignSchool
from app.campaign.planning import queries as counting
from app.campaign.running import actions as running
from app.campaign.running.models import PlanLine, RunTask
from app.campaign.running.queries import figures
from app.campaign.steps.change import Change
from app.campaign.undoing import actions as undoing
from app.campaign.working import actions as working
from app.campaign.working import jobs
from app.content.models import Section, SectionRole
from app.db import db
from app.directory.models import School, SchoolClass, SchoolYear
from app.fates import Scope
from app.files.models import Archive
from app.files.queries import path_of
from app.gate import actions as gate
from app.messaging.models import MessageCopy
from app.schoollife.models import Lesson
from tests.builders import MADE
from tests.campaign.academies import approved, begun, done, export
from tests.campaign.hamlet import settle
from tests.content.rows import make_class_space, make_section

Check = Callable[[Campaign], None]
Mutate = Callable[[pytest.MonkeyPatch], None]


# The checks ------------------------------------------------------------------------------------------------------------


def archives_stand_on_disk(campaign: Campaign) -> None:
    """G5: what a row names is there, and step 3 finds it (G9)."""
    for step in (1, 2):
        assert done(campaign, step).state == "done"
    assert all(path_of(one).exists() for one in db.session.scalars(select(Archive.sha256)))


def damage_is_noticed(campaign: Campaign) -> None:
    """G9: without its archive a lesson stays."""
    for step in (1, 2):
        done(campaign, step)
    path_of(db.session.scalars(select(Archive.sha256).where(Archive.kind == "diary")).one()).unlink()
    lessons = db.session.query(Lesson).count()
    done(campaign, 3)
    assert db.session.query(Lesson).count() == lessons


def no_class_is_left(campaign: Campaign) -> None:
    """S3-5, G3: whatever hangs on a row goes with it, and the figures say so."""
    for step in (1, 2, 3):
        run = done(campaign, step)
        assert run.state == "done"
        foreseen = select(func.sum(PlanLine.following)).where(PlanLine.plan_id == run.exact_plan_id)
        assert figures(run.id).following >= int(db.session.scalar(foreseen) or 0)


def roles_are_given_once(campaign: Campaign) -> None:
    """S2-2, G3: every class section that is archived gets its readers, however small the slices; what is withdrawn is counted once."""
    school_id = school_of(campaign)
    # The 6A has its space.
    of_5a = select(SchoolClass.id).join(SchoolYear).where(SchoolClass.code == "5A", SchoolYear.begins == 2025)
    make_class_space(school_id, db.session.scalars(of_5a.where(SchoolClass.school_id == school_id)).one(), "5A")
    db.session.commit()
    done(campaign, 1)
    run = done(campaign, 2)
    told = figures(run.id)
    assert (told.done, told.left) == (told.planned, 0)
    of_withdrawing = RunTask.change.like("set-aside:section-role-withdrawn:%")
    taken = select(func.count(SectionRole.id)).where(SectionRole.set_aside_by.is_not(None))
    counted = db.session.scalar(select(func.sum(RunTask.done)).where(of_withdrawing))
    assert db.session.scalar(taken.execution_options(set_aside=True)) == counted
    archived = db.session.query(Section).filter(Section.trash_reason == "archived", Section.class_id.is_not(None))
    given = select(func.count(SectionRole.section_id.distinct())).where(
        SectionRole.made_by.is_not(None), SectionRole.profile == "teacher"
    )
    assert db.session.scalar(given) == archived.count() == 2


def other_schools_stay(campaign: Campaign) -> None:
    """G11: the school beside has something to purge too, in a part of its own; here only the collège's is done."""
    primary = db.session.query(School).filter(School.kind == "primary").one()
    db.session.add(CampaignSchool(campaign_id=campaign.id, school_id=primary.id))
    thrown = make_section(primary.id, "Jetée", trashed_at=MADE, trash_reason="hand")
    number = thrown.id
    db.session.commit()
    before = export(primary.id)
    done(campaign, 1, school_of(campaign))
    assert export(primary.id) == before
    assert db.session.get(Section, number) is not None


def late_messages_stay(campaign: Campaign) -> None:
    """DATA-9: what came after the closing."""
    late = db.session.scalars(select(MessageCopy.id).order_by(MessageCopy.arrived_at.desc())).first()
    for step in (1, 2, 3):
        done(campaign, step)
    db.session.expire_all()
    assert db.session.scalar(select(MessageCopy.id).where(MessageCopy.id == late)) == late


def edits_survive_undo(campaign: Campaign) -> None:
    """G8: a section that somebody has brought back and renamed the trash of since."""
    done(campaign, 1)
    run = done(campaign, 2)
    touched = db.session.scalars(select(Section).where(Section.trash_reason == "archived")).first()
    assert touched is not None
    touched.trash_reason = "hand"
    number = touched.id
    db.session.commit()
    undo = undoing.begin_undo(run, leave_conflicts=True, by=COMMAND, now=clock.portal_now())
    db.session.commit()
    jobs.run_to_end(undo.id)
    db.session.expire_all()
    assert db.session.get_one(Section, number).trash_reason == "hand"


def too_much_is_stopped(campaign: Campaign) -> None:
    """G1: sixty sections more than were approved."""
    plan = approved(campaign, 1)
    for _ in range(60):
        make_section(school_of(campaign), "Jetée", trashed_at=MADE, trash_reason="hand")
    db.session.commit()
    assert begun(plan).state == "stopped"


def zombies_are_refused(campaign: Campaign) -> None:
    """G6: a lease of an older epoch writes nothing."""
    run = begun(approved(campaign, 1))
    lease = working.take(run.id, "elsewhere 1 a", lambda _worker: False)
    assert lease is not None
    db.session.commit()
    assert working.take(run.id, "elsewhere 2 b", lambda _worker: True) is not None
    db.session.commit()
    before = export()
    jobs._hold(lease, lambda: False)
    assert export() == before


def an_open_school_is_left_alone(campaign: Campaign) -> None:
    """G13: opened by hand between two slices."""
    run = begun(approved(campaign, 1))
    gate.open_(reason="urgence", by=COMMAND, now=clock.portal_now())
    db.session.commit()
    sections = db.session.query(Section).count()
    jobs.run_to_end(run.id)
    assert db.session.query(Section).count() == sections


def school_of(campaign: Campaign) -> int:
    return (
        db.session.scalars(
            select(CampaignSchool.school_id)
            .where(CampaignSchool.campaign_id == campaign.id)
            .order_by(CampaignSchool.school_id)
        ).first()
        or 0
    )


# The faults ------------------------------------------------------------------------------------------------------------


def referred_to_before_written(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(filing, "put_in_place", lambda temporary, *_read: ("0" * 64, temporary.stat().st_size))


def covers_not_compared(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(archiving, "demand_covered", lambda *_given, **_more: None)


def archives_not_read_back(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(reading, "check", lambda _archive: None)


def followers_forgotten(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(working, "_following", lambda _table: ())


def cursor_not_moved(patch: pytest.MonkeyPatch) -> None:
    """The rows of the first slice are taken again and again, until the count is reached."""
    patch.setattr(jobs, "SLICE", 1)
    patch.setattr(working, "_make", _without_cursor(working._make))


def _without_cursor(effect: Callable[..., tuple[int, int]]) -> Any:
    def forgetful(task: RunTask, *rest: Any) -> tuple[int, int]:
        return effect(task, *rest)[0], task.cursor

    return forgetful


def school_forgotten(patch: pytest.MonkeyPatch) -> None:
    """Rows of any school are marked; nor does the plan's last row protect them."""

    def everywhere(change: Change, scope: Scope, _some_wait: bool) -> Any:
        table, rows = rollover.table_of(change.kind), counting.selected(change, scope).subquery()
        query = select(rows.c.id).where(
            rows.c.school_id + bindparam("school_") > 0,
            rows.c.id > bindparam("after_"),
            rows.c.id <= bindparam("highest_"),
        )
        chosen = query.order_by(rows.c.id).limit(bindparam("most_"))
        return update(table).where(table.c.id.in_(chosen)).values(set_aside_by=bindparam("task_"))

    patch.setattr(working, "_marking", everywhere)
    patch.setattr(running, "_task", _unbounded(running._task))


def _unbounded(lay: Callable[..., dict[str, Any]]) -> Any:
    return lambda *given: {**lay(*given), "highest": 10**9, "planned": 10**6}


def cutoff_ignored(patch: pytest.MonkeyPatch) -> None:
    for module in (counting, jobs):
        patch.setattr(module, "scope_of", _far_future(module.scope_of))


def _far_future(scope_of: Callable[..., Any]) -> Any:
    return lambda *given: dataclasses.replace(scope_of(*given), cutoff=clock.portal_now() + timedelta(days=9))


def undo_overwrites(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(undoing, "still_stands", lambda _image: True)


def tolerance_ignored(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(running, "compared", lambda *_given: [])


def fence_skipped(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(jobs, "fence", lambda _lease, *, closed: None)


def role_withdrawn_without_mark(patch: pytest.MonkeyPatch) -> None:
    """Roles are counted as withdrawn twice over."""
    patch.setattr(working, "_set_aside", _twice(working._set_aside))


def _twice(effect: Callable[..., tuple[int, int]]) -> Any:
    def doubled(task: RunTask, *rest: Any) -> tuple[int, int]:
        count, last = effect(task, *rest)
        return (count * 2 if "withdrawn" in task.change else count), last

    return doubled


PAIRS: list[tuple[Mutate, Check]] = [
    (referred_to_before_written, archives_stand_on_disk),
    (covers_not_compared, damage_is_noticed),
    (archives_not_read_back, damage_is_noticed),
    (followers_forgotten, no_class_is_left),
    (cursor_not_moved, roles_are_given_once),
    (role_withdrawn_without_mark, roles_are_given_once),
    (school_forgotten, other_schools_stay),
    (cutoff_ignored, late_messages_stay),
    (undo_overwrites, edits_survive_undo),
    (tolerance_ignored, too_much_is_stopped),
    (fence_skipped, zombies_are_refused),
    (fence_skipped, an_open_school_is_left_alone),
]


@pytest.mark.parametrize("check", sorted({check for _, check in PAIRS}, key=lambda one: one.__name__))
def test_no_alarm_without_a_fault(sqlite_app: Flask, check: Check) -> None:
    check(db.session.get_one(Campaign, settle()))


@pytest.mark.long
@pytest.mark.parametrize(("mutate", "check"), PAIRS)
def test_an_alarm_for_every_fault(
    sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch, mutate: Mutate, check: Check
) -> None:
    campaign = db.session.get_one(Campaign, settle())
    mutate(monkeypatch)
    with pytest.raises(AssertionError):
        check(campaign)
