"""A school's choices over HTTP: who has chosen, choosing for somebody, replacements, classes that change (CLASS-5, CLASS-8, CLASS-9)."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app import clock
from app.classchoice.models import ClassChange, ClassReplacement
from app.db import db
from app.directory.models import ClassMembership, School
from app.messaging.models import MessageCopy
from app.profiles import Profile
from tests.builders import affiliate, make_person
from tests.classchoice.mornings import Morning, morning
from tests.signing import send, sign_in

HTML = {"Accept": "text/html"}
Counting = Callable[[], AbstractContextManager[list[str]]]


@pytest.fixture
def world(app: Flask) -> Morning:
    return morning(app)


@pytest.fixture
def head(app: Flask, world: Morning) -> FlaskClient:
    client = app.test_client()
    sign_in(client, world.cast.primary_head)
    return client


def page_of(world: Morning, end: str = "") -> str:
    return f"/administration/ecole/{world.cast.primary.uai}/choix-des-classes{end}"


def teachers_of(class_id: int) -> set[int]:
    db.session.rollback()
    query = select(ClassMembership.person_id).where(
        ClassMembership.class_id == class_id, ClassMembership.role != "student"
    )
    return set(db.session.scalars(query))


def line(app: Flask, world: Morning, text: str) -> None:
    """Odette's class is not among the cards."""
    client = app.test_client()
    sign_in(client, world.odette)
    root = f"/choix-de-classe/{world.cast.primary.uai}"
    assert send(client, f"{root}/absente", {"line": text}, page=root).status_code == 303


def test_who_has_chosen_who_has_not_and_whose_class_is_missing(app: Flask, head: FlaskClient, world: Morning) -> None:
    line(app, world, "CE1 de Mme Roux")
    page = head.get(page_of(world), headers=HTML).text
    assert "« CE1 de Mme Roux »" in page
    for name in ("Odette Vidal", "Basile Renard", "Celia Morin", "Denis Roche"):
        assert name in page
    waiting = head.get(page_of(world, "?liste=attente"), headers=HTML).text
    assert "Celia Morin" in waiting
    rows = list(csv.reader(io.StringIO(head.get(page_of(world, "/choix.csv")).text.lstrip("\ufeff")), delimiter=";"))
    assert rows[0][0] == "Enseignant"
    assert ["Odette Vidal", "CE1 de Mme Roux"] in [[row[0], row[5]] for row in rows]


def test_the_school_s_hall_leads_there(head: FlaskClient, world: Morning) -> None:
    assert page_of(world) in head.get(f"/administration/ecole/{world.cast.primary.uai}", headers=HTML).text


def test_an_administrator_chooses_for_somebody_even_a_closed_class(
    app: Flask, head: FlaskClient, world: Morning
) -> None:
    """CLASS-5: the school closes a class to choice; the teacher cannot take it, the administrator can give it."""
    class_page = page_of(world, f"/classes/{world.classes['CM1']}")
    assert send(head, class_page, {"do": "close"}).status_code == 303
    teacher = app.test_client()
    sign_in(teacher, world.odette)
    root = f"/choix-de-classe/{world.cast.primary.uai}"
    shown = teacher.get(root, headers=HTML).text
    assert "Choix fermé par l’établissement" in shown
    version = re.findall(r'name="version" value="(\d+)"', shown)[0]
    refused = send(teacher, root, {"class": str(world.classes["CM1"]), "version": version})
    assert refused.status_code == 422
    assert "fermée au choix" in refused.text
    asked = page_of(world, f"/enseignants/{world.odette.id}")
    assert send(head, asked, {"class": str(world.classes["CM1"])}).status_code == 303
    assert world.odette.id in teachers_of(world.classes["CM1"])
    assert teacher.get("/espace", headers=HTML).status_code == 200, "nobody who has a class is led any more"
    assert send(head, class_page, {"do": "open"}).status_code == 303
    assert "Choix fermé" not in teacher.get(root, headers=HTML).text


