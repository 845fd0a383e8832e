"""A class's page of school life, a pupil's page, photos for the school's adults, and the adults who follow a pupil."""

from __future__ import annotations

from flask import Blueprint, Response, flash, request, url_for
from flask_babel import gettext as _

from app import clock
from app.audit.actions import actor_of
from app.db import db
from app.directory.names import name_of
from app.directory.support import actions as support_actions
from app.directory.support.queries import link_called, links_of_pupil, pupils_followed
from app.errors import NotFound, Refused
from app.files.queries import path_of
from app.gate.queries import open_for
from app.profiles import Profile
from app.schoollife.pages import class_pages
from app.schoollife.pupils import actions, queries
from app.schoollife.pupils.forms import TokenForm
from app.schoollife.pupils.pupil_pages import pupil_pages
from app.schoollife.queries import class_for, family_pupils, pupil_for, pupils_of, whole_class_for
from app.schoollife.standing import Right
from app.web.allowed import SIGNED_IN, allowed, visitor
from app.web.downloads import deliver
from app.web.fragments import render_page, see_other
from app.web.uploads import uploads
from app.words import N_

blueprint = Blueprint("schoollife_pupils", __name__)

KIND_WORDS = {"aesh": N_("AESH"), "tutor": N_("tuteur")}


@blueprint.get("/classes/<int:class_id>")
@allowed(SIGNED_IN)
def class_page(class_id: int) -> Response:
    """What I can do in this class, and its pupils for those who see them all."""
    now = clock.portal_now()
    facts = class_for(visitor(), class_id, Right.SEE_CLASS, now)
    whole = facts.may_for_all(Right.SEE_CLASS)
    own = [] if whole else [one for one in family_pupils(visitor(), now) if one.school_class.id == facts.id]
    return render_page(
        "schoollife/pupils/class.html",
        school_class=facts,
        pages=class_pages(facts),
        whole=whole,
        pupils=[(person.id, name_of(person)) for person in pupils_of(facts.id)]
        if whole
        else [(one.id, one.name) for one in own],
    )


@blueprint.get("/eleves/<int:student_id>")
@allowed(SIGNED_IN)
def pupil_page(student_id: int) -> Response:
    """A pupil: what those who know them may read or do about them."""
    pupil = pupil_for(visitor(), student_id, Right.SEE_CLASS, clock.portal_now())
    shown = pupil.school_class.may_for_all(Right.SEE_PHOTOS)
    photos = queries.photos_of(pupil.school_class.school_id, [pupil.id]) if shown else {}
    return render_page(
        "schoollife/pupils/pupil.html",
        pupil=pupil,
        school_class=pupil.school_class,
        pages=pupil_pages(pupil),
        photo=pupil.id in photos,
    )


# Photos ------------------------------------------------------------------------------------------------------------------


@blueprint.get("/classes/<int:class_id>/trombinoscope")
@allowed(SIGNED_IN)
def faces(class_id: int) -> Response:
    """The photos of a class, for the school's adults only."""
    facts = whole_class_for(visitor(), class_id, Right.SEE_PHOTOS, clock.portal_now())
    pupils = pupils_of(facts.id)
    photos = queries.photos_of(facts.school_id, [person.id for person in pupils])
    return render_page(
        "schoollife/pupils/faces.html",
        school_class=facts,
        pupils=[(person.id, name_of(person), photos.get(person.id)) for person in pupils],
        may_keep=facts.may_for_all(Right.KEEP_PHOTOS),
    )


@blueprint.route("/classes/<int:class_id>/trombinoscope/tenir", methods=["GET", "POST"])
@allowed(SIGNED_IN)
def keep_faces(class_id: int) -> Response:
    """Put photos in, one field a pupil; one that is refused refuses them all, with its reason."""
    now = clock.portal_now()
    facts = whole_class_for(visitor(), class_id, Right.KEEP_PHOTOS, now)
    pupils = pupils_of(facts.id)
    form, told, wrong = TokenForm(), [], None
    if form.validate_on_submit():
        kept = 0
        try:
            for person in pupils:
                wrong = person.id
                for upload in uploads(f"photo-{person.id}")[:1]:
                    actions.keep_photo(facts.school_id, person.id, upload, by=actor_of(visitor()), now=now)
                    kept += 1
        except Refused as refused:
            db.session.rollback()
            told = [one for one in (refused.words, refused.hint) if one is not None]
        else:
            db.session.commit()
            flash(_("Les photos sont enregistrées.") if kept else _("Aucune photo n’a été choisie."), "success")
            return see_other(url_for(".faces", class_id=class_id))
    photos = queries.photos_of(facts.school_id, [person.id for person in pupils])
    return render_page(
        "schoollife/pupils/keep_faces.html",
        status=422 if told else 200,
        school_class=facts,
        pupils=[(person.id, name_of(person), photos.get(person.id)) for person in pupils],
        also=told,
        wrong=wrong if told else None,
    )


