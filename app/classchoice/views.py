"""The teacher's morning: which class is yours, what do you take along, its level; and how to put it right (CLASS-1 to CLASS-7).

Three short pages, each a form that works without JavaScript. Afterwards the third is where the choice is seen and changed.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, Response, flash, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from app import clock
from app.audit.actions import Actor, actor_of
from app.classchoice import actions, queries
from app.classchoice.answers import STATE_NAMES, State
from app.classchoice.carrying.queries import taken
from app.classchoice.forms import MissingForm
from app.classchoice.mending import actions as mending
from app.classchoice.offers.queries import offered
from app.classchoice.partnerships import actions as partnerships
from app.classchoice.problems import EditedSince, UnknownLevel
from app.classchoice.returning.queries import would_go_back
from app.classchoice.selection import Edited
from app.classchoice.shown import KINDS, fates, levels_for
from app.classchoice.ticks import numbers
from app.db import announce_writing, db
from app.directory.queries import school_by_uai
from app.errors import NotFound, Refused
from app.fates import Preset
from app.gate.queries import demand_open
from app.profiles import Profile
from app.web.allowed import allowed, visitor
from app.web.fragments import render_page, see_other

blueprint = Blueprint("classchoice", __name__)

#: States of somebody who has still to answer: their first page asks, afterwards it changes.
UNANSWERED = frozenset({State.OPEN, State.NONE, State.MISSING, State.CLOSED})
#: So long after the choice its last page is the third of three.
FRESH = timedelta(hours=1)

# Who asks --------------------------------------------------------------------------------------------------------------


def mine(uai: str, now: datetime) -> tuple[Any, queries.Standing]:
    """The school and the visitor's standing there. Raises ``NotFound`` where they do not choose (CLASS-8)."""
    school = school_by_uai(uai)
    standing = next((one for one in queries.standings(visitor(), now) if one.school_id == school.id), None)
    if standing is None:
        raise NotFound()
    demand_open(school.id)
    return school, standing


def row(standing: queries.Standing, by: Actor, now: datetime) -> Any:
    """The visitor's choice, begun where it was not: their own clock runs from their first sign-in (CLASS-8)."""
    return actions.begin(visitor().person_id or 0, standing.school_id, by=by, now=now)


def begun(standing: queries.Standing, now: datetime) -> None:
    """Opening the first page begins the choice. The page before it was read in a transaction that may not write."""
    if standing.choice_id is None:
        db.session.rollback()
        announce_writing(True)
        row(standing, actor_of(visitor()), now)
        db.session.commit()
        announce_writing(request.method == "POST")


def version() -> int:
    """The version of the choice that the writer has seen; 0 where the field was tampered with."""
    given = request.form.get("version", "")
    return int(given) if given.isdecimal() and len(given) < 10 else 0


@blueprint.get("/choix-de-classe")
@allowed(Profile.TEACHER)
def start() -> Response:
    """The schools in which I choose; where there is one, straight on."""
    standings = queries.standings(visitor(), clock.portal_now())
    if len(standings) == 1:
        return see_other(url_for(".done" if standings[0].classes else ".choose", uai=standings[0].uai))
    return render_page("classchoice/start.html", standings=standings, states=STATE_NAMES)


# 1. Which class is yours? ----------------------------------------------------------------------------------------------


@blueprint.route("/choix-de-classe/<uai>", methods=["GET", "POST"])
@allowed(Profile.TEACHER)
def choose(uai: str) -> Response:
    """The cards: choose, share, change (CLASS-1, CLASS-5)."""
    now = clock.portal_now()
    school, standing = mine(uai, now)
    if request.method == "GET":
        begun(standing, now)
        return _cards(school, now)
    wanted = numbers(request.form.getlist("class"))
    if not wanted and standing.state != State.CHOSEN:
        return _cards(school, now, [_("Cochez au moins une classe, ou donnez une autre réponse plus bas.")], wanted)
    by = actor_of(visitor())
    choice = row(standing, by, now)
    first = standing.state in UNANSWERED or choice.answered_at is None
    if not request.form.get("sure"):
        going = would_go_back(choice, _dropped(standing, wanted))
        if not going.empty:
            return _going_back(school, standing, going, wanted, _("Changer de classe"), _("Enregistrer ce changement"))
    try:
        done = actions.choose(choice, wanted, version=version(), by=by, now=now, edited=_edited())
    except EditedSince:
        db.session.rollback()
        school, standing = mine(uai, now)
        going = would_go_back(row(standing, by, now), _dropped(standing, wanted))
        return _going_back(
            school, standing, going, wanted, _("Changer de classe"), _("Enregistrer ce changement"), status=422
        )
    except NotFound:
        raise
    except Refused as refused:
        db.session.rollback()
        return _cards(school_by_uai(uai), now, [refused.words], wanted)
    db.session.commit()
    if first:
        return see_other(url_for(".offer", uai=uai))
    flash(_("Votre choix est corrigé."), "success")
    return see_other(url_for(".offer" if done.added else ".done", uai=uai))


