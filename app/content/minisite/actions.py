"""Writing the pages of a minisite, putting them in order, publishing them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select

from app.audit.actions import Actor
from app.content.actions import demand_version
from app.content.markup import to_html
from app.content.minisite.queries import MOST_PAGES, pages_of
from app.content.models import MinisitePage, Section
from app.content.services.actions import note
from app.db import db
from app.errors import Refused
from app.pulse import PUBLIC, bump
from app.words import N_


class TooManyPages(Refused):
    status = 422
    message = N_("Ce mini-site a déjà cinquante pages.")
    advice = N_("Réunissez-en quelques-unes, ou mettez les anciennes à la corbeille.")


def add_page(section: Section, *, title: str, source: str, by: Actor, now: datetime) -> MinisitePage:
    """A new page at the end, not yet published. Raises ``TooManyPages``."""
    if len(pages_of(section.id)) >= MOST_PAGES:
        raise TooManyPages()
    last = db.session.scalar(select(func.max(MinisitePage.position)).where(MinisitePage.section_id == section.id))
    made = MinisitePage(
        section_id=section.id,
        school_id=section.school_id,
        title=title,
        source=source,
        body=to_html(source),
        position=(last or 0) + 1,
        published=False,
        author_id=by.person_id,
        changed_at=now,
    )
    db.session.add(made)
    db.session.flush()
    note("added", made, by=by, now=now)
    return made


def change_page(page: MinisitePage, *, title: str, source: str, version: int, by: Actor, now: datetime) -> None:
    """Change a page; published it stays published. Raises ``ChangedMeanwhile``."""
    demand_version(page.version, version)
    page.title, page.source, page.body, page.changed_at = title, source, to_html(source), now
    note("changed", page, by=by, now=now)
    bump(db.session(), PUBLIC)


def publish(page: MinisitePage, published: bool, *, by: Actor, now: datetime) -> None:
    """Show a page to everybody, or no longer."""
    if page.published != published:
        page.published, page.changed_at = published, now
        note("published" if published else "withdrawn", page, by=by, now=now)
        bump(db.session(), PUBLIC)


def move(page: MinisitePage, *, up: bool, by: Actor, now: datetime) -> None:
    """Change places with the page before or after; at the ends nothing happens."""
    order = list(pages_of(page.section_id))
    at = next((index for index, one in enumerate(order) if one.id == page.id), None)
    if at is None or not 0 <= (other := at - 1 if up else at + 1) < len(order):
        return
    order[at], order[other] = order[other], order[at]
    for position, one in enumerate(order, 1):
        if one.position != position:
            one.position = position
    note("moved", page, by=by, now=now)
    bump(db.session(), PUBLIC)
