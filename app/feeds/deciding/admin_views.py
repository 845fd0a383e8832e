"""A planned delivery, school by school: what it changes, what stops it, what must be decided, and applying it (FEED-6, S4-3, G11)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from app import clock
from app.audit.actions import actor_of
from app.db import db
from app.directory.queries import project
from app.feeds.applying import actions as applying
from app.feeds.applying.queries import decisions_of, open_decisions, stopped_lines
from app.feeds.deciding import actions, queries
from app.feeds.deciding.forms import ApplyForm
from app.feeds.declaring.queries import is_ending
from app.feeds.outcomes import COUNT_NAMES, LINE_STATES, STATES
from app.feeds.queries import import_by_id, reason_of
from app.feeds.reasons import unpack
from app.feeds.returning.evidence import evidence_of, sentences
from app.feeds.sampling.queries import samples_of
from app.files.sheets import as_csv
from app.gate.admin_views import school_for
from app.profiles import Verb
from app.web.allowed import allowed, demand, visitor
from app.web.downloads import attached
from app.web.fragments import render_page, see_other
from app.web.say import say

blueprint = Blueprint("feeds_deciding_admin", __name__)


def _me() -> Any:
    return actor_of(visitor())


def _told(decisions: Any) -> list[tuple[Any, list[Any]]]:
    """Decisions with what speaks for last year's class, in sentences."""
    return [(one, list(sentences(evidence_of(one.evidence)))) for one in decisions]


@blueprint.get("/administration/imports/<int:number>/ecoles")
@allowed(Verb.IMPORT_FEEDS)
def schools(number: int) -> Any:
    """The delivery's schools with their figures, what stops it first."""
    demand(Verb.IMPORT_FEEDS)
    made = import_by_id(number)
    after = request.args.get("apres", "")
    rows, more = queries.page_of_lines(number, after)
    undecided = open_decisions(number)
    stopped = [(line, unpack(line.reason)) for line in stopped_lines(number) if line.reason]
    return render_page(
        "feeds/deciding/schools.html",
        made=made,
        state=STATES[made.state],
        rows=rows,
        after=after,
        more=rows[-1].key if more else None,
        stopped=stopped,
        others=queries.served(number) if stopped and not undecided else 0,
        undecided=_told(undecided),
        names=queries.school_names({one.school_id for one in undecided}),
        states=LINE_STATES,
    )


@blueprint.get("/administration/imports/<int:number>/ecoles.csv")
@allowed(Verb.IMPORT_FEEDS)
def schools_csv(number: int) -> Response:
    """The same as a file, every school and every figure."""
    demand(Verb.IMPORT_FEEDS)
    import_by_id(number)
    head = (_("UAI"), _("Établissement"), _("État"), *(_(name) for name in COUNT_NAMES.values()))
    rows = (
        (line.uai, line.name, _(LINE_STATES[line.state][1]), *(line.counts.get(name, 0) for name in COUNT_NAMES))
        for line in queries.every_line(number)
    )
    return attached(
        as_csv(head, rows, for_machines=request.args.get("for") == "machines"), f"import-{number}-ecoles.csv"
    )


@blueprint.get("/administration/imports/<int:number>/ecoles/<int:line_id>")
@allowed(Verb.IMPORT_FEEDS)
def school(number: int, line_id: int) -> Any:
    """What the delivery changes in one school, with some of the names while it is still to be applied."""
    demand(Verb.IMPORT_FEEDS)
    made, line = import_by_id(number), queries.line_called(number, line_id)
    return render_page(
        "feeds/deciding/school.html",
        made=made,
        line=line,
        declared=line.empties and is_ending(line.school_id),
        state=LINE_STATES[line.state],
        reason=unpack(line.reason) if line.reason else None,
        names=COUNT_NAMES,
        decisions=_told(decisions_of(number, line.school_id)) if line.school_id else [],
        rejected=queries.rejects_of_school(number, line.school_id) if line.school_id else [],
        reason_of=reason_of,
        samples=samples_of(line) if made.state in ("planned", "applying", "applied") else [],
    )


@blueprint.post("/administration/imports/<int:number>/ecoles/<int:line_id>")
@allowed(Verb.IMPORT_FEEDS)
def lift(number: int, line_id: int) -> Response:
    """Lift the threshold that stops the school."""
    demand(Verb.IMPORT_FEEDS)
    line = queries.line_called(number, line_id)
    lifted = actions.lift(number, line.uai, by_id=visitor().person_id or 0, by=_me(), now=clock.portal_now())
    db.session.commit()
    if lifted is not None and lifted.state == "stopped":
        flash(_("Votre accord est noté ; un autre exploitant doit donner le sien."))
    else:
        flash(_("La limite est levée pour %(school)s.", school=line.name))
    return see_other(url_for("feeds_deciding_admin.school", number=number, line_id=line_id))


@blueprint.post("/administration/imports/<int:number>/classes/<int:decision_id>")
@allowed(Verb.IMPORT_FEEDS)
def decide(number: int, decision_id: int) -> Response:
    """Say of one class what it is."""
    demand(Verb.IMPORT_FEEDS)
    _decide(number, decision_id, None)
    return see_other(url_for("feeds_deciding_admin.schools", number=number))


