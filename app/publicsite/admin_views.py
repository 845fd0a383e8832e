"""Administration of what is public: a school's site, banner and notices; the project's name, accent and contact."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, flash, request, url_for
from flask_babel import gettext as _

from app import clock
from app.audit.actions import Actor, actor_of
from app.content.actions import ChangedMeanwhile
from app.db import db
from app.directory.queries import school_by_uai
from app.errors import Refused
from app.files import addresses
from app.gate import actions as gate
from app.gate.plain_text import paragraphs
from app.gate.problems import Unacceptable
from app.gate.queries import demand_open, notice_row, snapshot
from app.profiles import Verb
from app.publicsite import actions, queries
from app.publicsite.forms import BannerForm, NoticeForm, ProjectForm, SiteForm, seen_version
from app.publicsite.pictures import MOST_BYTES, UnusablePicture
from app.publicsite.queries import School
from app.schoolyear import end_of_day
from app.web.allowed import allowed, demand, visitor
from app.web.fragments import render_page, see_other
from app.web.say import say

blueprint = Blueprint("publicsite_admin", __name__, url_prefix="/administration")

#: Notices that are over stay on the screen for so long.
_PAST_SHOWN = timedelta(days=60)


def _own(uai: str, verb: Verb = Verb.EDIT_SITE) -> School:
    """The school, if the visitor may do ``verb`` there and it is open to them. Raises ``NotFound``."""
    school = school_by_uai(uai)
    demand(verb, school.id)
    demand_open(school.id)
    return school


def _me() -> Actor:
    return actor_of(visitor())


# A school's site -------------------------------------------------------------------------------------------------------


@blueprint.route("/ecole/<uai>/site", methods=["GET", "POST"])
@allowed(Verb.EDIT_SITE)
def site(uai: str) -> Response:
    """Welcome, hours, contact, colour and place of a school (SITE-5)."""
    school = _own(uai)
    form = SiteForm(obj=queries.site(school.id))
    if form.validate_on_submit():
        place = None
        if form.latitude.data is not None and form.longitude.data is not None:
            place = (form.latitude.data, form.longitude.data)
        try:
            actions.change_site(
                school.id,
                welcome=form.welcome.data or "",
                opening_hours=form.opening_hours.data or "",
                contact=form.contact.data or "",
                colour=(form.colour.data or "").lower(),
                place=place,
                seen=seen_version(form),
                by=_me(),
                now=clock.portal_now(),
            )
        except ChangedMeanwhile as told:
            return _site_page(school, form, told=told)
        db.session.commit()
        flash(_("Le site de l’établissement est enregistré."), "success")
        return see_other(url_for(".site", uai=school.uai))
    return _site_page(school, form)


@blueprint.post("/ecole/<uai>/site/bandeau")
@allowed(Verb.EDIT_SITE)
def banner(uai: str) -> Response:
    """A new banner picture, or other words for the one that is there. ``remove`` takes it away."""
    school, form = _own(uai), BannerForm()
    if request.form.get("do") == "remove":
        actions.remove_banner(school.id, by=_me(), now=clock.portal_now())
        db.session.commit()
        flash(_("Le bandeau est retiré."), "success")
        return see_other(url_for(".site", uai=school.uai))
    sent = request.files.get("picture")
    data = sent.read(MOST_BYTES + 1) if sent is not None and sent.filename else None
    if sent is not None:
        sent.close()
    row = queries.site(school.id)
    valid = form.validate_on_submit()
    if data is None and (row is None or row.banner is None):
        form.picture.errors = [*form.picture.errors, _("Choisissez une image.")]
        valid = False
    if valid:
        try:
            actions.set_banner(school.id, data, form.banner_text.data or "", by=_me(), now=clock.portal_now())
        except UnusablePicture as told:
            form.picture.errors = [" ".join(_told(told))]
        else:
            db.session.commit()
            flash(_("Le bandeau est enregistré."), "success")
            return see_other(url_for(".site", uai=school.uai))
    return _site_page(school, SiteForm(None, obj=row), banner=form)


def _site_page(
    school: School, form: SiteForm, *, banner: BannerForm | None = None, told: Refused | None = None
) -> Response:
    row, blob = queries.site(school.id), queries.banner(school.id)
    # What the writer has seen stays what they have seen, until they are shown the newer state.
    if told or banner or request.method == "GET":
        form.version.data = str(row.version if row is not None else 0)
    picture = url_for("publicsite.file", name=addresses.public_name(blob.sha256, blob.kind)) if blob else None
    return render_page(
        "publicsite/edit_site.html",
        status=409 if told else 422 if form.errors or (banner and banner.errors) else 200,
        school=school,
        form=form,
        banner=banner or BannerForm(None, obj=row),
        picture=picture,
        also=_told(told),
        saved=row if told else None,
    )


# Notices ---------------------------------------------------------------------------------------------------------------


@blueprint.route("/ecole/<uai>/site/avis", methods=["GET", "POST"])
@allowed(Verb.SEND_NOTICE)
def notices(uai: str) -> Response:
    """The practical notices of a school, and a new one (SITE-8)."""
    school, form, now = _own(uai, Verb.SEND_NOTICE), NoticeForm(), clock.portal_now()
    if form.validate_on_submit():
        until = end_of_day(form.last_day.data, ZoneInfo(school.zone)) if form.last_day.data else None
        try:
            gate.publish_notice(
                school.id, form.text.data or "", shown_until=until, send=bool(form.send.data), by=_me(), now=now
            )
        except Unacceptable as refused:
            for problem in refused.problems:
                field = form.last_day if problem.field == "shown_until" else form.text
                field.errors = [*field.errors, say(problem.words)]
        else:
            db.session.commit()
            flash(_("L’avis est publié sur le site et sur les pages de fermeture."), "success")
            return see_other(url_for(".notices", uai=school.uai))
    found = [
        notice
        for notice in reversed(snapshot().notices.get(school.id, ()))
        if notice.shown_until is None or notice.shown_until > now - _PAST_SHOWN
    ]
    return render_page(
        "publicsite/edit_notices.html",
        status=422 if form.errors else 200,
        school=school,
        form=form,
        notices=[(notice, notice.shown(now), paragraphs(notice.text)) for notice in found],
    )


@blueprint.post("/ecole/<uai>/site/avis/<int:number>/retirer")
@allowed(Verb.SEND_NOTICE)
def withdraw_notice(uai: str, number: int) -> Response:
    """Take a notice off the pages."""
    school = _own(uai, Verb.SEND_NOTICE)
    gate.withdraw_notice(notice_row(number, school.id), by=_me(), now=clock.portal_now())
    db.session.commit()
    flash(_("L’avis n’est plus affiché."), "success")
    return see_other(url_for(".notices", uai=school.uai))


# The project -----------------------------------------------------------------------------------------------------------


@blueprint.route("/projet", methods=["GET", "POST"])
@allowed(Verb.SET_PROJECT_WINDOWS)
def project() -> Response:
    """Name, accent and contact of the project: its owner's and operators' to set."""
    demand(Verb.SET_PROJECT_WINDOWS)
    row = queries.project_row()
    form, told = ProjectForm(obj=row), None
    if form.validate_on_submit():
        try:
            actions.change_project(
                name=form.name.data or "",
                accent=form.accent.data or "",
                contact=form.contact.data or "",
                seen=seen_version(form),
                by=_me(),
                now=clock.portal_now(),
            )
        except ChangedMeanwhile as refused:
            told = refused
        else:
            db.session.commit()
            flash(_("Les réglages du projet sont enregistrés."), "success")
            return see_other(url_for(".project"))
    if told or request.method == "GET":
        form.version.data = str(row.version)
    return render_page(
        "publicsite/edit_project.html",
        status=409 if told else 422 if form.errors else 200,
        form=form,
        also=_told(told),
        saved=row if told else None,
    )


def _told(told: Refused | None) -> list[str]:
    if told is None:
        return []
    return [say(told.words)] + ([say(told.hint)] if told.hint is not None else [])
