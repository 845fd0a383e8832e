"""The whole summer of a collège and of a primary school, from the last day of year N to the first week of N+1 (CAL-1 to CAL-11).

At each stop: the public site answers and tells the truth (SITE-1, SITE-4), who may comes in, who may not stands before the page of
their profile, which is public and says when it opens (GATE-7). The portal's worker does what the calendar says; people only approve.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient, FlaskCliRunner
from werkzeug.test import TestResponse

from app import clock
from app.campaign.firing.jobs import fire_due
from app.campaign.models import Campaign
from app.campaign.run_states import RunState
from app.campaign.running.models import Run
from app.campaign.working.jobs import run_to_end
from app.content.models import Section
from app.content.spaces import SpaceKind
from app.db import db
from app.directory.models import ClassMembership, Person, School, SchoolClass, SchoolYear
from app.pulse import CLOCK, DIRECTORY, bump, set_clock
from tests.builders import enrol, make_class, make_person
from tests.campaign.academies import done
from tests.content.media_rows import make_contest, make_file, make_folder, make_point
from tests.content.rows import make_article, make_class_space
from tests.people import Cast, SchoolFacts, Someone, cast
from tests.signing import send, sign_in

HTML = {"Accept": "text/html"}
#: 20:00 in Paris on 12 July; the maintenance of steps 1 to 3 begins.
STEPS_AT = datetime(2026, 7, 12, 18, tzinfo=UTC)


@pytest.fixture
def people(app: Flask) -> Cast:
    """The cast at the end of June: year N is in use, nothing of N+1 has arrived; two class spaces with a year's work."""
    made = cast(app)
    new = made.years[2026].id
    classes = db.session.query(SchoolClass.id).filter(SchoolClass.year_id == new)
    db.session.query(ClassMembership).filter(ClassMembership.class_id.in_(classes)).delete()
    db.session.query(SchoolClass).filter(SchoolClass.year_id == new).delete()
    for school, code, author in ((made.college, "6A", made.teacher), (made.primary, "CM2", made.primary_head)):
        class_id = school.classes[2025][code]
        db.session.add(ClassMembership(class_id=class_id, person_id=author.id, role="head-teacher", source="hand"))
        space = make_class_space(school.id, class_id, f"Classe de {code}")
        make_article(space, f"Notre année en {code}", author_id=author.id, author_profile="teacher")
        make_article(space, "Écrit par une élève", author_id=made.mover.id, author_profile="student")
        folder = make_folder(space, "Sorties", author_id=author.id)
        make_file(space, "plan.txt", b"le plan de la sortie", author_id=author.id, folder=folder)
        make_contest(space, author_id=author.id)
        make_point(space, author_id=author.id)
    db.session.commit()
    return made


@pytest.fixture
def at(app: Flask) -> Callable[[datetime], None]:
    """The portal's time, and whatever its worker does when that hour has come."""

    def move(instant: datetime) -> None:
        set_clock(db.session(), instant - clock.machine_now())
        db.session.commit()
        app.extensions["pulse"].forget()
        app.extensions["pulse"].number(CLOCK)
        now = clock.portal_now()
        while fire_due(now):
            _work()
        _work()
        app.extensions["pulse"].forget()

    return move


def _work() -> None:
    """What the worker's other half does: runs that have begun go to their end."""
    db.session.rollback()
    for (number,) in db.session.query(Run.id).filter(Run.state == RunState.RUNNING).order_by(Run.id).all():
        db.session.rollback()
        run_to_end(number)
        db.session.expire_all()


# What everybody may look at, whatever is closed ------------------------------------------------------------------------


def public_site_answers(client: FlaskClient, people: Cast, *told: str) -> None:
    """SITE-1, SITE-4: for somebody who is nobody, never gated; the collège's page tells what is closed or about to be."""
    for school in (people.college, people.primary):
        assert client.get(f"/ecole/{school.uai}/", headers=HTML).status_code == 200
    for path in ("/", "/fermetures", "/accessibilite", "/mentions-legales"):
        assert client.get(path, headers=HTML).status_code == 200
    page = client.get(f"/ecole/{people.college.uai}/fermetures", headers=HTML).text
    for words in told:
        assert words in page


def enters(app: Flask, person: Someone) -> FlaskClient:
    """They come in by their door and find their page."""
    client = app.test_client()
    sign_in(client, person)
    answer = client.get("/espace", headers=HTML)
    assert answer.status_code == 200, f"{person.name}: {answer.status_code}"
    return client


def is_stopped(app: Flask, person: Someone, *told: str) -> TestResponse:
    """They stand before a page that is public, calm, and says until when (GATE-7)."""
    client = app.test_client()
    sign_in(client, person)
    answer = client.get("/espace", headers=HTML)
    assert answer.status_code in (303, 503), f"{person.name}: {answer.status_code}"
    page = answer
    if answer.status_code == 303:
        page = app.test_client().get(answer.headers["Location"], headers=HTML)
        assert page.status_code == 200, "the redirect page is itself never closed"
    for words in told:
        assert words in page.text
    return answer


