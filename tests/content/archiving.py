"""Step 2's changes of sections and roles, as whoever carries a step out makes them, for tests that begin after it."""

from __future__ import annotations

from sqlalchemy import update

from app.content import rollover
from app.content.models import Section, SectionRole
from app.db import db
from app.fates import Scope, Space
from app.pulse import PUBLIC, bump

WITHDRAW, GIVE = 71, 72


def archive(scope: Scope, school_id: int, *, spaces: tuple[Space, ...] = (Space.CLASS, Space.TEMPORARY)) -> int:
    """Withdraw and give roles, then move the sections into the trash, in one school; how many sections moved. Commits."""
    moved = 0
    for space in spaces:
        withdrawn = _ids("section-role-withdrawn", SectionRole, space, scope, school_id)
        _update(SectionRole, withdrawn, set_aside_by=WITHDRAW)
        rollover.make("section-role-given", _ids("section-role-given", Section, space, scope, school_id), scope, GIVE)
    for space in spaces:
        ids = _ids("section", Section, space, scope, school_id)
        _update(Section, ids, **rollover.changed("section", scope))
        moved += len(ids)
    rollover.settled({"section"}, school_id)
    # As the end of every part does.
    bump(db.session(), PUBLIC)
    db.session.commit()
    return moved


def _ids(kind: str, table: type, space: Space, scope: Scope, school_id: int) -> list[int]:
    live = rollover.rows(kind, space, scope).where(table.__table__.c.set_aside_by.is_(None))
    return [row.id for row in db.session.execute(live) if row.school_id == school_id]


def _update(table: type, ids: list[int], **values: object) -> None:
    rows = table.__table__
    db.session.execute(update(rows).where(rows.c.id.in_(ids)).values(**values))
    db.session.expire_all()
