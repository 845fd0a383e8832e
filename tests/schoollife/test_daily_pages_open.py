"""Every page of diary, work, binder, notebook, agenda and presence, for everybody: who opens it, to whom it does not exist.

PORTAL-17, PORTAL-18, KIN-2, GATE-8, GATE-15. The table of rights says who; these pages obey it.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from app.audit.actions import COMMAND
from app.db import db
from app.directory.models import Guardianship
from app.gate.actions import add_window, close
from app.gate.windows import Bound, WindowKind
from app.profiles import FAMILIES
from tests.schoollife.result_rows import OCTOBER, ClassWorld, class_world, make_support
from tests.schoollife.rows import (
    give_activity,
    make_absence,
    make_activity,
    make_call,
    make_entry,
    make_event,
    make_file,
    make_homework,
    make_lesson,
    make_state,
)
from tests.signing import sign_in, without_tokens

pytestmark = pytest.mark.pages

FAMILY = "student guardian"
TEAM = "teacher form_teacher"
OFFICE = "assistant cpe head"
SCHOOL = f"{TEAM} {OFFICE} colleague staff school_admin aesh"

#: Page -> who opens it; everybody else of ``WHO`` gets a 404.
PAGES: dict[str, str] = {
    "/classes/{class_id}/cahier": f"{FAMILY} {TEAM} {OFFICE} aesh",
    "/classes/{class_id}/cahier/seance": f"{TEAM} head",
    "/classes/{class_id}/cahier/travail": f"{TEAM} head",
    "/seances/{lesson}": f"{FAMILY} {TEAM} {OFFICE} aesh",
    "/seances/{lesson}/modifier": "teacher head",
    "/seances/{lesson}/remplacement": "teacher head",
    "/seances/{lesson}/supprimer": "teacher head",
    "/travail/{homework}": f"{FAMILY} {TEAM} {OFFICE} aesh",
    "/travail/{homework}/modifier": "teacher head",
    "/travail/{homework}/supprimer": "teacher head",
    "/travail/{homework}/copies/{hugo}": f"{TEAM} head",
    "/classeur/{activity}": "student guardian teacher",
    "/classeur/{activity}/modifier": "teacher",
    "/classeur/{activity}/donner": "teacher",
    "/classeur/{activity}/donner/{class_id}": "teacher",
    "/classes/{class_id}/liaison/ecrire": f"{TEAM} {OFFICE}",
    "/liaison/mots/{word}": f"{FAMILY} {TEAM} {OFFICE}",
    "/liaison/mots/{word}/retirer": "teacher head",
    "/liaison/mots/{about_hugo}": f"{FAMILY} {TEAM} {OFFICE}",
    "/liaison/mots/{by_guardian}": f"guardian {TEAM} {OFFICE}",
    "/liaison/ecrire/{hugo}": "guardian",
    "/classes/{class_id}/agenda": f"{FAMILY} {SCHOOL}",
    "/classes/{class_id}/agenda/nouvelle-date": f"{TEAM} {OFFICE} school_admin",
    "/etablissements/{uai}/agenda": SCHOOL,
    "/etablissements/{uai}/agenda/nouvelle-date": f"{OFFICE} school_admin",
    "/agenda-classe/{event}/modifier": f"{TEAM} {OFFICE} school_admin",
    "/appels/{lesson}": f"{TEAM} {OFFICE}",
    "/etablissements/{uai}/appels": OFFICE,
    "/etablissements/{uai}/absences": OFFICE,
    "/classes/{class_id}/absences": f"{TEAM} {OFFICE}",
    "/classes/{class_id}/absences/nouvelle": OFFICE,
    "/absences/{absence}": f"{FAMILY} {TEAM} {OFFICE} aesh",
    "/absences/{absence}/supprimer": OFFICE,
    "/administration/ecole/{uai}/vie-scolaire/": "school_admin head",
    "/administration/ecole/{uai}/vie-scolaire/motifs/absence-reason": "school_admin head",
    "/administration/ecole/{uai}/vie-scolaire/periodes/{term}": "school_admin head",
    "/administration/ecole/{uai}/vie-scolaire/alternances": "school_admin head",
    "/administration/ecole/{uai}/vie-scolaire/reglages": "school_admin head",
}  # fmt: skip
#: What a classmate's guardian opens: the class's own pages, and nothing about Hugo.
OF_THE_CLASS = {
    "/classes/{class_id}/cahier", "/seances/{lesson}", "/travail/{homework}", "/liaison/mots/{word}", "/classes/{class_id}/agenda",
}  # fmt: skip
WHO = (
    "student", "guardian", "other_guardian", "ines_guardian", "other_student", "aesh", "teacher", "form_teacher", "colleague", "staff",
    "assistant", "cpe", "school_admin", "head", "primary_head",
)  # fmt: skip
#: Bruno is Hugo's guardian as Alice is; what she has written to the school is not his (KIN-2).
ONLY_ALICE = {"/liaison/mots/{by_guardian}"}


def _numbers(world: ClassWorld) -> dict[str, object]:
    hugo = world.cast.student
    lesson = make_lesson(world)
    activity = make_activity(world)
    give_activity(world, activity, hugo)
    make_support(world, hugo, world.aesh)
    numbers = {
        "class_id": world.class_id,
        "hugo": hugo.id,
        "uai": world.cast.college.uai,
        "term": world.term,
        "lesson": lesson.id,
        "homework": make_homework(world, lesson=lesson).id,
        "activity": activity.id,
        "word": make_entry(world).id,
        "about_hugo": make_entry(world, pupil=hugo, title="Au sujet de Hugo").id,
        "by_guardian": make_entry(world, pupil=hugo, author=world.cast.guardian, by_family=True, title="De sa mère").id,
        "event": make_event(world).id,
        "absence": make_absence(world, hugo, call=make_call(lesson, world.cast.teacher)).id,
    }
    db.session.commit()
    return numbers


@pytest.mark.postgresql_for("guardian", "teacher", "head")
@pytest.mark.parametrize("who", WHO)
def test_pages_open_to_whom_the_table_says_and_do_not_exist_for_others(app: Flask, who: str) -> None:
    world = class_world(app)
    numbers = _numbers(world)
    named = {"colleague": world.cast.teacher_and_parent}
    person = named.get(who) or getattr(world, who, None) or getattr(world.cast, who)
    client = app.test_client()
    sign_in(client, person, "school" if who == "colleague" else None)
    wrong = []
    for page, openers in PAGES.items():
        opens = who in openers.split() or (who == "ines_guardian" and page in OF_THE_CLASS)
        if who == "other_guardian":
            opens = "guardian" in openers.split() and page not in ONLY_ALICE
        answer = client.get(page.format(**numbers))
        if answer.status_code != (200 if opens else 404):
            wrong.append((page, answer.status_code))
        answer.close()
    assert wrong == []


#: The pages that show everybody their own, and everybody may open them.
OWN = ("/classes", "/travail", "/travail?voir=passe", "/classeur", "/liaison", "/agenda-classe", "/absences")


@pytest.mark.postgresql_for("guardian", "teacher")
@pytest.mark.parametrize("who", ["student", "guardian", "teacher", "cpe", "staff", "authority", "guest", "operator"])
def test_the_pages_of_one_s_own_open_to_everybody_and_show_only_that(app: Flask, who: str) -> None:
    world = class_world(app)
    _numbers(world)
    person = getattr(world, who, None) or getattr(world.cast, who)
    client = app.test_client()
    sign_in(client, person)
    for page in OWN:
        answer = client.get(page)
        assert answer.status_code == 200, page
        if who in ("staff", "authority", "guest", "operator"):
            assert "Hugo" not in answer.text
            assert "Exercice 12" not in answer.text


def test_files_go_out_by_the_right_to_what_they_hang_on(app: Flask) -> None:
    world = class_world(app)
    hugo, tom = world.cast.student, world.tom
    homework = make_homework(world)
    of_work = make_file("homework_id", homework.id).id
    copy = make_file("state_id", make_state(homework, hugo).id).id
    word = make_entry(world, pupil=hugo, author=world.cast.guardian, by_family=True)
    letter = make_file("liaison_id", word.id).id
    db.session.commit()
    # The bytes are nowhere in this test: whoever may have the file is told so by the same 404 as everybody, so the body is looked at.
    path = app.extensions["settings"].data_dir
    from app.files.queries import path_of

    place = path_of("b" * 64)
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(b"%PDF-1.4\n")
    assert path in place.parents
    expected = {
        of_work: {"student", "tom", "guardian", "other_guardian", "teacher", "head"},
        copy: {"student", "guardian", "other_guardian", "teacher", "head"},
        letter: {"guardian", "teacher", "head"},
    }
    people = {
        "student": hugo, "tom": tom, "guardian": world.cast.guardian, "other_guardian": world.cast.other_guardian,
        "teacher": world.cast.teacher, "head": world.cast.head, "staff": world.cast.staff, "primary_head": world.cast.primary_head,
    }  # fmt: skip
    for name, person in people.items():
        client = app.test_client()
        sign_in(client, person)
        for number, readers in expected.items():
            answer = client.get(f"/vie-scolaire/fichiers/{number}")
            assert answer.status_code == (200 if name in readers else 404), (name, number)
            if answer.status_code == 200:
                assert answer.headers["Content-Disposition"].startswith("attachment")
                assert answer.headers["X-Content-Type-Options"] == "nosniff"
            answer.close()


def test_a_closed_school_has_no_page_left_for_families(app: Flask) -> None:
    """GATE-2, GATE-15."""
    world = class_world(app)
    numbers = _numbers(world)
    client = app.test_client()
    sign_in(client, world.cast.student)
    assert client.get("/classes/{class_id}/cahier".format(**numbers)).status_code == 200
    close(until=Bound(instant=OCTOBER + timedelta(hours=8)), by=COMMAND, now=OCTOBER)
    db.session.commit()
    assert client.get("/classes/{class_id}/cahier".format(**numbers)).status_code == 503
    assert "Exercice 12" not in client.get("/travail").text


def test_one_of_two_schools_closed_hides_that_school_s_days_only(app: Flask) -> None:
    """GATE-15: Alice has a child in each; what concerns the closed one does not exist meanwhile."""
    world = class_world(app)
    numbers = _numbers(world)
    cast = world.cast
    make_homework(world, class_id=cast.primary.classes[2026]["CM2"], title="Poésie", author=cast.primary_head)
    add_window(
        kind=WindowKind.PROFILES,
        profiles=FAMILIES,
        start=Bound(instant=OCTOBER - timedelta(hours=1)),
        end=Bound(instant=OCTOBER + timedelta(days=2)),
        school_id=cast.college.id,
        by=COMMAND,
        now=OCTOBER,
    )
    db.session.commit()
    client = app.test_client()
    sign_in(client, cast.guardian)
    todo = client.get("/travail")
    assert todo.status_code == 200
    assert "Poésie" in todo.text
    assert "Exercice 12" not in todo.text
    for page in ("/classes/{class_id}/cahier", "/seances/{lesson}", "/liaison/mots/{word}", "/absences/{absence}"):
        assert client.get(page.format(**numbers)).status_code == 404, page
    assert "Au sujet de Hugo" not in client.get("/liaison").text
    assert "Cross" not in client.get("/agenda-classe").text


def test_a_class_of_the_new_year_is_hidden_from_families_and_open_to_teachers(app: Flask) -> None:
    """GATE-8: in June nobody of a family knows 5A of the new year, nor its lessons, work, words or dates."""
    from app import clock
    from app.pulse import set_clock

    world = class_world(app)
    numbers = _numbers(world)
    make_entry(world, class_id=world.cast.college.classes[2025]["6A"], title="Mot de cette année")
    make_event(world, of_class=False, title="Rentrée des cinquièmes")
    set_clock(db.session(), datetime(2026, 6, 15, 8, tzinfo=UTC) - clock.machine_now())
    db.session.commit()
    app.extensions["pulse"].forget()
    for person in (world.cast.student, world.cast.guardian):
        client = app.test_client()
        sign_in(client, person)
        for page in ("/classes/{class_id}/cahier", "/seances/{lesson}", "/travail/{homework}", "/liaison/mots/{word}"):
            assert client.get(page.format(**numbers)).status_code == 404, page
        for page in OWN:
            text = without_tokens(client.get(page).text)
            assert "5A" not in text, page
            assert "Exercice 12" not in text
            assert "Rentrée des cinquièmes" not in text
        assert "Mot de cette année" in client.get("/liaison").text
    client = app.test_client()
    sign_in(client, world.cast.teacher)
    assert client.get("/classes/{class_id}/cahier".format(**numbers)).status_code == 200


def test_a_cut_link_ends_everything_at_once(app: Flask) -> None:
    """KIN-3: nothing of the child is left, not even what the guardian wrote."""
    world = class_world(app)
    numbers = _numbers(world)
    client = app.test_client()
    sign_in(client, world.cast.guardian)
    assert client.get("/liaison/mots/{by_guardian}".format(**numbers)).status_code == 200
    link = db.session.query(Guardianship).filter_by(
        guardian_id=world.cast.guardian.id, student_id=world.cast.student.id
    )
    link.update({"cut_at": OCTOBER})
    db.session.commit()
    for page in (
        "/classes/{class_id}/cahier",
        "/liaison/mots/{by_guardian}",
        "/absences/{absence}",
        "/liaison/ecrire/{hugo}",
    ):
        assert client.get(page.format(**numbers)).status_code == 404, page
    assert "Hugo" not in client.get("/liaison").text
