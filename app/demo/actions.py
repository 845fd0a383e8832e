"""Making a fictional academy: its feed files, their import by the real importer, and the demo's furnished portal.

Never commits: the caller does, once, so that an interrupted build leaves nothing.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from sqlalchemy import select

from app import clock
from app.accounts import loaders as accounts
from app.audit.actions import Actor, record
from app.content import actions as content
from app.db import db
from app.demo.aaf_files import delivery
from app.demo.academy import FEWEST_PEOPLE, Academy, make_academy
from app.demo.cast import GRANTED, OPERATOR_LOGIN, PROJECT_NAME, SEED, CastMember, cast, demo_academy
from app.demo.moments import (
    ANNOUNCEMENT,
    BEGINNING,
    FAMILIES_FROM,
    FIRST_DAY,
    HOLIDAYS_FROM,
    LAST_DAY,
    MAINTENANCE_FROM,
    MAINTENANCE_TO,
    TEACHERS_FIRST_DAY,
    ZONE,
)
from app.demo.next_year import NextYear
from app.demo.queries import fed_people
from app.demo.tally import Tally
from app.demo.texts import (
    FAMILIES_MESSAGE,
    GUARDIANS_TEXT,
    MAINTENANCE_MESSAGE,
    NOTICE,
    PROJECT_CONTACT,
    SITES,
    SiteText,
)
from app.demo.year.actions import fill_year
from app.demo.year.density import DENSITIES, THIN, WHOLE
from app.directory import actions as directory
from app.directory.models import Person, Project, School
from app.directory.names import search_name
from app.directory.queries import project
from app.errors import Misused, Refused
from app.feeds.actions import import_aaf
from app.gate import actions as gate
from app.gate.models import ClosingWindow
from app.gate.windows import Bound, WindowKind
from app.maintenance.actions import set_up
from app.maintenance.anchors import Anchors
from app.profiles import Profile, Role
from app.publicsite import actions as publicsite
from app.pulse import set_clock
from app.schoolyear import instant_of, zone_of
from app.words import N_, Words

#: The days of the demo's deliveries: some days before its time begins, and the initialisation feed of August.
DELIVERED_ON, AUGUST = date(2026, 6, 29), date(2026, 8, 24)


class HasPeople(Refused):
    message = N_("Cette base contient déjà des personnes venues d’un flux : une académie fictive n’y a pas sa place.")
    advice = N_("Donnez une base vide avec DATABASE_URL ou BASCULE_DATA_DIR.")


def silent(words: Words) -> None:
    """Nobody listens."""


# Files -----------------------------------------------------------------------------------------------------------------


def write_delivery(academy: Academy, folder: Path, *, day: date = DELIVERED_ON, part: int = 5000) -> Tally:
    """Write the academy's complete delivery into ``folder``/1D and ``folder``/2D; what it holds, counted.

    ``day`` stands in the files' names, ``part`` is how many entries a file holds at most.
    """
    tally = Tally()
    started: set[Path] = set()
    for degree, name, piece in delivery(academy, day, tally, part=part):
        path = folder / degree / name
        if path not in started:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.unlink(missing_ok=True)
            started.add(path)
        with path.open("ab") as file:
            file.write(piece)
    return tally


# An academy of any size ------------------------------------------------------------------------------------------------


def make(
    seed: int,
    schools: int,
    people: int,
    *,
    content: str = "light",
    folder: Path,
    by: Actor,
    now: datetime,
    tell: Callable[[Words], None] = silent,
) -> dict[str, Any]:
    """Fill a database without fed people with a fictional academy, and mark it as a demo's; what was made.

    ``content``: of ``density.DENSITIES``. ``folder`` holds the feed files meanwhile. A portal that is not set up is set up.
    Raises ``HasPeople``, and ``Misused`` for an academy too small for its schools.
    """
    _demand_empty()
    try:
        academy = make_academy(seed, schools, people)
    except ValueError:
        words = Words(N_("Il faut au moins %(least)s personnes par établissement."), least=FEWEST_PEOPLE)
        raise Misused(words, field="people") from None
    if db.session.get(Project, 1) is None:
        set_up(PROJECT_NAME, _anchors(families=False), zone=ZONE, operator=OPERATOR_LOGIN, by=by, now=now)
    directory.mark_as_demo(project(), by=by, now=now)
    reports = _feed(academy, folder, day=now.date(), by=by, now=now, part=5000, tell=tell)
    rows = fill_year(seed, DENSITIES[content], by=by, now=now, tell=tell)
    return {"schools": schools, "people": people, "imports": reports, "rows": rows}


def _demand_empty() -> None:
    if fed_people():
        raise HasPeople()


def _feed(
    academy: Academy, folder: Path, *, day: date, by: Actor, now: datetime, part: int, tell: Callable[[Words], None]
) -> list[dict[str, Any]]:
    """Write the files and import them, the second degree first: as year N."""
    try:
        tell(Words(N_("Écriture des fichiers AAF de %(people)s personnes"), people=academy.people))
        write_delivery(academy, folder, day=day, part=part)
        paths = [path for degree in ("2D", "1D") if (path := folder / degree).is_dir()]
        return [import_aaf(path, year_n=True, by=by, now=now, tell=tell) for path in paths]
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _anchors(*, families: bool) -> Anchors:
    return Anchors(
        year=FIRST_DAY.year,
        first_day=FIRST_DAY,
        teachers_first_day=TEACHERS_FIRST_DAY,
        last_day=LAST_DAY,
        holidays_from=HOLIDAYS_FROM,
        families_from=FAMILIES_FROM if families else None,
    )


# The demo --------------------------------------------------------------------------------------------------------------


def build(*, folder: Path, august: Path, by: Actor, tell: Callable[[Words], None] = silent) -> None:
    """The demo's portal, furnished, its time at the last days of year N. ``folder`` holds the feed files meanwhile.

    The delivery of August, which fills year N+1, is left in ``august``/1D and ``august``/2D, to be imported by whoever tries.
    Raises ``HasPeople`` for a database in which people were fed.
    """
    _demand_empty()
    now = BEGINNING
    set_clock(db.session(), now - clock.machine_now())
    set_up(PROJECT_NAME, _anchors(families=True), zone=ZONE, operator=OPERATOR_LOGIN, by=by, now=now)
    the_project = project()
    directory.mark_as_demo(the_project, by=by, now=now)
    academy = demo_academy()
    _feed(academy, folder, day=DELIVERED_ON, by=by, now=now, part=400, tell=tell)
    write_delivery(NextYear(academy), august, day=AUGUST, part=400)
    tell(Words(N_("Fenêtres, textes, rôles et sites publics")))
    schools = {plan.kind: _school(plan.uai) for plan in academy.schools}
    _place_cast(cast(academy), schools, by=by, now=now)
    _announce(schools["college"], by=by, now=now)
    for kind, school in schools.items():
        _furnish(school, SITES[kind], by=by)
    tell(Words(N_("Une année de cahiers, de messages et de dossiers")))
    fill_year(SEED, THIN, by=by, now=now, known=_known(cast(academy)), whole_density=WHOLE)
    publicsite.change_project(
        name=PROJECT_NAME, accent=the_project.accent, contact=PROJECT_CONTACT, seen=the_project.version, by=by, now=now
    )


def _school(uai: str) -> School:
    return db.session.scalars(select(School).where(School.uai == uai)).one()


def _place_cast(members: tuple[CastMember, ...], schools: dict[str, School], *, by: Actor, now: datetime) -> None:
    """Those of the cast whom no feed brings, their roles, and the administrator's role in the collège."""
    made: list[int] = []
    for member in members:
        person = db.session.scalar(
            select(Person).where(Person.source_key == member.key, (Person.source == "hand") == member.by_hand)
        )
        if person is None:
            person = directory.make_person(
                member.key, last_name=member.last_name, first_name=member.first_name, by=by, now=now
            )
            made.append(person.id)
        elif member.by_hand:
            # `setup` knew only a login.
            person.first_name, person.last_name = member.first_name, member.last_name
            person.search_name = search_name(member.last_name, member.first_name)
        if member.place is not None:
            kind, profile = member.place
            directory.affiliate(person, schools[kind], Profile(profile), by=by, now=now)
        if member.role:
            directory.grant_role(person, Role(member.role), None, by=by, now=now)
        for number, role, kind in GRANTED:
            if number == member.number:
                directory.grant_role(person, Role(role), schools[kind], by=by, now=now)
    accounts.open_accounts(db.session(), made, now=clock.machine_now())


