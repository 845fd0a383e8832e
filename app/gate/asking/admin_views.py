"""'Qui entre, quand ?' for a profile and for one person (GATE-11), and the words of the redirect pages (GATE-7)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import g, request, url_for
from flask_babel import gettext as _

from app.directory.names import name_of
from app.directory.queries import affiliations_of, person_by_id, search_people, search_schools, visitor_facts
from app.errors import NotFound
from app.gate import actions, queries
from app.gate.announced import in_words
from app.gate.decision import decide, standings
from app.gate.door_notice import for_everybody
from app.gate.forms import AskForm, TextForm, read_part
from app.gate.pictures import weeks_picture
from app.gate.project.admin_views import blueprint, done, me, school_called, voice, zone_of
from app.gate.redirect_text import PLACES, check_text, default_text
from app.gate.school.admin_views import parts_of
from app.gate.services.queries import closings_of
from app.gate.snapshot import SchoolCard
from app.gate.what_if import sample_page
from app.profiles import PROFILE_PLURALS, Place, Profile, Verb, Visitor
from app.web.allowed import allowed, demand, visitor
from app.web.fragments import render_page
from app.web.language import current_language

#: Who is told of a search for people before one has to say more.
FOUND = 20


@blueprint.get("/administration/acces/qui-entre")
@allowed(Verb.EXPLAIN_GATE)
def who_enters() -> Any:
    """One strip a profile for the whole project; a moment, a profile, a person; the way to a school."""
    demand(Verb.EXPLAIN_GATE)
    return _who_enters(None)


@blueprint.get("/administration/ecole/<uai>/acces/qui-entre")
@allowed(Verb.EXPLAIN_GATE)
def school_who_enters(uai: str) -> Any:
    """The same for one school, with its levels and classes."""
    return _who_enters(school_called(uai, Verb.EXPLAIN_GATE))


def _who_enters(card: SchoolCard | None) -> Any:
    known = queries.snapshot()
    school_id = card.id if card is not None else 0
    zone = zone_of(known, card.id if card is not None else None)
    form = AskForm(request.args, parts=parts_of(card.id) if card is not None else [])
    at, profile = form.read(zone, g.now)
    level, class_id = read_part(form.part.data or "") if card is not None else (None, None)
    if class_id is not None and class_id not in queries.class_names(school_id):
        raise NotFound()
    place = Place(school_id=school_id, profile=profile, level=level, class_id=class_id)
    picture, table = weeks_picture(known.closures, school_id, g.now, current_language())
    search = request.args.get("q", "").strip()[:80]
    person, doors = _person(card, at)
    return render_page(
        "gate/who_enters.html",
        block="answer",
        school=card,
        zone=zone.key,
        form=form,
        at=at,
        place=place,
        decision=known.closures.at_place(place, at, g.now),
        window=known.window,
        services=closings_of(school_id, at),
        notice=for_everybody(known, card.id if card is not None else None, profile, at, asked_at=g.now, voice=voice()),
        picture=picture,
        table_rows=table,
        search=search,
        people=_people(card, search),
        person=person,
        doors=doors,
        schools=known.schools,
        found_schools=search_schools(request.args.get("school", "").strip()[:80], FOUND) if card is None else (),
    )


def _people(card: SchoolCard | None, search: str) -> list[tuple[int, str, list[str]]]:
    """Who is found in the schools that one may see: number, name, what they are where."""
    if not search:
        return []
    within = [card.id] if card is not None else visitor().schools_for(Verb.EXPLAIN_GATE)
    people = search_people(within, search, FOUND)
    held = affiliations_of([person.id for person in people])
    schools = queries.snapshot().schools
    return [
        (
            person.id,
            name_of(person),
            [
                f"{_(PROFILE_PLURALS[profile])}, {schools[school_id].name}"
                for school_id, profile in held.get(person.id, [])
                if (within is None or school_id in within) and school_id in schools
            ],
        )
        for person in people
    ]


def _person(card: SchoolCard | None, at: Any) -> tuple[str | None, Sequence[dict[str, Any]]]:
    """The person asked for, and the gate's answer at each of their doors (GATE-15). ``NotFound`` for somebody elsewhere."""
    number = request.args.get("person", type=int)
    if number is None:
        return None, ()
    person = person_by_id(number)
    within = [card.id] if card is not None else visitor().schools_for(Verb.EXPLAIN_GATE)
    held = affiliations_of([number]).get(number, [])
    if within is not None and not any(school_id in within for school_id, _profile in held):
        raise NotFound()
    known, doors = queries.snapshot(), []
    for door in queries.DOORS:
        places, roles = visitor_facts(number, door)
        if not places and not (roles and Profile.GUEST in door):
            continue
        somebody = Visitor(person_id=number, places=places, roles=roles)
        mine = sorted({place.school_id for place in places if within is None or place.school_id in within})
        doors.append(
            {
                "services": [closing for school_id in mine for closing in closings_of(school_id, at)],
                "words": in_words([PROFILE_PLURALS[profile] for profile in Profile if profile in door]),
                "decision": decide(somebody, at, known.closures, asked_at=g.now),
                "standings": [
                    (place, decision)
                    for place, decision in standings(somebody, at, known.closures, asked_at=g.now)
                    if within is None or place.school_id in within
                ],
            }
        )
    return name_of(person), doors


