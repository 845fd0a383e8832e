"""``flask gate ...``: windows, explanations, closing and opening. They work without a web process, and are a stable contract."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import click
from flask import Flask, current_app

from app import clock
from app.audit.actions import COMMAND
from app.console import Group, answer, json_option
from app.db import db
from app.directory.queries import class_by_code, project, rollover_year, visitor_facts
from app.errors import Misused, UnknownProfile
from app.gate import actions, queries
from app.gate.closures import Timeline
from app.gate.decision import Decision, decide
from app.gate.documents import decision_document, instant_told, service_line, window_document, window_line
from app.gate.problems import UnknownKind
from app.gate.running import closes_somebody
from app.gate.services.queries import closings_of
from app.gate.snapshot import SchoolCard, Snapshot
from app.gate.windows import Bound, Source, Window, WindowKind, parse_bound, start_instant
from app.profiles import Place, Profile, Visitor
from app.pulse import CLOCK, pulse
from app.web.say import say
from app.words import N_, Words

gate = Group("gate", help="Who may come in now: windows, closing, opening, explaining.")
window = Group("window", help="The windows that close the portal.")
gate.add_command(window)

_school = click.option("--school", "uai", metavar="UAI", help="One school; without it the whole project.")


def register(app: Flask) -> None:
    """Bind the group to ``app``."""
    app.cli.add_command(gate)


@window.command("add")
@click.option("--kind", required=True, metavar="profiles|maintenance")
@click.option("--from", "start", required=True, metavar="D|I", help="First day, or an instant.")
@click.option("--to", "end", metavar="D|I", help="Last day, inclusive, or an instant.")
@click.option("--profile", "profiles", multiple=True, metavar="P", help="Several may be named; families by default.")
@_school
@click.option("--message", default="", help="Shown on the redirect and closed pages.")
@json_option
def add(
    kind: str, start: str, end: str | None, profiles: tuple[str, ...], uai: str | None, message: str, as_json: bool
) -> None:
    """Add a window, as the operator: neither authorisation nor limits bind it."""
    project()
    now, school = _now(), _card(uai)
    zone = ZoneInfo(_zone(school))
    if kind not in tuple(WindowKind):
        raise UnknownKind(kind=kind)
    for name in profiles:
        _profile(name)
    if kind == WindowKind.PROFILES and not profiles:
        profiles = (Profile.STUDENT.value, Profile.GUARDIAN.value)
    row = actions.add_window(
        kind=kind,
        start=parse_bound(start, zone, is_end=False),
        end=parse_bound(end, zone, is_end=True) if end else None,
        profiles=profiles if kind != WindowKind.MAINTENANCE else (),
        school_id=school.id if school else None,
        message=message,
        source=Source.OPERATOR,
        by=COMMAND,
        now=now,
    )
    db.session.commit()
    _print_window(row.id, as_json)


@window.command("amend")
@click.argument("number", metavar="ID", type=int)
@_school
@click.option("--level", metavar="L", help="A level of that school: 6e, CP ...")
@click.option("--class", "code", metavar="CODE", help="A class of that school's new year.")
@click.option("--from", "start", metavar="D|I")
@click.option("--to", "end", metavar="D|I")
@click.option("--message")
@json_option
def amend(
    number: int,
    uai: str | None,
    level: str | None,
    code: str | None,
    start: str | None,
    end: str | None,
    message: str | None,
    as_json: bool,
) -> None:
    """Give a school, level or class dates or words of its own inside a window; without --school change the window itself."""
    now, school, row = _now(), _card(uai), queries.window_row(number)
    if school is None and row.school_id is not None:
        school = queries.snapshot().schools[row.school_id]
    zone = ZoneInfo(_zone(school))
    bounds: dict[str, Bound] = {}
    if start:
        bounds["start"] = parse_bound(start, zone, is_end=False)
    if end:
        bounds["end"] = parse_bound(end, zone, is_end=True)
    words = {} if message is None else {"message": message}
    if uai is None and (level or code):
        raise Misused(
            Words(N_("Un niveau ou une classe est celui d’un établissement.")),
            hint=Words(N_("Ajoutez --school avec son UAI.")),
        )
    if uai is None or school is None:
        if not bounds and not words:
            raise Misused(Words(N_("Rien à changer.")), hint=Words(N_("Donnez --from, --to ou --message.")))
        actions.change_window(row, {**bounds, **words}, by=COMMAND, now=now)
    else:
        actions.amend_window(
            row,
            school_id=school.id,
            level=level,
            class_id=class_by_code(school.id, rollover_year().id, code).id if code else None,
            by_operator=True,
            by=COMMAND,
            now=now,
            **_with_what_stands(row, school.id, level, code, bounds, words),
        )
    db.session.commit()
    _print_window(number, as_json, school if uai else None)


def _with_what_stands(
    row: Any, school_id: int, level: str | None, code: str | None, bounds: dict[str, Bound], words: dict[str, str]
) -> dict[str, Any]:
    """What the operator had written for the same part stays, except what is given anew."""
    class_id = class_by_code(school_id, rollover_year().id, code).id if code else None
    key = (school_id, level, class_id, True)
    facts = queries.facts_of_row(row).amendments
    old = next((a for a in facts if (a.school_id, a.level, a.class_id, a.by_operator) == key), None)
    standing = {} if old is None else {"start": old.start, "end": old.end, "message": old.message}
    return {**standing, **bounds, **words}


@window.command("list")
@_school
@json_option
def list_(uai: str | None, as_json: bool) -> None:
    """The windows as they are written; with --school those that count there, with that school's dates."""
    known, school = _known(), _card(uai)
    windows = [w for w in known.closures.rules.windows if school is None or w.school_id in (None, school.id)]
    documents = [_document(known, w, school) for w in windows]
    lines = "\n".join(
        say(window_line(w, d, _zone(school or known.schools.get(w.school_id or 0))))
        for w, d in zip(windows, documents, strict=True)
    )
    answer(documents, as_json=as_json, lines=lines or say(Words(N_("Aucune fenêtre."))))


