"""My groups and those of my school: making, changing, keeping after the year, who is in them (PORTAL-7, S3-3, S3-4)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from wtforms.fields.choices import SelectChoice

from app import clock
from app.accounts.groups.forms import GroupForm, NewGroupForm, RemovalForm
from app.accounts.groups.rights import chosen, may_change, may_see, profiles_shown, schools_worked_in, works_in
from app.audit.actions import Actor, actor_of
from app.db import db
from app.directory.groups import actions, queries
from app.directory.groups.actions import LIFETIMES
from app.directory.groups.queries import FreeGroup, FreeGroupMember
from app.directory.names import name_of
from app.directory.queries import affiliations_of, children_of, classes_of_school, school_by_id, school_by_uai, years
from app.directory.queries import search_people as find_people
from app.errors import NotFound, Refused
from app.gate.disclosure import visitor_may_know
from app.gate.queries import closures, open_for
from app.profiles import PROFILE_NAMES, PROFILE_PLURALS, Profile
from app.schoolyear import YearName
from app.web.allowed import SIGNED_IN, allowed, visitor
from app.web.fragments import render_page, see_other
from app.web.say import say

blueprint = Blueprint("accounts_groups", __name__)

#: People offered by one search.
FOUND = 40


def _me() -> Actor:
    return actor_of(visitor())


def _group(group_id: int, *, change: bool = False) -> tuple[FreeGroup, FreeGroupMember | None]:
    """The group and the visitor's place in it, if they may see it, or ``change`` it. Raises ``NotFound`` for others."""
    asking = visitor()
    group = queries.group_by_id(group_id)
    own = queries.member_of(group_id, asking.person_id or 0)
    allowed_to = (
        may_change(asking, group.school_id, manages=own is not None and own.manager)
        if change
        else may_see(asking, group.school_id, member=own is not None)
    )
    if not allowed_to or not open_for(asking, group.school_id, clock.portal_now()):
        raise NotFound()
    return group, own


def _schools() -> list[Any]:
    """The open schools in which the visitor may make groups, by name."""
    asking, now = visitor(), clock.portal_now()
    found = [school_by_id(number) for number in schools_worked_in(asking) if open_for(asking, number, now)]
    return sorted(found, key=lambda school: school.search_name)


@blueprint.get("/groupes")
@allowed(SIGNED_IN)
def mine() -> Any:
    """The groups in which I am, those that I manage first; what becomes of them at the end of the year."""
    asking, now = visitor(), clock.portal_now()
    rows = [row for row in queries.groups_of(asking.person_id or 0) if open_for(asking, row.school_id, now)]
    taught = [
        (row, YearName(begins=row.year_begins))
        for row in queries.teaching_groups_of([asking.person_id or 0])
        if open_for(asking, row.school_id, now)
        and visitor_may_know(closures(), asking, school_id=row.school_id, year_begins=row.year_begins, now=now).allowed
    ]
    manageable = {row.id for row in rows if may_change(asking, row.school_id, manages=row.mine == "manager")}
    return render_page(
        "accounts/groups/mine.html",
        managed=[row for row in rows if row.id in manageable],
        joined=[row for row in rows if row.id not in manageable],
        ending=[row for row in rows if row.id in manageable and row.lifetime == actions.YEAR],
        taught=taught,
        schools=_schools(),
        lifetimes=LIFETIMES,
    )


@blueprint.get("/groupes/etablissement/<uai>")
@allowed(SIGNED_IN)
def school(uai: str) -> Any:
    """The free groups of a school, for those who work in it."""
    found, asking = school_by_uai(uai), visitor()
    if not works_in(asking, found.id) or not open_for(asking, found.id, clock.portal_now()):
        raise NotFound()
    number = request.args.get("numero", type=int)
    after = (request.args.get("apres", ""), number) if number is not None else None
    rows, more = queries.groups_of_school(found.id, after)
    managers = queries.managers([row.id for row in rows])
    return render_page(
        "accounts/groups/school.html",
        school=found,
        rows=[(row, [name_of(person) for person in managers.get(row.id, ())]) for row in rows],
        lifetimes=LIFETIMES,
        first=after is not None,
        next=url_for(".school", uai=found.uai, apres=rows[-1].name, numero=rows[-1].id) if more else None,
    )


