"""The pages of contests."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, flash, request, url_for
from flask_babel import gettext as _

from app import clock
from app.audit.actions import actor_of
from app.content.contests import actions, queries
from app.content.contests.forms import ContestForm, EntryForm
from app.content.contests.queries import Contest
from app.content.contests.stages import WINNERS, Stage, stage
from app.content.forms import seen_version
from app.content.services import actions as things
from app.content.services.queries import Entered, enter, names_of
from app.content.spaces import Service, SpaceVerb
from app.db import db
from app.errors import NotFound, Refused
from app.files.checking import ACCEPTED
from app.files.queries import blob, path_of
from app.web.allowed import SIGNED_IN, allowed, visitor
from app.web.downloads import deliver
from app.web.fragments import render_page, see_other
from app.web.say import say
from app.web.uploads import uploads

blueprint = Blueprint("content_contests", __name__)


@blueprint.get("/espaces/<int:section_id>/concours")
@allowed(SIGNED_IN)
def contests(section_id: int) -> Response:
    """The contests of a section: open, to come, over."""
    now = clock.portal_now()
    entered = enter(section_id, visitor(), Service.CONTESTS, now, verb=SpaceVerb.READ)
    found = queries.contests_of(section_id)
    organises = entered.may(SpaceVerb.ORGANISE)
    return render_page(
        "content/contests/contests.html",
        section=entered.section,
        role=entered.role,
        rows=[(one, stage(one.opens_at, one.closes_at, now)) for one in found],
        counts=queries.entry_counts(found) if organises else {},
        zone=queries.zone_of(entered.section.school_id),
        organises=organises,
        thrown=queries.contests_of(section_id, trashed=True) if organises else [],
    )


@blueprint.route("/espaces/<int:section_id>/concours/nouveau", methods=["GET", "POST"])
@allowed(SIGNED_IN)
def add(section_id: int) -> Response:
    """A new contest."""
    now = clock.portal_now()
    entered = enter(section_id, visitor(), Service.CONTESTS, now, verb=SpaceVerb.ORGANISE)
    form, problem = ContestForm(), None
    if form.validate_on_submit():
        try:
            made = actions.add_contest(entered.section, **_values(form, entered), by=actor_of(visitor()), now=now)
            db.session.commit()
            flash(_("Le concours est créé."), "success")
            return see_other(url_for("content_contests.contest", contest_id=made.id))
        except Refused as refused:
            problem = refused
    return _form_page(entered, form, problem, None)


@blueprint.route("/concours/<int:contest_id>/modifier", methods=["GET", "POST"])
@allowed(SIGNED_IN)
def change(contest_id: int) -> Response:
    """Change a contest."""
    now = clock.portal_now()
    found, entered = queries.contest_for(contest_id, visitor(), now, SpaceVerb.ORGANISE)
    form, problem = ContestForm(), None
    if form.validate_on_submit():
        try:
            values = _values(form, entered)
            actions.change_contest(found, **values, version=seen_version(form), by=actor_of(visitor()), now=now)
            db.session.commit()
            flash(_("Le concours est enregistré."), "success")
            return see_other(url_for("content_contests.contest", contest_id=found.id))
        except Refused as refused:
            problem = refused
            db.session.rollback()
            found, entered = queries.contest_for(contest_id, visitor(), now, SpaceVerb.ORGANISE)
    return _form_page(entered, form, problem, found)


def _form_page(entered: Entered, form: ContestForm, problem: Refused | None, found: Contest | None) -> Response:
    if found is not None:
        if request.method == "GET":
            zone = ZoneInfo(queries.zone_of(found.school_id))
            form.title.data, form.source.data = found.title, found.source
            form.opens_at.data = found.opens_at.astimezone(zone).replace(tzinfo=None)
            form.closes_at.data = found.closes_at.astimezone(zone).replace(tzinfo=None)
        form.version.data = str(found.version)
    return render_page(
        "content/contests/form.html",
        status=problem.status if problem else 422 if form.errors else 200,
        section=entered.section,
        role=entered.role,
        found=found,
        form=form,
        also=_told(problem),
    )


def _values(form: ContestForm, entered: Entered) -> dict[str, Any]:
    zone = ZoneInfo(queries.zone_of(entered.section.school_id))

    def moment(given: datetime | None) -> datetime:
        assert given is not None  # noqa: S101  (the form demands it)
        return given.replace(tzinfo=zone)

    return {
        "title": " ".join((form.title.data or "").split()),
        "source": (form.source.data or "").strip(),
        "opens_at": moment(form.opens_at.data),
        "closes_at": moment(form.closes_at.data),
    }


@blueprint.route("/concours/<int:contest_id>", methods=["GET", "POST"])
@allowed(SIGNED_IN)
def contest(contest_id: int) -> Response:
    """A contest: what it is about, one's own entry while it is open, its winners when it is over."""
    now, asking = clock.portal_now(), visitor()
    found, entered = queries.contest_for(contest_id, asking, now)
    form, problem = EntryForm(), None
    if request.method == "POST" and not entered.may(SpaceVerb.COMMENT):
        raise NotFound()
    if form.validate_on_submit():
        given = uploads("file")
        try:
            text = (form.text.data or "").strip()
            actions.hand_in(found, text, given[0] if given else None, by=actor_of(asking), now=now)
            db.session.commit()
            flash(_("Votre participation est enregistrée."), "success")
            return see_other(url_for("content_contests.contest", contest_id=found.id))
        except Refused as refused:
            problem = refused
            db.session.rollback()
            found, entered = queries.contest_for(contest_id, asking, now)
    mine = queries.entry_of(found, entered.person_id)
    if request.method == "GET" and mine is not None:
        form.text.data = mine.text
    organises = entered.may(SpaceVerb.ORGANISE)
    at = stage(found.opens_at, found.closes_at, now)
    entries = queries.entries_of(found) if organises else []
    winners = queries.winners_of(found) if at == Stage.OVER else []
    return render_page(
        "content/contests/contest.html",
        status=problem.status if problem else 422 if form.errors else 200,
        section=entered.section,
        role=entered.role,
        contest=found,
        stage=at,
        zone=queries.zone_of(found.school_id),
        form=form,
        also=_told(problem),
        accepted=ACCEPTED,
        mine=mine,
        entries=entries,
        winners=winners,
        names=names_of([one.author_id for one in (*entries, *winners)]),
        organises=organises,
        takes_part=at == Stage.OPEN and entered.may(SpaceVerb.COMMENT),
    )