def test_the_level_is_set_by_the_school_too(head: FlaskClient, world: Morning) -> None:
    """CLASS-4."""
    page = page_of(world, f"/classes/{world.classes['CE2']}")
    assert send(head, page, {"do": "level"}).status_code == 422
    assert send(head, page, {"do": "level", "level": ["CE2"]}).status_code == 303
    assert "à dire" not in head.get(page_of(world), headers=HTML).text


def test_those_who_have_not_chosen_are_written_to_once_a_day(head: FlaskClient, world: Morning) -> None:
    for _click in range(2):
        assert send(head, page_of(world, "/rappel"), page=page_of(world)).status_code == 303
    for teacher in (world.odette, world.basile, world.celia):
        copies = select(MessageCopy.id).where(MessageCopy.owner_id == teacher.id)
        assert len(db.session.scalars(copies).all()) == 1, teacher.name


def test_what_the_feed_says_otherwise_is_followed_or_the_choice_is_kept(
    app: Flask, head: FlaskClient, world: Morning
) -> None:
    """CLASS-5: the late feed."""
    for teacher in (world.odette, world.basile):
        send(head, page_of(world, f"/enseignants/{teacher.id}"), {"class": str(world.classes["CM1"])})
        db.session.add(
            ClassMembership(
                class_id=world.classes["CE2"], person_id=teacher.id, role="teacher", source="aaf1d", subject_code=""
            )
        )
    db.session.commit()
    page = head.get(page_of(world), headers=HTML).text
    assert "Odette Vidal</strong> a choisi CE2, CM1, l’annuaire dit CE2." in page
    keep = page_of(world, f"/enseignants/{world.odette.id}/ecart")
    assert send(head, keep, {"do": "keep"}, page=page_of(world)).status_code == 303
    follow = page_of(world, f"/enseignants/{world.basile.id}/ecart")
    assert send(head, follow, {"do": "follow"}, page=page_of(world)).status_code == 303
    assert teachers_of(world.classes["CM1"]) & {world.odette.id, world.basile.id} == {world.odette.id}
    assert "Suivre l’annuaire" not in head.get(page_of(world), headers=HTML).text


def test_an_account_of_another_school_stands_in_and_the_last_day_is_given(head: FlaskClient, world: Morning) -> None:
    """CLASS-8: an existing account first, sought in the whole portal; the replacement has the class."""
    send(head, page_of(world, f"/enseignants/{world.odette.id}"), {"class": str(world.classes["CM1"])})
    found = head.get(page_of(world, "/remplacements?q=march"), headers=HTML).text
    assert "Thérèse Marchand" in found
    assert world.cast.college.name in found
    assert "Hugo" not in head.get(page_of(world, "/remplacements?q=moreau"), headers=HTML).text
    form = page_of(world, f"/remplacements/compte/{world.cast.teacher.id}")
    today = clock.portal_now().date()
    fields = {
        "school_class": str(world.classes["CM1"]),
        "absent": str(world.odette.id),
        "first_day": today.isoformat(),
        "last_day": (today - timedelta(days=2)).isoformat(),
    }
    wrong = send(head, form, fields)
    assert wrong.status_code == 422
    assert "Le dernier jour vient avant le premier" in wrong.text
    fields["absent"] = str(world.celia.id)
    assert "n’a pas cette classe" in send(head, form, fields).text
    fields |= {"absent": str(world.odette.id), "last_day": ""}
    assert send(head, form, fields).status_code == 303
    assert world.cast.teacher.id in teachers_of(world.classes["CM1"])
    number = db.session.scalars(select(ClassReplacement.id)).one()
    end = page_of(world, f"/remplacements/{number}/fin")
    assert send(head, end, {"last_day": ""}).status_code == 422
    assert send(head, end, {"last_day": (today + timedelta(days=9)).isoformat()}).status_code == 303
    assert "sans fin prévue" not in head.get(page_of(world, "/remplacements"), headers=HTML).text