def _dropped(standing: queries.Standing, wanted: list[int]) -> list[int]:
    return [number for number, _name in standing.classes if number not in wanted]


def _edited() -> Edited:
    given = request.form.get("edited", "")
    return Edited(given) if given in set(Edited) else Edited.ASK


def _cards(
    school: Any,
    now: datetime,
    also: list[Any] | None = None,
    wanted: list[int] | None = None,
    form: MissingForm | None = None,
) -> Response:
    found = queries.choosing(school.id, visitor(), now)
    free = [card.class_id for card in found.cards if not card.closed]
    ticked = set(wanted) if wanted is not None else {one.class_id for one in found.cards if one.mine or one.unconfirmed}
    if wanted is None and not ticked and len(free) == 1:
        ticked = set(free)
    return render_page(
        "classchoice/choose.html",
        status=422 if also or (form is not None and form.errors) else 200,
        school=school,
        cards=found.cards,
        ticked=ticked,
        unconfirmed=any(card.unconfirmed for card in found.cards),
        chosen=found.standing.state == State.CHOSEN
        or (found.standing.state == State.PLACED and found.standing.preset == Preset.SECONDARY),
        version=found.standing.version,
        form=form if form is not None else MissingForm(formdata=None, line=found.standing.line),
        also=also or [],
    )


def _going_back(
    school: Any,
    standing: queries.Standing,
    going: Any,
    wanted: list[int],
    title: str,
    action: str,
    status: int = 200,
) -> Response:
    answer = render_page(
        "classchoice/going_back.html",
        status=status,
        school=school,
        going=going,
        ticked=wanted,
        version=standing.version,
        until=standing.recoverable_until,
        fates=fates(bool(wanted)),
        kinds=KINDS,
        title=title,
        action=action,
        also=[],
    )
    db.session.rollback()
    return answer


@blueprint.post("/choix-de-classe/<uai>/pas-encore")
@allowed(Profile.TEACHER)
def none(uai: str) -> Response:
    """I have no class yet; I am asked again later (CLASS-1)."""
    now, by = clock.portal_now(), actor_of(visitor())
    _school, standing = mine(uai, now)
    actions.say_none(row(standing, by, now), by=by, now=now)
    db.session.commit()
    flash(_("C’est noté : vous n’avez pas encore de classe. La question vous sera posée de nouveau."), "success")
    return see_other(url_for("home.home"))


@blueprint.post("/choix-de-classe/<uai>/absente")
@allowed(Profile.TEACHER)
def missing(uai: str) -> Response:
    """My class is not here: one line for the administrator (CLASS-1)."""
    now, by = clock.portal_now(), actor_of(visitor())
    school, standing = mine(uai, now)
    form = MissingForm()
    if not form.validate_on_submit():
        return _cards(school, now, None, None, form)
    line = (form.line.data or "").strip()
    actions.say_missing(row(standing, by, now), line, by=by, now=now)
    db.session.commit()
    flash(
        _("L’administrateur de l’établissement a reçu votre ligne. La question vous sera posée de nouveau."), "success"
    )
    return see_other(url_for("home.home"))


@blueprint.post("/choix-de-classe/<uai>/plus-tard")
@allowed(Profile.TEACHER)
def later(uai: str) -> Response:
    """Not this morning (CLASS-6)."""
    now, by = clock.portal_now(), actor_of(visitor())
    _school, standing = mine(uai, now)
    actions.postpone(row(standing, by, now), by=by, now=now)
    db.session.commit()
    flash(_("Vous choisirez plus tard : le lien reste sur votre page d’accueil."), "success")
    return see_other(url_for("home.home"))


# 3. Level, done, and put it right ---------------------------------------------------------------------------------------