@blueprint.post("/concours/<int:contest_id>/retirer")
@allowed(SIGNED_IN)
def withdraw(contest_id: int) -> Response:
    """Take one's entry back."""
    now = clock.portal_now()
    found, _entered = queries.contest_for(contest_id, visitor(), now, SpaceVerb.COMMENT)
    actions.withdraw(found, by=actor_of(visitor()), now=now)
    db.session.commit()
    flash(_("Votre participation est retirée."), "success")
    return see_other(url_for("content_contests.contest", contest_id=contest_id))


@blueprint.post("/concours/<int:contest_id>/classement")
@allowed(SIGNED_IN)
def rank(contest_id: int) -> Response:
    """The ranks that the manager gives."""
    now = clock.portal_now()
    found, _entered = queries.contest_for(contest_id, visitor(), now, SpaceVerb.ORGANISE)
    ranks = {}
    for name, given in request.form.items():
        kind, _dash, number = name.partition("-")
        if kind == "rank" and number.isdecimal() and len(number) < 16:
            ranks[int(number)] = int(given) if given.isdecimal() and len(given) < 4 and int(given) else None
    actions.rank(found, ranks, by=actor_of(visitor()), now=now)
    db.session.commit()
    flash(_("Le classement est enregistré."), "success")
    return see_other(url_for("content_contests.contest", contest_id=contest_id))


@blueprint.get("/concours/<int:contest_id>/participations/<int:entry_id>/fichier")
@allowed(SIGNED_IN)
def file(contest_id: int, entry_id: int) -> Response:
    """The file of an entry: for its author, for who holds the contest, and when it is over, the winners' for everybody."""
    now = clock.portal_now()
    found, entered = queries.contest_for(contest_id, visitor(), now)
    one = queries.entry(found, entry_id)
    won = one.rank is not None and one.rank <= WINNERS and stage(found.opens_at, found.closes_at, now) == Stage.OVER
    if one.sha256 is None or not (won or one.author_id == entered.person_id or entered.may(SpaceVerb.ORGANISE)):
        raise NotFound()
    return deliver(path_of(one.sha256), one.name, blob(one.sha256).kind)


@blueprint.post("/concours/<int:contest_id>/corbeille")
@allowed(SIGNED_IN)
def trash(contest_id: int) -> Response:
    """A contest into the trash."""
    found, _entered = queries.contest_for(contest_id, visitor(), clock.portal_now(), SpaceVerb.ORGANISE)
    things.throw_away(found, by=actor_of(visitor()), now=clock.portal_now())
    db.session.commit()
    flash(_("« %(name)s » est dans la corbeille ; vous pouvez l’en reprendre.", name=found.title), "success")
    return see_other(url_for("content_contests.contests", section_id=found.section_id))


@blueprint.post("/concours/<int:contest_id>/restaurer")
@allowed(SIGNED_IN)
def restore(contest_id: int) -> Response:
    """A contest out of the trash."""
    found, _entered = queries.contest_for(
        contest_id, visitor(), clock.portal_now(), SpaceVerb.EMPTY_TRASH, trashed=True
    )
    things.restore(found, by=actor_of(visitor()), now=clock.portal_now())
    db.session.commit()
    flash(_("« %(name)s » est de nouveau à sa place.", name=found.title), "success")
    return see_other(url_for("content_contests.contests", section_id=found.section_id))


def _told(problem: Refused | None) -> list[str]:
    if problem is None:
        return []
    return [say(problem.words) + (" " + say(problem.hint) if problem.hint is not None else "")]