def console(runner: FlaskCliRunner, *words: str) -> str:
    result = runner.invoke(args=[*words])
    assert result.exit_code == 0, result.output
    return str(result.stdout)


def test_the_whole_summer(
    app: Flask, runner: FlaskCliRunner, client: FlaskClient, people: Cast, at: Callable[[datetime], None]
) -> None:
    # The spring: the operator makes the two campaigns, each school by its kind (CAL-10).
    at(datetime(2026, 6, 2, 8, tzinfo=UTC))
    console(runner, "campaign", "create", "--preset", "present", "--year", "2026")
    console(runner, "campaign", "create", "--preset", "primary-2018", "--year", "2026")

    # The last day of year N: everybody works; what will close is announced.
    at(datetime(2026, 7, 4, 9, tzinfo=UTC))
    public_site_answers(client, people, "12 juillet 2026", "1er septembre 2026")
    for somebody in (people.teacher, people.guardian, people.student, people.pupil, people.primary_head):
        enters(app, somebody)

    # Plans are made and approved by people, then the maintenance begins by itself, steps 1 to 3 follow one another (G1, CAL-8).
    at(datetime(2026, 7, 10, 8, tzinfo=UTC))
    for step in ("1", "2", "3"):
        number = json.loads(console(runner, "campaign", "plan", step, "--campaign", "1", "--json"))["plan"]
        console(runner, "campaign", "approve", str(number), "--by", people.operator.login)
    at(STEPS_AT + timedelta(minutes=1))
    public_site_answers(client, people)
    for somebody in (people.teacher, people.student, people.other_student):
        is_stopped(app, somebody)
    # Her other child's primary school is open: she comes in, and the collège stays closed to her there (GATE-15).
    page = enters(app, people.guardian).get("/espace", headers=HTML).text
    assert people.primary.name in page
    assert "Une partie de votre espace est fermée" in page
    # The primary school's year has not ended: nothing closes there, its last class stays in use (CAL-10).
    enters(app, people.primary_head)
    enters(app, people.operator)

    # When the grace is over the steps run; the maintenance ends with their green checks (GATE-14).
    at(STEPS_AT + timedelta(minutes=3))
    # The collège's spaces are archived, its classes gone (S2-1, S3-5); the primary school's are as they were.
    assert classes_of(people.college.id) == set()
    assert classes_of(people.primary.id) == {"CM1", "CM2"}
    assert space_of(people, "college").trash_reason == "archived"
    assert space_of(people, "primary").trashed_at is None

    # After the maintenance everybody is back; the portal says that the year is changing (CAL-11).
    at(datetime(2026, 7, 20, 8, tzinfo=UTC))
    public_site_answers(client, people, "1er septembre 2026")
    assert "L’année change" in enters(app, people.teacher).get("/espace", headers=HTML).text
    enters(app, people.student)

    # August: the collège's families wait before their page, teachers work, the primary school has no such window.
    at(datetime(2026, 8, 20, 8, tzinfo=UTC))
    public_site_answers(client, people, "1er septembre 2026")
    is_stopped(app, people.student, "mardi 1er septembre 2026 à 8")
    enters(app, people.pupil)
    enters(app, people.teacher)

    # The end of August: the new structures of the collège have arrived, without a class for one of its teachers (CLASS-7).
    at(datetime(2026, 8, 28, 8, tzinfo=UTC))
    is_stopped(app, people.teacher)
    console(runner, "gate", "open", "--reason", "Les classes sont là.")
    new_structures(people, people.college, {"6A": people.mover, "5A": people.student}, people.teacher)
    page = enters(app, people.teacher).get("/espace", headers=HTML).text
    assert "Vous n’avez pas encore choisi" not in page, "whom the feed has placed is not asked"

    # The teachers' first day: the one without a class is led to the choice and takes one; families still wait.
    at(datetime(2026, 8, 31, 6, 30, tzinfo=UTC))
    public_site_answers(client, people, "1er septembre 2026")
    is_stopped(app, people.student, "mardi 1er septembre 2026 à 8")
    unplaced = app.test_client()
    sign_in(unplaced, people.teacher_and_parent, door="school")
    choose = f"/choix-de-classe/{people.college.uai}"
    assert unplaced.get("/espace", headers=HTML).headers["Location"].endswith(choose)
    assert "Hugo M." in unplaced.get(choose, headers=HTML).text
    assert chosen(unplaced, choose, class_called(people.college, "5A")).status_code == 303
    assert unplaced.get("/espace", headers=HTML).status_code == 200
    # At the primary school last year's class is still in use, to read and to write in, and that is said (CLASS-6).
    director = enters(app, people.primary_head)
    assert "vous gardez CM2, pour lire et pour écrire comme avant" in director.get("/espace", headers=HTML).text
    assert director.get(f"/espaces/{space_of(people, 'primary').id}/blog/ecrire", headers=HTML).status_code == 200

    # The pupils' first day, a second before 8:00 and a second after (GATE-2): what class, nobody has told them before (GATE-8).
    opens = datetime(2026, 9, 1, 6, tzinfo=UTC)
    at(opens - timedelta(seconds=1))
    is_stopped(app, people.student)
    at(opens + timedelta(seconds=1))
    public_site_answers(client, people)
    assert "5A" in enters(app, people.student).get("/espace", headers=HTML).text

    # The same evening at the primary school: it closes alone, its steps run, its new classes arrive (CAL-10).
    at(datetime(2026, 9, 1, 18, 5, tzinfo=UTC))
    console(runner, "gate", "close", "--school", people.primary.uai)
    public_site_answers(client, people)
    is_stopped(app, people.pupil)
    enters(app, people.student)
    roll()
    console(runner, "gate", "open", "--school", people.primary.uai, "--reason", "Les classes arrivent.")
    new_structures(people, people.primary, {"CM1": None, "CM2": people.pupil}, None)

    # The morning after: led to the choice, three clicks, and the class is there with a year's work in it (CLASS-1 to CLASS-4).
    at(datetime(2026, 9, 2, 6, 10, tzinfo=UTC))
    public_site_answers(client, people)
    director = app.test_client()
    sign_in(director, people.primary_head)
    choose = f"/choix-de-classe/{people.primary.uai}"
    assert director.get("/espace", headers=HTML).headers["Location"].endswith(choose)
    assert "Chloé M." in director.get(choose, headers=HTML).text
    class_id = class_called(people.primary, "CM2")
    assert chosen(director, choose, class_id).headers["Location"].endswith("/reprise")
    assert send(director, f"{choose}/reprise", {"do": "all", "into": str(class_id)}).status_code == 303
    assert "Notre année en CM2" in director.get("/espace", headers=HTML).text
    # A pupil of the new class finds it there, and nothing that another pupil wrote last year (CLASS-2).
    page = enters(app, people.pupil).get("/espace", headers=HTML).text
    assert "Notre année en CM2" in page
    assert "Écrit par une élève" not in page

    # The first week is over: nobody waits for a class any more.
    at(datetime(2026, 9, 7, 8, tzinfo=UTC))
    public_site_answers(client, people)
    page = director.get(f"/administration/ecole/{people.primary.uai}/choix-des-classes", headers=HTML).text
    assert "Tous les enseignants ont leur classe" in page
    for somebody in people.everybody:
        enters(app, somebody)


