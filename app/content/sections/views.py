"""The settings of a section and new sections (PORTAL-1, DATA-3)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Response, flash, request, url_for
from flask_babel import gettext as _
from wtforms import SelectChoice

from app import clock
from app.audit.actions import Actor, actor_of
from app.content import actions as content
from app.content.forms import seen_version
from app.content.queries import School, Section, section
from app.content.sections import actions, queries
from app.content.sections.forms import CategoryForm, NewSectionForm, SettingsForm
from app.content.sections.problems import TooDeep
from app.content.sections.queries import Category
from app.content.services.queries import Entered
from app.content.spaces import SERVICE_NAMES, Service, SpaceKind, SpaceVerb
from app.content.trash.queries import outlived
from app.content.views import blueprint
from app.db import db
from app.directory.queries import rollover_year, school_by_uai, years
from app.errors import NotFound, Refused
from app.gate.queries import demand_open
from app.profiles import Verb
from app.web.allowed import SIGNED_IN, allowed, demand, visitor
from app.web.fragments import render_page, see_other
from app.web.say import say
from app.weights import weight

#: Kinds whose duration and place their managers decide; a class's space goes with its class.
LASTING = (SpaceKind.SCHOOL, SpaceKind.TOWN, SpaceKind.GROUP)
IN_TREE = (SpaceKind.SCHOOL, SpaceKind.TOWN)


def _me() -> Actor:
    return actor_of(visitor())


def _enter(section_id: int, verb: SpaceVerb = SpaceVerb.ORGANISE) -> tuple[Entered, datetime]:
    now = clock.portal_now()
    change = request.method == "POST"
    return queries.enter_space(section_id, visitor(), verb, now, for_change=change), now


@blueprint.route("/espaces/<int:section_id>/reglages", methods=["GET", "POST"])
@allowed(SIGNED_IN)
def settings(section_id: int) -> Response:
    """Title, presentation, services, place, openness, duration; categories and quota below."""
    entered, now = _enter(section_id)
    form = _settings_form(entered)
    if not form.validate_on_submit():
        return _settings_page(entered, form)
    found = entered.section
    try:
        content.demand_version(found.version, seen_version(form))
        closed = _settle(entered, form, now)
    except Refused as told:
        db.session.rollback()
        return _settings_page(_enter(section_id)[0], form, told)
    db.session.commit()
    flash(_("Les réglages sont enregistrés."), "success")
    if closed:
        flash(_("Les sous-rubriques ne sont jamais plus ouvertes : elles ont été fermées de même."), "info")
    return see_other(url_for("content.settings", section_id=section_id))


def _settle(entered: Entered, form: SettingsForm, now: datetime) -> int:
    found, by = entered.section, _me()
    in_tree = found.kind in IN_TREE
    if in_tree:
        parent = _parent(found.school_id, form.parent.data)
        actions.move_under(found, parent, by=by, now=now)
    closed = actions.settle(
        found,
        title=(form.title.data or "").strip(),
        introduction=(form.introduction.data or "").strip(),
        services=form.services.data or [],
        visible=bool(form.visible.data) if in_tree else found.visible,
        restricted=bool(form.restricted.data) if in_tree else found.restricted,
        by=by,
        now=now,
    )
    if found.kind in LASTING and entered.may(SpaceVerb.MAKE_PERMANENT):
        actions.set_temporary(found, bool(form.temporary.data), by=by, now=now)
    if found.kind == SpaceKind.PARTNERSHIP and visitor().may(Verb.EDIT_SITE):
        actions.set_departmental(found, bool(form.departmental.data), by=by, now=now)
    return closed


def _parent(school_id: int | None, number: int | None) -> Section | None:
    return section(school_id, number) if number and school_id is not None else None


def _settings_form(entered: Entered) -> SettingsForm:
    found = entered.section
    form = SettingsForm(obj=found)
    form.services.choices = [SelectChoice(str(one), say(SERVICE_NAMES[one])) for one in _services_for(found)]
    form.parent.choices = [SelectChoice(0, _("tout en haut"))]
    if found.kind in IN_TREE and found.school_id is not None:
        form.parent.choices += _places(found.school_id, found)
    if not form.is_submitted():
        form.services.data = list(found.services)
        form.parent.data = found.parent_id or 0
    return form


def _services_for(found: Section) -> list[Service]:
    """What the kind may offer: minisites are classes', a personal space holds files."""
    if found.kind == SpaceKind.PERSONAL:
        return [Service.MEDIA]
    only_classes = {Service.PAGES, Service.LINKS}
    return [one for one in Service if found.kind == SpaceKind.CLASS or one not in only_classes]


def _places(school_id: int, moving: Section | None = None) -> list[SelectChoice]:
    """The sections below which one may stand, indented as in the tree."""
    inside = {one.id for one in queries.subtree(moving)} if moving is not None else set()
    kept = [one for one in queries.tree_of(school_id) if one.kind == SpaceKind.SCHOOL and one.id not in inside]
    return [
        SelectChoice(one.id, "\u00a0\u00a0" * depth + one.title)
        for one, depth in queries.nested(kept)
        if depth + 1 < queries.DEEPEST
    ]


