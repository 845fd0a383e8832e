"""The second page: what do you take along from last year? All in one click, or chosen by category, folder, thing (CLASS-2, CLASS-3)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Response, flash, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from app import clock
from app.audit.actions import actor_of
from app.classchoice import queries
from app.classchoice.carrying import actions as carrying
from app.classchoice.offers.queries import articles_in, files_in, offered, weigh
from app.classchoice.offers.rows import Offer, OfferedSpace
from app.classchoice.selection import EVERYTHING, Selection
from app.classchoice.ticks import Tick, every_tick, numbers, selection, ticks
from app.classchoice.views import blueprint as blueprint
from app.classchoice.views import mine, sums
from app.db import db
from app.errors import NotFound, Refused
from app.profiles import Profile
from app.web.allowed import allowed, visitor
from app.web.fragments import render_page, see_other
from app.web.say import say
from app.weights import weight

Warned = list[tuple[str, Sequence[str]]]


def _choice(uai: str, now: datetime) -> tuple[Any, queries.Standing, Any]:
    """The school, my standing, my choice. Raises ``NotFound`` before a choice has begun."""
    school, standing = mine(uai, now)
    choice = queries.choice_of(visitor().person_id or 0, school.id)
    if choice is None:
        raise NotFound()
    return school, standing, choice


def _into(standing: queries.Standing) -> list[int]:
    """The classes into which to take: those ticked, the only one where there is one."""
    held = [number for number, _name in standing.classes]
    if request.method == "POST":
        return [number for number in numbers(request.form.getlist("into")) if number in held]
    return held if len(held) == 1 else []


@blueprint.route("/choix-de-classe/<uai>/reprise", methods=["GET", "POST"])
@allowed(Profile.TEACHER)
def offer(uai: str) -> Response:
    """What last year's class left: take all, some or nothing; what clashes or does not fit is said before."""
    now = clock.portal_now()
    school, standing, choice = _choice(uai, now)
    if not standing.classes:
        return see_other(url_for(".choose", uai=uai))
    found = offered(choice, now)
    if found.empty and request.method == "GET":
        return see_other(url_for(".done", uai=uai))
    what, into = request.form.get("do", ""), _into(standing)
    if request.method == "GET":
        warned = warnings(choice, [(space.section_id, EVERYTHING) for space in found.spaces], into, now)
        return _page(school, standing, found, choice, into, warned)
    if what == "nothing":
        return see_other(url_for(".done", uai=uai))
    ticked = ticks(request.form.to_dict(flat=False))
    picked = what == "some"
    chosen = [(space.section_id, _selected(space, ticked) if picked else EVERYTHING) for space in found.spaces]
    wanted = [(number, one) for number, one in chosen if not one.empty]
    if not wanted or not into:
        also = _("Rien n’est coché.") if into else _("Cochez la classe dans laquelle emporter.")
        return _page(school, standing, found, choice, into, [], ticked if picked else None, [also])
    if not request.form.get("sure"):
        warned = warnings(choice, wanted, into, now)
        if warned:
            return _page(school, standing, found, choice, into, warned, ticked if picked else None)
    return _take(school, standing, found, choice, into, wanted, ticked if picked else None, now)


def _selected(space: OfferedSpace, ticked: Collection[Tick]) -> Selection:
    return selection(ticked, space.section_id, folders=[one.id for one in space.folders if one.id is not None])


def _take(
    school: Any,
    standing: queries.Standing,
    found: Offer,
    choice: Any,
    into: list[int],
    wanted: list[tuple[int, Selection]],
    ticked: frozenset[Tick] | None,
    now: datetime,
) -> Response:
    by = actor_of(visitor())
    try:
        done = [
            one
            for section_id, chosen in wanted
            for one in carrying.take(choice, section_id, chosen, into, by=by, now=now)
        ]
    except NotFound:
        raise
    except Refused as refused:
        db.session.rollback()
        school, standing, choice = _choice(school.uai, now)
        return _page(school, standing, offered(choice, now), choice, into, [], ticked, [refused.words])
    db.session.commit()
    _tell(done)
    return see_other(url_for(".done", uai=school.uai))


def _tell(done: Iterable[Any]) -> None:
    """What was taken, in one sentence; nothing new where it had been taken already."""
    words: list[str] = []
    for one in done:
        words += sums(one)
    if words:
        flash(_("C’est emporté : %(what)s.", what=", ".join(words)), "success")
    else:
        flash(_("Tout cela était déjà dans votre classe."), "success")


def warnings(choice: Any, wanted: Iterable[tuple[int, Selection]], into: Iterable[int], now: datetime) -> Warned:
    """What is to be known before taking: quota, names and titles that exist there already, links that lead nowhere."""
    told: Warned = []
    for class_id in into:
        for section_id, chosen in wanted:
            found = weigh(choice, section_id, chosen, class_id, now)
            if not found.fits:
                words = _(
                    "Il n’y a pas assez de place : il faut %(needed)s, il reste %(left)s dans l’espace de la classe. "
                    "Choisissez ce que vous emportez.",
                    needed=say(weight(found.bytes)),
                    left=say(weight(max(found.left, 0))),
                )
                told.append((words, []))
            if found.same_names:
                words = ngettext(
                    "Un fichier du même nom existe déjà : le vôtre sera renommé.",
                    "%(num)s fichiers du même nom existent déjà : les vôtres seront renommés.",
                    len(found.same_names),
                )
                told.append((words, found.same_names))
            if found.same_titles:
                words = ngettext(
                    "Un article du même titre existe déjà : les deux resteront.",
                    "%(num)s articles du même titre existent déjà : tous resteront.",
                    found.same_titles,
                )
                told.append((words, []))
            if found.loose_links:
                words = ngettext(
                    "Un lien mène à quelque chose que vous n’emportez pas : il ne s’ouvrira plus.",
                    "%(num)s liens mènent à ce que vous n’emportez pas : ils ne s’ouvriront plus.",
                    found.loose_links,
                )
                told.append((words, []))
    return told


