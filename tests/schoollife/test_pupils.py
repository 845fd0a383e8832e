"""Photos for the school's adults, projects, letters of one guardian each (KIN-2), adults who follow a pupil (PORTAL-9)."""

from __future__ import annotations

import io

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from app.audit.models import AuditLine
from app.db import db
from app.directory.kin.models import SupportLink
from app.directory.models import Guardianship, Person, School
from app.files.queries import read
from app.profiles import Profile
from app.schoollife.letters.merging import merged, unknown_fields
from app.schoollife.pupils.models import InterdisciplinaryProject, PupilPhoto
from tests import builders
from tests.people import Someone
from tests.schoollife.result_rows import (
    OCTOBER,
    ClassWorld,
    class_world,
    make_assessment,
    make_letter,
    make_project,
    make_support,
)
from tests.signing import form_token, send, sign_in

pytestmark = pytest.mark.pages


@pytest.fixture
def world(app: Flask) -> ClassWorld:
    return class_world(app)


def _as(app: Flask, person: Someone, door: str | None = None) -> FlaskClient:
    db.session.commit()
    client = app.test_client()
    sign_in(client, person, door)
    return client


def _picture(width: int = 1200, height: int = 900) -> bytes:
    image = Image.new("RGB", (width, height), (90, 120, 150))
    exif = Image.Exif()
    exif[0x010F] = "Fabricant secret"
    written = io.BytesIO()
    image.save(written, "JPEG", exif=exif)
    return written.getvalue()


def _keep(client: FlaskClient, world: ClassWorld, photos: dict[int, bytes], name: str = "photo.jpg") -> object:
    path = f"/classes/{world.class_id}/trombinoscope/tenir"
    data: dict[str, object] = {f"photo-{number}": (io.BytesIO(one), name) for number, one in photos.items()}
    data["csrf_token"] = form_token(client.get(path).text)
    return client.post(path, data=data, content_type="multipart/form-data")


# Photos ------------------------------------------------------------------------------------------------------------------


def test_a_photo_is_made_anew_small_and_shown_to_adults_only(app: Flask, world: ClassWorld) -> None:
    cpe, hugo = _as(app, world.cpe), world.cast.student
    assert _keep(cpe, world, {hugo.id: _picture()}).status_code == 303  # type: ignore[attr-defined]
    photo = db.session.query(PupilPhoto).one()
    made = read(photo.sha256)
    assert b"Fabricant" not in made
    assert max(Image.open(io.BytesIO(made)).size) == 480
    path = f"/eleves/{hugo.id}/photo"
    for adult in (world.cast.teacher, world.cast.staff, world.cast.head, world.aesh):
        answer = _as(app, adult).get(path)
        assert answer.status_code == 200
        assert answer.mimetype == "image/webp"
        answer.close()
    for other in (hugo, world.ines, world.cast.guardian, world.cast.primary_head, world.cast.guest):
        assert _as(app, other).get(path).status_code == 404
    assert path not in _as(app, world.cast.guardian).get(f"/eleves/{hugo.id}").text
    assert path in _as(app, world.cast.teacher).get(f"/classes/{world.class_id}/trombinoscope").text


def test_a_file_that_is_no_picture_refuses_them_all_with_the_reason(app: Flask, world: ClassWorld) -> None:
    cpe = _as(app, world.cpe)
    answer = _keep(cpe, world, {world.cast.student.id: _picture(), world.tom.id: b"%PDF-1.4 no picture"})
    assert answer.status_code == 422  # type: ignore[attr-defined]
    assert f'id="photo-{world.tom.id}-error"' in answer.text  # type: ignore[attr-defined]
    assert db.session.query(PupilPhoto).count() == 0


@pytest.mark.both_databases
def test_a_photo_is_replaced_and_removed(app: Flask, world: ClassWorld) -> None:
    cpe, hugo = _as(app, world.cpe), world.cast.student
    _keep(cpe, world, {hugo.id: _picture()})
    first = db.session.query(PupilPhoto).one().sha256
    _keep(cpe, world, {hugo.id: _picture(300, 900)})
    db.session.expire_all()
    assert db.session.query(PupilPhoto).one().sha256 != first
    assert send(cpe, f"/eleves/{hugo.id}/photo/supprimer").status_code == 303
    assert db.session.query(PupilPhoto).count() == 0


# Projects ----------------------------------------------------------------------------------------------------------------


