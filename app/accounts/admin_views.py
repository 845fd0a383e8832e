"""People of a school and their accounts, new codes (ACCT-4), roles; and a teacher's pupils."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, flash, g, request, url_for
from flask_babel import gettext as _

from app import clock
from app.accounts import passwords
from app.accounts.doors import Provider
from app.accounts.forms import GrantForm, RevokeForm
from app.accounts.people import actions
from app.accounts.people.privileges import covers, grantable, reset_refusal, revoke_refusal
from app.accounts.people.queries import (
    ACCOUNT_STATES,
    account_state,
    guardians_of,
    holders,
    people_page,
    person_of_school,
    pupils_of,
    roles_here,
    target_of,
    taught_pupils,
)
from app.accounts.queries import account_of, class_facts, find_account
from app.db import db
from app.directory.names import name_of
from app.directory.queries import functions_of, person_by_id, project
from app.errors import NotFound
from app.gate.admin_views import school_for
from app.gate.disclosure import visitor_may_know
from app.gate.queries import closures
from app.profiles import PROFILE_NAMES, PROFILE_PLURALS, ROLE_NAMES, Profile, Role, Verb
from app.schoolyear import YearName
from app.web.allowed import allowed, demand, visitor
from app.web.fragments import render_page, see_other

blueprint = Blueprint("accounts_admin", __name__)


def _providers() -> tuple[Provider, ...]:
    found: tuple[Provider, ...] = current_app.extensions["doors"]
    return found


# People ----------------------------------------------------------------------------------------------------------------


@blueprint.get("/administration/ecole/<uai>/personnes")
@allowed(Verb.SEE_PEOPLE)
def people(uai: str) -> Any:
    """The people of a school: search by name, one profile or all, page by page."""
    school = school_for(uai, Verb.SEE_PEOPLE)
    text = request.args.get("q", "").strip()[:80]
    profile = next((one for one in Profile if one.value == request.args.get("profil")), None)
    name, number = request.args.get("apres", ""), request.args.get("numero", type=int)
    after = (name, number) if number is not None else None
    rows, more = people_page(school.id, text, profile, after)
    asked: dict[str, Any] = {"uai": school.uai, "q": text or None, "profil": profile.value if profile else None}
    return render_page(
        "accounts/people.html",
        block="found",
        school=school,
        rows=rows,
        text=text,
        profile=profile,
        profiles=PROFILE_PLURALS,
        profile_names=PROFILE_NAMES,
        states=ACCOUNT_STATES,
        first=url_for("accounts_admin.people", **asked) if after is not None else None,
        next=url_for("accounts_admin.people", **asked, apres=rows[-1].search_name, numero=rows[-1].id)
        if more
        else None,
    )


@blueprint.get("/administration/ecole/<uai>/personnes/<int:number>")
@allowed(Verb.SEE_PEOPLE)
def person(uai: str, number: int) -> Any:
    """Somebody of the school: what they do there, their account, and what may be done for them."""
    school = school_for(uai, Verb.SEE_PEOPLE)
    found, here = person_of_school(number, school.id)
    account, asking, now = account_of(number), visitor(), clock.portal_now()
    facts = [
        fact
        for fact in class_facts([number], ("student", "teacher", "head-teacher"))
        if fact.school_id == school.id
        and visitor_may_know(closures(), asking, school_id=school.id, year_begins=fact.year_begins, now=now).allowed
    ]
    years: dict[YearName, list[str]] = {}
    for fact in reversed(facts):
        names = years.setdefault(YearName(begins=fact.year_begins), [])
        if fact.class_name not in names:
            names.insert(0, fact.class_name)
    target = target_of(number, school.id, _providers())
    return render_page(
        "accounts/person.html",
        school=school,
        person=found,
        name=name_of(found),
        here=[PROFILE_NAMES[profile] for profile in here],
        profiles_here=here,
        functions=functions_of(number, school.id),
        years=years,
        roles=[ROLE_NAMES[role] for role in roles_here(number, school.id)],
        guardians=guardians_of(number) if Profile.STUDENT in here else [],
        pupils=pupils_of(number, school.id) if Profile.GUARDIAN in here else [],
        account=account,
        state=ACCOUNT_STATES[account_state(account)],
        refusal=reset_refusal(asking, target, school.id),
        may_grant=bool(grantable(asking, school.id)) and account is not None,
        zone=school.zone,
    )


@blueprint.route("/administration/ecole/<uai>/personnes/<int:number>/code", methods=["GET", "POST"])
@allowed(Verb.RESET_STUDENTS, Verb.RESET_STAFF)
def code(uai: str, number: int) -> Any:
    """A new one-time code for a pupil or a member of staff of the school, shown once (ACCT-4)."""
    school = school_for(uai, Verb.SEE_PEOPLE)
    found, _here = person_of_school(number, school.id)
    target = target_of(number, school.id, _providers())
    back = url_for("accounts_admin.person", uai=school.uai, number=number)
    return _code_page(target, school.id, name_of(found), back)


def _code_page(target: Any, school_id: int, name: str, back: str) -> Any:
    """Ask first; then the code, which no page shows again."""
    if request.method == "GET":
        refusal = reset_refusal(visitor(), target, school_id)
        account = account_of(target.person_id)
        return render_page(
            "accounts/code.html",
            status=403 if refusal is not None else 200,
            name=name,
            back=back,
            refusal=refusal,
            used=account is not None and account.password_hash is not None,
        )
    login, secret = actions.reset(target, school_id, by=visitor(), now=clock.portal_now())
    db.session.commit()
    expires_at = account.code_expires_at if (account := account_of(target.person_id)) is not None else None
    return render_page(
        "accounts/code_shown.html",
        name=name,
        back=back,
        login=login,
        code=passwords.shown_code(secret),
        expires_at=expires_at,
        zone=project().zone,
    )


# A teacher's pupils ----------------------------------------------------------------------------------------------------


@blueprint.get("/espace/eleves")
@allowed(Profile.TEACHER)
def pupils() -> Any:
    """The pupils of the classes that the teacher teaches, class by class."""
    asking, now = visitor(), clock.portal_now()
    classes: dict[tuple[int, str, int], list[Any]] = {}
    for pupil in taught_pupils(asking.person_id or 0, _taught_in()):
        known = visitor_may_know(closures(), asking, school_id=pupil.school_id, year_begins=pupil.year_begins, now=now)
        if known.allowed:
            key = (pupil.class_id, pupil.class_name, pupil.year_begins)
            classes.setdefault(key, []).append(pupil)
    shown_classes = [
        {"name": name, "id": class_id, "year": YearName(begins=year), "pupils": found}
        for (class_id, name, year), found in classes.items()
    ]
    return render_page("accounts/pupils.html", classes=shown_classes, states=ACCOUNT_STATES)


def _taught_in() -> set[int]:
    """The open schools in which the visitor is a teacher."""
    schools = {place.school_id for place in visitor().places if place.profile == Profile.TEACHER}
    return schools & set(g.open_schools)


@blueprint.route("/espace/eleves/<int:number>/code", methods=["GET", "POST"])
@allowed(Profile.TEACHER)
def pupil_code(number: int) -> Any:
    """A new one-time code for one of the teacher's own pupils, shown once (ACCT-4)."""
    found = taught_pupils(visitor().person_id or 0, _taught_in(), number)
    if not found:
        raise NotFound()
    school_id = found[0].school_id
    target = target_of(number, school_id, _providers(), taught=True)
    return _code_page(target, school_id, found[0].name, url_for("accounts_admin.pupils"))