@window.command("remove")
@click.argument("number", metavar="ID", type=int)
@json_option
def remove(number: int, as_json: bool) -> None:
    """Take a window away."""
    now = _now()
    actions.remove_window(queries.window_row(number), by=COMMAND, now=now)
    db.session.commit()
    answer({"id": number, "removed": True}, as_json=as_json, lines=say(Words(N_("La fenêtre est supprimée."))))


@gate.command()
@click.option("--at", "moment", metavar="I", help="The instant to ask about; now unless given.")
@click.option("--profile", "profile_name", metavar="P")
@_school
@click.option("--level", metavar="L")
@click.option("--class", "code", metavar="CODE")
@click.option("--person", "login", metavar="LOGIN", help="A person; --profile then chooses the door.")
@json_option
def explain(
    moment: str | None,
    profile_name: str | None,
    uai: str | None,
    level: str | None,
    code: str | None,
    login: str | None,
    as_json: bool,
) -> None:
    """Does the gate open to a profile of a school, or to a person, and which rule decides it?"""
    now, known, school = _now(), _known(), _card(uai)
    at = _moment(moment, _zone(school)) if moment else now
    profile = _profile(profile_name) if profile_name else None
    if login is not None:
        found: Callable[[str], int] = current_app.extensions["person_by_login"]
        visitor = _through_a_door(found(login), profile, at, now, known)
    elif profile is None:
        raise Misused(Words(N_("Nommez un profil ou une personne.")), hint=Words(N_("Ajoutez --profile ou --person.")))
    else:
        number = school.id if school else 0
        class_id = None
        if code is not None and school is not None:
            found_class = class_by_code(school.id, rollover_year().id, code)
            class_id, level = found_class.id, level or found_class.level
        visitor = Visitor(
            person_id=0, places=(Place(school_id=number, profile=profile, level=level, class_id=class_id),)
        )
    decision = decide(visitor, at, known.closures, asked_at=now)
    _print_decision(known, decision, visitor, at, as_json)


def _through_a_door(person_id: int, profile: Profile | None, at: datetime, now: datetime, known: Snapshot) -> Visitor:
    """The person at the door of ``profile``, or at the one that opens first (GATE-15)."""
    doors = [door for door in queries.DOORS if profile is None or profile in door]
    visitors = []
    for door in doors:
        places, roles = visitor_facts(person_id, door)
        visitors.append(Visitor(person_id=person_id, places=places, roles=roles))
    placed = [visitor for visitor in visitors if visitor.places] or visitors[:1]
    return min(placed, key=lambda visitor: _waits(decide(visitor, at, known.closures, asked_at=now)))


def _waits(decision: Decision) -> tuple[bool, bool, float]:
    reopens = decision.reopens_at
    return not decision.allowed, reopens is None, reopens.timestamp() if reopens is not None else 0.0


@gate.command()
@_school
@click.option("--until", metavar="I", help="When it opens by itself; without it `gate open` does.")
@click.option("--grace", type=click.IntRange(0, 3600), default=0, show_default=True, help="Seconds for late forms.")
@click.option("--message", default="")
@json_option
def close(uai: str | None, until: str | None, grace: int, message: str, as_json: bool) -> None:
    """Close to everybody but operators, now."""
    project()
    now, school = _now(), _card(uai)
    row = actions.close(
        school_id=school.id if school else None,
        until=parse_bound(until, ZoneInfo(_zone(school)), is_end=True) if until else None,
        grace=grace,
        message=message,
        by=COMMAND,
        now=now,
    )
    db.session.commit()
    _print_window(row.id, as_json)


