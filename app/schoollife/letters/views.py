"""Letters to the families of a class: written once, seen merged, printed one a page, one a guardian (KIN-2)."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from flask import Response, flash, request, url_for
from flask_babel import gettext as _

from app import clock, wording
from app.audit.actions import actor_of
from app.content.markup import to_html
from app.db import db
from app.schoollife.letters.merging import FIELDS, merged
from app.schoollife.pupils import actions, queries
from app.schoollife.pupils.forms import LetterForm
from app.schoollife.pupils.queries import Addressee, Letter
from app.schoollife.pupils.views import blueprint as blueprint
from app.schoollife.queries import whole_class_for
from app.schoollife.results.forms import RemovalForm
from app.schoollife.standing import ClassFacts, Right
from app.schoolyear import local_day
from app.web.allowed import SIGNED_IN, allowed, visitor
from app.web.fragments import render_page, see_other


def _pages(letter: Letter, facts: ClassFacts, people: list[Addressee]) -> list[tuple[Addressee, str]]:
    """What each guardian receives."""
    body = to_html(letter.source)
    day = wording.day(local_day(clock.portal_now(), ZoneInfo(facts.zone)))
    return [
        (
            one,
            merged(
                body,
                {
                    "élève": one.pupil,
                    "classe": facts.name,
                    "responsable": one.name,
                    "établissement": facts.school,
                    "date": day,
                },
            ),
        )
        for one in people
    ]


@blueprint.get("/classes/<int:class_id>/courriers")
@allowed(SIGNED_IN)
def letters(class_id: int) -> Response:
    """The letters to the families of a class."""
    facts = whole_class_for(visitor(), class_id, Right.WRITE_LETTERS, clock.portal_now())
    return render_page("schoollife/pupils/letters.html", school_class=facts, letters=queries.letters_of(facts.id))


@blueprint.route("/classes/<int:class_id>/courriers/nouveau", methods=["GET", "POST"])
@allowed(SIGNED_IN)
def new_letter(class_id: int) -> Response:
    """A new letter."""
    facts = whole_class_for(visitor(), class_id, Right.WRITE_LETTERS, clock.portal_now())
    return _written(None, facts, LetterForm())


@blueprint.route("/courriers/<int:letter_id>/modifier", methods=["GET", "POST"])
@allowed(SIGNED_IN)
def change_letter(letter_id: int) -> Response:
    """Its subject and text."""
    found, facts = queries.letter_for(visitor(), letter_id, clock.portal_now())
    return _written(found, facts, LetterForm(obj=found))


def _written(found: Letter | None, facts: ClassFacts, form: LetterForm) -> Response:
    if form.validate_on_submit():
        saved = actions.save_letter(
            found,
            facts,
            title=" ".join((form.title.data or "").split()),
            source=(form.source.data or "").strip(),
            by=actor_of(visitor()),
            now=clock.portal_now(),
        )
        number = saved.id
        db.session.commit()
        flash(_("La lettre est enregistrée."), "success")
        return see_other(url_for(".letter", letter_id=number))
    return render_page(
        "schoollife/pupils/letter_form.html",
        status=422 if request.method == "POST" else 200,
        school_class=facts,
        found=found,
        form=form,
        fields=FIELDS,
    )


@blueprint.get("/courriers/<int:letter_id>")
@allowed(SIGNED_IN)
def letter(letter_id: int) -> Response:
    """The letter as the first guardian receives it, and to how many it goes."""
    found, facts = queries.letter_for(visitor(), letter_id, clock.portal_now())
    people = queries.addressees(facts.id)
    return render_page(
        "schoollife/pupils/letter.html",
        school_class=facts,
        found=found,
        many=len(people),
        first=_pages(found, facts, people[:1]),
    )


@blueprint.get("/courriers/<int:letter_id>/imprimer")
@allowed(SIGNED_IN)
def print_letter(letter_id: int) -> Response:
    """Every letter, one a page: each names one guardian and has that guardian's address only (KIN-2)."""
    found, facts = queries.letter_for(visitor(), letter_id, clock.portal_now())
    return render_page(
        "schoollife/pupils/print_letter.html",
        school_class=facts,
        found=found,
        pages=_pages(found, facts, queries.addressees(facts.id)),
    )


@blueprint.route("/courriers/<int:letter_id>/supprimer", methods=["GET", "POST"])
@allowed(SIGNED_IN)
def remove_letter(letter_id: int) -> Response:
    """Remove a letter, after a typed word."""
    now = clock.portal_now()
    found, facts = queries.letter_for(visitor(), letter_id, now)
    form = RemovalForm()
    if form.validate_on_submit():
        actions.remove_letter(found, by=actor_of(visitor()), now=now)
        db.session.commit()
        flash(_("La lettre est supprimée."), "success")
        return see_other(url_for(".letters", class_id=facts.id))
    return render_page(
        "schoollife/removal.html",
        status=422 if form.errors else 200,
        form=form,
        eyebrow=facts.name,
        heading=_("Supprimer «\u00a0%(title)s\u00a0»\u00a0?", title=found.title),
        words=_("La lettre disparaît d’ici\u00a0; celles qui sont imprimées restent."),
        back=url_for(".letter", letter_id=letter_id),
    )