def chosen(teacher: FlaskClient, page: str, class_id: int) -> TestResponse:
    """The first page with one card ticked."""
    version = re.findall(r'name="version" value="(\d+)"', teacher.get(page).text)[0]
    return send(teacher, page, {"class": str(class_id), "version": version})


def new_structures(
    people: Cast, school: SchoolFacts, pupils: dict[str, Someone | None], teacher: Someone | None
) -> None:
    """What the feed of N+1 brings: classes with pupils; ``teacher`` is placed in the first of them."""
    row = db.session.get_one(School, school.id)
    year = db.session.get_one(SchoolYear, people.years[2026].id)
    for code, pupil in pupils.items():
        made = make_class(row, year, code, level=code if code.startswith("C") else code[0] + "e")
        person = db.session.get_one(Person, pupil.id) if pupil is not None else make_person("Nina", "Nouvelle")
        enrol(person, made)
        if teacher is not None:
            enrol(db.session.get_one(Person, teacher.id), made, "teacher")
            teacher = None
    bump(db.session(), DIRECTORY)
    db.session.commit()


def roll() -> None:
    """Steps 1 to 3 of the primary school behind its closed gate."""
    campaign = db.session.query(Campaign).filter(Campaign.preset == "primary-2018").one()
    for step in (1, 2, 3):
        assert done(campaign, step).state == RunState.DONE


def class_called(school: SchoolFacts, code: str) -> int:
    """The number of the school's live class of that code."""
    db.session.rollback()
    query = db.session.query(SchoolClass.id).filter(SchoolClass.school_id == school.id, SchoolClass.code == code)
    return int(query.order_by(SchoolClass.id.desc()).first()[0])  # type: ignore[index]


def classes_of(school_id: int) -> set[str]:
    """The codes of a school's live classes."""
    db.session.rollback()
    return {code for (code,) in db.session.query(SchoolClass.code).filter(SchoolClass.school_id == school_id)}


def space_of(people: Cast, kind: str) -> Section:
    """The class space of year N, wherever it lies."""
    db.session.rollback()
    school = people.college if kind == "college" else people.primary
    return (
        db.session.query(Section)
        .execution_options(set_aside=True)
        .filter(Section.school_id == school.id, Section.kind == SpaceKind.CLASS)
        .order_by(Section.id)
        .first()
    )  # type: ignore[return-value]
