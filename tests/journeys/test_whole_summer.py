"""The whole summer of an academy, from the last day of year N to the first week of N+1 (CAL-1 to CAL-11, CLASS-1 to CLASS-7).

At each stop: the public site answers and tells the truth (SITE-1, SITE-4), who may comes in, who may not stands before the page of
their profile, which is public and says when it opens (GATE-7). The portal's worker does what the calendar says; people approve the
plans and decide what a delivery asks. Steps, deliveries and choices are the real ones: nothing is put into the database beside them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient, FlaskCliRunner
from sqlalchemy import ColumnElement, select
from werkzeug.test import TestResponse

from app import clock
from app.accounts.models import Account
from app.audit.actions import COMMAND
from app.campaign.firing.jobs import fire_due
from app.campaign.run_states import RunState
from app.campaign.running.models import Run
from app.campaign.working.jobs import run_to_end
from app.content.models import Article, Section
from app.content.spaces import SpaceKind
from app.db import db
from app.demo import actions as demo
from app.demo.academy import make_academy
from app.demo.cast import OPERATOR_LOGIN
from app.demo.loaders import write_delivery
from app.demo.next_year import NextYear
from app.directory.models import Affiliation, ClassMembership, Person, RoleGrant, School, SchoolClass, SchoolYear
from app.feeds.applying.jobs import plan_again, receive
from app.feeds.deciding.actions import decide_all
from app.feeds.queries import import_by_id
from app.profiles import Profile, Role
from app.pulse import CLOCK, set_clock
from tests.people import Someone
from tests.signing import send, sign_in

HTML = {"Accept": "text/html"}
SEED, SCHOOLS, PEOPLE = 4, 3, 180
#: 20:00 in Paris on 12 July; the maintenance of steps 1 to 3 begins. And that of step 4.
STEPS_AT = datetime(2026, 7, 12, 18, tzinfo=UTC)
FOURTH_AT = datetime(2026, 8, 25, 18, tzinfo=UTC)
OPENS = datetime(2026, 9, 1, 6, tzinfo=UTC)


@dataclass
class Academy:
    """The academy's schools and some of its people, by their numbers; everybody was fed, nobody is known by name."""

    schools: dict[str, int]
    uais: dict[str, str]
    operator: Someone
    director: Someone
    teachers: dict[str, Someone] = field(default_factory=dict)
    pupils: dict[str, list[Someone]] = field(default_factory=dict)


@pytest.fixture
def at(app: Flask) -> Callable[[datetime], None]:
    """The portal's time, and whatever its worker does when that hour has come."""

    def move(instant: datetime) -> None:
        set_clock(db.session(), instant - clock.machine_now())
        db.session.commit()
        app.extensions["pulse"].forget()
        app.extensions["pulse"].number(CLOCK)
        now = clock.portal_now()
        # Each look begins at most one step.
        while fire_due(now) + _work():
            pass
        app.extensions["pulse"].forget()

    return move


def _work() -> int:
    """What the worker's other half does: runs that have begun go to their end; how many."""
    db.session.rollback()
    numbers = list(db.session.scalars(select(Run.id).where(Run.state == RunState.RUNNING.value).order_by(Run.id)))
    db.session.rollback()
    for number in numbers:
        run_to_end(number)
        db.session.expire_all()
    return len(numbers)


@pytest.fixture
def academy(app: Flask, at: Callable[[datetime], None], tmp_path: Path) -> Academy:
    """The academy in June: fed as year N, a year of work in every school."""
    at(datetime(2026, 6, 2, 8, tzinfo=UTC))
    demo.make(SEED, SCHOOLS, PEOPLE, folder=tmp_path / "year-n", by=COMMAND, now=clock.portal_now())
    db.session.commit()
    rows = db.session.scalars(select(School).where(School.in_service)).all()
    schools = {row.kind: row.id for row in rows}
    operator = db.session.scalars(select(Account).where(Account.login == OPERATOR_LOGIN)).one()
    director = select(RoleGrant.person_id).where(RoleGrant.role == Role.HEAD, RoleGrant.school_id == schools["primary"])
    made = Academy(
        schools=schools,
        uais={row.kind: row.uai for row in rows},
        operator=Someone(id=operator.person_id, first_name="", last_name="", login=operator.login, door="guest"),
        director=someone(db.session.scalars(director).first() or 0, "school"),
    )
    for kind in ("primary", "college"):
        made.pupils[kind] = [someone(number, "families") for number in in_classes(schools[kind], 2025, ("student",))]
        made.teachers[kind] = someone(in_classes(schools[kind], 2025, ("teacher", "head-teacher"))[0], "school")
    db.session.rollback()
    return made


