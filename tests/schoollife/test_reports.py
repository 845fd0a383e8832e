"""Report cards, end-of-cycle reviews and class councils: made, completed, published, read, printed (DATA-8, S2-5, S2-7, S3-1)."""

from __future__ import annotations

import io
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import fates
from app.clock import portal_now
from app.db import db
from app.directory.models import ClassMembership
from app.fates import Space
from app.schoollife.conduct import rollover as conduct
from app.schoollife.diary.models import SchoolLifeFile
from app.schoollife.pupils import rollover as pupils
from app.schoollife.reports import rollover as reports
from app.schoollife.results import rollover as results
from app.schoollife.results.models import ClassCouncil, CycleReview, ReportCard, ReportCardModel, ReportLine
from app.schoollife.results.skills import COMPONENTS
from tests.people import Someone
from tests.schoollife.result_rows import (
    ClassWorld,
    class_world,
    make_assessment,
    make_card,
    make_council,
    make_measure,
    make_review,
)
from tests.signing import form_token, send, sign_in

pytestmark = pytest.mark.pages


@pytest.fixture
def world(app: Flask) -> ClassWorld:
    return class_world(app)


def _as(app: Flask, person: Someone) -> FlaskClient:
    db.session.commit()
    client = app.test_client()
    sign_in(client, person)
    return client


@pytest.mark.both_databases
def test_cards_are_made_from_averages_and_made_again_without_losing_a_word(app: Flask, world: ClassWorld) -> None:
    hugo = world.cast.student
    make_assessment(world, {hugo.id: 1000, world.ines.id: 1400, world.tom.id: 1500})
    form_teacher = _as(app, world.form_teacher)
    list_page, prepare = f"/classes/{world.class_id}/bulletins", f"/classes/{world.class_id}/bulletins/preparer"
    assert "pas encore préparés" in form_teacher.get(list_page).text
    assert send(form_teacher, prepare, page=list_page).status_code == 303
    line = db.session.query(ReportLine).join(ReportCard).filter(ReportCard.student_id == hugo.id).one()
    assert (line.subject, line.average, line.class_average) == ("Mathématiques", 1000, 1300)
    assert line.teacher_id == world.cast.teacher.id
    teacher = _as(app, world.cast.teacher)
    words = f"/classes/{world.class_id}/bulletins/appreciations"
    assert send(teacher, words, {f"words-{hugo.id}": "Des efforts."}).status_code == 303
    make_assessment(world, {hugo.id: 2000}, title="Autre")
    db.session.commit()
    assert send(form_teacher, prepare, page=list_page).status_code == 303
    db.session.expire_all()
    assert (line.average, line.words) == (1500, "Des efforts.")
    assert db.session.query(ReportCard).count() == 3


def test_a_pupil_who_changes_class_keeps_the_card_of_the_period(app: Flask, world: ClassWorld) -> None:
    card = make_card(world, world.tom, words="Bien parti.").id
    row = db.session.query(ClassMembership).filter_by(person_id=world.tom.id, role="student").one()
    row.class_id = world.other_class_id
    head = _as(app, world.cast.head)
    page = f"/classes/{world.other_class_id}/bulletins"
    assert send(head, f"{page}/preparer", page=page).status_code == 303
    db.session.expire_all()
    moved = db.session.get_one(ReportCard, card)
    assert (moved.class_id, moved.words) == (world.other_class_id, "Bien parti.")


def test_a_teacher_writes_about_their_own_subjects_only(app: Flask, world: ClassWorld) -> None:
    make_assessment(world, {})
    make_assessment(world, {}, subject="Histoire", author=world.form_teacher)
    words = f"/classes/{world.class_id}/bulletins/appreciations"
    assert "Histoire" not in _as(app, world.cast.teacher).get(words).text.split("<main", 1)[1]
    assert "Histoire" in _as(app, world.cast.head).get(words).text
    teacher = _as(app, world.cast.teacher)
    send(teacher, f"{words}?subject=Histoire", {f"words-{world.tom.id}": "À moi"}, page=words)
    assert {line.subject for line in db.session.query(ReportLine)} == {"Mathématiques"}


def test_words_that_are_too_long_are_said_and_nothing_is_lost(app: Flask, world: ClassWorld) -> None:
    make_assessment(world, {})
    words = f"/classes/{world.class_id}/bulletins/appreciations"
    fields = {f"words-{world.tom.id}": "x" * 2001, f"words-{world.ines.id}": "Très bien."}
    answer = send(_as(app, world.cast.teacher), words, fields)
    assert answer.status_code == 422
    assert "Très bien." in answer.text
    assert "x" * 2001 in answer.text
    assert db.session.query(ReportLine).count() == 0


