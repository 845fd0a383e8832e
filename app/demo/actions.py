"""Making a fictional academy: its feed files, their import by the real importer, and the demo's furnished portal.

Never commits: the caller does, once, so that an interrupted build leaves nothing.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from sqlalchemy import select

from app import clock
from app.accounts import loaders as accounts
from app.audit.actions import Actor, record
from app.campaign.dates import actions as dates
from app.campaign.planning.actions import make_plan
from app.content import actions as content
from app.db import db, renew_statistics
from app.demo.academy import FEWEST_PEOPLE, Academy, make_academy
from app.demo.cast import GRANTED, OPERATOR_LOGIN, PROJECT_NAME, SEED, CastMember, cast, demo_academy
from app.demo.loaders import write_delivery as write_delivery
from app.demo.loaders import write_delta
from app.demo.moments import (
    ANCHORS,
    ANNOUNCEMENT,
    BEGINNING,
    DELIVERED_ON,
    DELIVERIES,
    FIRST_DAY,
    HOLIDAYS_FROM,
    LAST_DAY,
    PRIMARY,
    SECONDARY,
    TEACHERS_FIRST_DAY,
    ZONE,
)
from app.demo.next_year import NextYear
from app.demo.queries import fed_people
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
from app.gate.windows import WindowKind
from app.maintenance.actions import set_up
from app.maintenance.anchors import Anchors
from app.profiles import Profile, Role
from app.publicsite import actions as publicsite
from app.pulse import set_clock
from app.schoolyear import instant_of, zone_of
from app.words import N_, Words

#: The steps that are planned before summer; the fourth waits for its delivery.
PLANNED = (1, 2, 3)
#: Of how many families one stands in the demo's delta.
ONE_IN = 20


class HasPeople(Refused):
    message = N_("Cette base contient déjà des personnes venues d’un flux : une académie fictive n’y a pas sa place.")
    advice = N_("Donnez une base vide avec DATABASE_URL ou BASCULE_DATA_DIR.")


def silent(words: Words) -> None:
    """Nobody listens."""


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
        raise too_small() from None
    if db.session.get(Project, 1) is None:
        set_up(PROJECT_NAME, _anchors(), zone=ZONE, operator=OPERATOR_LOGIN, by=by, now=now)
    directory.mark_as_demo(project(), by=by, now=now)
    reports = _feed(academy, folder, day=now.date(), by=by, now=now, part=5000, tell=tell)
    rows = fill_year(seed, DENSITIES[content], by=by, now=now, tell=tell)
    return {"schools": schools, "people": people, "imports": reports, "rows": rows}


def too_small() -> Misused:
    """What is said of an academy too small for its schools."""
    return Misused(
        Words(N_("Il faut au moins %(least)s personnes par établissement."), least=FEWEST_PEOPLE), field="people"
    )


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


def _anchors() -> Anchors:
    """Without a families' window: a campaign writes its own."""
    return Anchors(
        year=FIRST_DAY.year,
        first_day=FIRST_DAY,
        teachers_first_day=TEACHERS_FIRST_DAY,
        last_day=LAST_DAY,
        holidays_from=HOLIDAYS_FROM,
    )


# The demo --------------------------------------------------------------------------------------------------------------


def build(*, folder: Path, coming: Path, by: Actor, tell: Callable[[Words], None] = silent) -> None:
    """The demo's portal, furnished, its time at the last days of year N. ``folder`` holds the feed files meanwhile.

    Its two campaigns have their calendars and plans, nothing is approved. The deliveries of year N+1 wait in ``coming``, each in a
    folder of its own, until their hour (``jobs.lay``).
    Raises ``HasPeople`` for a database in which people were fed.
    """
    _demand_empty()
    now = BEGINNING
    set_clock(db.session(), now - clock.machine_now())
    set_up(PROJECT_NAME, _anchors(), zone=ZONE, operator=OPERATOR_LOGIN, by=by, now=now)
    the_project = project()
    directory.mark_as_demo(the_project, by=by, now=now)
    academy = demo_academy()
    _feed(academy, folder, day=DELIVERED_ON, by=by, now=now, part=400, tell=tell)
    write_coming(academy, coming)
    tell(Words(N_("Textes, rôles et sites publics")))
    schools = {plan.kind: _school(plan.uai) for plan in academy.schools}
    _place_cast(cast(academy), schools, by=by, now=now)
    _announce(schools["college"], by=by, now=now)
    for kind, school in schools.items():
        _furnish(school, SITES[kind], by=by)
    tell(Words(N_("Une année de cahiers, de messages et de dossiers")))
    fill_year(SEED, THIN, by=by, now=now, known=_known(cast(academy)), whole_density=WHOLE)
    tell(Words(N_("Les campagnes du passage à l’année suivante, leurs calendriers et leurs plans")))
    begin_campaigns(by=by, now=now)
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


def write_coming(academy: Academy, coming: Path) -> None:
    """The deliveries that the academy will make in August and September, each in a folder of its own in ``coming``."""
    later = NextYear(academy)
    for one in DELIVERIES:
        with tempfile.TemporaryDirectory(prefix="ecriture-", dir=coming.parent) as held:
            if one.delta:
                write_delta(later, Path(held), day=one.day, every=ONE_IN, part=400)
            else:
                write_delivery(later, Path(held), day=one.day, part=400)
            coming.mkdir(exist_ok=True)
            shutil.rmtree(coming / one.name, ignore_errors=True)
            (Path(held) / one.degree).rename(coming / one.name)


def begin_campaigns(*, by: Actor, now: datetime) -> None:
    """One campaign for the collège and the lycée, one for the école (CAL-10): calendars, windows with the demo's words, plans."""
    # A plan counts in tables that were empty a moment ago.
    renew_statistics()
    for preset in (SECONDARY, PRIMARY):
        campaign = dates.create(preset, year=FIRST_DAY.year, anchors=ANCHORS, by=by, now=now)
        for step in PLANNED:
            make_plan(campaign, step, by=by, now=now)
    words = {WindowKind.PROFILES.value: FAMILIES_MESSAGE, WindowKind.MAINTENANCE.value: MAINTENANCE_MESSAGE}
    for window in db.session.scalars(select(ClosingWindow).order_by(ClosingWindow.id)):
        if window.kind in words:
            gate.change_window(window, {"message": words[window.kind]}, by=by, now=now)


def _announce(college: School, *, by: Actor, now: datetime) -> None:
    """What the collège has written for the summer: its words to guardians, its practical notice."""
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
