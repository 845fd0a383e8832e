"""Reading a class's chosen sites."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select

from app.content.models import SearchLink as SearchLink
from app.content.services.queries import Entered, enter
from app.content.spaces import Service, SpaceVerb
from app.db import db
from app.directory.names import folded
from app.errors import NotFound
from app.profiles import Visitor

#: A class's shelf of sites; all of it is looked through at once.
MOST_LINKS = 200


def link_for(link_id: int, visitor: Visitor, now: datetime) -> tuple[SearchLink, Entered]:
    """The link, if ``visitor`` arranges its section. Raises ``NotFound``."""
    found = db.session.get(SearchLink, link_id)
    if found is None or found.set_aside_by is not None:
        raise NotFound()
    return found, enter(found.section_id, visitor, Service.LINKS, now, verb=SpaceVerb.ORGANISE)


def links_of(section_id: int, text: str = "") -> Sequence[SearchLink]:
    """The sites in their order; those in whose title or words every word of ``text`` is found, without accents or case."""
    query = select(SearchLink).where(SearchLink.section_id == section_id)
    order = (SearchLink.position, SearchLink.id)
    rows = db.session.scalars(query.order_by(*order).limit(MOST_LINKS)).all()
    wanted = folded(text).split()
    return [row for row in rows if all(word in folded(f"{row.title} {row.words}") for word in wanted)]


def count_of(section_id: int) -> int:
    """How many sites there are."""
    return db.session.scalar(select(func.count()).where(SearchLink.section_id == section_id)) or 0
