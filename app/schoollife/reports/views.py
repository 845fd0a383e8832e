"""Report cards and end-of-cycle reviews: made from the averages, completed by each teacher, finished, published, read, printed."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from app import clock
from app.audit.actions import actor_of
from app.db import db
from app.directory.names import name_of
from app.errors import NotFound, Refused
from app.schoollife.queries import family_pupils, pupil_for, pupils_of, whole_class_for
from app.schoollife.reports import actions, queries
from app.schoollife.reports.forms import LONGEST_WORDS, CardForm, ReviewForm, TokenForm
from app.schoollife.reports.queries import Card
from app.schoollife.reports.report_cards import DISTINCTIONS
from app.schoollife.results.averages import figure
from app.schoollife.results.forms import seen_version
from app.schoollife.results.queries import period_among
from app.schoollife.results.skills import COMPONENTS, CYCLES, LEVELS, cycle_ending_in, read_levels
from app.schoollife.results.views import period_of
from app.schoollife.standing import ClassFacts, PupilFacts, Right
from app.schoollife.years.queries import periods
from app.web.allowed import SIGNED_IN, allowed, visitor
from app.web.fragments import render_page, see_other
from app.web.language import current_language

blueprint = Blueprint("schoollife_reports", __name__)


@blueprint.context_processor
def figures() -> dict[str, Any]:
    """How hundredths are written in the reader's language; the names of levels, components, cycles, distinctions."""
    language = current_language()
    return {
        "figure": lambda value: figure(value, language),
        "levels": LEVELS,
        "components": COMPONENTS,
        "cycles": CYCLES,
        "distinctions": DISTINCTIONS,
    }


def told_by(told: Refused | None) -> list[Any]:
    """What a refusal says, for a form's summary."""
    return [one for one in (told.words, told.hint) if one is not None] if told else []


# A class's report cards --------------------------------------------------------------------------------------------------


@blueprint.get("/classes/<int:class_id>/bulletins")
@allowed(SIGNED_IN)
def cards(class_id: int) -> Response:
    """The report cards of a period: how far each is, and what to do next."""
    facts = whole_class_for(visitor(), class_id, Right.READ_RESULTS, clock.portal_now())
    terms, period = period_of(facts)
    there = queries.cards_of(facts.id, period.id if period is not None else None)
    lines = queries.lines_of([card.id for card in there.values()])
    rows = []
    for person in pupils_of(facts.id):
        card = there.get(person.id)
        own = lines.get(card.id, []) if card is not None else []
        rows.append((person.id, name_of(person), card, len(own), sum(1 for line, _teacher in own if line.words)))
    return render_page(
        "schoollife/reports/cards.html",
        school_class=facts,
        periods=terms,
        period=period,
        rows=rows,
        prepared=bool(there),
        waiting=sum(1 for card in there.values() if card.published_at is None),
        may_write=facts.may_for_all(Right.WRITE_REPORT_LINE),
        may_finish=facts.may_for_all(Right.FINISH_REPORTS),
        form=TokenForm(),
    )


@blueprint.post("/classes/<int:class_id>/bulletins/preparer")
@allowed(SIGNED_IN)
def prepare(class_id: int) -> Response:
    """Make the period's report cards from the averages, or bring their averages up to date."""
    now = clock.portal_now()
    facts = whole_class_for(visitor(), class_id, Right.FINISH_REPORTS, now)
    _terms, period = period_of(facts)
    chosen = period.id if period is not None else None
    students = [person.id for person in pupils_of(facts.id)]
    made = actions.prepare_cards(facts, chosen, students, by=actor_of(visitor()), now=now)
    db.session.commit()
    flash(ngettext("%(num)s bulletin est à jour.", "%(num)s bulletins sont à jour.", made), "success")
    return see_other(url_for(".cards", class_id=facts.id, period=chosen))


@blueprint.route("/classes/<int:class_id>/bulletins/appreciations", methods=["GET", "POST"])
@allowed(SIGNED_IN)
def words(class_id: int) -> Response:
    """A teacher's words about every pupil in one subject, in one form."""
    now = clock.portal_now()
    facts = whole_class_for(visitor(), class_id, Right.WRITE_REPORT_LINE, now)
    terms, period = period_of(facts)
    chosen = period.id if period is not None else None
    subjects = queries.subjects_written_by(facts, visitor().person_id)
    wanted = request.args.get("subject", "")
    subject = wanted if wanted in subjects else (subjects[0] if subjects else "")
    pupils = pupils_of(facts.id)
    there = queries.cards_of(facts.id, chosen)
    lines = queries.lines_of([card.id for card in there.values()])
    written = {
        card.student_id: line
        for card in there.values()
        for line, _teacher in lines.get(card.id, [])
        if line.subject == subject
    }
    form = TokenForm()
    typed = {person.id: request.form.get(f"words-{person.id}", "").strip() for person in pupils}
    too_long = [person.id for person in pupils if len(typed[person.id]) > LONGEST_WORDS]
    if subject and form.validate_on_submit() and not too_long:
        actions.save_words(facts, chosen, subject, typed, by=actor_of(visitor()), now=now)
        db.session.commit()
        flash(_("Les appréciations sont enregistrées."), "success")
        return see_other(url_for(".words", class_id=facts.id, period=chosen, subject=subject))
    if not form.is_submitted():
        typed = {person.id: written[person.id].words if person.id in written else "" for person in pupils}
    return render_page(
        "schoollife/reports/words.html",
        status=422 if form.is_submitted() else 200,
        school_class=facts,
        periods=terms,
        period=period,
        subject=subject,
        subjects=subjects,
        rows=[
            (person.id, name_of(person), written.get(person.id), typed[person.id],
             person.id in there and there[person.id].published_at is not None)
            for person in pupils
        ],
        too_long=too_long,
        most=LONGEST_WORDS,
    )  # fmt: skip


