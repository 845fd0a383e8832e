"""Who may do what in a section: the roles given, and those that come by themselves (PORTAL-2)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Response, flash, request, url_for
from flask_babel import gettext as _
from wtforms import SelectChoice

from app import clock
from app.audit.actions import actor_of
from app.content.roles import actions, queries
from app.content.roles.forms import GiveForm, GivePersonForm
from app.content.roles.problems import NobodyNamed, ProfileOfGroup
from app.content.roles.table import BY_NATURE
from app.content.sections.queries import enter_space, gives_roles
from app.content.services.queries import Entered
from app.content.spaces import (
    SPACE_ROLE_NAMES,
    SPACE_TABLE,
    SPACE_VERB_NAMES,
    SpaceKind,
    SpaceRole,
    SpaceVerb,
)
from app.content.views import blueprint
from app.db import db
from app.errors import NotFound, Refused
from app.profiles import PROFILE_PLURALS, Profile
from app.web.allowed import SIGNED_IN, allowed, visitor
from app.web.fragments import render_page, see_other
from app.web.say import say

_COLUMNS = {"class": "class_id", "group": "group_id", "teaching": "teaching_group_id"}


def _enter(section_id: int) -> tuple[Entered, datetime]:
    now = clock.portal_now()
    entered = enter_space(section_id, visitor(), SpaceVerb.GIVE_ROLES, now)
    if not gives_roles(entered) or entered.section.school_id is None:
        raise NotFound()
    return entered, now


@blueprint.route("/espaces/<int:section_id>/roles", methods=["GET", "POST"])
@allowed(SIGNED_IN)
def roles(section_id: int) -> Response:
    """Who holds what; a role for a class, a group, a profile, the whole school; somebody is found by ``?q=``."""
    entered, now = _enter(section_id)
    form = _give_form(entered)
    if request.method == "GET" or not form.validate_on_submit():
        return _page(entered, form)
    try:
        actions.give(entered.section, SpaceRole(form.role.data), _subject(form), by=actor_of(visitor()), now=now)
    except Refused as told:
        return _page(entered, form, told)
    return _done(section_id, _("Le rôle est donné."))


@blueprint.post("/espaces/<int:section_id>/roles/personne")
@allowed(SIGNED_IN)
def give_person(section_id: int) -> Response:
    """A role for one person of the section's schools."""
    entered, now = _enter(section_id)
    form = GivePersonForm()
    form.role.choices = _role_choices()
    given = form.person.data or ""
    if not form.validate_on_submit() or not given.isdecimal() or len(given) > 12:
        raise NotFound()
    if not queries.is_of(entered.section, int(given)):
        raise NotFound()
    try:
        subject: dict[str, object] = {"person_id": int(given)}
        actions.give(entered.section, SpaceRole(form.role.data), subject, by=actor_of(visitor()), now=now)
    except Refused as told:
        return _page(entered, _give_form(entered), told)
    return _done(section_id, _("Le rôle est donné."))


@blueprint.post("/espaces/<int:section_id>/roles/<int:role_id>/retirer")
@allowed(SIGNED_IN)
def withdraw_role(section_id: int, role_id: int) -> Response:
    """Take a role back."""
    entered, now = _enter(section_id)
    actions.withdraw(entered.section, queries.grant(section_id, role_id), by=actor_of(visitor()), now=now)
    return _done(section_id, _("Le rôle est retiré."))


def _done(section_id: int, said: str) -> Response:
    db.session.commit()
    flash(said, "success")
    return see_other(url_for("content.roles", section_id=section_id))


def _role_choices() -> list[SelectChoice]:
    return [SelectChoice(str(role), say(SPACE_ROLE_NAMES[role]).capitalize()) for role in SpaceRole]


def _give_form(entered: Entered) -> GiveForm:
    form = GiveForm()
    assert entered.section.school_id is not None  # noqa: S101  (asked by _enter)
    found = queries.choices(entered.section.school_id)
    form.subject.choices = [
        SelectChoice("", _("Choisissez…")),
        SelectChoice("school", _("Tout l’établissement")),
        *(SelectChoice(f"class-{number}", _("Classe %(name)s", name=name)) for number, name in found.classes),
        *(SelectChoice(f"group-{number}", _("Groupe %(name)s", name=name)) for number, name in found.groups),
        *(
            SelectChoice(f"teaching-{number}", _("Groupe d’enseignement %(name)s", name=name))
            for number, name in found.teaching_groups
        ),
    ]
    form.profile.choices = [
        SelectChoice("", _("Tout le monde")),
        *(SelectChoice(str(profile), say(PROFILE_PLURALS[profile]).capitalize()) for profile in Profile),
    ]
    form.role.choices = _role_choices()
    return form


def _subject(form: GiveForm) -> dict[str, object]:
    """The columns that the form names. Raises ``NobodyNamed`` and ``ProfileOfGroup``."""
    kind, _dash, number = (form.subject.data or "").partition("-")
    profile = Profile(form.profile.data) if form.profile.data else None
    if not kind:
        raise NobodyNamed()
    if kind == "school":
        return {"profile": profile} if profile else {}
    in_class = (Profile.STUDENT, Profile.GUARDIAN, Profile.TEACHER)
    if profile is not None and (kind != "class" or profile not in in_class):
        raise ProfileOfGroup()
    return {_COLUMNS[kind]: int(number)} | ({"profile": profile} if profile else {})


def _page(entered: Entered, form: GiveForm, told: Refused | None = None) -> Response:
    text = request.args.get("q", "")
    person_form = GivePersonForm(formdata=None)
    person_form.role.choices = _role_choices()
    return render_page(
        "content/roles.html",
        status=told.status if told else 422 if form.errors else 200,
        section=entered.section,
        role=entered.role,
        form=form,
        person_form=person_form,
        also=_told(told),
        grants=queries.grants(entered.section.id),
        nature=BY_NATURE[SpaceKind(entered.section.kind)],
        q=text,
        found=queries.people_called(entered.section, text),
        role_names=SPACE_ROLE_NAMES,
        verb_names=SPACE_VERB_NAMES,
        table_=SPACE_TABLE,
        roles=list(SpaceRole),
    )


def _told(told: Refused | None) -> list[Any]:
    if told is None:
        return []
    return [say(told.words), *([say(told.hint)] if told.hint is not None else [])]
