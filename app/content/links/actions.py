"""Choosing sites for a class's search tool."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select

from app.audit.actions import Actor, record
from app.content.links.addresses import web_address
from app.content.links.queries import MOST_LINKS, count_of
from app.content.models import SearchLink, Section
from app.db import db
from app.errors import Refused
from app.words import N_


class TooManyLinks(Refused):
    status = 422
    message = N_("La recherche de la classe a déjà deux cents sites.")
    advice = N_("Retirez ceux qui ne servent plus.")


def add_link(section: Section, *, title: str, address: str, words: str, by: Actor, now: datetime) -> SearchLink:
    """A site more, at the end. Raises ``NoAddress``, ``TooManyLinks``."""
    if count_of(section.id) >= MOST_LINKS:
        raise TooManyLinks()
    last = db.session.scalar(select(func.max(SearchLink.position)).where(SearchLink.section_id == section.id))
    made = SearchLink(
        section_id=section.id, title=title, address=web_address(address), words=words, position=(last or 0) + 1
    )
    db.session.add(made)
    db.session.flush()
    _record("search-link.added", made, section, by=by, now=now)
    return made


def change_link(
    link: SearchLink, section: Section, *, title: str, address: str, words: str, by: Actor, now: datetime
) -> None:
    """Change a site. Raises ``NoAddress``."""
    link.title, link.address, link.words = title, web_address(address), words
    _record("search-link.changed", link, section, by=by, now=now)


def remove_link(link: SearchLink, section: Section, *, by: Actor, now: datetime) -> None:
    """A site less."""
    _record("search-link.removed", link, section, by=by, now=now, before={"address": link.address})
    db.session.delete(link)


def _record(
    action: str,
    link: SearchLink,
    section: Section,
    *,
    by: Actor,
    now: datetime,
    before: dict[str, str] | None = None,
) -> None:
    record(action, by=by, now=now, subject=("search-link", link.id), school_id=section.school_id, before=before)