@blueprint.route("/classes/<int:class_id>/bulletins/publier", methods=["GET", "POST"])
@allowed(SIGNED_IN)
def publish(class_id: int) -> Response:
    """Show the period's report cards to the families, after a page that says how many."""
    now = clock.portal_now()
    facts = whole_class_for(visitor(), class_id, Right.FINISH_REPORTS, now)
    _terms, period = period_of(facts)
    chosen = period.id if period is not None else None
    there = queries.cards_of(facts.id, chosen)
    if request.method == "POST":
        shown = actions.publish_cards(there.values(), facts, by=actor_of(visitor()), now=now)
        db.session.commit()
        flash(ngettext("%(num)s bulletin est publié.", "%(num)s bulletins sont publiés.", shown), "success")
        return see_other(url_for(".cards", class_id=facts.id, period=chosen))
    waiting = [card for card in there.values() if card.published_at is None]
    return render_page(
        "schoollife/reports/publish.html",
        school_class=facts,
        period=period,
        waiting=len(waiting),
        unwritten=sum(1 for card in waiting if not card.words),
    )


@blueprint.get("/classes/<int:class_id>/bulletins/imprimer")
@allowed(SIGNED_IN)
def print_cards(class_id: int) -> Response:
    """Every report card of the period, one a page, to print."""
    facts = whole_class_for(visitor(), class_id, Right.READ_RESULTS, clock.portal_now())
    _terms, period = period_of(facts)
    chosen = period.id if period is not None else None
    title, layout = queries.layout_of(facts.school_id, chosen)
    there = queries.whole_cards(facts, period, queries.cards_of(facts.id, chosen).values(), layout)
    found = [(name_of(person), there[person.id]) for person in pupils_of(facts.id) if person.id in there]
    return render_page(
        "schoollife/reports/print.html",
        school_class=facts,
        period=period,
        title=title,
        layout=layout,
        found=found,
        back=url_for(".cards", class_id=facts.id, period=chosen),
    )


# One report card ---------------------------------------------------------------------------------------------------------


@blueprint.route("/bulletins/<int:card_id>", methods=["GET", "POST"])
@allowed(SIGNED_IN)
def card(card_id: int) -> Response:
    """A report card as its family reads it; whoever finishes reports writes the general words here."""
    now, posted = clock.portal_now(), request.method == "POST"
    found, pupil = queries.card_for(visitor(), card_id, now, for_change=posted)
    form, told = CardForm(obj=found), None
    if posted and request.form.get("do") == "withdraw":
        actions.withdraw_card(found, by=actor_of(visitor()), now=now)
        db.session.commit()
        flash(_("Le bulletin n’est plus visible de la famille\u00a0: vous pouvez le corriger."), "success")
        return see_other(url_for(".card", card_id=card_id))
    if form.validate_on_submit():
        try:
            actions.demand_version(found.version, seen_version(form.version.data))
            actions.finish_card(
                found,
                words=(form.words.data or "").strip(),
                distinction=form.distinction.data or "",
                by=actor_of(visitor()),
                now=now,
            )
        except Refused as refused:
            told = refused
        else:
            if request.form.get("do") == "publish":
                actions.publish_cards([found], pupil.school_class, by=actor_of(visitor()), now=now)
            db.session.commit()
            flash(_("Le bulletin est enregistré."), "success")
            return see_other(url_for(".card", card_id=card_id))
    if told or not posted:
        form.version.data = str(found.version)
    return render_page(
        "schoollife/reports/card.html",
        status=409 if told else 422 if form.errors else 200,
        **_shown(found, pupil),
        form=form,
        also=told_by(told),
        may_finish=pupil.school_class.may_for_all(Right.FINISH_REPORTS),
    )


@blueprint.get("/bulletins/<int:card_id>/imprimer")
@allowed(SIGNED_IN)
def print_card(card_id: int) -> Response:
    """One report card, to print."""
    found, pupil = queries.card_for(visitor(), card_id, clock.portal_now())
    shown = _shown(found, pupil)
    return render_page(
        "schoollife/reports/print.html",
        **shown,
        found=[(pupil.name, shown["whole"])],
        back=url_for(".card", card_id=card_id),
    )


