"""The directory: my school's people, all schools, by a number or key; and somebody's card (PORTAL-6, KIN-2)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request, url_for

from app import clock
from app.accounts.search import queries
from app.accounts.search.queries import KnownClasses
from app.accounts.search.sight import FUNCTIONS, WORKING, Pupils, Sight, own_schools, sight_in
from app.directory.groups.queries import belonging
from app.directory.queries import children_of, school_by_id, school_by_uai, search_schools, years
from app.errors import NotFound, UnknownSchool
from app.gate.disclosure import visitor_may_know
from app.gate.queries import closures, open_for
from app.profiles import PROFILE_NAMES, PROFILE_PLURALS, Profile, Verb
from app.schoolyear import YearName
from app.web.allowed import SIGNED_IN, allowed, visitor
from app.web.fragments import render_page

blueprint = Blueprint("accounts_search", __name__)


def _profile() -> Profile | None:
    return next((one for one in Profile if one.value == request.args.get("profil")), None)


def _after() -> tuple[str, int] | None:
    number = request.args.get("numero", type=int)
    return (request.args.get("apres", "")[:240], number) if number is not None else None


def _function() -> str:
    wanted = request.args.get("fonction", "")
    return wanted if wanted in FUNCTIONS else ""


def _sights() -> list[Sight]:
    """What the visitor may find in each of their schools that are open to them."""
    asking, now = visitor(), clock.portal_now()
    found = [sight_in(asking, number) for number in sorted(own_schools(asking)) if open_for(asking, number, now)]
    return [sight for sight in found if sight is not None]


def _known(sights: list[Sight]) -> KnownClasses:
    """The classes of which the visitor may know already (GATE-13)."""
    asking, now, kept = visitor(), clock.portal_now(), closures()
    by_year = years()
    known: dict[int, frozenset[int]] = {}
    for sight in sights:
        if sight.pupils in (Pupils.KNOWN_CLASSES, Pupils.OWN_CLASS):
            known[sight.school_id] = frozenset(
                year.id
                for begins, year in by_year.items()
                if visitor_may_know(kept, asking, school_id=sight.school_id, year_begins=begins, now=now).allowed
            )
    own: frozenset[int] = frozenset()
    if any(sight.pupils == Pupils.OWN_CLASS for sight in sights):
        mine = belonging(asking).student_of
        allowed_years = {year for found in known.values() for year in found}
        own = queries.classes_in_years(mine, allowed_years)
    return KnownClasses(years=known, own=own)


@blueprint.get("/annuaire")
@allowed(SIGNED_IN)
def simple() -> Any:
    """The people of my schools whom I may find, by name, profile and function."""
    sights = _sights()
    text, profile, function, after = request.args.get("q", "").strip()[:80], _profile(), _function(), _after()
    one = request.args.get("ecole", type=int)
    chosen = [sight for sight in sights if one in (None, sight.school_id)] or sights
    found, more = queries.find(chosen, _known(chosen), text, profile=profile, function=function, after=after)
    asked: dict[str, Any] = {
        "q": text or None,
        "profil": profile.value if profile else None,
        "fonction": function or None,
        "ecole": one,
    }
    offered = {profile for sight in sights for profile in sight.profiles}
    if any(sight.pupils != Pupils.NONE for sight in sights):
        offered.add(Profile.STUDENT)
    return render_page(
        "accounts/search/simple.html",
        block="found",
        text=text,
        profile=profile,
        function=function,
        one=one,
        schools=[school_by_id(sight.school_id) for sight in sights],
        profiles={profile: PROFILE_PLURALS[profile] for profile in Profile if profile in offered},
        profile_names=PROFILE_NAMES,
        functions=FUNCTIONS,
        rows=found,
        first=url_for(".simple", **asked) if after else None,
        next=url_for(".simple", **asked, apres=found[-1].search_name, numero=found[-1].id) if more else None,
        advanced=visitor().may_somewhere(Verb.SEE_PEOPLE),
        families=all(sight.profiles == WORKING for sight in sights),
    )


@blueprint.get("/annuaire/avancee")
@allowed(Verb.SEE_PEOPLE)
def advanced() -> Any:
    """All schools: by name, profile, function, discipline, class, school. Other schools' families are not found (KIN-4)."""
    asking, given = visitor(), request.args
    text, profile, function, after = given.get("q", "").strip()[:80], _profile(), _function(), _after()
    discipline, class_name = given.get("discipline", "").strip()[:60], given.get("classe", "").strip()[:60]
    place = given.get("etablissement", "").strip()[:80]
    school, offered = _school_called(place)
    own = asking.schools_for(Verb.SEE_PEOPLE)
    found, more = queries.search_everywhere(
        own,
        text,
        profile=profile,
        function=function,
        discipline=discipline,
        class_name=class_name,
        school_id=school.id if school is not None else None,
        after=after,
    )
    asked: dict[str, Any] = {
        "q": text or None,
        "profil": profile.value if profile else None,
        "fonction": function or None,
        "discipline": discipline or None,
        "classe": class_name or None,
        "etablissement": place or None,
    }
    return render_page(
        "accounts/search/advanced.html",
        block="found",
        asked=asked,
        profiles=PROFILE_PLURALS,
        profile_names=PROFILE_NAMES,
        functions=FUNCTIONS,
        rows=found,
        offered=offered,
        enough=bool(text or school),
        unknown=bool(place) and school is None and not offered,
        everywhere=own is None,
        first=url_for(".advanced", **asked) if after else None,
        next=url_for(".advanced", **asked, apres=found[-1].search_name, numero=found[-1].id) if more else None,
    )