def _settings_page(
    entered: Entered, form: SettingsForm, told: Refused | None = None, category: CategoryForm | None = None
) -> Response:
    found = entered.section
    if request.method == "GET" or isinstance(told, content.ChangedMeanwhile) or category is not None:
        form.version.data = str(found.version)
    return render_page(
        "content/settings.html",
        status=told.status if told else 422 if form.errors or (category and category.errors) else 200,
        section=found,
        role=entered.role,
        form=form,
        wrong=category if category is not None and category.errors else form,
        also=[say(told.words), *([say(told.hint)] if told.hint is not None else [])] if told else [],
        in_tree=found.kind in IN_TREE,
        lasting=found.kind in LASTING and entered.may(SpaceVerb.MAKE_PERMANENT),
        departmental=found.kind == SpaceKind.PARTNERSHIP and visitor().may(Verb.EDIT_SITE),
        categories=queries.categories(found.id) if str(Service.BLOG) in found.services else None,
        category_form=category or CategoryForm(prefix="category"),
        used=weight(found.used),
        quota=weight(found.quota),
        may_trash=found.kind in (*IN_TREE, SpaceKind.GROUP, SpaceKind.PARTNERSHIP) or outlived(found),
    )


@blueprint.post("/espaces/<int:section_id>/categories")
@allowed(SIGNED_IN)
def add_category(section_id: int) -> Response:
    """A new heading of the blog."""
    entered, now = _enter(section_id)
    form = CategoryForm(prefix="category")
    if not form.validate_on_submit():
        return _settings_page(entered, _fresh(entered), category=form)
    try:
        actions.add_category(entered.section, (form.name.data or "").strip(), by=_me(), now=now)
    except Refused as told:
        return _settings_page(entered, _fresh(entered), told, form)
    db.session.commit()
    flash(_("La catégorie est ajoutée."), "success")
    return see_other(url_for("content.settings", section_id=section_id))


def _fresh(entered: Entered) -> SettingsForm:
    form = _settings_form(entered)
    form.process(obj=entered.section)
    form.services.data, form.parent.data = list(entered.section.services), entered.section.parent_id or 0
    return form


@blueprint.post("/espaces/<int:section_id>/categories/<int:category_id>")
@allowed(SIGNED_IN)
def remove_category(section_id: int, category_id: int) -> Response:
    """Take a heading away; its articles stay."""
    entered, now = _enter(section_id)
    found: Category | None = next((one for one in queries.categories(section_id) if one.id == category_id), None)
    if found is None:
        raise NotFound()
    actions.remove_category(entered.section, found, by=_me(), now=now)
    db.session.commit()
    flash(_("La catégorie est retirée ; ses articles restent."), "success")
    return see_other(url_for("content.settings", section_id=section_id))


@blueprint.route("/etablissements/<uai>/rubriques/nouvelle", methods=["GET", "POST"])
@allowed(Verb.EDIT_SITE)
def add(uai: str) -> Response:
    """A new section at the top of a school's tree or below another; a town's space."""
    school = school_by_uai(uai)
    demand(Verb.EDIT_SITE, school.id)
    demand_open(school.id)
    return _add(school.id, None, url_for("content.tree", uai=school.uai))


@blueprint.route("/espaces/<int:section_id>/sous-rubrique", methods=["GET", "POST"])
@allowed(SIGNED_IN)
def add_below(section_id: int) -> Response:
    """A new section below this one."""
    entered, _now = _enter(section_id)
    found = entered.section
    if found.kind != SpaceKind.SCHOOL or found.school_id is None:
        raise NotFound()
    return _add(found.school_id, entered, url_for("content.space", section_id=section_id))


def _add(school_id: int, above: Entered | None, back: str) -> Response:
    form, now = NewSectionForm(), clock.portal_now()
    places = _places(school_id) if above is None else []
    parent_title = above.section.title if above is not None else ""
    form.parent.choices = [SelectChoice(0, _("tout en haut")), *places]
    if above is not None:
        form.parent.choices, form.parent.data = [SelectChoice(above.section.id, parent_title)], above.section.id
    if form.validate_on_submit():
        parent = above.section if above is not None else _parent(school_id, form.parent.data)
        if parent is not None and len(queries.parents_of(parent)) + 2 > queries.DEEPEST:
            raise TooDeep(most=queries.DEEPEST)
        town = bool(form.town.data) and above is None and parent is None
        made = content.add_section(
            school_id,
            title=(form.title.data or "").strip(),
            introduction=(form.introduction.data or "").strip(),
            visible=True,
            restricted=bool(form.restricted.data),
            temporary=bool(form.temporary.data),
            kind=SpaceKind.TOWN if town else SpaceKind.SCHOOL,
            parent=parent,
            by=_me(),
            now=now,
        )
        number, title = made.id, made.title
        db.session.commit()
        flash(_("La rubrique « %(title)s » est créée.", title=title), "success")
        return see_other(url_for("content.space", section_id=number))
    return render_page(
        "content/new_section.html",
        status=422 if form.errors else 200,
        form=form,
        back=back,
        above=parent_title,
        also=[],
    )


@blueprint.post("/etablissements/<uai>/espaces-de-classe")
@allowed(Verb.EDIT_SITE)
def make_class_spaces(uai: str) -> Response:
    """The spaces of this year's classes that have none yet, at once instead of at night."""
    school: School = school_by_uai(uai)
    demand(Verb.EDIT_SITE, school.id)
    demand_open(school.id)
    year = years().get(rollover_year().begins - 1)
    made = 0
    if year is not None:
        made = content.make_class_spaces(year.id, school.id, by=_me(), now=clock.portal_now())
    db.session.commit()
    said: Any = _("Chaque classe a déjà son espace.")
    if made:
        said = _("Espaces de classe créés : %(count)s.", count=made)
    flash(said, "success")
    return see_other(url_for("content.tree", uai=school.uai))