def _known(members: tuple[CastMember, ...]) -> list[int]:
    """The people who can be tried."""
    found = db.session.execute(
        select(Person.id, Person.source_key, Person.last_name).where(
            Person.source_key.in_([member.key for member in members])
        )
    )
    names = {(member.key, member.last_name) for member in members}
    return [number for number, key, last_name in found if (key, last_name) in names]


def _announce(college: School, *, by: Actor, now: datetime) -> None:
    """The maintenance of mid-July, the words of the families' window, the collège's practical notice."""
    families = db.session.scalars(select(ClosingWindow).where(ClosingWindow.kind == WindowKind.PROFILES.value)).one()
    gate.change_window(families, {"message": FAMILIES_MESSAGE}, by=by, now=now)
    gate.add_window(
        kind=WindowKind.MAINTENANCE.value,
        start=Bound(instant=MAINTENANCE_FROM),
        end=Bound(instant=MAINTENANCE_TO),
        message=MAINTENANCE_MESSAGE,
        by=by,
        now=now,
    )
    gate.set_text(GUARDIANS_TEXT, profile=Profile.GUARDIAN, school_id=college.id, by=by, now=now)
    gate.publish_notice(college.id, NOTICE, shown_from=ANNOUNCEMENT, by=by, now=now)


def _furnish(school: School, text: SiteText, *, by: Actor) -> None:
    """A school's public site, each article on its own day."""
    publicsite.change_site(
        school.id,
        welcome=text.welcome,
        opening_hours=text.hours,
        contact=text.contact,
        colour=text.colour,
        place=None,
        seen=0,
        by=by,
        now=BEGINNING,
    )
    sections = {
        title: content.add_section(
            school.id,
            title=title,
            introduction=introduction,
            visible=True,
            restricted=restricted,
            by=by,
            now=BEGINNING,
        )
        for title, introduction, restricted in text.sections
    }
    for news in text.news:
        appears = instant_of(datetime.combine(news.day, time(news.hour)), zone_of(ZONE))
        article = content.write_article(
            sections[news.section],
            title=news.title,
            summary=news.summary,
            source=news.body,
            author_id=None,
            by=by,
            now=appears,
        )
        content.publish_article(article, by=by, now=appears)


# The time machine ------------------------------------------------------------------------------------------------------


def move_time(at: datetime | None, *, by: Actor, now: datetime) -> None:
    """Move portal time to ``at`` for every process, or back to the machine's where it is None."""
    machine = clock.machine_now()
    target = at if at is not None else machine
    set_clock(db.session(), target - machine)
    after = {"from": now.isoformat(), "to": target.isoformat()}
    record("demo.time-moved", by=by, now=now, subject=("clock", None), after=after)