def someone(person_id: int, door: str) -> Someone:
    return Someone(id=person_id, first_name=str(person_id), last_name="", door=door)


def in_classes(school_id: int, begins: int, roles: tuple[str, ...], *more: ColumnElement[bool]) -> list[int]:
    """Who has a live place in a class of that year which teaches somebody anything, in a stable order."""
    query = (
        select(Person.id)
        .join(ClassMembership, ClassMembership.person_id == Person.id)
        .join(SchoolClass, SchoolClass.id == ClassMembership.class_id)
        .join(SchoolYear, SchoolYear.id == SchoolClass.year_id)
        .join(Account, Account.person_id == Person.id)
        .where(SchoolClass.school_id == school_id, SchoolYear.begins == begins, ClassMembership.role.in_(roles), *more)
    )
    return list(dict.fromkeys(db.session.scalars(query.order_by(Person.id))))


# What everybody may look at, whatever is closed ------------------------------------------------------------------------


def public_site_answers(client: FlaskClient, academy: Academy, *told: str) -> None:
    """SITE-1, SITE-4: for somebody who is nobody, never gated; the collège's page tells what is closed or about to be."""
    for uai in academy.uais.values():
        assert client.get(f"/ecole/{uai}/", headers=HTML).status_code == 200
    for path in ("/", "/fermetures", "/accessibilite", "/mentions-legales"):
        assert client.get(path, headers=HTML).status_code == 200
    page = client.get(f"/ecole/{academy.uais['college']}/fermetures", headers=HTML).text
    for words in told:
        assert words in page


def enters(app: Flask, person: Someone) -> FlaskClient:
    """They come in by their door and find their page, or are led to the choice of their class."""
    client = app.test_client()
    sign_in(client, person)
    answer = client.get("/espace", headers=HTML)
    there = answer.status_code == 200 or "/choix-de-classe/" in answer.headers.get("Location", "")
    assert there, f"{person.first_name}: {answer.status_code} {answer.headers.get('Location')}"
    return client


def is_stopped(app: Flask, person: Someone, *told: str) -> None:
    """They stand before a page that is public, calm, and says until when (GATE-7)."""
    client = app.test_client()
    sign_in(client, person)
    answer = client.get("/espace", headers=HTML)
    assert answer.status_code in (303, 503), f"{person.first_name}: {answer.status_code}"
    page = answer
    if answer.status_code == 303:
        assert "/fermeture/" in answer.headers["Location"]
        page = app.test_client().get(answer.headers["Location"], headers=HTML)
        assert page.status_code == 200, "the redirect page is itself never closed"
    for words in told:
        assert words in page.text


def home(client: FlaskClient) -> str:
    return client.get("/espace", headers=HTML).text


# What people do --------------------------------------------------------------------------------------------------------


def console(runner: FlaskCliRunner, *words: str) -> str:
    db.session.rollback()
    result = runner.invoke(args=[*words])
    assert result.exit_code == 0, result.output
    return str(result.stdout)


def approve(runner: FlaskCliRunner, campaign: int, *steps: int, school: str = "") -> None:
    """The operator reads the plans of these steps, of all schools or of one, and approves them (G1)."""
    which = ["--campaign", str(campaign), *(["--school", school] if school else [])]
    for step in steps:
        number = json.loads(console(runner, "campaign", "plan", str(step), *which, "--json"))["plan"]
        console(runner, "campaign", "approve", str(number), "--by", OPERATOR_LOGIN)


def delivered(folder: Path, degree: str) -> None:
    """The academy's delivery of N+1 has come: it is read and planned, and what it asks is decided (S4-3)."""
    number = receive(folder / degree, plan=True, by=COMMAND, now=clock.portal_now())
    decide_all(import_by_id(number), "accept", by=COMMAND, now=clock.portal_now())
    plan_again(number, by=COMMAND, now=clock.portal_now())
    db.session.commit()


def chosen(teacher: FlaskClient, page: str, class_id: int) -> TestResponse:
    """The first page with one card ticked."""
    version = re.findall(r'name="version" value="(\d+)"', teacher.get(page).text)[0]
    return send(teacher, page, {"class": str(class_id), "version": version})