@blueprint.get("/eleves/<int:student_id>/photo")
@allowed(SIGNED_IN)
def photo(student_id: int) -> Response:
    """A pupil's photo, to the adults of a school that keeps one."""
    pupil = pupil_for(visitor(), student_id, Right.SEE_PHOTOS, clock.portal_now())
    found = queries.photos_of(pupil.school_class.school_id, [pupil.id]).get(pupil.id)
    if found is None or not pupil.school_class.may_for_all(Right.SEE_PHOTOS):
        raise NotFound()
    return deliver(path_of(found.sha256), "photo.webp", "image/webp", inline=True)


@blueprint.route("/eleves/<int:student_id>/photo/supprimer", methods=["GET", "POST"])
@allowed(SIGNED_IN)
def remove_photo(student_id: int) -> Response:
    """Remove a pupil's photo, after a page that asks."""
    now = clock.portal_now()
    pupil = pupil_for(visitor(), student_id, Right.KEEP_PHOTOS, now)
    found = queries.photos_of(pupil.school_class.school_id, [pupil.id]).get(pupil.id)
    if found is None:
        raise NotFound()
    back = url_for(".keep_faces", class_id=pupil.school_class.id)
    form = TokenForm()
    if form.validate_on_submit():
        actions.remove_photo(found, by=actor_of(visitor()), now=now)
        db.session.commit()
        flash(_("La photo est supprimée."), "success")
        return see_other(back)
    return render_page("schoollife/pupils/remove_photo.html", pupil=pupil, school_class=pupil.school_class, back=back)


# Adults who follow a pupil (PORTAL-9) ------------------------------------------------------------------------------------


@blueprint.route("/eleves/<int:student_id>/accompagnants", methods=["GET", "POST"])
@allowed(SIGNED_IN)
def support(student_id: int) -> Response:
    """Who follows the pupil; link an adult of the school in one click; for the head, the deputy and the CPE only."""
    now = clock.portal_now()
    pupil = pupil_for(visitor(), student_id, Right.LINK_SUPPORT, now)
    school_id, text = pupil.school_class.school_id, request.args.get("q", "").strip()[:80]
    form = TokenForm()
    if form.validate_on_submit():
        support_actions.link_support(
            pupil.id,
            request.form.get("adult", 0, type=int),
            request.form.get("kind", ""),
            school_id=school_id,
            by=actor_of(visitor()),
            now=now,
        )
        db.session.commit()
        flash(_("C’est fait\u00a0: cette personne suit l’élève dès maintenant."), "success")
        return see_other(url_for(".support", student_id=pupil.id))
    links = links_of_pupil(pupil.id, school_id)
    there = {person.id for _link, person in links}
    return render_page(
        "schoollife/pupils/support.html",
        block="found",
        pupil=pupil,
        school_class=pupil.school_class,
        followers=[(link, name_of(person)) for link, person in links],
        q=text,
        found=[(one.id, name_of(one)) for one in queries.adults_of(school_id, text) if one.id not in there],
        kinds=KIND_WORDS,
    )


@blueprint.post("/eleves/<int:student_id>/accompagnants/<int:link_id>/fin")
@allowed(SIGNED_IN)
def end_support(student_id: int, link_id: int) -> Response:
    """End a link at once."""
    now = clock.portal_now()
    pupil = pupil_for(visitor(), student_id, Right.LINK_SUPPORT, now)
    link = link_called(link_id, pupil.id)
    if link.school_id != pupil.school_class.school_id:
        raise NotFound()
    support_actions.end_support(link, by=actor_of(visitor()), now=now)
    db.session.commit()
    flash(_("Le lien est terminé\u00a0: cette personne ne suit plus l’élève."), "success")
    return see_other(url_for(".support", student_id=pupil.id))


@blueprint.get("/mes-accompagnements")
@allowed(Profile.STAFF, Profile.TEACHER)
def followed() -> Response:
    """The pupils whom I follow."""
    now, me = clock.portal_now(), visitor()
    works = {place.school_id for place in me.places if place.profile in (Profile.STAFF, Profile.TEACHER)}
    there = [school_id for school_id in works if open_for(me, school_id, now)]
    return render_page(
        "schoollife/pupils/followed.html",
        pupils=[(person.id, name_of(person), link.kind) for link, person in pupils_followed(me.person_id, there)],
        kinds=KIND_WORDS,
    )
