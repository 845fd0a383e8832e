"""Opening one's own spaces (PORTAL-3, DATA-6)."""

from __future__ import annotations

from flask import Response, flash, url_for
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from wtforms import SelectChoice

from app import clock
from app.audit.actions import Actor, actor_of
from app.content.founding import actions, queries
from app.content.founding.forms import FoundForm, JoinForm
from app.content.founding.problems import UnknownCode
from app.content.sections.queries import enter_space
from app.content.spaces import SpaceKind, SpaceVerb
from app.content.views import blueprint
from app.db import db
from app.errors import NotFound, Refused
from app.profiles import Profile
from app.web.allowed import SIGNED_IN, allowed, visitor
from app.web.fragments import render_page, see_other
from app.web.say import say


def _me() -> Actor:
    return actor_of(visitor())


@blueprint.post("/espaces/personnel")
@allowed(SIGNED_IN)
def open_personal() -> Response:
    """My personal space, made at the first need."""
    person_id = visitor().person_id
    assert person_id is not None  # noqa: S101  (signed in)
    made = actions.open_personal(person_id, _("Mes documents"), by=_me(), now=clock.portal_now())
    number = made.id
    db.session.commit()
    return see_other(url_for("content.space", section_id=number))


@blueprint.route("/groupes/<int:group_id>/espace", methods=["GET", "POST"])
@allowed(SIGNED_IN)
def open_group(group_id: int) -> Response:
    """The space of a free group that I manage: led to, or made after a click."""
    now = clock.portal_now()
    group = queries.group_managed(group_id, visitor(), now)
    found, form = queries.space_of_group(group_id), FlaskForm()
    if found is not None and found.trashed_at is None:
        return see_other(url_for("content.space", section_id=found.id))
    if found is not None:
        return see_other(url_for("content.trash", section_id=found.id))
    if form.validate_on_submit():
        number = actions.open_group(group, by=_me(), now=now).id
        db.session.commit()
        flash(_("L’espace du groupe est ouvert : ses membres y entrent dès maintenant."), "success")
        return see_other(url_for("content.space", section_id=number))
    return render_page("content/open_group.html", group=group)


@blueprint.route("/partenariats/nouveau", methods=["GET", "POST"])
@allowed(Profile.TEACHER)
def found_partnership() -> Response:
    """A partnership between classes, founded for one of mine."""
    now, form = clock.portal_now(), FoundForm()
    classes = queries.classes_taught(visitor(), now)
    form.school_class.choices = [SelectChoice(number, name) for number, _school, name in classes]
    if form.validate_on_submit():
        school_id = _school_of(classes, form.school_class.data)
        made = actions.found_partnership(
            school_id,
            form.school_class.data,
            title=(form.title.data or "").strip(),
            introduction=(form.introduction.data or "").strip(),
            by=_me(),
            now=now,
        )
        number, code = made.id, made.code
        db.session.commit()
        flash(_("Le partenariat est fondé. Son code : %(code)s.", code=code), "success")
        return see_other(url_for("content.space", section_id=number))
    return _page("content/partnership.html", form, founding=True, classes=classes)


@blueprint.route("/partenariats/rejoindre", methods=["GET", "POST"])
@allowed(Profile.TEACHER)
def join_partnership() -> Response:
    """Join a partnership with a class of mine, by its code."""
    now, form = clock.portal_now(), JoinForm()
    classes = queries.classes_taught(visitor(), now)
    form.school_class.choices = [SelectChoice(number, name) for number, _school, name in classes]
    if form.validate_on_submit():
        school_id = _school_of(classes, form.school_class.data)
        try:
            found = queries.partnership_called("".join((form.code.data or "").split()).upper())
            if found is None:
                raise UnknownCode()
            actions.join(found, form.school_class.data, school_id, by=_me(), now=now)
        except Refused as told:
            return _page("content/partnership.html", form, founding=False, classes=classes, told=told)
        number = found.id
        db.session.commit()
        flash(_("Votre classe a rejoint le partenariat."), "success")
        return see_other(url_for("content.space", section_id=number))
    return _page("content/partnership.html", form, founding=False, classes=classes)


@blueprint.post("/espaces/<int:section_id>/quitter")
@allowed(SIGNED_IN)
def leave_partnership(section_id: int) -> Response:
    """Take my classes out of a partnership."""
    now = clock.portal_now()
    entered = enter_space(section_id, visitor(), SpaceVerb.ORGANISE, now)
    if entered.section.kind != SpaceKind.PARTNERSHIP:
        raise NotFound()
    mine = [number for number, _school, _name in queries.classes_taught(visitor(), now)]
    left = actions.leave(entered.section, mine, by=_me(), now=now)
    db.session.commit()
    flash(_("Vos classes ont quitté le partenariat.") if left else _("Aucune de vos classes n’y était."), "success")
    return see_other(url_for("content.spaces"))


def _school_of(classes: object, number: int) -> int:
    assert isinstance(classes, list)  # noqa: S101  (what classes_taught gave)
    school_id = next((school for one, school, _name in classes if one == number), None)
    if school_id is None:
        raise NotFound()
    return int(school_id)


def _page(template: str, form: FlaskForm, *, founding: bool, classes: object, told: Refused | None = None) -> Response:
    return render_page(
        template,
        status=told.status if told else 422 if form.errors else 200,
        form=form,
        founding=founding,
        classes=classes,
        also=[say(told.words), *([say(told.hint)] if told.hint is not None else [])] if told else [],
    )
