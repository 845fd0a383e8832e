"""What was set aside is erased when its retention is over, not a second before, and undo says what it cannot bring back (G7, G8)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, text

from app import clock
from app.audit.actions import COMMAND
from app.audit.erasures.models import Erasure
from app.campaign.expunging.jobs import expunge_due
from app.campaign.models import Campaign
from app.campaign.problems import Conflicts, NothingToUndo
from app.campaign.running.models import Run, RunTask
from app.campaign.running.queries import run_called
from app.campaign.undoing.actions import begin_undo
from app.campaign.working.jobs import run_to_end
from app.content.models import Article, Section
from app.db import db
from tests.builders import MADE
from tests.campaign.academies import done, export
from tests.campaign.crashing import Snapshot, take_back

SECOND = timedelta(seconds=1)


def purged(campaign: Campaign) -> tuple[Run, datetime]:
    """Step 1 done, and when what it took may be erased."""
    run = done(campaign, 1)
    ends = set(db.session.scalars(select(RunTask.expunge_after)))
    assert len(ends) == 1
    end = ends.pop()
    assert end is not None
    return run, end


def aside(table: str = "section") -> int:
    return int(db.session.scalar(text(f"SELECT count(*) FROM {table} WHERE set_aside_by IS NOT NULL")) or 0)


def test_a_second_before_its_date_everything_is_there_and_can_be_brought_back(
    hamlet: tuple[Campaign, Snapshot],
) -> None:
    """G7: nothing is irreversible before its date."""
    campaign, _ = hamlet
    before = export()
    run, end = purged(campaign)
    assert aside() == 1
    assert expunge_due(end - SECOND) == 0
    take_back(run.id)
    assert export() == before
    assert expunge_due(end + SECOND) == 0


def test_after_its_date_it_is_gone_for_good_and_no_backup_brings_it_back(hamlet: tuple[Campaign, Snapshot]) -> None:
    """G7, LAW-1: what was live before is as it was; undo says that nothing is left."""
    campaign, _ = hamlet
    run, end = purged(campaign)
    after = export()
    assert aside("folder") == 1
    # What lay in a section goes with it.
    assert expunge_due(end) == 2
    assert export() == after
    assert aside() + aside("article") + aside("folder") == 0
    assert {row.kind for row in db.session.scalars(select(Erasure))} == {"section", "article"}
    assert set(db.session.scalars(select(RunTask.state))) == {"expunged"}
    assert expunge_due(end) == 0
    with pytest.raises((NothingToUndo, Conflicts)):
        begin_undo(run_called(run.id), by=COMMAND, now=clock.portal_now())
    db.session.rollback()


def test_what_a_live_row_hangs_on_is_kept_until_nothing_does(hamlet: tuple[Campaign, Snapshot]) -> None:
    """G7: an article that came into a section after it was taken is not torn away with it."""
    campaign, _ = hamlet
    _, end = purged(campaign)
    section_id = db.session.execute(
        select(Section.id).where(Section.set_aside_by.is_not(None)), execution_options={"set_aside": True}
    ).scalar_one()
    late = Article(section_id=section_id, title="Tard venu", source="", body="", changed_at=MADE)
    db.session.add(late)
    db.session.commit()
    number = late.id
    expunge_due(end)
    assert aside() == 1
    assert db.session.get(Article, number) is not None
    db.session.delete(db.session.get_one(Article, number))
    db.session.commit()
    assert expunge_due(end + SECOND) == 1
    assert aside() == 0


def test_undo_tells_what_was_erased_and_brings_back_the_rest_when_that_is_wanted(
    app: Flask, hamlet: tuple[Campaign, Snapshot]
) -> None:
    """G8: restores exactly, or says what it cannot."""
    campaign, _ = hamlet
    run, end = purged(campaign)
    one = db.session.scalars(select(RunTask).where(RunTask.change == "set-aside:folder:trash")).one()
    one.expunge_after = end - timedelta(days=1)
    db.session.commit()
    assert expunge_due(end - SECOND) == 1
    with pytest.raises(Conflicts):
        begin_undo(run_called(run.id), by=COMMAND, now=clock.portal_now())
    db.session.rollback()
    undoing = begin_undo(run_called(run.id), leave_conflicts=True, by=COMMAND, now=clock.portal_now())
    db.session.commit()
    run_to_end(undoing.id)
    db.session.expire_all()
    assert aside() + aside("article") == 0
    assert db.session.query(RunTask).filter(RunTask.state == "expunged").count() == 1
    assert run_called(run.id).state == "undone"
