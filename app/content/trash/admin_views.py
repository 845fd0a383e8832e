"""A school's trash: the sections in it, those only days old with a warning, each restored by a click (S1-2)."""

from __future__ import annotations

from flask import Response, flash, url_for
from flask_babel import gettext as _

from app import clock
from app.audit.actions import actor_of
from app.content.admin_views import blueprint
from app.content.queries import School
from app.content.spaces import SPACE_NAMES
from app.content.trash import actions, queries
from app.db import db
from app.directory.queries import school_by_uai
from app.gate.queries import demand_open
from app.profiles import Verb
from app.web.allowed import allowed, demand, visitor
from app.web.fragments import render_page, see_other


def _own(uai: str) -> School:
    school = school_by_uai(uai)
    demand(Verb.EDIT_SITE, school.id)
    demand_open(school.id)
    return school


@blueprint.get("/corbeille")
@allowed(Verb.EDIT_SITE)
def school_trash(uai: str) -> Response:
    """The sections in the school's trash."""
    school, now = _own(uai), clock.portal_now()
    rows = queries.sections(school.id)
    return render_page(
        "content/school_trash.html",
        school=school,
        rows=rows,
        lately={one.id for one, _count in rows if one.trashed_at is not None and now - one.trashed_at < queries.LATELY},
        kinds=SPACE_NAMES,
    )


@blueprint.post("/corbeille/<int:section_id>")
@allowed(Verb.EDIT_SITE)
def restore_section(uai: str, section_id: int) -> Response:
    """A section comes back with what went together with it."""
    school = _own(uai)
    found = queries.trashed_section(school.id, section_id)
    title = found.title
    actions.restore_section(found, by=actor_of(visitor()), now=clock.portal_now())
    db.session.commit()
    flash(_("« %(title)s » est rétabli.", title=title), "success")
    return see_other(url_for("content_admin.school_trash", uai=school.uai))
