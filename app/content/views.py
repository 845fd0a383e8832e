"""Spaces as their people see them: mine, a school's tree, the page of one, its settings (PORTAL-1, PORTAL-3)."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, Response, current_app, url_for
from flask_babel import gettext as _

from app import clock
from app.content.access.queries import archived_sections, my_sections, roles_in
from app.content.blog.queries import waiting_count
from app.content.frame import tabs
from app.content.queries import Section, newest_for, zone_of
from app.content.sections import queries
from app.content.spaces import (
    SPACE_NAMES,
    SPACE_ROLE_NAMES,
    Service,
    SpaceKind,
    SpaceRole,
    SpaceVerb,
    role_may,
)
from app.directory.queries import school_by_id, school_by_uai
from app.errors import NotFound
from app.gate.queries import demand_open
from app.profiles import Profile, Verb
from app.web.allowed import SIGNED_IN, allowed, visitor
from app.web.fragments import render_page
from app.web.say import language, say
from app.wording import MONTHS
from app.words import N_

blueprint = Blueprint("content", __name__)

NEWEST = 6
#: Who is shown the way to the archived sections; others have a role in one only by exception.
SHELF = (Profile.TEACHER, Profile.STAFF)
KIND_HEADINGS: dict[SpaceKind, str] = {
    SpaceKind.CLASS: N_("Classes"),
    SpaceKind.GROUP: N_("Groupes de travail"),
    SpaceKind.PARTNERSHIP: N_("Partenariats entre classes"),
    SpaceKind.SCHOOL: N_("Rubriques où vous avez un rôle"),
    SpaceKind.TOWN: N_("Espaces de la commune"),
}


@blueprint.app_context_processor
def _frame() -> dict[str, Any]:
    """What ``content/_space.html`` draws around the pages of a space."""
    return {"space_tabs": _tabs, "space_crumbs": _crumbs, "endpoints": current_app.view_functions}


@blueprint.app_template_filter("month_name")
def _month_name(month: date) -> str:
    """'mars 2026' in the reader's language."""
    return f"{MONTHS[language()][month.month - 1]} {month.year}"


def _tabs(section: Section, role: SpaceRole) -> list[dict[str, str]]:
    # What school life shows of a class goes with the class, not with its archived space.
    class_id = section.class_id if section.trashed_at is None else None
    found = tabs(section.id, SpaceKind(section.kind), class_id, section.services, role, visitor())
    return [
        {"key": one.key, "label": say(one.label), "url": url_for(one.endpoint, **one.arguments)}
        for one in found
        if one.endpoint in current_app.view_functions
    ]


def _crumbs(section: Section | None) -> list[tuple[str, str | None]]:
    steps: list[tuple[str, str | None]] = [(_("Mes espaces"), url_for("content.spaces"))]
    if section is None:
        return steps
    if section.kind in (SpaceKind.SCHOOL, SpaceKind.TOWN) and section.school_id is not None:
        steps.append((_("Rubriques"), url_for("content.tree", uai=school_by_id(section.school_id).uai)))
        steps += [(title, url_for("content.space", section_id=number)) for number, title in queries.parents_of(section)]
    return [*steps, (section.title, url_for("content.space", section_id=section.id))]


@blueprint.get("/espaces")
@allowed(SIGNED_IN)
def spaces() -> Response:
    """My spaces, by kind: my classes, groups, partnerships, what I was given a role in, my own documents."""
    asking, now = visitor(), clock.portal_now()
    mine = my_sections(asking, now)
    by_kind = {kind: [pair for pair in mine if pair[0].kind == kind] for kind in SpaceKind}
    return render_page(
        "content/spaces.html",
        by_kind={kind: found for kind, found in by_kind.items() if found and kind != SpaceKind.PERSONAL},
        personal=next(iter(by_kind[SpaceKind.PERSONAL]), None),
        kinds=KIND_HEADINGS,
        role_names=SPACE_ROLE_NAMES,
        schools=queries.schools_open_to(asking, now),
        teaches=asking.has_profile(Profile.TEACHER),
        shelf=any(asking.has_profile(one) for one in SHELF) or asking.may_somewhere(Verb.EDIT_SITE),
        manages=queries.groups_without_space(asking, now),
    )


@blueprint.get("/espaces/archives")
@allowed(SIGNED_IN)
def archived() -> Response:
    """The archived sections that the visitor may still read, or fetch back (S2-2)."""
    found = archived_sections(visitor(), clock.portal_now())
    zones = {one.school_id: zone_of(one) for one, _role in found}
    return render_page(
        "content/archived.html",
        rows=found,
        zones=zones,
        kinds=SPACE_NAMES,
        restores={one.id for one, role in found if role_may(role, SpaceVerb.EMPTY_TRASH)},
    )


@blueprint.get("/etablissements/<uai>/rubriques")
@allowed(SIGNED_IN)
def tree(uai: str) -> Response:
    """A school's tree of sections, as far as they exist for the visitor, and its class spaces."""
    asking, now = visitor(), clock.portal_now()
    school = school_by_uai(uai)
    edits = asking.may(Verb.EDIT_SITE, school.id)
    if not edits and not any(place.school_id == school.id for place in asking.places):
        raise NotFound()
    demand_open(school.id)
    sections = queries.tree_of(school.id)
    roles = roles_in(sections, asking, now)
    return render_page(
        "content/tree.html",
        school=school,
        rows=queries.nested([one for one in sections if one.id in roles and one.kind != SpaceKind.CLASS]),
        classes=[one for one in sections if one.id in roles and one.kind == SpaceKind.CLASS],
        edits=edits,
        role_names=SPACE_ROLE_NAMES,
        roles=roles,
    )


@blueprint.get("/espaces/<int:section_id>")
@allowed(SIGNED_IN)
def space(section_id: int) -> Response:
    """The page of a space: what is new, its services as tabs, who is there, what waits for me."""
    asking, now = visitor(), clock.portal_now()
    entered = queries.enter_space(section_id, asking, SpaceVerb.READ, now)
    section = entered.section
    below = queries.below(section)
    known = roles_in(below, asking, now) if below else {}
    has_blog, has_media = str(Service.BLOG) in section.services, str(Service.MEDIA) in section.services
    return render_page(
        "content/space.html",
        section=section,
        role=entered.role,
        role_name=SPACE_ROLE_NAMES[entered.role],
        kind_name=SPACE_NAMES[SpaceKind(section.kind)],
        zone=zone_of(section),
        newest=newest_for(asking, [section], now, NEWEST, archived=True) if has_blog else [],
        files=queries.newest_files(section.id, NEWEST) if has_media else [],
        has_blog=has_blog,
        has_media=has_media,
        below=[one for one in below if one.id in known],
        facts=queries.class_facts(section.class_id) if section.class_id is not None else None,
        members=queries.group_size(section.group_id) if section.group_id is not None else None,
        classes=queries.partners(section.id) if section.kind == SpaceKind.PARTNERSHIP else [],
        waiting=waiting_count([section.id]) if entered.may(SpaceVerb.APPROVE) else 0,
        writes=entered.may(SpaceVerb.WRITE),
        organises=entered.may(SpaceVerb.ORGANISE),
        gives_roles=queries.gives_roles(entered),
        restores=role_may(entered.role, SpaceVerb.EMPTY_TRASH),
    )
