"""Reading what was declared of schools, for their public addresses (FEED-7)."""

from __future__ import annotations

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from app.directory.models import School
from app.feeds.declaring.kinds import ENDING, Address
from app.feeds.declaring.models import SchoolDeclaration
from app.publicsite.moved.endings import Ending, Moves
from app.schoolyear import end_of_day, start_of_day


def moves(connection: Connection, uais: Mapping[int, str]) -> Moves:
    """Former UAIs and endings that are declared and confirmed; one query. ``uais``: those of the schools in service, by number."""
    row = SchoolDeclaration
    query = (
        select(
            row.school_id, row.kind, row.day, row.uais, row.address, row.readable_until, row.former_uai, row.open, School.zone
        )
        .join(School, School.id == row.school_id)
        .where(row.confirmed_at.is_not(None), row.withdrawn_at.is_(None))
        .order_by(row.id)
    )  # fmt: skip
    found = connection.execute(query).all()
    former = {one.former_uai: one.school_id for one in found if one.former_uai}
    known = former | {uai: number for number, uai in uais.items()}
    endings = {}
    for one in found:
        if one.kind not in ENDING or not one.open:
            continue
        zone = ZoneInfo(one.zone)
        endings[one.school_id] = Ending(
            kind=one.kind,
            day=one.day,
            last_day=one.readable_until,
            since=start_of_day(one.day, zone),
            until=end_of_day(one.readable_until, zone) if one.readable_until is not None else None,
            redirects=one.address == Address.REDIRECTS,
            heirs=tuple(known[uai] for uai in one.uais if uai in known),
            elsewhere=tuple(uai for uai in one.uais if uai not in known),
        )
    return Moves(former=former, endings=endings)