@gate.command("open")
@_school
@click.option("--reason", default="", help="Kept in the audit.")
@json_option
def open_(uai: str | None, reason: str, as_json: bool) -> None:
    """End the maintenances that run now, everywhere or for one school."""
    now, school = _now(), _card(uai)
    opened = actions.open_(school_id=school.id if school else None, reason=reason, by=COMMAND, now=now)
    db.session.commit()
    sentence = (
        N_("La maintenance est finie : l’espace rouvre.") if opened else N_("Aucune maintenance n’était en cours.")
    )
    answer({"opened": opened}, as_json=as_json, lines=say(Words(sentence)))


@gate.command()
@json_option
def status(as_json: bool) -> None:
    """What is closed now, and when that changes next."""
    now, known = _now(), _known()
    zone = known.closures.rules.zone
    running = [w for w in known.closures.rules.windows if _runs(known, w, now)]
    documents = [_document(known, w, None) for w in running]
    change = known.closures.next_change(now)
    lines = [
        say(window_line(w, d, _zone(known.schools.get(w.school_id or 0))))
        for w, d in zip(running, documents, strict=True)
    ]
    if change is not None:
        lines.append(say(Words(N_("Prochain changement : %(moment)s."), moment=change, zone=zone)))
    document = {"closed": documents, "next_change": instant_told(change, zone)}
    answer(document, as_json=as_json, lines="\n".join(lines) or say(Words(N_("Rien n’est fermé."))))


# What the commands share -----------------------------------------------------------------------------------------------


def _now() -> datetime:
    """Portal time; the pulse is looked at first, since it moves the demo's."""
    pulse().forget()
    pulse().number(CLOCK)
    return clock.portal_now()


def _known() -> Snapshot:
    pulse().forget()
    return queries.snapshot()


def _card(uai: str | None) -> SchoolCard | None:
    return None if uai is None else queries.card_by_uai(uai)


def _zone(school: SchoolCard | None) -> str:
    return school.zone if school is not None else queries.snapshot().closures.rules.zone


def _profile(name: str) -> Profile:
    if name not in tuple(Profile):
        raise UnknownProfile(profile=name, field="profile")
    return Profile(name)


def _moment(text: str, zone: str) -> datetime:
    """An instant; a day is its first one."""
    return start_instant(parse_bound(text, ZoneInfo(zone), is_end=False), ZoneInfo(zone))


def _runs(known: Snapshot, window: Window, now: datetime) -> bool:
    return closes_somebody(window, window.school_id, known.closures.rules.zone, known.closures.zones, now)


def _document(known: Snapshot, window: Window, school: SchoolCard | None) -> dict[str, Any]:
    """As written; in ``school`` with the dates that count there."""
    uais = {card.id: card.uai for card in known.schools.values()}
    zone = _zone(school or known.schools.get(window.school_id or 0))
    here = None if school is None else _effective(known, window, Place(school_id=school.id, profile=_any_of(window)))
    return window_document(window, zone=zone, uais=uais, effective=here)


def _any_of(window: Window) -> Profile:
    return next((profile for profile in Profile if profile in window.profiles), Profile.GUEST)


def _effective(known: Snapshot, window: Window, place: Place) -> Any:
    line: Timeline = known.closures.timeline(place)
    return next((w for w in line.windows if w.window_id == window.id), None)


def _print_window(number: int, as_json: bool, school: SchoolCard | None = None) -> None:
    known = _known()
    found = known.window(number)
    if found is not None:
        document = _document(known, found, school)
        line = window_line(found, document, _zone(school or known.schools.get(found.school_id or 0)))
        answer(document, as_json=as_json, lines=say(line))


def _print_decision(known: Snapshot, decision: Decision, visitor: Visitor, at: datetime, as_json: bool) -> None:
    place = next(
        (p for p in visitor.places if p.school_id == decision.school_id and p.profile == decision.profile), None
    )
    zone = known.closures.zone(decision.school_id or 0)
    document = None
    if decision.window_id is not None and (found := known.window(decision.window_id)) is not None:
        uais = {card.id: card.uai for card in known.schools.values()}
        here = _effective(known, found, place) if place is not None else None
        document = window_document(found, zone=zone, uais=uais, effective=here)
    schools = sorted({place.school_id for place in visitor.places})
    services = [closing for school_id in schools for closing in closings_of(school_id, at)]
    told = decision_document(decision, zone=zone, reason=say(decision.reason), window=document, services=services)
    word = N_("Entre.") if decision.allowed else N_("N’entre pas (%(rule)s).")
    lines = [f"{say(Words(word, rule=decision.rule or ''))} {told['reason']}"]
    lines += [
        say(service_line(one, school=known.schools[one.school_id].name, zone=known.closures.zone(one.school_id)))
        for one in services
    ]
    answer(told, as_json=as_json, lines="\n".join(lines))