def _page(
    school: Any,
    standing: queries.Standing,
    found: Offer,
    choice: Any,
    into: Collection[int],
    warned: Warned,
    ticked: frozenset[Tick] | None = None,
    also: Sequence[Any] = (),
) -> Response:
    spaces = [space for space in found.spaces if not space.empty]
    shows = {space.section_id for space in spaces if space.unticked}
    return render_page(
        "classchoice/offer.html",
        status=422 if also or (request.method == "POST" and warned) else 200,
        school=school,
        classes=standing.classes,
        spaces=spaces,
        sums={space.section_id: _sums(space) for space in spaces},
        apart={space.section_id: _apart(space) for space in spaces},
        into=into,
        warnings=warned,
        ticked=ticked if ticked is not None else every_tick(spaces),
        picked=ticked is not None,
        sure=bool(warned),
        shows=shows,
        until=found.until,
        again=choice.answered_at is not None and bool(standing.classes) and _has_taken(spaces),
        also=list(also),
    )


def _sums(space: OfferedSpace) -> list[str]:
    """What follows with one click."""
    articles, files = space.articles - space.by_pupils, space.files - space.showing
    told = sums(_Figures(articles, files, len(space.contests), len(space.points)))
    return [*told, _("%(weight)s en tout", weight=say(weight(space.bytes)))] if space.bytes else told


def _apart(space: OfferedSpace) -> list[str]:
    """What follows only when it is asked for."""
    told = [
        (space.by_pupils, ngettext("%(num)s article d’élève", "%(num)s articles d’élèves", space.by_pupils)),
        (
            space.showing,
            ngettext(
                "%(num)s fichier qui montre des élèves", "%(num)s fichiers qui montrent des élèves", space.showing
            ),
        ),
    ]
    return [words for count, words in told if count]


@dataclass(frozen=True, slots=True)
class _Figures:
    """What a space holds, by the names that ``sums`` asks for."""

    articles: int
    files: int
    contests: int
    points: int


def _has_taken(spaces: Iterable[OfferedSpace]) -> bool:
    things: list[Any] = [
        one for space in spaces for one in (*space.categories, *space.folders, *space.contests, *space.points)
    ]
    return any(one.taken for one in things)


# One by one ------------------------------------------------------------------------------------------------------------


@blueprint.route("/choix-de-classe/<uai>/reprise/<int:section_id>", methods=["GET", "POST"])
@allowed(Profile.TEACHER)
def pick(uai: str, section_id: int) -> Response:
    """A category's articles or a folder's files, ticked one by one; whatever they show, if they are ticked."""
    now = clock.portal_now()
    school, standing, choice = _choice(uai, now)
    space = next((one for one in offered(choice, now).spaces if one.section_id == section_id), None)
    if space is None or not standing.classes:
        raise NotFound()
    articles = "articles" in request.args
    number = request.args.get("articles" if articles else "files", type=int)
    kept = [one for one in (space.categories if articles else space.folders) if (one.id or 0) == number]
    if not kept:
        raise NotFound()
    after = request.args.get("apres", type=int)
    listed: Any = articles_in if articles else files_in
    rows, more = listed(choice, section_id, kept[0].id, now, after)
    into = _into(standing)
    ticked: Collection[int] = frozenset(numbers(request.form.getlist("one")))
    also: list[Any] = []
    warned: Warned = []
    if request.method == "POST":
        wanted = Selection(articles=frozenset(ticked)) if articles else Selection(files=frozenset(ticked))
        also = (
            []
            if ticked and into
            else [_("Cochez ce que vous emportez.") if into else _("Cochez la classe dans laquelle emporter.")]
        )
        if not also and not request.form.get("sure"):
            warned = warnings(choice, [(section_id, wanted)], into, now)
        if not also and not warned:
            try:
                done = carrying.take(choice, section_id, wanted, into, by=actor_of(visitor()), now=now)
            except NotFound:
                raise
            except Refused as refused:
                db.session.rollback()
                also = [refused.words]
                school, standing, choice = _choice(uai, now)
                rows, more = listed(choice, section_id, kept[0].id, now, after)
            else:
                db.session.commit()
                _tell(done)
                return see_other(url_for(".pick", uai=uai, section_id=section_id, **_asked(articles, number, after)))
    here = _asked(articles, number, None)
    return render_page(
        "classchoice/pick.html",
        status=422 if also or warned else 200,
        school=school,
        title=kept[0].name or (_("Sans catégorie") if articles else _("Fichiers hors dossier")),
        articles=articles,
        rows=rows,
        classes=standing.classes,
        into=into,
        ticked=ticked,
        warnings=warned,
        next=url_for(".pick", uai=uai, section_id=section_id, **here, apres=rows[-1].id) if more else None,
        also=also,
    )


def _asked(articles: bool, number: int | None, after: int | None) -> dict[str, Any]:
    asked: dict[str, Any] = {"articles" if articles else "files": number}
    return asked | ({"apres": after} if after is not None else {})