def test_who_is_not_known_yet_gets_a_temporary_account_with_a_code_shown_once(
    head: FlaskClient, world: Morning
) -> None:
    """CLASS-8."""
    fields = {
        "first_name": "Rémi",
        "last_name": "Dumas",
        "school_class": str(world.classes["CE2"]),
        "absent": "0",
        "first_day": clock.portal_now().date().isoformat(),
    }
    form = page_of(world, "/remplacements/nouveau")
    assert send(head, form, fields | {"last_name": ""}).status_code == 422
    answer = send(head, form, fields)
    assert answer.status_code == 200
    assert "Code à usage unique" in answer.text
    page = head.get(page_of(world, "/remplacements"), headers=HTML).text
    assert "Rémi Dumas" in page
    assert "poste vacant" in page


def test_the_director_decides_where_the_content_of_a_class_goes(head: FlaskClient, world: Morning) -> None:
    """CLASS-9: 'A became B and C' is proposed; nothing goes anywhere before."""
    row = ClassChange(
        school_id=world.school_id, class_id=world.classes["CM1"], state="proposed", pupils_before=9,
        into=[[world.classes["CE2"], 5], [world.classes["CM2"], 4]], seen_at=clock.portal_now(),
    )  # fmt: skip
    db.session.add(row)
    db.session.commit()
    page = page_of(world, "/classes-qui-changent")
    assert "Elle avait 9 élèves" in head.get(page, headers=HTML).text
    send(head, f"{page}/{row.id}", {}, page=page)
    db.session.refresh(row)
    assert row.state == "proposed"
    send(head, f"{page}/{row.id}", {"into": str(world.classes["CE2"])}, page=page)
    db.session.refresh(row)
    assert row.state == "decided"
    assert "Aucune décision n’attend" in head.get(page, headers=HTML).text


def test_another_schools_teachers_classes_and_replacements_do_not_exist(
    app: Flask, head: FlaskClient, world: Morning
) -> None:
    """Isolation: neither for a head elsewhere, nor by a foreign number under one's own school."""
    elsewhere = app.test_client()
    sign_in(elsewhere, world.cast.head)
    foreign = ClassReplacement(
        school_id=world.cast.college.id, class_id=world.cast.college.classes[2026]["6A"], person_id=world.cast.teacher.id,
        first_day=clock.portal_now().date(), state="planned", held=[], made_at=clock.portal_now(),
    )  # fmt: skip
    db.session.add(foreign)
    db.session.commit()
    mine = [
        "", "/choix.csv", f"/enseignants/{world.odette.id}", f"/classes/{world.classes['CM1']}", "/remplacements",
        "/remplacements/nouveau", f"/remplacements/compte/{world.cast.teacher.id}", "/classes-qui-changent",
    ]  # fmt: skip
    for end in mine:
        assert elsewhere.get(page_of(world, end), headers=HTML).status_code == 404, end
        assert head.get(page_of(world, end), headers=HTML).status_code == 200, end
    theirs = [
        f"/enseignants/{world.cast.teacher.id}",
        f"/classes/{world.cast.college.classes[2026]['6A']}",
        f"/remplacements/{foreign.id}/fin",
        f"/remplacements/compte/{world.cast.student.id}",
    ]
    for end in theirs:
        assert head.get(page_of(world, end), headers=HTML).status_code == 404, end
    teacher = app.test_client()
    sign_in(teacher, world.odette)
    assert teacher.get(page_of(world), headers=HTML).status_code == 404


def test_the_page_costs_the_same_for_ten_times_as_many_teachers(
    head: FlaskClient, world: Morning, count_queries: Counting
) -> None:
    def cost() -> int:
        head.get(page_of(world))
        with count_queries() as statements:
            assert head.get(page_of(world)).status_code == 200
        return len(statements)

    before = cost()
    school = db.session.get_one(School, world.school_id)
    for number in range(40):
        affiliate(make_person("Prof", f"Numéro{number}"), school, Profile.TEACHER)
    db.session.commit()
    assert cost() == before