@blueprint.route("/groupes/nouveau", methods=["GET", "POST"])
@allowed(SIGNED_IN)
def new() -> Any:
    """A new group, which I manage."""
    asking, schools = visitor(), _schools()
    if not schools:
        raise NotFound()
    form = NewGroupForm()
    form.school.choices = [SelectChoice(one.id, one.name) for one in schools]
    if request.method == "GET":
        wanted = request.args.get("ecole", "").upper()
        form.school.data = next((one.id for one in schools if one.uai == wanted), schools[0].id)
    if form.validate_on_submit():
        made = actions.make_group(
            form.school.data,
            name=(form.name.data or "").strip(),
            words=(form.words.data or "").strip(),
            lifetime=form.lifetime.data,
            teaching=bool(form.teaching.data),
            manager_id=asking.person_id,
            by=_me(),
            now=clock.portal_now(),
        )
        db.session.commit()
        flash(_("Le groupe « %(name)s » est créé. Ajoutez-y des personnes.", name=made.name), "success")
        return see_other(url_for(".add", group_id=made.id))
    return render_page("accounts/groups/edit.html", status=422 if form.errors else 200, form=form, group=None)


@blueprint.get("/groupes/<int:group_id>")
@allowed(SIGNED_IN)
def group(group_id: int) -> Any:
    """A group: what it is for, how long it lasts, who is in it as far as I may read names (KIN-2)."""
    found, own = _group(group_id)
    asking = visitor()
    number = request.args.get("numero", type=int)
    after = (request.args.get("apres", "")[:240], number) if number is not None else None
    shown = profiles_shown(asking, found.school_id)
    also = [asking.person_id or 0]
    if shown is not None and asking.has_profile(Profile.GUARDIAN):
        also += [child.id for child in children_of(asking.person_id or 0)]
    rows, more = queries.members(found, profiles=shown, also=also, after=after)
    return render_page(
        "accounts/groups/group.html",
        group=found,
        school=school_by_id(found.school_id),
        rows=rows,
        profile_names=PROFILE_NAMES,
        lifetimes=LIFETIMES,
        manages=own is not None and own.manager,
        may_change=may_change(asking, found.school_id, manages=own is not None and own.manager),
        some_hidden=shown is not None,
        first=after is not None,
        next=url_for(".group", group_id=group_id, apres=rows[-1].search_name, numero=rows[-1].person_id)
        if more
        else None,
    )


@blueprint.route("/groupes/<int:group_id>/modifier", methods=["GET", "POST"])
@allowed(SIGNED_IN)
def change(group_id: int) -> Any:
    """Another name, other words."""
    found, _own = _group(group_id, change=True)
    form, told = GroupForm(obj=found), None
    if form.validate_on_submit():
        try:
            actions.change_group(
                found,
                name=(form.name.data or "").strip(),
                words=(form.words.data or "").strip(),
                teaching=bool(form.teaching.data),
                version=form.seen_version(),
                by=_me(),
                now=clock.portal_now(),
            )
        except actions.ChangedSince as refused:
            told = refused
        else:
            db.session.commit()
            flash(_("Le groupe est enregistré."), "success")
            return see_other(url_for(".group", group_id=group_id))
    if told is not None or request.method == "GET":
        form.version.data = str(found.version)
    status = 409 if told else 422 if form.errors else 200
    return render_page(
        "accounts/groups/edit.html",
        status=status,
        form=form,
        group=found,
        also=[told.words, told.hint] if told else [],
        saved=found if told else None,
    )


@blueprint.route("/groupes/<int:group_id>/garder", methods=["GET", "POST"])
@allowed(SIGNED_IN)
def keep(group_id: int) -> Any:
    """Keep the group after the school year: a link in a mail leads here, a click acts (S3-4, DATA-3)."""
    return _lifetime(group_id, actions.UNLIMITED, _("Le groupe « %(name)s » reste après l’année scolaire."))


@blueprint.route("/groupes/<int:group_id>/limiter", methods=["GET", "POST"])
@allowed(SIGNED_IN)
def limit(group_id: int) -> Any:
    """Let the group go with the school year (S3-2)."""
    return _lifetime(group_id, actions.YEAR, _("Le groupe « %(name)s » est limité à l’année scolaire."))


def _lifetime(group_id: int, lifetime: str, said: str) -> Any:
    found, _own = _group(group_id, change=True)
    if request.method == "GET":
        return render_page(
            "accounts/groups/lifetime.html", group=found, wanted=lifetime, already=found.lifetime == lifetime
        )
    actions.set_lifetime(found, lifetime, by=_me(), now=clock.portal_now())
    db.session.commit()
    flash(said % {"name": found.name}, "success")
    return see_other(url_for(".group", group_id=group_id))


# Members ---------------------------------------------------------------------------------------------------------------