@pytest.mark.both_databases
def test_a_project_says_of_each_pupil_to_their_family_only(app: Flask, world: ClassWorld) -> None:
    teacher = _as(app, world.cast.teacher)
    fields = {"title": "L’eau", "subjects": "SVT, français", "first_day": "2026-10-01", "last_day": "2026-12-18"}
    pupils = {
        f"in-{world.cast.student.id}": "1",
        f"words-{world.cast.student.id}": "Curieux.",
        f"in-{world.ines.id}": "1",
        f"words-{world.ines.id}": "Appliquée.",
        f"words-{world.tom.id}": "Absent du projet",
    }
    answer = send(teacher, f"/classes/{world.class_id}/epi/nouveau", {**fields, **pupils})
    assert answer.status_code == 303
    number = db.session.query(InterdisciplinaryProject).one().id
    page = _as(app, world.cast.guardian).get(f"/epi/{number}").text
    assert "Curieux." in page
    assert "Appliquée." not in page
    assert world.ines.name not in page
    whole = teacher.get(f"/epi/{number}").text
    assert "Appliquée." in whole
    assert "Absent du projet" not in whole
    assert "Votre élève n’y participe pas" in _as(app, world.tom).get(f"/epi/{number}").text


def test_a_project_that_ends_before_it_begins_is_refused_and_the_second_writer_is_told(
    app: Flask, world: ClassWorld
) -> None:
    number = make_project(world).id
    teacher, path = _as(app, world.cast.teacher), f"/epi/{number}/modifier"
    fields = {"title": "L’eau", "first_day": "2026-10-01", "last_day": "2026-09-01", "version": "1"}
    assert send(teacher, path, fields).status_code == 422
    fields["last_day"] = "2026-12-18"
    assert send(teacher, path, fields).status_code == 303
    assert send(_as(app, world.form_teacher), path, {**fields, "title": "Le feu"}).status_code == 409
    db.session.expire_all()
    assert db.session.get_one(InterdisciplinaryProject, number).title == "L’eau"


# Letters -----------------------------------------------------------------------------------------------------------------


def test_each_letter_names_one_guardian_and_has_their_address_only(app: Flask, world: ClassWorld) -> None:
    for person, address in ((world.cast.guardian, "1 rue des Lilas"), (world.cast.other_guardian, "9 quai du Port")):
        row = db.session.get_one(Person, person.id)
        row.address, row.postal_code, row.town = address, "99000", "Valmont"
    letter = make_letter(world).id
    page = _as(app, world.form_teacher).get(f"/courriers/{letter}/imprimer").text
    letters = page.split('<section class="sheet')[1:]
    assert len(letters) == 3  # Hugo has two guardians, Inès one, Tom none; the contact gets nothing (KIN-1)
    alice = next(one for one in letters if "1 rue des Lilas" in one)
    bruno = next(one for one in letters if "9 quai du Port" in one)
    assert "Bonjour Alice Moreau, Hugo Moreau est en 5A." in alice
    assert "Bruno" not in alice
    assert "9 quai" not in alice
    assert "Alice" not in bruno
    assert "rue des Lilas" not in bruno
    assert "Colette" not in page


def test_a_cut_link_gets_no_letter(app: Flask, world: ClassWorld) -> None:
    db.session.query(Guardianship).filter_by(guardian_id=world.cast.other_guardian.id).update({"cut_at": OCTOBER})
    letter = make_letter(world).id
    assert "Bruno" not in _as(app, world.cast.head).get(f"/courriers/{letter}/imprimer").text


def test_an_unknown_field_is_said_beside_the_text(app: Flask, world: ClassWorld) -> None:
    path = f"/classes/{world.class_id}/courriers/nouveau"
    answer = send(_as(app, world.form_teacher), path, {"title": "Réunion", "source": "Bonjour {parent}"})
    assert answer.status_code == 422
    assert "{parent}" in answer.text
    assert "n’existe pas" in answer.text
    fields = {"title": "Réunion", "source": "Bonjour {Responsable}, **{eleve}** {date}"}
    assert send(_as(app, world.form_teacher), path, fields).status_code == 303


def test_names_are_never_read_as_markup() -> None:
    assert merged("<p>{élève} {x}</p>", {"élève": "<b>A</b> & {classe}", "classe": "5A"}) == (
        "<p>&lt;b&gt;A&lt;/b&gt; &amp; {classe} {x}</p>"
    )
    assert unknown_fields("{classe} {mère} {mère} {ELEVE}") == ["mère"]