def classes_of(academy: Academy, kind: str, begins: int) -> set[int]:
    """A school's live classes of a year."""
    db.session.rollback()
    query = select(SchoolClass.id).join(SchoolYear, SchoolYear.id == SchoolClass.year_id)
    where = (SchoolClass.school_id == academy.schools[kind], SchoolYear.begins == begins)
    return set(db.session.scalars(query.where(*where)))


def test_the_whole_summer(
    app: Flask,
    runner: FlaskCliRunner,
    client: FlaskClient,
    academy: Academy,
    at: Callable[[datetime], None],
    tmp_path: Path,
) -> None:
    later = NextYear(make_academy(SEED, SCHOOLS, PEOPLE))
    write_delivery(later, tmp_path / "year-n-plus-1", day=datetime(2026, 8, 24, tzinfo=UTC).date())
    teacher, pupil, child = academy.teachers["college"], academy.pupils["college"][0], academy.pupils["primary"][0]
    director = academy.teachers["primary"]

    # The spring: the operator makes the two campaigns, each school by its kind (CAL-10).
    console(runner, "campaign", "create", "--preset", "present", "--year", "2026")
    console(runner, "campaign", "create", "--preset", "primary-2018", "--year", "2026")

    # The last day of year N: everybody works; what will close is announced.
    at(datetime(2026, 7, 4, 9, tzinfo=UTC))
    public_site_answers(client, academy, "12 juillet 2026", "1er septembre 2026")
    for somebody in (teacher, pupil, child, director, academy.operator):
        enters(app, somebody)

    # Plans are made and approved by people; the maintenance begins by itself (G1, CAL-8).
    at(datetime(2026, 7, 10, 8, tzinfo=UTC))
    approve(runner, 1, 1, 2, 3)
    at(STEPS_AT + timedelta(minutes=1))
    public_site_answers(client, academy)
    is_stopped(app, teacher)
    is_stopped(app, pupil)
    # The primary school's year has not ended: nothing closes there (CAL-10).
    enters(app, director)
    enters(app, academy.operator)

    # When the grace is over steps 1 to 3 follow one another; the maintenance ends with their green checks (GATE-14).
    at(STEPS_AT + timedelta(minutes=3))
    assert classes_of(academy, "college", 2025) == set()
    assert classes_of(academy, "primary", 2025)
    at(datetime(2026, 7, 20, 8, tzinfo=UTC))
    public_site_answers(client, academy, "1er septembre 2026")
    assert "L’année change" in home(enters(app, teacher))
    enters(app, pupil)

    # August: the collège's families wait before their page, teachers work, the primary school has no such window.
    at(datetime(2026, 8, 20, 8, tzinfo=UTC))
    public_site_answers(client, academy, "1er septembre 2026")
    is_stopped(app, pupil, "mardi 1er septembre 2026 à 8")
    enters(app, child)
    enters(app, teacher)

    # The new directory: it comes in the morning, its plan is read and approved, step 4 runs behind its closing (S4-1).
    at(datetime(2026, 8, 25, 6, tzinfo=UTC))
    delivered(tmp_path / "year-n-plus-1", "2D")
    approve(runner, 1, 4)
    at(FOURTH_AT + timedelta(minutes=1))
    public_site_answers(client, academy)
    is_stopped(app, teacher)
    at(FOURTH_AT + timedelta(minutes=3))
    assert classes_of(academy, "college", 2026)
    at(datetime(2026, 8, 28, 8, tzinfo=UTC))
    assert "L’année change" not in home(enters(app, teacher))

    # The teachers' first day: whom the feed has not placed is led to the choice, in the collège too (CLASS-7).
    at(datetime(2026, 8, 31, 6, 30, tzinfo=UTC))
    public_site_answers(client, academy, "1er septembre 2026")
    is_stopped(app, pupil, "mardi 1er septembre 2026 à 8")
    # Last year's links are not confirmed yet (S4-5): nobody is in a class until the services come, or the choice.
    assert in_classes(academy.schools["college"], 2026, ("teacher", "head-teacher")) == []
    free = unplaced(academy, "college")
    assert free is not None, "the delivery has left somebody for the choice"
    led = enters(app, free)
    choose = f"/choix-de-classe/{academy.uais['college']}"
    assert led.get("/espace", headers=HTML).headers["Location"].endswith(choose)
    assert chosen(led, choose, min(classes_of(academy, "college", 2026))).status_code == 303
    assert led.get("/espace", headers=HTML).status_code == 200
    # At the primary school last year's class is still in use, to read and to write in, and that is said (CLASS-6).
    assert "pour lire et pour écrire comme avant" in home(enters(app, director))

    # The pupils' first day, a minute before 8:00 (the test takes time, and time passes) and a second after (GATE-2).
    at(OPENS - timedelta(minutes=1))
    stayed = set(in_classes(academy.schools["college"], 2026, ("student",)))
    pupil = next(one for one in academy.pupils["college"] if one.id in stayed)
    is_stopped(app, pupil)
    at(OPENS + timedelta(seconds=1))
    public_site_answers(client, academy)
    assert "2026-2027" in home(enters(app, pupil))

    # The same evening at the primary school: its classes come, it closes alone, steps 1 to 4 run as one chain (CAL-10).
    at(datetime(2026, 9, 1, 17, 5, tzinfo=UTC))
    delivered(tmp_path / "year-n-plus-1", "1D")
    approve(runner, 2, 1, 2, 3, 4, school=academy.uais["primary"])
    at(datetime(2026, 9, 1, 18, 0, 30, tzinfo=UTC))
    public_site_answers(client, academy)
    # Those who have left for the collège come in there (GATE-15).
    gone = set(in_classes(academy.schools["college"], 2026, ("student",)))
    child = next(one for one in academy.pupils["primary"] if one.id not in gone)
    is_stopped(app, child)
    enters(app, pupil)
    at(datetime(2026, 9, 1, 18, 3, tzinfo=UTC))
    assert classes_of(academy, "primary", 2025) == set()
    assert classes_of(academy, "primary", 2026)

    # The morning after: led to the choice; three clicks, and the class is there with a year's work in it (CLASS-1 to CLASS-4).
    at(datetime(2026, 9, 2, 6, 10, tzinfo=UTC))
    public_site_answers(client, academy)
    led = enters(app, director)
    choose = f"/choix-de-classe/{academy.uais['primary']}"
    assert led.get("/espace", headers=HTML).headers["Location"].endswith(choose)
    class_id = min(classes_of(academy, "primary", 2026))
    answer = chosen(led, choose, class_id)
    assert answer.headers["Location"].endswith("/reprise")
    left = articles_of(academy, "primary", director)
    assert left, "last year's class has left articles"
    assert send(led, f"{choose}/reprise", {"do": "all", "into": str(class_id)}).status_code == 303
    there = set(db.session.scalars(select(Article.title).join(Section).where(Section.class_id == class_id)))
    assert left <= there
    # A pupil of the new class finds it there.
    newcomer = in_classes(academy.schools["primary"], 2026, ("student",), SchoolClass.id == class_id)[0]
    assert any(title in home(enters(app, someone(newcomer, "families"))) for title in left)

    # The first week is over: heads see who has chosen, everybody is in.
    at(datetime(2026, 9, 7, 8, tzinfo=UTC))
    public_site_answers(client, academy)
    page = f"/administration/ecole/{academy.uais['primary']}/choix-des-classes"
    assert "a choisi" in enters(app, academy.director).get(page, headers=HTML).text
    for somebody in (teacher, pupil, academy.operator, director):
        enters(app, somebody)
    assert "0" * 64 not in console(runner, "audit", "verify")


def unplaced(academy: Academy, kind: str) -> Someone | None:
    """A teacher of the school without a class of the new year."""
    held = in_classes(academy.schools[kind], 2026, ("teacher", "head-teacher"))
    query = select(Affiliation.person_id).join(Account, Account.person_id == Affiliation.person_id)
    where = (Affiliation.school_id == academy.schools[kind], Affiliation.profile == Profile.TEACHER)
    found = db.session.scalars(query.where(*where, Affiliation.person_id.not_in(held)).order_by(Affiliation.person_id))
    number = found.first()
    return someone(number, "school") if number is not None else None


def articles_of(academy: Academy, kind: str, teacher: Someone) -> set[str]:
    """What the teacher's class of last year has left, pupils' articles aside."""
    mine = select(ClassMembership.class_id).where(ClassMembership.person_id == teacher.id)
    query = (
        select(Article.title)
        .join(Section, Section.id == Article.section_id)
        .where(Section.kind == SpaceKind.CLASS, Section.school_id == academy.schools[kind], Section.class_id.in_(mine))
        .where(
            Article.set_aside_by.is_not(None), Article.trashed_at.is_(None), Article.author_profile != Profile.STUDENT
        )
    )
    return set(db.session.scalars(query, execution_options={"set_aside": True}))