# Roles -----------------------------------------------------------------------------------------------------------------


@blueprint.route("/administration/roles", methods=["GET", "POST"])
@allowed(Verb.GRANT_PROJECT_ROLES)
def roles() -> Any:
    """Who operates and who owns the project; giving one of these roles."""
    demand(Verb.GRANT_PROJECT_ROLES)
    return _roles_page(None)


@blueprint.route("/administration/ecole/<uai>/roles", methods=["GET", "POST"])
@allowed(Verb.GRANT_SCHOOL_ROLES)
def school_roles(uai: str) -> Any:
    """Who administers a school; giving one of its roles."""
    return _roles_page(school_for(uai, Verb.GRANT_SCHOOL_ROLES))


def _roles_page(school: Any) -> Any:
    school_id = school.id if school is not None else None
    asking = visitor()
    form = GrantForm(login=request.args.get("identifiant", "")).offer(grantable(asking, school_id))
    if form.validate_on_submit():
        account = find_account(form.login.data or "")
        if account is None:
            form.login.errors = [_("Aucun compte n’a cet identifiant.")]
        else:
            try:
                given = actions.grant(
                    account.person, Role(form.role.data), school, _providers(), by=asking, now=clock.portal_now()
                )
            except actions.NotAllowedTo as refused:
                form.login.errors = [refused.words]
            else:
                db.session.commit()
                said = _("Le rôle est donné.") if given else _("Cette personne a déjà ce rôle.")
                flash(said, "success" if given else "info")
                return see_other(_roles_address(school))
    found = holders(school_id)
    return render_page(
        "accounts/roles.html",
        status=422 if request.method == "POST" else 200,
        school=school,
        holders=found,
        names=ROLE_NAMES,
        revocable={role for role in Role if revoke_refusal(asking, role, school_id) is None},
        form=form,
        zone=school.zone if school is not None else project().zone,
    )


def _roles_address(school: Any) -> str:
    if school is None:
        return url_for("accounts_admin.roles")
    return url_for("accounts_admin.school_roles", uai=school.uai)


@blueprint.route("/administration/roles/<int:number>/<role>/retrait", methods=["GET", "POST"])
@allowed(Verb.GRANT_PROJECT_ROLES)
def revoke(number: int, role: str) -> Any:
    """Take a role of the project back, after a word typed."""
    demand(Verb.GRANT_PROJECT_ROLES)
    return _revoke_page(None, number, role)


@blueprint.route("/administration/ecole/<uai>/roles/<int:number>/<role>/retrait", methods=["GET", "POST"])
@allowed(Verb.GRANT_SCHOOL_ROLES)
def revoke_school_role(uai: str, number: int, role: str) -> Any:
    """Take a role in a school back, after a word typed."""
    return _revoke_page(school_for(uai, Verb.GRANT_SCHOOL_ROLES), number, role)


def _revoke_page(school: Any, number: int, role: str) -> Any:
    school_id = school.id if school is not None else None
    held = next((one for one in holders(school_id) if one.person_id == number and one.role.value == role), None)
    if held is None or not covers(visitor(), held.role, school_id):
        raise NotFound()
    form = RevokeForm()
    if form.validate_on_submit():
        actions.revoke(person_by_id(number), held.role, school, by=visitor(), now=clock.portal_now())
        db.session.commit()
        flash(_("Le rôle est retiré."), "success")
        return see_other(_roles_address(school))
    return render_page(
        "accounts/revoke.html",
        status=422 if request.method == "POST" else 200,
        school=school,
        held=held,
        role_name=ROLE_NAMES[held.role],
        form=form,
        back=_roles_address(school),
    )
