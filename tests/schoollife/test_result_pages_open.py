"""Every page of results, conduct and pupils, for everybody: who opens it, and to whom it does not exist (PORTAL-9, S2-6, KIN-2)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from app.audit.actions import COMMAND
from app.db import db
from app.files.models import Blob
from app.gate.actions import close
from app.gate.windows import Bound
from app.schoollife.pupils.models import PupilPhoto
from tests.schoollife.result_rows import (
    OCTOBER,
    ClassWorld,
    class_world,
    make_assessment,
    make_card,
    make_council,
    make_letter,
    make_measure,
    make_project,
    make_review,
    make_support,
)
from tests.signing import sign_in

pytestmark = pytest.mark.pages

#: Page -> who opens it; everybody else of ``WHO`` gets a 404.
FAMILY = "student guardian"
OFFICE = "cpe head"
TEAM = "teacher form_teacher"
PAGES: dict[str, str] = {
    "/classes/{class_id}": f"{FAMILY} aesh {TEAM} colleague assistant cpe school_admin head staff",
    "/classes/{class_id}/notes": f"{TEAM} {OFFICE}",
    "/classes/{class_id}/notes/nouvelle": f"{TEAM} head",
    "/notes/{assessment}": f"{TEAM} {OFFICE}",
    "/notes/{assessment}/modifier": "teacher head",
    "/notes/{assessment}/supprimer": "teacher head",
    "/classes/{class_id}/competences": f"{TEAM} {OFFICE}",
    "/eleves/{hugo}": f"{FAMILY} aesh {TEAM} colleague assistant cpe school_admin head staff",
    "/eleves/{hugo}/resultats": f"{FAMILY} aesh {TEAM} {OFFICE}",
    "/eleves/{ines}/resultats": f"{TEAM} {OFFICE}",
    "/eleves/{hugo}/bulletins": f"{FAMILY} aesh {TEAM} {OFFICE}",
    "/classes/{class_id}/bulletins": f"{TEAM} {OFFICE}",
    "/classes/{class_id}/bulletins/appreciations": f"{TEAM} head",
    "/classes/{class_id}/bulletins/publier": "form_teacher head",
    "/classes/{class_id}/bulletins/imprimer": f"{TEAM} {OFFICE}",
    "/bulletins/{card}": f"{TEAM} {OFFICE}",
    "/bulletins/{card}/imprimer": f"{TEAM} {OFFICE}",
    "/bulletins/{published_card}": f"{FAMILY} aesh {TEAM} {OFFICE}",
    "/bulletins/{other_card}": f"{TEAM} {OFFICE}",
    "/classes/{class_id}/bilans": f"{TEAM} {OFFICE}",
    "/classes/{class_id}/bilans/{hugo}?cycle=4": f"{FAMILY} aesh {TEAM} {OFFICE}",
    "/classes/{class_id}/bilans/{hugo}?cycle=3": f"{TEAM} {OFFICE}",
    "/classes/{class_id}/bilans/{ines}?cycle=4": f"{TEAM} {OFFICE}",
    "/classes/{class_id}/conseils": f"{FAMILY} {TEAM} {OFFICE}",
    "/classes/{class_id}/conseils/nouveau": "form_teacher head",
    "/conseils/{council}": f"{TEAM} {OFFICE}",
    "/conseils/{published_council}": f"{FAMILY} {TEAM} {OFFICE}",
    "/conseils/{council}/modifier": "form_teacher head",
    "/conseils/{council}/supprimer": "form_teacher head",
    "/eleves/{hugo}/punitions": f"{FAMILY} {TEAM} assistant {OFFICE}",
    "/eleves/{ines}/punitions": f"{TEAM} assistant {OFFICE}",
    "/eleves/{hugo}/punitions/nouvelle": f"{TEAM} colleague staff aesh school_admin assistant {OFFICE}",
    "/eleves/{hugo}/sanctions/nouvelle": "head",
    "/classes/{class_id}/punitions": f"{TEAM} assistant {OFFICE}",
    "/punitions/{punishment}": f"{FAMILY} {TEAM} assistant {OFFICE}",
    "/punitions/{sanction}": f"{FAMILY} {OFFICE}",
    "/punitions/{punishment}/modifier": f"assistant {OFFICE}",
    "/punitions/{sanction}/modifier": "head",
    "/punitions/{sanction}/supprimer": "head",
    "/etablissements/{uai}/punitions": f"assistant {OFFICE}",
    "/etablissements/{uai}/punitions?show=all": f"assistant {OFFICE}",
    "/classes/{class_id}/trombinoscope": f"{TEAM} colleague staff aesh assistant cpe school_admin head",
    "/classes/{class_id}/trombinoscope/tenir": f"school_admin {OFFICE}",
    "/eleves/{hugo}/photo/supprimer": f"school_admin {OFFICE}",
    "/classes/{class_id}/epi": f"{FAMILY} {TEAM} assistant head cpe",
    "/classes/{class_id}/epi/nouveau": f"{TEAM} head",
    "/epi/{project}": f"{FAMILY} {TEAM} assistant head cpe",
    "/epi/{project}/modifier": f"{TEAM} head",
    "/epi/{project}/supprimer": f"{TEAM} head",
    "/classes/{class_id}/courriers": f"form_teacher school_admin {OFFICE}",
    "/classes/{class_id}/courriers/nouveau": f"form_teacher school_admin {OFFICE}",
    "/courriers/{letter}": f"form_teacher school_admin {OFFICE}",
    "/courriers/{letter}/imprimer": f"form_teacher school_admin {OFFICE}",
    "/courriers/{letter}/modifier": f"form_teacher school_admin {OFFICE}",
    "/courriers/{letter}/supprimer": f"form_teacher school_admin {OFFICE}",
    "/eleves/{hugo}/accompagnants": OFFICE,
    "/eleves/{hugo}/accompagnants?q=Sami": OFFICE,
    "/administration/ecole/{uai}/vie-scolaire/bulletins/": "school_admin head",
    "/administration/ecole/{uai}/vie-scolaire/bulletins/{term}": "school_admin head",
    "/mes-accompagnements": f"aesh {TEAM} colleague staff assistant {OFFICE} school_admin primary_head",
}  # fmt: skip
WHO = (
    "student", "guardian", "ines_guardian", "aesh", "teacher", "form_teacher", "colleague", "staff", "assistant", "cpe",
    "school_admin", "head", "primary_head",
)  # fmt: skip
#: What a classmate's guardian opens: the class's own pages, and nothing about Hugo.
OF_THE_CLASS = {
    "/classes/{class_id}",
    "/classes/{class_id}/conseils",
    "/conseils/{published_council}",
    "/classes/{class_id}/epi",
    "/epi/{project}",
    "/eleves/{ines}/resultats",
    "/eleves/{ines}/punitions",
}


def _numbers(world: ClassWorld) -> dict[str, object]:
    hugo = world.cast.student
    numbers = {
        "class_id": world.class_id,
        "hugo": hugo.id,
        "ines": world.ines.id,
        "uai": world.cast.college.uai,
        "term": world.term,
        "assessment": make_assessment(world, {hugo.id: 1200}).id,
        "card": make_card(world, world.tom).id,
        "published_card": make_card(world, hugo, published=True).id,
        "other_card": make_card(world, world.ines).id,
        "council": make_council(world).id,
        "published_council": make_council(world, published=True).id,
        "punishment": make_measure(world, hugo).id,
        "sanction": make_measure(world, hugo, "sanction").id,
        "project": make_project(world).id,
        "letter": make_letter(world).id,
    }
    make_review(world, hugo, published=True)
    make_support(world, hugo, world.aesh)
    db.session.add(Blob(sha256="a" * 64, size=1, kind="image/webp", stored_at=OCTOBER))
    db.session.flush()
    db.session.add(PupilPhoto(school_id=world.cast.college.id, student_id=hugo.id, sha256="a" * 64, taken_at=OCTOBER))
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
        answer = client.get(page.format(**numbers))
        if answer.status_code != (200 if opens else 404):
            wrong.append((page, answer.status_code))
        answer.close()
    assert wrong == []


def test_the_unpublished_is_nowhere_on_a_family_s_pages(app: Flask) -> None:
    world = class_world(app)
    hugo = world.cast.student
    make_assessment(world, {hugo.id: 1200}, title="Secret")
    make_assessment(world, {hugo.id: 700}, title="Brouillon", published=False)
    make_council(world)
    make_card(world, hugo)
    db.session.commit()
    for person in (world.cast.student, world.cast.guardian, world.cast.other_guardian):
        client = app.test_client()
        sign_in(client, person)
        results = client.get(f"/eleves/{hugo.id}/resultats").text
        assert "Secret" in results
        assert "Brouillon" not in results
        assert "Moyenne générale\u00a0: 12 " in results
        assert "/bulletins/" not in client.get(f"/eleves/{hugo.id}/bulletins").text.split("<main", 1)[1]
        assert "/conseils/" not in client.get(f"/classes/{world.class_id}/conseils").text.split("<main", 1)[1]


def test_a_closed_school_has_no_page_left_for_families(app: Flask) -> None:
    world = class_world(app)
    numbers = _numbers(world)
    client = app.test_client()
    sign_in(client, world.cast.guardian)
    assert client.get("/eleves/{hugo}/resultats".format(**numbers)).status_code == 200
    close(until=Bound(instant=OCTOBER + timedelta(hours=8)), by=COMMAND, now=OCTOBER)
    db.session.commit()
    assert client.get("/eleves/{hugo}/resultats".format(**numbers)).status_code == 503
