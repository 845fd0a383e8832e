"""The diary closed on its own, from the end of step 3 until school life is initialised (GATE-10)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import clock
from app.audit.actions import COMMAND
from app.audit.models import AuditLine
from app.db import db
from app.gate.models import ServiceClosure
from app.gate.queries import snapshot
from app.gate.services import actions
from app.gate.services.closing import Service, ServiceClosed
from app.gate.services.queries import closing_of, closings_of, demand_service, service_open
from app.pulse import GATE, pulse
from tests.people import Someone
from tests.schoollife import rows
from tests.schoollife.result_rows import OCTOBER, ClassWorld, class_world
from tests.signing import form_token, send, sign_in

DIARY = Service.DIARY


def close(world: ClassWorld, *, run_id: int | None = None, school_id: int | None = None) -> ServiceClosure:
    """The end of step 3 in the collège."""
    row = actions.close_service(
        DIARY,
        school_id or world.cast.college.id,
        source="campaign",
        by=COMMAND,
        now=OCTOBER,
        run_id=run_id,
    )
    db.session.commit()
    pulse().forget()
    return row


@pytest.fixture
def world(app: Flask) -> ClassWorld:
    return class_world(app)


def test_a_service_is_closed_in_one_school_and_opened_again(world: ClassWorld) -> None:
    """GATE-10: the rest stays open, other schools too; every change leaves its line."""
    assert service_open(DIARY, world.cast.college.id, OCTOBER)
    close(world)
    later = OCTOBER + timedelta(hours=1)
    assert not service_open(DIARY, world.cast.college.id, later)
    assert service_open(DIARY, world.cast.primary.id, later)
    assert service_open(DIARY, world.cast.college.id, OCTOBER - timedelta(seconds=1))
    assert [one.source for one in closings_of(world.cast.college.id, later)] == ["campaign"]
    with pytest.raises(ServiceClosed):
        demand_service(DIARY, world.cast.college.id, later)
    assert actions.open_service(DIARY, world.cast.college.id, by=COMMAND, now=later)
    db.session.commit()
    pulse().forget()
    assert service_open(DIARY, world.cast.college.id, later)
    assert closing_of(DIARY, world.cast.college.id, later - timedelta(seconds=1)) is not None
    told = db.session.query(AuditLine).filter(AuditLine.action.like("service.%")).order_by(AuditLine.number)
    verbs = [line.action for line in told]
    assert verbs == ["service.closed", "service.opened"]


def test_closing_twice_closes_once_and_opening_what_is_open_does_nothing(world: ClassWorld) -> None:
    """G4."""
    first = close(world, run_id=3)
    assert close(world, run_id=4).id == first.id
    assert db.session.query(ServiceClosure).count() == 1
    assert not actions.open_service(DIARY, world.cast.primary.id, by=COMMAND, now=OCTOBER)


def test_an_undone_run_has_never_closed_anything(world: ClassWorld) -> None:
    """G8: what somebody else has closed stays."""
    close(world, run_id=3)
    close(world, school_id=world.cast.primary.id)
    for school in (world.cast.college, world.cast.primary):
        gone = actions.withdraw_closing(3, school.id, by=COMMAND, now=clock.portal_now())
        assert gone == (1 if school is world.cast.college else 0)
    db.session.commit()
    assert [row.school_id for row in db.session.query(ServiceClosure)] == [world.cast.primary.id]


def test_whether_a_service_is_open_costs_no_query(
    world: ClassWorld, count_queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    """GATE-10: answered from the snapshot."""
    close(world)
    snapshot()
    with count_queries() as queries:
        for _again in range(50):
            assert not service_open(DIARY, world.cast.college.id, clock.portal_now())
    assert not [one for one in queries if "revision" not in one]


def visit(client: FlaskClient, world: ClassWorld, who: Someone, path: str) -> tuple[int, str]:
    sign_in(client, who, door=who.door)
    answer = client.get(path)
    return answer.status_code, answer.get_data(as_text=True)


@pytest.mark.parametrize("who", ["student", "guardian", "teacher"])
def test_in_place_of_the_diary_stands_a_page_in_plain_words(world: ClassWorld, client: FlaskClient, who: str) -> None:
    """GATE-10: diary, lesson, homework, binder; since when, and what to do."""
    lesson = rows.make_lesson(world)
    work = rows.make_homework(world, lesson=lesson)
    activity = rows.make_activity(world)
    rows.give_activity(world, activity, world.cast.student)
    file = rows.make_file("lesson_id", lesson.id)
    paths = [
        f"/classes/{world.class_id}/cahier",
        f"/seances/{lesson.id}",
        "/travail",
        f"/travail/{work.id}",
        "/classeur",
        f"/classeur/{activity.id}",
        f"/vie-scolaire/fichiers/{file.id}",
    ]
    somebody: Someone = getattr(world.cast, who)
    db.session.commit()
    for path in paths[:-1]:
        assert visit(client, world, somebody, path)[0] == 200, path
    close(world)
    close(world, school_id=world.cast.primary.id)
    for path in paths:
        status, page = visit(client, world, somebody, path)
        assert status == 409, path
        assert "Cahier de textes fermé pour le moment" in page
        assert "lundi 12 octobre 2026" in page
        assert "Année précédente" in page
        assert "Fractions" not in page
    # The rest of school life goes on.
    assert visit(client, world, somebody, f"/classes/{world.class_id}/agenda")[0] == 200


def test_the_home_does_not_promise_what_is_closed(world: ClassWorld, client: FlaskClient) -> None:
    """GATE-10."""
    rows.make_lesson(world, starts_at=OCTOBER + timedelta(days=1), subject="Géographie")
    rows.make_homework(world, title="Exercice à rendre")
    db.session.commit()
    _status, before = visit(client, world, world.cast.student, "/espace")
    assert "Exercice à rendre" in before
    assert "Géographie" in before
    close(world)
    _status, page = visit(client, world, world.cast.student, "/espace")
    assert "Exercice à rendre" not in page
    assert "Géographie" not in page
    assert "Le cahier de textes rouvrira" in page
    assert "Tout le travail à faire" not in page


def test_a_diary_that_the_school_has_closed_opens_when_the_school_says(world: ClassWorld, client: FlaskClient) -> None:
    """GATE-10: nothing is promised that nobody has decided."""
    actions.close_service(DIARY, world.cast.college.id, source="school", by=COMMAND, now=OCTOBER)
    db.session.commit()
    pulse().forget()
    _status, page = visit(client, world, world.cast.student, "/travail")
    assert "quand l’établissement le décidera" in page
    assert "rouvre de lui-même" not in page


def test_whoever_has_a_child_in_an_open_school_reads_that_ones_work(world: ClassWorld, client: FlaskClient) -> None:
    """GATE-15: one school closed, the other open."""
    rows.make_homework(world, title="Travail du collège")
    rows.make_homework(world, title="Travail de l’école", class_id=world.cast.primary.classes[2026]["CM2"])
    close(world)
    status, page = visit(client, world, world.cast.guardian, "/travail")
    assert status == 200
    assert "Travail de l’école" in page
    assert "Travail du collège" not in page


def test_what_somebody_has_just_written_is_given_back(world: ClassWorld, client: FlaskClient) -> None:
    """No text is lost; a part of a page reloads the whole, a program gets a problem."""
    sign_in(client, world.cast.teacher, door="school")
    path = f"/classes/{world.class_id}/cahier/seance"
    token = form_token(client.get(path).text)
    close(world)
    answer = client.post(path, data={"csrf_token": token, "source": "Cours sur les <angles>", "title": "Angles"})
    assert answer.status_code == 409
    assert "Cours sur les &lt;angles&gt;" in answer.text
    part = client.get(f"/classes/{world.class_id}/cahier", headers={"HX-Request": "true"})
    assert (part.status_code, part.headers["HX-Refresh"]) == (409, "true")
    told = client.get(f"/classes/{world.class_id}/cahier", headers={"Accept": "application/json"})
    assert told.mimetype == "application/problem+json"
    assert told.get_json()["status"] == 409


def test_who_may_not_open_the_diary_learns_nothing_from_its_closing(world: ClassWorld, client: FlaskClient) -> None:
    """GATE-8: a stranger's answer is the same as before."""
    close(world)
    status, page = visit(client, world, world.cast.movers_guardian, f"/classes/{world.class_id}/cahier")
    assert status == 404
    assert "fermé pour le moment" not in page


