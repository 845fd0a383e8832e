"""A school's trash before its purge, and its temporary sections before they are archived (S1-2, SITE-3)."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from flask import Response, flash, url_for
from flask_babel import gettext as _

from app import clock
from app.audit.actions import actor_of
from app.content.admin_views import blueprint
from app.content.queries import School
from app.content.sections.actions import set_temporary
from app.content.spaces import ARCHIVED, SPACE_NAMES, SpaceKind
from app.content.trash import actions, queries
from app.content.trash.purges import is_late
from app.content.trash.words import restored_words
from app.db import db
from app.directory.queries import school_by_uai
from app.fates import Preset, preset_of
from app.files.sheets import spreadsheet
from app.gate.queries import demand_open
from app.profiles import Verb
from app.web.allowed import allowed, demand, visitor
from app.web.downloads import attached
from app.web.fragments import render_page, see_other
from app.web.say import say

#: Sections in the table that is downloaded.
MOST_IN_TABLE = 5_000


def _own(uai: str) -> School:
    school = school_by_uai(uai)
    demand(Verb.EDIT_SITE, school.id)
    demand_open(school.id)
    return school


def _local(at: datetime | None, school: School) -> str:
    """An instant for a spreadsheet, in the school's zone; empty for none."""
    return at.astimezone(ZoneInfo(school.zone)).strftime("%Y-%m-%d %H:%M") if at is not None else ""


@blueprint.get("/corbeille")
@allowed(Verb.EDIT_SITE)
def school_trash(uai: str) -> Response:
    """What the next purge takes and when: sections with what they hold, those only days old first with a warning."""
    school, now = _own(uai), clock.portal_now()
    rows = queries.sections(school.id, queries.MOST_SHOWN + 1)
    purge_at = queries.next_purge_of(school.id, now)
    shown = rows[: queries.MOST_SHOWN]
    return render_page(
        "content/school_trash.html",
        school=school,
        purge_at=purge_at,
        rows=shown,
        more=len(rows) > len(shown),
        held=queries.held([one.id for one in shown]),
        lately={one.id for one in shown if one.trashed_at is not None and is_late(one.trashed_at, purge_at, now)},
        within=queries.thrown_within(school.id),
        kinds=SPACE_NAMES,
    )


@blueprint.get("/corbeille.csv")
@allowed(Verb.EDIT_SITE)
def school_trash_csv(uai: str) -> Response:
    """The same as a table for spreadsheets."""
    school, now = _own(uai), clock.portal_now()
    rows = queries.sections(school.id, MOST_IN_TABLE)
    held, purge_at = queries.held([one.id for one in rows]), queries.next_purge_of(school.id, now)
    head = [
        _("Rubrique"), _("Sorte"), _("À la corbeille depuis"), _("Pourquoi"), _("Purge"), _("Récente"), _("Articles"),
        _("Fichiers"), _("Autres contenus"),
    ]  # fmt: skip
    table = [
        [
            one.title,
            say(SPACE_NAMES[SpaceKind(one.kind)]),
            _local(one.trashed_at, school),
            _("archivée avec l’année") if one.trash_reason == ARCHIVED else _("mise à la corbeille par quelqu’un"),
            _local(purge_at, school),
            _("oui") if is_late(one.trashed_at, purge_at, now) else _("non"),
            held[one.id].articles,
            held[one.id].files,
            held[one.id].others,
        ]
        for one in rows
        if one.trashed_at is not None
    ]
    return attached(spreadsheet(head, table), f"corbeille-{school.uai}.csv")


@blueprint.post("/corbeille/<int:section_id>")
@allowed(Verb.EDIT_SITE)
def restore_section(uai: str, section_id: int) -> Response:
    """A section comes back with what went together with it."""
    school = _own(uai)
    found = queries.trashed_section(school.id, section_id)
    said = restored_words(found.title, found.kind, archived=found.trash_reason == ARCHIVED)
    actions.restore_section(found, by=actor_of(visitor()), now=clock.portal_now())
    db.session.commit()
    flash(say(said), "success")
    return see_other(url_for("content_admin.school_trash", uai=school.uai))


@blueprint.get("/rubriques-temporaires")
@allowed(Verb.EDIT_SITE)
def temporary_sections(uai: str) -> Response:
    """The sections that are archived with the year, each kept by a click while there is time (SITE-3)."""
    school, now = _own(uai), clock.portal_now()
    rows = queries.temporary_sections(school.id)
    return render_page(
        "content/temporary.html",
        school=school,
        rows=rows,
        held=queries.held([one.id for one in rows]),
        archived_at=queries.next_purge_of(school.id, now),
        archives=preset_of(school.kind) == Preset.SECONDARY,
        kinds=SPACE_NAMES,
    )


@blueprint.post("/rubriques-temporaires/<int:section_id>")
@allowed(Verb.EDIT_SITE)
def make_permanent(uai: str, section_id: int) -> Response:
    """A section stays with its publications after the year."""
    school = _own(uai)
    found = queries.temporary_section(school.id, section_id)
    title = found.title
    set_temporary(found, False, by=actor_of(visitor()), now=clock.portal_now())
    db.session.commit()
    flash(_("« %(title)s » est permanente : elle reste, avec ses publications.", title=title), "success")
    return see_other(url_for("content_admin.temporary_sections", uai=school.uai))