def test_the_form_teacher_finishes_and_publishes_and_a_published_card_is_withdrawn_before_it_changes(
    app: Flask, world: ClassWorld
) -> None:
    hugo = world.cast.student
    card = make_card(world, hugo).id
    family, form_teacher = _as(app, world.cast.guardian), _as(app, world.form_teacher)
    page = f"/bulletins/{card}"
    assert family.get(page).status_code == 404
    fields = {"words": "Bon trimestre.", "distinction": "compliments", "version": "1", "do": "publish"}
    assert send(form_teacher, page, fields).status_code == 303
    seen = family.get(page).text
    assert "Bon trimestre." in seen
    assert "compliments" in seen
    assert "<textarea" not in seen
    shown = form_teacher.get(page).text
    late = {"words": "Autre", "distinction": "", "version": "2", "csrf_token": form_token(shown)}
    answer = form_teacher.post(page, data=late)
    assert answer.status_code == 409
    assert db.session.get_one(ReportCard, card).words == "Bon trimestre."
    assert send(form_teacher, page, {"do": "withdraw"}).status_code == 303
    assert family.get(page).status_code == 404


def test_publishing_a_class_says_how_many_first(app: Flask, world: ClassWorld) -> None:
    for student in (world.cast.student, world.ines):
        make_card(world, student)
    head = _as(app, world.cast.head)
    path = f"/classes/{world.class_id}/bulletins/publier"
    assert "2 bulletins seront visibles" in head.get(path).text
    assert send(head, path).status_code == 303
    assert all(card.published_at for card in db.session.query(ReportCard))
    own = _as(app, world.ines).get(f"/eleves/{world.ines.id}/bulletins").text
    assert len(re.findall(r"/bulletins/\d+", own)) == 1


def test_a_period_s_model_decides_what_its_cards_show(app: Flask, world: ClassWorld) -> None:
    card = make_card(world, world.cast.student, published=True).id
    family, admin = _as(app, world.cast.guardian), _as(app, world.cast.school_admin)
    assert '<td class="num">11</td>' in family.get(f"/bulletins/{card}").text
    path = f"/administration/ecole/{world.cast.college.uai}/vie-scolaire/bulletins/{world.term}"
    assert send(admin, path, {"title": "Bulletin d’automne", "distinction": "y"}).status_code == 303
    assert db.session.query(ReportCardModel).one().layout["class_average"] is False
    seen = family.get(f"/bulletins/{card}").text
    assert "Bulletin d’automne" in seen
    assert '<td class="num">11</td>' not in seen
    assert "absence" not in seen.split("<main", 1)[1]


def test_printing_gives_one_page_a_pupil(app: Flask, world: ClassWorld) -> None:
    for student in (world.cast.student, world.ines, world.tom):
        make_card(world, student)
    page = _as(app, world.cast.head).get(f"/classes/{world.class_id}/bulletins/imprimer").text
    assert page.count('class="sheet page-break"') == 2
    assert page.count("Appréciation générale") == 3


@pytest.mark.both_databases
def test_a_review_is_published_once_its_eight_components_are_rated(app: Flask, world: ClassWorld) -> None:
    hugo, path = world.cast.student, f"/classes/{world.class_id}/bilans/{world.cast.student.id}?cycle=4"
    form_teacher, family = _as(app, world.form_teacher), _as(app, world.cast.student)
    some = {"french": "3", "words": "Solide.", "version": "0"}
    assert send(form_teacher, path, {**some, "do": "publish"}).status_code == 422
    assert send(form_teacher, path, {**some, "do": "save"}).status_code == 303
    assert family.get(path).status_code == 404
    every = dict.fromkeys(COMPONENTS, "4") | {"words": "Solide.", "version": "1", "do": "publish"}
    assert send(form_teacher, path, every).status_code == 303
    assert family.get(path).text.count("très bonne maîtrise") == 8
    assert db.session.query(CycleReview).filter_by(student_id=hugo.id).one().levels["arts"] == 4
    stale = send(form_teacher, path, {**every, "version": "1"})
    assert stale.status_code == 409