# Words -----------------------------------------------------------------------------------------------------------------


@blueprint.get("/administration/acces/textes")
@allowed(Verb.SET_PROJECT_WINDOWS)
def texts() -> Any:
    """The words of every redirect page of the project."""
    demand(Verb.SET_PROJECT_WINDOWS)
    return _texts(None)


@blueprint.get("/administration/ecole/<uai>/acces/textes")
@allowed(Verb.SET_SCHOOL_WINDOWS)
def school_texts(uai: str) -> Any:
    """The words of every redirect page of a school."""
    return _texts(school_called(uai))


def _texts(card: SchoolCard | None) -> Any:
    known = queries.snapshot()
    rows = [
        (name, profile, {language: _whose(card, name, language) for language in ("fr", "en")})
        for name, profile in (*((one.value, one) for one in (Profile.STUDENT, Profile.GUARDIAN)), *_others())
    ]
    return render_page("gate/texts.html", school=card, rows=rows, known=known)


def _others() -> list[tuple[str, Profile | None]]:
    others = [profile for profile in Profile if profile not in (Profile.STUDENT, Profile.GUARDIAN)]
    return [*((profile.value, profile) for profile in others), ("maintenance", None)]


def _whose(card: SchoolCard | None, name: str, language: str) -> str:
    known = queries.snapshot().texts
    key = "" if name == "maintenance" else name
    if card is not None and (card.id, key, language) in known:
        return "school"
    return "project" if (None, key, language) in known else "default"


@blueprint.route("/administration/acces/textes/<profile>/<language>", methods=["GET", "POST"])
@allowed(Verb.SET_PROJECT_WINDOWS)
def text(profile: str, language: str) -> Any:
    """The words of one redirect page of the project, seen as they are typed."""
    demand(Verb.SET_PROJECT_WINDOWS)
    return _text(None, profile, language)


@blueprint.route("/administration/ecole/<uai>/acces/textes/<profile>/<language>", methods=["GET", "POST"])
@allowed(Verb.SET_SCHOOL_WINDOWS)
def school_text(uai: str, profile: str, language: str) -> Any:
    """The words of one redirect page of a school."""
    return _text(school_called(uai), profile, language)


def _text(card: SchoolCard | None, name: str, language: str) -> Any:
    if name not in (*Profile, "maintenance") or language not in ("fr", "en"):
        raise NotFound()
    profile = None if name == "maintenance" else Profile(name)
    known, school_id = queries.snapshot(), card.id if card is not None else None
    inherited = known.own_text(None, profile, language) if card is not None else None
    standard = inherited or (default_text(profile) if language == "fr" else _(default_text(profile)))
    own = known.texts.get((school_id, profile.value if profile is not None else "", language), "")
    # A school's words count as its dates do: only while the project lets it (GATE-4).
    may_write = card is None or known.closures.rules.schools_may_amend
    back = url_for("gate_admin.school_texts", uai=card.uai) if card is not None else url_for("gate_admin.texts")
    form = TextForm(request.form if request.method == "POST" else None, data={"words": own or standard})
    words = form.words.data or ""
    problems = check_text(words) if words.strip() else []
    previewed = bool(request.form.get("preview"))
    if request.method == "POST" and not problems and not previewed:
        if not may_write:
            raise NotFound()
        cleared = bool(request.form.get("clear")) or words.replace("\r\n", "\n").strip() == standard.strip()
        kept = "" if cleared else words
        actions.set_text(kept, profile=profile, school_id=school_id, language=language, by=me(), now=g.now)
        return done(_("Le texte du projet revient.") if cleared else _("Le texte est enregistré."), back)
    form.show(problems)
    return render_page(
        "gate/text.html",
        block="preview",
        status=422 if problems and not previewed else 200,
        school=card,
        form=form,
        profile=profile,
        language_of_text=language,
        places=PLACES,
        own=bool(own),
        may_write=may_write,
        wrong=[problem.words for problem in problems],
        seen=sample_page(known, school_id, profile, words or standard, g.now, voice()) if not problems else None,
        back=back,
    )