def test_the_pulse_tells_other_processes(world: ClassWorld) -> None:
    """A closing is seen within a second."""
    before = pulse().number(GATE)
    close(world)
    assert pulse().number(GATE) > before


# The school's own screen --------------------------------------------------------------------------------------------------


def test_an_administrator_opens_and_closes_the_diary_of_their_school(world: ClassWorld, client: FlaskClient) -> None:
    """GATE-10: after a page that says what it means; 'Qui entre, quand ?' and the history tell."""
    close(world)
    sign_in(client, world.cast.school_admin, door="school")
    hall = f"/administration/ecole/{world.cast.college.uai}/acces"
    assert "la campagne, jusqu’à l’initialisation" in client.get(f"{hall}/blocage").text
    assert "Fermé à part" in client.get(f"{hall}/qui-entre").text
    assert "Ouvrir le cahier de textes ?" in client.get(f"{hall}/service/diary").text
    assert send(client, f"{hall}/service/diary", {"do": "open"}).status_code == 303
    pulse().forget()
    assert service_open(DIARY, world.cast.college.id, clock.portal_now())
    assert "Cahier de textes rouvert" in client.get(f"{hall}/blocage").text
    assert "Fermé à part" not in client.get(f"{hall}/qui-entre").text
    assert send(client, f"{hall}/service/diary", {"do": "close"}).status_code == 303
    pulse().forget()
    found = closing_of(DIARY, world.cast.college.id, clock.portal_now())
    assert found is not None
    assert found.source == "school"
    assert client.get(f"{hall}/service/library").status_code == 404


@pytest.mark.parametrize("who", ["teacher", "staff", "student", "guardian", "primary_head"])
def test_nobody_else_opens_or_closes_it(world: ClassWorld, client: FlaskClient, who: str) -> None:
    """GATE-5: the school's administrators and its head."""
    somebody: Someone = getattr(world.cast, who)
    sign_in(client, somebody, door=somebody.door)
    assert client.get(f"/administration/ecole/{world.cast.college.uai}/acces/service/diary").status_code == 404