def _school_called(text: str) -> tuple[Any, list[Any]]:
    """The school that ``text`` names by its UAI, or as the only one by its name; else those that it may mean."""
    if not text:
        return None, []
    try:
        return school_by_uai(text), []
    except UnknownSchool:
        named = list(search_schools(text, limit=10))
        return (named[0], []) if len(named) == 1 else (None, named)


@blueprint.get("/annuaire/technique")
@allowed(Verb.SEE_PEOPLE)
def technical() -> Any:
    """Somebody by number, INE, key in a source or login."""
    key = request.args.get("cle", "").strip()[:80]
    rows = queries.trace(key, visitor().schools_for(Verb.SEE_PEOPLE)) if key else []
    return render_page("accounts/search/technical.html", block="found", key=key, rows=rows, profile_names=PROFILE_NAMES)


@blueprint.get("/annuaire/<int:person_id>")
@allowed(SIGNED_IN)
def card(person_id: int) -> Any:
    """Somebody's card: their name in use, what they are and do where, their classes as far as one may know of them."""
    asking, now = visitor(), clock.portal_now()
    sights = _sights()
    mine = person_id == asking.person_id
    child = asking.has_profile(Profile.GUARDIAN) and person_id in {one.id for one in children_of(asking.person_id or 0)}
    project_wide = asking.may(Verb.SEE_PEOPLE)
    seen = mine or child or project_wide or queries.may_find(person_id, sights, _known(sights))
    told: dict[int, frozenset[Profile]] | None = None
    if not (mine or project_wide):
        told = {sight.school_id: _told_in(sight, child) for sight in sights}
    works_elsewhere = False
    if not seen and asking.may_somewhere(Verb.SEE_PEOPLE):
        # The advanced search finds those who work in other schools, and nothing else of them.
        works_elsewhere = True
        told = None
    if not seen and not works_elsewhere:
        raise NotFound()
    found = queries.card_of(person_id, told)
    places = [place for place in found.places if not works_elsewhere or place[2] in WORKING]
    if not places and not mine:
        raise NotFound()
    keeps = [place[0] for place in places if asking.may(Verb.SEE_PEOPLE, place[0])]
    shown_schools = {place[0] for place in places}
    # Families read the classes that are theirs; which others somebody teaches is nothing to them.
    near = None
    if sights and not mine and all(sight.profiles == WORKING for sight in sights):
        own = belonging(asking)
        near = own.student_of | own.children_in
    may_know_of = [
        (line, YearName(begins=line.year_begins))
        for line in found.classes
        if line.school_id in shown_schools and (near is None or line.class_id in near) and _may_know(line, now)
    ]
    return render_page(
        "accounts/search/card.html",
        card=found,
        places=places,
        classes=may_know_of,
        profile_names=PROFILE_NAMES,
        keeps=[school_by_id(number) for number in dict.fromkeys(keeps)],
        mine=mine,
    )


def _told_in(sight: Sight, child: bool) -> frozenset[Profile]:
    pupils = {Profile.STUDENT} if child or sight.pupils != Pupils.NONE else set()
    return sight.profiles | pupils


def _may_know(line: Any, now: Any) -> bool:
    asking = visitor()
    if not any(place.school_id == line.school_id for place in asking.places):
        # Whoever comes by a role only administers, and sees the year that is prepared.
        return asking.may(Verb.SEE_PEOPLE, line.school_id)
    return visitor_may_know(
        closures(),
        asking,
        school_id=line.school_id,
        year_begins=line.year_begins,
        now=now,
        level=line.level,
        class_id=line.class_id,
    ).allowed