@blueprint.route("/groupes/<int:group_id>/ajouter", methods=["GET", "POST"])
@allowed(SIGNED_IN)
def add(group_id: int) -> Any:
    """Add people of the school, found by name, or a whole class."""
    found, _own = _group(group_id, change=True)
    now = clock.portal_now()
    if request.method == "POST":
        class_id = request.form.get("class_id", type=int)
        if class_id is not None:
            if class_id not in {one.id for one, _year in _classes(found.school_id)}:
                raise NotFound()
            count = actions.add_class(found, class_id, by=_me(), now=now)
        else:
            count = actions.add_members(found, chosen(request.form.getlist("people")), by=_me(), now=now)
        db.session.commit()
        said = ngettext("%(num)s personne ajoutée.", "%(num)s personnes ajoutées.", count)
        flash(said if count else _("Personne de nouveau n’a été ajouté."), "success" if count else "info")
        return see_other(url_for(".group", group_id=group_id))
    text = request.args.get("q", "").strip()[:80]
    profile = next((one for one in Profile if one.value == request.args.get("profil")), None)
    people = find_people([found.school_id], text, FOUND, profile=profile) if text or profile else []
    held = affiliations_of([person.id for person in people])
    inside = queries.members_among(group_id, [person.id for person in people])
    return render_page(
        "accounts/groups/add.html",
        block="found",
        group=found,
        text=text,
        profile=profile,
        profiles=PROFILE_PLURALS,
        people=[
            (
                person.id,
                name_of(person),
                [
                    PROFILE_NAMES[profile]
                    for school_id, profile in held.get(person.id, ())
                    if school_id == found.school_id
                ],
                person.id in inside,
            )
            for person in people
        ],
        full=len(people) == FOUND,
        classes=_classes(found.school_id),
    )


def _classes(school_id: int) -> list[tuple[Any, YearName]]:
    """The school's classes of which the visitor may know, the newest year first."""
    asking, now = visitor(), clock.portal_now()
    listed = []
    for begins, year in sorted(years().items(), reverse=True):
        place = any(place.school_id == school_id for place in asking.places)
        known = visitor_may_know(closures(), asking, school_id=school_id, year_begins=begins, now=now).allowed
        if known or not place:
            listed += [(one, YearName(begins=begins)) for one in classes_of_school(school_id, year.id)]
    return listed


def _member(group_id: int, person_id: int) -> tuple[FreeGroup, FreeGroupMember]:
    found, _own = _group(group_id, change=True)
    member = queries.member_of(group_id, person_id)
    if member is None:
        raise NotFound()
    return found, member


@blueprint.post("/groupes/<int:group_id>/membres/<int:person_id>/retrait")
@allowed(SIGNED_IN)
def remove_member(group_id: int, person_id: int) -> Any:
    """Take somebody out of the group."""
    found, member = _member(group_id, person_id)
    try:
        actions.remove_member(member, found, by=_me(), now=clock.portal_now())
    except actions.LastManager as refused:
        return _refused(found, refused)
    return _done(found, _("La personne n’est plus dans le groupe."))


@blueprint.post("/groupes/<int:group_id>/membres/<int:person_id>/gestion")
@allowed(SIGNED_IN)
def manager(group_id: int, person_id: int) -> Any:
    """Let a member manage the group, or no longer."""
    found, member = _member(group_id, person_id)
    manages = request.form.get("manages") == "1"
    try:
        actions.set_manager(member, found, manages, by=_me(), now=clock.portal_now())
    except (actions.NotAManager, actions.LastManager) as refused:
        return _refused(found, refused)
    said = _("Cette personne gère maintenant le groupe.") if manages else _("Cette personne ne gère plus le groupe.")
    return _done(found, said)


def _done(found: FreeGroup, said: str) -> Any:
    db.session.commit()
    flash(said, "success")
    asking = visitor()
    own = queries.member_of(found.id, asking.person_id or 0)
    still = may_see(asking, found.school_id, member=own is not None)
    return see_other(url_for(".group", group_id=found.id) if still else url_for(".mine"))


def _refused(found: FreeGroup, refused: Refused) -> Any:
    flash(" ".join(say(words) for words in (refused.words, refused.hint) if words is not None), "warning")
    return see_other(url_for(".group", group_id=found.id))


@blueprint.route("/groupes/<int:group_id>/supprimer", methods=["GET", "POST"])
@allowed(SIGNED_IN)
def remove(group_id: int) -> Any:
    """Remove the group, after a word typed."""
    found, _own = _group(group_id, change=True)
    form = RemovalForm()
    if form.validate_on_submit():
        name = found.name
        actions.remove_group(found, by=_me(), now=clock.portal_now())
        db.session.commit()
        flash(_("Le groupe « %(name)s » est supprimé.", name=name), "success")
        return see_other(url_for(".mine"))
    return render_page("accounts/groups/remove.html", status=422 if form.errors else 200, form=form, group=found)