@blueprint.route("/choix-de-classe/<uai>/bilan", methods=["GET", "POST"])
@allowed(Profile.TEACHER)
def done(uai: str) -> Response:
    """The level of each class, what was taken with links, what may still be taken, put it right (CLASS-3 to CLASS-5)."""
    now = clock.portal_now()
    school, standing = mine(uai, now)
    also: list[Any] = []
    if request.method == "POST":
        also = _set_levels(standing, now)
        if not also:
            db.session.commit()
            flash(_("Le niveau est enregistré."), "success")
            return see_other(url_for(".done", uai=uai))
        db.session.rollback()
        school, standing = mine(uai, now)
    choice = queries.choice_of(visitor().person_id or 0, school.id)
    lines = taken(choice) if choice is not None else []
    offer = offered(choice, now) if choice is not None else None
    cards = {card.class_id: card for card in queries.cards(school.id, visitor().person_id or 0)}
    held = [number for number, _name in standing.classes]
    return render_page(
        "classchoice/done.html",
        status=422 if also else 200,
        school=school,
        standing=standing,
        states=STATE_NAMES,
        fresh=choice is not None and choice.answered_at is not None and now - choice.answered_at < FRESH,
        levels=levels_for(school.kind),
        set_levels={number: cards[number].levels if number in cards else () for number in held},
        levelled=[one for one in standing.classes if one not in standing.unlevelled],
        spaces=[
            (name, cards[number].section_id)
            for number, name in standing.classes
            if number in cards and cards[number].section_id
        ],
        taken=lines,
        sums={line.carry_id: sums(line) for line in lines},
        returnable=list(dict.fromkeys((line.class_id, line.class_name) for line in lines)),
        left=offer is not None and bool(offer.spaces) and now < offer.until,
        until=offer.until if offer is not None else None,
        partnerships=list(
            dict.fromkeys(one for space in (offer.spaces if offer is not None else ()) for one in space.partnerships)
        ),
        also=also,
    )


def _set_levels(standing: queries.Standing, now: datetime) -> list[Any]:
    """Set the levels that the form names, of my own classes; what is wrong with them."""
    held = {number for number, _name in standing.classes}
    wanted = [number for number in numbers(request.form.getlist("of")) if number in held]
    for number in wanted:
        said = request.form.getlist(f"level-{number}")
        if not said:
            return [_("Cochez au moins un niveau.")]
        try:
            actions.set_levels(number, said, by=actor_of(visitor()), now=now)
        except UnknownLevel as refused:
            return [refused.words]
    return [] if wanted else [_("Cochez au moins un niveau.")]


def sums(of: Any) -> list[str]:
    """'3 articles', '12 fichiers' ...: what something holds, in words."""
    told = [
        (of.articles, ngettext("%(num)s article", "%(num)s articles", of.articles)),
        (of.files, ngettext("%(num)s fichier", "%(num)s fichiers", of.files)),
        (of.contests, ngettext("%(num)s concours", "%(num)s concours", of.contests)),
        (of.points, ngettext("%(num)s lieu de la carte", "%(num)s lieux de la carte", of.points)),
    ]
    return [words for count, words in told if count]


@blueprint.route("/choix-de-classe/<uai>/rendre/<int:class_id>", methods=["GET", "POST"])
@allowed(Profile.TEACHER)
def put_back(uai: str, class_id: int) -> Response:
    """Send back what I have taken into one of my classes, and keep the class (CLASS-5)."""
    now, by = clock.portal_now(), actor_of(visitor())
    school, standing = mine(uai, now)
    choice = queries.choice_of(visitor().person_id or 0, school.id)
    if choice is None or class_id not in {line.class_id for line in taken(choice)}:
        raise NotFound()
    going = would_go_back(choice, [class_id])
    title, action = _("Rendre ce que j’ai emporté"), _("Tout rendre")
    if request.method == "GET":
        return _going_back(school, standing, going, [], title, action)
    try:
        mending.put_back(choice, class_id, edited=_edited(), by=by, now=now)
    except EditedSince:
        db.session.rollback()
        return _going_back(school, standing, going, [], title, action, status=422)
    db.session.commit()
    flash(_("C’est rendu : vous pouvez le reprendre autrement."), "success")
    return see_other(url_for(".done", uai=uai))


@blueprint.post("/choix-de-classe/<uai>/partenariats")
@allowed(Profile.TEACHER)
def rejoin(uai: str) -> Response:
    """One of my classes rejoins a partnership of last year with the same code (DATA-6)."""
    now, by = clock.portal_now(), actor_of(visitor())
    _school, standing = mine(uai, now)
    sent = numbers(request.form.getlist("partnership")[:1] + request.form.getlist("class")[:1])
    choice = queries.choice_of(visitor().person_id or 0, standing.school_id)
    if choice is None or len(sent) != 2 or sent[1] not in {number for number, _name in standing.classes}:
        raise NotFound()
    partnerships.rejoin(choice, sent[0], sent[1], by=by, now=now)
    db.session.commit()
    flash(_("Votre classe a rejoint le partenariat."), "success")
    return see_other(url_for(".done", uai=uai))
