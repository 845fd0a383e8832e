"""'Mes données et la bascule', the public help page drawn from the same table, and the ZIP of everything that is mine."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, send_file, url_for

from app import clock
from app.audit.actions import actor_of
from app.content.access.queries import my_sections
from app.content.queries import Section
from app.content.spaces import SpaceKind, SpaceVerb, role_may
from app.db import db
from app.directory.groups.queries import groups_ending
from app.fates import FATE_NAMES, PRESET_NAMES, SPACE_WORDS, Fate, Kind, Preset, Retention, lines, retention_words
from app.home.data import actions, queries
from app.home.data import lines as told
from app.web.allowed import ANYBODY, SIGNED_IN, allowed, visitor
from app.web.fragments import render_page
from app.words import Words

blueprint = Blueprint("home_data", __name__)


@blueprint.get("/espace/mes-donnees")
@allowed(SIGNED_IN)
def mine() -> Response:
    """Of everything I own: how much, what becomes of it, when, and what I can do about it (DATA-3)."""
    asking, now = visitor(), clock.portal_now()
    schools = queries.schools_of(asking, now)
    counts = actions.owned(asking.person_id or 0, now)
    found = told.lines(counts, schools[0]) if schools else {}
    return render_page(
        "home/my_data.html",
        schools=schools,
        found=found,
        totals=told.total(found),
        # Whoever has left is in no school's rollover, and still has what is theirs (CAL-9).
        left_with=0 if schools else sum(counts.values()),
        sections=_temporary_sections(),
        groups=groups_ending(asking.person_id or 0),
        names=FATE_NAMES,
        retentions=_retentions(),
        safeguards={
            line.kind.key: url for listed in found.values() for line in listed if (url := _safeguard(line.kind))
        },
        fates=Fate,
    )


def _temporary_sections() -> list[Section]:
    """The sections that go with the year and that the visitor may make permanent (SITE-3, DATA-3)."""
    kinds = (SpaceKind.GROUP, SpaceKind.SCHOOL, SpaceKind.TOWN)
    mine = my_sections(visitor(), clock.portal_now(), kinds=kinds)
    return [section for section, role in mine if section.temporary and role_may(role, SpaceVerb.MAKE_PERMANENT)]


@blueprint.post("/espace/mes-donnees/archive")
@allowed(SIGNED_IN)
def pack() -> Response:
    """Everything that is mine, as a ZIP (DATA-4, LAW-4)."""
    asking, now = visitor(), clock.portal_now()
    archive = actions.pack(asking.person_id or 0, by=actor_of(asking), now=now)
    db.session.commit()
    return send_file(
        archive,
        mimetype="application/zip",
        as_attachment=True,
        download_name=f"mes-donnees-{now:%Y-%m-%d}.zip",
        max_age=0,
    )


@blueprint.get("/aide/mes-donnees")
@allowed(ANYBODY)
def help_() -> Response:
    """What becomes of my data: the whole table, for everybody to read (DATA-1, LAW-4)."""
    tables = {
        preset: {
            fate: [(kind, space, rule) for kind, space, rule in lines(preset) if rule.fate == fate] for fate in Fate
        }
        for preset in Preset
    }
    return render_page(
        "home/what_becomes.html",
        tables=tables,
        presets=PRESET_NAMES,
        names=FATE_NAMES,
        spaces=SPACE_WORDS,
        retentions=_retentions(),
    )


def _retentions() -> dict[Retention, Words | None]:
    years = current_app.extensions["settings"].archive_years
    return {one: retention_words(one, years=years) for one in Retention}


def _safeguard(kind: Kind) -> str | None:
    """The address of the page on which the kind's fate can be changed."""
    return url_for(kind.safeguard) if kind.safeguard in current_app.view_functions else None