def _shown(found: Any, pupil: PupilFacts) -> dict[str, Any]:
    here = pupil.school_class
    terms = [term for term in periods(here.school_id, here.year_id) if term.id == found.period_id]
    period = terms[0] if terms else None
    title, layout = queries.layout_of(here.school_id, found.period_id)
    whole: Card = queries.whole_cards(here, period, [found], layout)[found.student_id]
    return {
        "pupil": pupil,
        "school_class": here,
        "period": period,
        "title": title,
        "layout": layout,
        "whole": whole,
    }


@blueprint.get("/eleves/<int:student_id>/bulletins")
@allowed(SIGNED_IN)
def pupil_cards(student_id: int) -> Response:
    """A pupil's report cards and reviews, the newest first; a family sees the published ones of every class it may know."""
    now = clock.portal_now()
    facts = pupil_for(visitor(), student_id, Right.READ_RESULTS, now)
    here = facts.school_class
    published = not here.may_for_all(Right.READ_RESULTS)
    classes = {here.id} | {one.school_class.id for one in family_pupils(visitor(), now) if one.id == student_id}
    return render_page(
        "schoollife/reports/pupil.html",
        pupil=facts,
        school_class=here,
        cards=queries.cards_of_pupil(student_id, classes, published=published),
        reviews=queries.reviews_of_pupil(student_id, classes, published=published),
        published=published,
    )


# End-of-cycle reviews ----------------------------------------------------------------------------------------------------


def _cycle(facts: ClassFacts) -> int | None:
    wanted = request.args.get("cycle", type=int)
    return wanted if wanted in CYCLES else cycle_ending_in(facts.level)


@blueprint.get("/classes/<int:class_id>/bilans")
@allowed(SIGNED_IN)
def reviews(class_id: int) -> Response:
    """The end-of-cycle reviews of a class: which are written, which are published."""
    facts = whole_class_for(visitor(), class_id, Right.READ_RESULTS, clock.portal_now())
    cycle = _cycle(facts)
    there = queries.reviews_of(facts.id, cycle) if cycle is not None else {}
    return render_page(
        "schoollife/reports/reviews.html",
        school_class=facts,
        cycle=cycle,
        rows=[(person.id, name_of(person), there.get(person.id)) for person in pupils_of(facts.id)],
    )


@blueprint.route("/classes/<int:class_id>/bilans/<int:student_id>", methods=["GET", "POST"])
@allowed(SIGNED_IN)
def review(class_id: int, student_id: int) -> Response:
    """A pupil's end-of-cycle review: eight components, one level each, and some words; read by the family once published."""
    now = clock.portal_now()
    pupil = pupil_for(visitor(), student_id, Right.READ_RESULTS, now, class_id=class_id)
    facts = pupil.school_class
    cycle = _cycle(facts)
    writes = facts.may_for_all(Right.FINISH_REPORTS)
    found = queries.review_of(student_id, facts.year_id, cycle) if cycle is not None else None
    unseen = found is None or found.published_at is None
    if cycle is None or (unseen and not facts.may_for_all(Right.READ_RESULTS)):
        raise NotFound()
    if request.method == "POST" and not writes:
        raise NotFound()
    form, told = ReviewForm(obj=found), None
    chosen: dict[str, int] = dict(found.levels) if found is not None else {}
    if request.method == "POST":
        chosen = read_levels(request.form.to_dict(), list(COMPONENTS))
        published = request.form.get("do") == "publish"
        missing = published and len(chosen) < len(COMPONENTS)
        if form.validate() and not missing:
            try:
                actions.save_review(
                    facts,
                    student_id,
                    cycle,
                    levels=chosen,
                    words=(form.words.data or "").strip(),
                    seen=seen_version(form.version.data),
                    published=published,
                    by=actor_of(visitor()),
                    now=now,
                )
            except actions.ChangedMeanwhile as changed:
                told = changed
            else:
                db.session.commit()
                flash(_("Le bilan est publié.") if published else _("Le bilan est enregistré."), "success")
                return see_other(url_for(".review", class_id=class_id, student_id=student_id, cycle=cycle))
        also = [_("Donnez un niveau à chaque composante avant de publier.")] if missing else told_by(told)
    else:
        also = []
    if told or request.method == "GET":
        form.version.data = str(found.version if found is not None else 0)
    return render_page(
        "schoollife/reports/review.html",
        status=409 if told else 422 if request.method == "POST" else 200,
        pupil=pupil,
        school_class=facts,
        cycle=cycle,
        found=found,
        form=form,
        chosen=chosen,
        also=also,
        writes=writes,
    )


def period_named(facts: ClassFacts, number: int | None) -> Any:
    """The period with that number in the class's year, or None."""
    found = period_among(periods(facts.school_id, facts.year_id), number, clock.portal_now().date())
    return found if found is not None and found.id == number else None