@pytest.mark.both_databases
def test_a_council_is_prepared_with_files_and_read_once_published(app: Flask, world: ClassWorld) -> None:
    form_teacher, family = _as(app, world.form_teacher), _as(app, world.cast.guardian)
    path = f"/classes/{world.class_id}/conseils/nouveau"
    fields = {"day": "2026-11-30", "hour": "17 h 30", "place": "Salle 12", "period": str(world.term)}
    token = form_token(form_teacher.get(path).text)
    answer = form_teacher.post(
        path,
        data={
            **fields,
            "source": "Une classe **vive**.<script>alert(1)</script>",
            "files": (io.BytesIO(b"Compte rendu"), "synthese.txt"),
            "do": "save",
            "csrf_token": token,
        },
        content_type="multipart/form-data",
    )
    assert answer.status_code == 303
    council = db.session.query(ClassCouncil).one()
    assert council.held_at.isoformat() == "2026-11-30T16:30:00+00:00"
    file = db.session.query(SchoolLifeFile).filter_by(council_id=council.id).one().id
    download = f"/conseils/{council.id}/fichiers/{file}"
    assert family.get(f"/conseils/{council.id}").status_code == family.get(download).status_code == 404
    change = f"/conseils/{council.id}/modifier"
    same = {**fields, "source": "Une classe **vive**.", "version": str(council.version), "do": "publish"}
    assert send(form_teacher, change, same).status_code == 303
    seen = family.get(f"/conseils/{council.id}").text
    assert "<strong>vive</strong>" in seen
    answer = family.get(download)
    assert answer.data == b"Compte rendu"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert family.get(f"/conseils/{make_other(app, world)}/fichiers/{file}").status_code == 404


def make_other(app: Flask, world: ClassWorld) -> int:
    number = make_council(world, published=True).id
    db.session.commit()
    return number


def test_a_refused_file_keeps_the_summary_in_the_form_and_nothing_in_the_portal(app: Flask, world: ClassWorld) -> None:
    council = make_council(world).id
    form_teacher = _as(app, world.form_teacher)
    path = f"/conseils/{council}/modifier"
    token = form_token(form_teacher.get(path).text)
    fields = {"day": "2026-11-30", "hour": "17:30", "period": "0", "version": "1", "source": "Nouveau texte"}
    answer = form_teacher.post(
        path,
        data={**fields, "files": (io.BytesIO(b"MZ\x90\x00"), "programme.exe"), "csrf_token": token},
        content_type="multipart/form-data",
    )
    assert answer.status_code == 422
    assert "Nouveau texte" in answer.text
    db.session.expire_all()
    assert db.session.get_one(ClassCouncil, council).source == "Une classe agréable."
    assert db.session.query(SchoolLifeFile).count() == 0


def test_a_wrong_hour_is_said_beside_its_field(app: Flask, world: ClassWorld) -> None:
    path = f"/classes/{world.class_id}/conseils/nouveau"
    answer = send(_as(app, world.cast.head), path, {"day": "2027-03-28", "hour": "2:30", "period": "0"})
    assert answer.status_code == 422
    assert "n’existe pas" in answer.text
    assert (
        send(_as(app, world.cast.head), path, {"day": "2026-11-30", "hour": "tard", "period": "0"}).status_code == 422
    )


def test_what_a_pupil_has_is_counted_and_taken_along_and_only_what_they_may_read(app: Flask, world: ClassWorld) -> None:
    hugo = world.cast.student.id
    make_assessment(world, {hugo: 1250, world.ines.id: 300}, title="Vue")
    make_assessment(world, {hugo: 100}, title="Cachée", published=False)
    make_card(world, world.cast.student, words="<b>Bon</b> trimestre", published=True)
    make_card(world, world.tom)
    make_review(world, world.cast.student, published=True)
    make_measure(world, world.cast.student)
    make_measure(world, world.cast.student, "sanction")
    db.session.commit()
    now, found, files = portal_now(), {}, {}
    with app.test_request_context():
        for part in (results, reports, conduct, pupils):
            found |= part.owned(hugo, now)
            files |= dict(part.takeaway(hugo, now))
            assert part.owned(world.cast.teacher.id, now) == {}
    assert found == {
        (kind, Space.NONE): 1 for kind in ("mark", "report-card", "cycle-review", "punishment", "sanction")
    }
    assert all(fates.kind_called(kind).owned for kind, _space in found)
    texts = {name: data.decode() for name, data in files.items() if isinstance(data, bytes)}
    marks = texts["Vie scolaire/Notes.csv"]
    assert "12,5" in marks
    assert "Cachée" not in marks
    assert any("&lt;b&gt;Bon&lt;/b&gt;" in text for text in texts.values())
    assert "Blâme" in texts["Vie scolaire/Punitions et sanctions.csv"]
