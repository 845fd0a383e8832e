"""What the scheduler calls for the gate."""

from __future__ import annotations

from datetime import datetime

from app.audit.actions import SCHEDULER
from app.db import db
from app.gate.drafts.actions import erase_old_drafts
from app.gate.models import GateRules
from app.gate.queries import snapshot
from app.pulse import PUBLIC, bump


def window_boundaries(now: datetime) -> int:
    """At a boundary every public page changes by itself, and old drafts go. ``now`` is portal time; nothing is committed.

    1. What has passed since the last look: openings, closings, announced ends, notices that appear or go.
    2. If anything has, kept public pages are stale.
    3. The look is remembered, so that however often and late this runs, a boundary counts once.
    4. Drafts older than seven days are erased.

    Returns how many boundaries passed.
    """
    rules = db.session.get(GateRules, 1)
    if rules is None:
        rules = GateRules(id=1, schools_may_amend=True)
        db.session.add(rules)
    seen = rules.boundaries_seen_until
    passed = 0
    if seen is None or seen > now:
        # Never looked, or the demo's clock went back.
        passed = 1
    else:
        known = snapshot()
        moments = list(known.closures.boundaries_between(seen, now))
        for notices in known.notices.values():
            for notice in notices:
                moments += [m for m in (notice.shown_from, notice.shown_until) if m is not None and seen < m <= now]
        passed = len(moments)
    if passed:
        bump(db.session(), PUBLIC)
        rules.boundaries_seen_until = now
    erase_old_drafts(by=SCHEDULER, now=now)
    return passed
