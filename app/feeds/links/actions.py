"""Confirming links that a source repeats from last year (S4-5). Never commits; ``now`` is portal time."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from app.audit.actions import Actor, record
from app.db import db
from app.directory.models import ClassMembership
from app.feeds.links.queries import links_to_confirm
from app.pulse import DIRECTORY, bump


def confirm_links(person_id: int, class_ids: Collection[int], *, by: Actor, now: datetime) -> int:
    """Confirm what is doubted of somebody in these classes: their own choice, or a timetable, says so; how many links."""
    return _confirm(links_to_confirm(person_id=person_id, class_ids=class_ids), by=by, now=now)


def confirm_in_school(school_id: int, link_ids: Collection[int] | None, *, by: Actor, now: datetime) -> int:
    """Confirm some of a school's doubted links, all of them where ``link_ids`` is None; how many. Others' are passed over (G11)."""
    return _confirm(links_to_confirm(school_id, link_ids=link_ids), by=by, now=now)


def _confirm(found: Sequence[tuple[ClassMembership, int]], *, by: Actor, now: datetime) -> int:
    for link, school_id in found:
        link.unconfirmed, link.confirmed_at = False, now
        after = {"class": link.class_id, "role": link.role, "subject": link.subject_code}
        record("link.confirmed", by=by, now=now, subject=("person", link.person_id), school_id=school_id, after=after)
    if found:
        bump(db.session(), DIRECTORY)
        db.session.flush()
    return len(found)