# Adults who follow a pupil -----------------------------------------------------------------------------------------------


@pytest.mark.both_databases
def test_a_link_opens_what_following_needs_at_once_and_its_end_closes_it(app: Flask, world: ClassWorld) -> None:
    hugo = world.cast.student
    make_assessment(world, {hugo.id: 1200, world.ines.id: 1800}, title="Vue")
    make_assessment(world, {hugo.id: 300}, title="Cachée", published=False)
    aesh, cpe = _as(app, world.aesh), _as(app, world.cpe)
    results, path = f"/eleves/{hugo.id}/resultats", f"/eleves/{hugo.id}/accompagnants"
    assert aesh.get(results).status_code == 404
    assert "Vous ne suivez aucun élève" in aesh.get("/mes-accompagnements").text
    found = cpe.get(f"{path}?q=suivi").text
    assert world.aesh.name in found
    assert send(cpe, path, {"adult": str(world.aesh.id), "kind": "aesh"}, page=f"{path}?q=suivi").status_code == 303
    page = aesh.get(results).text
    assert "Vue" in page
    assert "Cachée" not in page
    assert hugo.name in aesh.get("/mes-accompagnements").text
    for other in (
        f"/eleves/{world.ines.id}/resultats",
        f"/classes/{world.class_id}/notes",
        f"/eleves/{hugo.id}/punitions",
    ):
        assert aesh.get(other).status_code == 404
    link = db.session.query(SupportLink).one().id
    assert send(cpe, f"{path}/{link}/fin", page=path).status_code == 303
    assert aesh.get(results).status_code == 404
    lines = db.session.query(AuditLine).filter(AuditLine.action.like("support.%")).order_by(AuditLine.number)
    assert [line.action for line in lines] == ["support.linked", "support.ended"]


def test_only_adults_of_the_school_are_found_and_linked(app: Flask, world: ClassWorld) -> None:
    head, path = _as(app, world.cast.head), f"/eleves/{world.cast.student.id}/accompagnants"
    assert world.cast.primary_head.name not in head.get(f"{path}?q=roche").text.split('id="found"', 1)[1]
    for person, kind in ((world.cast.primary_head, "aesh"), (world.cast.guardian, "aesh"), (world.aesh, "boss")):
        assert send(head, path, {"adult": str(person.id), "kind": kind}).status_code == 404
    assert db.session.query(SupportLink).count() == 0


def test_a_link_of_one_pupil_is_not_ended_through_another(app: Flask, world: ClassWorld) -> None:
    link = make_support(world, world.cast.student, world.aesh).id
    head = _as(app, world.cast.head)
    page = f"/eleves/{world.ines.id}/accompagnants"
    assert send(head, f"{page}/{link}/fin", page=page).status_code == 404
    assert db.session.query(SupportLink).count() == 1


def test_a_link_of_one_school_opens_nothing_of_another(app: Flask, world: ClassWorld) -> None:
    """Léa is a pupil of both schools; whoever follows her in the primary school, and works in both, follows her there only."""
    primary = db.session.get_one(School, world.cast.primary.id)
    builders.affiliate(db.session.get_one(Person, world.aesh.id), primary, Profile.STAFF)
    link = make_support(world, world.cast.mover, world.aesh)
    link.school_id = primary.id
    aesh = _as(app, world.aesh)
    assert aesh.get(f"/eleves/{world.cast.mover.id}/resultats?class={world.other_class_id}").status_code == 404
    old = world.cast.primary.classes[2025]["CM2"]
    assert aesh.get(f"/eleves/{world.cast.mover.id}/resultats?class={old}").status_code == 200


def test_administrators_link_nobody(app: Flask, world: ClassWorld) -> None:
    admin = _as(app, world.cast.school_admin)
    path = f"/eleves/{world.cast.student.id}/accompagnants"
    assert admin.get(path).status_code == 404
    token = form_token(admin.get("/compte").text)
    assert admin.post(path, data={"adult": world.aesh.id, "kind": "aesh", "csrf_token": token}).status_code == 404


def test_the_search_answers_htmx_with_its_part_of_the_page(app: Flask, world: ClassWorld) -> None:
    path = f"/eleves/{world.cast.student.id}/accompagnants?q=suivi"
    part = _as(app, world.cpe).get(path, headers={"HX-Request": "true"}).text
    assert world.aesh.name in part
    assert "<html" not in part