def _decide(number: int, decision_id: int, school_id: int | None) -> None:
    found = queries.decision_called(decision_id, number, school_id)
    verdict = "refuse" if request.form.get("do") == "refuse" else "accept"
    actions.decide(found, verdict, by=_me(), now=clock.portal_now())
    db.session.commit()
    if verdict == "refuse":
        told = (
            ngettext(
                "%(code)s est refusée : %(num)s élève attend une autre classe.",
                "%(code)s est refusée : %(num)s élèves attendent une autre classe.",
                found.alone,
                code=found.code,
            )
            if found.alone
            else _("%(code)s est refusée ; tous ses élèves ont une autre classe.", code=found.code)
        )
    else:
        told = _("%(code)s est une classe de la nouvelle année.", code=found.code)
    flash(told)


@blueprint.post("/administration/imports/<int:number>/classes")
@allowed(Verb.IMPORT_FEEDS)
def decide_all(number: int) -> Response:
    """Say the same of all classes that are not decided."""
    demand(Verb.IMPORT_FEEDS)
    verdict = "refuse" if request.form.get("do") == "refuse" else "accept"
    count = actions.decide_all(import_by_id(number), verdict, by=_me(), now=clock.portal_now())
    db.session.commit()
    flash(ngettext("%(num)s classe décidée.", "%(num)s classes décidées.", count))
    return see_other(url_for("feeds_deciding_admin.schools", number=number))


@blueprint.route("/administration/imports/<int:number>/appliquer", methods=["GET", "POST"])
@allowed(Verb.IMPORT_FEEDS)
def apply(number: int) -> Any:
    """Ask for a planned delivery to be applied, with ``?autres=1`` where nothing stops it; a worker does it, a school at a time."""
    demand(Verb.IMPORT_FEEDS)
    made, form = import_by_id(number), ApplyForm()
    others = request.args.get("autres") == "1"
    if form.validate_on_submit():
        applying.ask(made, others=others, by=_me(), now=clock.portal_now())
        db.session.commit()
        flash(_("La livraison sera appliquée dans la minute, un établissement après l’autre."))
        return see_other(url_for("feeds_admin.report", number=number))
    page = render_page(
        "feeds/deciding/apply.html",
        made=made,
        form=form,
        stopped=stopped_lines(number) if others else [],
        served=queries.served(number),
        zone=project().zone,
    )
    return page, 422 if form.errors else 200


@blueprint.post("/administration/imports/<int:number>/retirer")
@allowed(Verb.IMPORT_FEEDS)
def withdraw(number: int) -> Response:
    """Forget a delivery that was only planned."""
    demand(Verb.IMPORT_FEEDS)
    applying.withdraw(import_by_id(number), by=_me(), now=clock.portal_now())
    db.session.commit()
    flash(_("La livraison est retirée ; rien n’a été modifié."))
    return see_other(url_for("feeds_admin.imports"))


# A school's own page ---------------------------------------------------------------------------------------------------


@blueprint.get("/administration/ecole/<uai>/imports")
@allowed(Verb.KEEP_PEOPLE)
def of_school(uai: str) -> Any:
    """What deliveries have changed in the school, what they could not take, and classes of last year that would come back."""
    found = school_for(uai, Verb.KEEP_PEOPLE)
    return render_page(
        "feeds/deciding/of_school.html",
        school=found,
        rows=queries.lines_of_school(found.id),
        decisions=_told(queries.open_decisions_of_school(found.id)),
        refused=queries.refused_classes(found.id),
        states=LINE_STATES,
        zone=project().zone,
    )


@blueprint.post("/administration/ecole/<uai>/imports/<int:number>/classes/<int:decision_id>")
@allowed(Verb.KEEP_PEOPLE)
def decide_for_school(uai: str, number: int, decision_id: int) -> Response:
    """The school says of one class what it is."""
    found = school_for(uai, Verb.KEEP_PEOPLE)
    _decide(number, decision_id, found.id)
    return see_other(url_for("feeds_deciding_admin.of_school", uai=uai))


@blueprint.post("/administration/ecole/<uai>/classes-refusees/<int:refusal_id>")
@allowed(Verb.KEEP_PEOPLE)
def take_again(uai: str, refusal_id: int) -> Response:
    """Take a refusal back: the next delivery makes the class."""
    found = school_for(uai, Verb.KEEP_PEOPLE)
    refusal = queries.refusal_called(refusal_id, found.id)
    actions.take_class(found.id, refusal.year_id, refusal.code, by=_me(), now=clock.portal_now())
    db.session.commit()
    flash(_("La prochaine livraison créera cette classe."))
    return see_other(url_for("feeds_deciding_admin.of_school", uai=uai))


@blueprint.get("/administration/ecole/<uai>/imports/<int:number>/rejets.csv")
@allowed(Verb.KEEP_PEOPLE)
def rejects_of_school(uai: str, number: int) -> Response:
    """What of a delivery was not taken in the school (S4-7)."""
    found = school_for(uai, Verb.KEEP_PEOPLE)
    head = (_("Fichier"), _("Identifiant"), _("Ce qui est laissé"), _("Raison"))
    rows = (
        (one.category, one.entry, _("la fiche") if one.whole else _("un lien"), say(reason_of(one)))
        for one in queries.rejects_of_school(number, found.id)
    )
    return attached(
        as_csv(head, rows, for_machines=request.args.get("for") == "machines"), f"rejets-{uai}-{number}.csv"
    )
