"""The pages of messages over HTTP: writing, reading, filing, withdrawing; what is not one's own does not exist."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app import clock
from app.audit.actions import COMMAND
from app.db import db
from app.messaging import actions
from app.messaging.models import Message, MessageAttachment, MessageCopy, MessagingChoice
from app.messaging.populations import Place
from app.profiles import Profile
from tests.gate.stage import SUMMER, families_window, set_time
from tests.messaging.rows import copies, draft, fill_inbox, folder, of_class, person, send, whole
from tests.people import Cast, Someone, cast
from tests.signing import form_token, sign_in
from tests.signing import send as post

pytestmark = pytest.mark.pages

S, G, T = Profile.STUDENT, Profile.GUARDIAN, Profile.TEACHER


@pytest.fixture
def people(app: Flask) -> Cast:
    made = cast(app)
    set_time(SUMMER)
    return made


def as_(app: Flask, someone: Someone) -> FlaskClient:
    db.session.commit()  # on SQLite what the test has begun to read would lock the sign-in out
    client = app.test_client()
    sign_in(client, someone)
    return client


def hidden(html: str, name: str) -> list[str]:
    return re.findall(rf'name="{name}"[^>]*value="([^"]*)"', html)


def write(client: FlaskClient, page: str, **fields: object) -> TestResponse:
    """Send the form of the write page with what it holds already."""
    html = client.get(page).text
    kept = {"csrf_token": form_token(html), "key": hidden(html, "key")[0], "to": hidden(html, "to")}
    for name in ("reponse", "transfert"):
        kept |= {name: hidden(html, name)[0]} if hidden(html, name) else {}
    return client.post("/messagerie/ecrire", data={**kept, **fields}, content_type="multipart/form-data")


@pytest.mark.both_databases
def test_a_teacher_chooses_a_class_sees_the_count_and_sends_a_file(app: Flask, people: Cast) -> None:
    """PORTAL-4, PORTAL-20."""
    teacher = as_(app, people.teacher)
    to = of_class(people.college, "6A", G)
    added = write(teacher, "/messagerie/ecrire", do="add", population=to.token, subject="Sortie", source="À 8 h.")
    assert added.status_code == 303
    page = teacher.get(added.location).text
    assert "Responsables" in page
    checked = write(
        teacher,
        added.location.partition("#")[0],
        do="send",
        subject="Sortie",
        source="À **8 h**.",
        files=(io.BytesIO(b"Nom;Heure\nHugo;8\n"), "liste.csv"),
    )
    assert checked.status_code == 303
    counted = teacher.get(checked.location).text
    assert "Ce message atteindra 2\u00a0personnes." in counted or "Ce message atteindra 2 personnes." in counted
    assert "liste.csv" in counted
    done = post(teacher, checked.location)
    assert done.status_code == 303
    again = post(teacher, checked.location, page="/messagerie/reglages")
    assert again.status_code == 303, "a second click finds it sent"
    message = db.session.query(Message).one()
    assert len(copies(message)) == 2

    alice = as_(app, people.guardian)
    assert "Sortie" in alice.get("/messagerie").text
    shown = alice.get(f"/messagerie/{message.id}").text
    assert "<strong>8 h</strong>" in shown
    file = db.session.query(MessageAttachment).one()
    sent = alice.get(f"/messagerie/{message.id}/fichiers/{file.id}")
    assert sent.data == b"Nom;Heure\nHugo;8\n"
    assert sent.headers["Content-Disposition"].startswith("attachment")
    db.session.expire_all()
    assert copies(message)[people.guardian.id].read_at is not None


def test_nobody_opens_a_message_or_file_that_is_not_theirs(app: Flask, people: Cast) -> None:
    """guarantees, Security: foreign ids answer 404; so does what still waits (GATE-8)."""
    message, _left = send(people.teacher, [of_class(people.college, "6A", G)], school=people.college)
    paths = (f"/messagerie/{message.id}", f"/messagerie/{message.id}/retirer", f"/messagerie/{message.id}/envoyer")
    for stranger in (people.student, people.staff, people.head, people.primary_head, people.operator):
        client = as_(app, stranger)
        assert [client.get(path).status_code for path in paths] == [404] * 3, stranger.name
    families_window(profiles=("student",))
    db.session.query(MessageCopy).update({"held": True})
    db.session.commit()
    assert as_(app, people.guardian).get(paths[0]).status_code == 404


def test_no_page_of_a_guardian_names_the_other_one(app: Flask, people: Cast) -> None:
    """KIN-2: inbox, message, answer to all, search, take-away of lists."""
    to = [
        of_class(people.college, "6A", G),
        person(people.other_guardian, people.college, G),
        person(people.guardian, people.college, G),
        person(people.staff, people.college, Profile.STAFF),
    ]
    message, _left = send(people.teacher, to, school=people.college)
    alice = as_(app, people.guardian)
    for path in (
        "/messagerie",
        f"/messagerie/{message.id}",
        f"/messagerie/ecrire?reponse={message.id}&tous=1",
        "/messagerie/ecrire?cherche=moreau",
        f"/messagerie/ecrire?transfert={message.id}",
    ):
        assert people.other_guardian.name not in alice.get(path).text, path
    everybody = alice.get(f"/messagerie/ecrire?reponse={message.id}&tous=1").text
    assert people.staff.name in everybody
    assert people.teacher.name in everybody
    forged = write(alice, "/messagerie/ecrire", do="send", subject="Bonjour", add=to[1].token)
    assert forged.status_code == 422
    assert "Vous ne pouvez pas écrire" in forged.text


def test_an_answer_leaves_at_once_and_only_once(app: Flask, people: Cast) -> None:
    message, _left = send(people.teacher, [of_class(people.college, "6A", G)], school=people.college)
    alice = as_(app, people.guardian)
    html = alice.get(f"/messagerie/ecrire?reponse={message.id}").text
    assert "Re : Sortie au musée" in html
    fields = {
        "csrf_token": form_token(html),
        "key": hidden(html, "key")[0],
        "to": hidden(html, "to"),
        "reponse": message.id,
        "subject": "Re : Sortie au musée",
        "source": "Merci.",
        "do": "send",
    }
    for _click in range(2):
        assert alice.post("/messagerie/ecrire", data=fields).status_code == 303
    answer = db.session.query(Message).filter_by(author_id=people.guardian.id).one()
    assert (answer.answers_id, set(copies(answer))) == (message.id, {people.teacher.id})
    assert answer.author_profile == G


@pytest.mark.both_databases
def test_messages_are_filed_archived_thrown_away_and_brought_back(app: Flask, people: Cast) -> None:
    """PORTAL-4, DATA-2."""
    message, _left = send(people.teacher, [of_class(people.college, "6A", G)], school=people.college)
    alice, mine, theirs = as_(app, people.guardian), folder(people.guardian), folder(people.other_guardian)
    number = copies(message)[people.guardian.id].id
    other = copies(message)[people.other_guardian.id].id

    def put(do: str, **more: object) -> TestResponse:
        return post(
            alice, "/messagerie/ranger", {"do": do, "copies": [number, other], **more}, page="/messagerie/reglages"
        )

    def place() -> tuple[Place, int | None]:
        copy = copies(message)[people.guardian.id]
        return Place(copy.place), copy.folder_id

    assert put("folder", folder=mine.id).status_code == 303
    assert place() == (Place.FOLDER, mine.id)
    assert "Sortie au musée" in alice.get(f"/messagerie/dossiers/{mine.id}").text
    assert put("folder", folder=theirs.id).status_code == 404
    assert alice.get(f"/messagerie/dossiers/{theirs.id}").status_code == 404
    put("archived")
    assert place() == (Place.ARCHIVED, None)
    put("trash")
    assert "Sortie au musée" in alice.get("/messagerie/corbeille").text
    put("inbox")
    assert place() == (Place.INBOX, None)
    assert copies(message)[people.other_guardian.id].place == Place.INBOX, "another's copy does not move"
    put("trash")
    assert post(alice, "/messagerie/corbeille/vider", {"word": "non"}).status_code == 422
    assert post(alice, "/messagerie/corbeille/vider", {"word": "supprimer"}).status_code == 303
    assert set(copies(message)) == {people.other_guardian.id}


@pytest.mark.both_databases
def test_folders_are_made_renamed_and_removed_without_losing_a_message(app: Flask, people: Cast) -> None:
    message, _left = send(people.teacher, [of_class(people.college, "6A", G)], school=people.college)
    alice = as_(app, people.guardian)
    assert post(alice, "/messagerie/dossiers", {"name": " Cantine  2026 "}).status_code == 303
    assert post(alice, "/messagerie/dossiers", {"name": "Cantine 2026"}).status_code == 422
    number = int(re.findall(r"/messagerie/dossiers/(\d+)\"", alice.get("/messagerie/dossiers").text)[0])
    copy = copies(message)[people.guardian.id]
    copy.place, copy.folder_id = Place.FOLDER, number
    db.session.commit()
    change = f"/messagerie/dossiers/{number}/modifier"
    assert post(alice, change, {"name": "Repas", "do": "rename"}).status_code == 303
    assert "Repas" in alice.get(f"/messagerie/dossiers/{number}").text
    assert post(alice, change, {"do": "remove"}).status_code == 303
    assert copies(message)[people.guardian.id].place == Place.INBOX


@pytest.mark.both_databases
def test_search_finds_words_of_the_subject_and_of_the_author_without_accents(app: Flask, people: Cast) -> None:
    send(people.teacher, [of_class(people.college, "6A", G)], school=people.college, subject="Élection des délégués")
    send(people.head, [of_class(people.college, "6A", G)], school=people.college, subject="Cantine")
    alice = as_(app, people.guardian)
    assert "Cantine" not in alice.get("/messagerie?q=delegues").text
    assert "Élection" in alice.get("/messagerie?q=delegues").text
    assert "Cantine" in alice.get("/messagerie?q=garnier").text
    assert "Aucun message ne correspond" in alice.get("/messagerie?q=zebre").text


def test_a_withdrawn_message_says_so_and_shows_nothing_of_it(app: Flask, people: Cast) -> None:
    """PORTAL-21."""
    message, _left = send(people.teacher, [of_class(people.college, "6A", G)], school=people.college)
    teacher, alice = as_(app, people.teacher), as_(app, people.guardian)
    assert post(teacher, f"/messagerie/{message.id}/retirer").status_code == 303
    for path in ("/messagerie", f"/messagerie/{message.id}"):
        text = alice.get(path).text
        assert "Message retiré" in text
        assert "musée" not in text
    assert alice.get(f"/messagerie/ecrire?transfert={message.id}").status_code == 404


def test_the_head_sees_who_opened_and_withdraws_later_but_reads_no_text(app: Flask, people: Cast) -> None:
    """PORTAL-21; administrators do not, and a foreign school's head finds nothing."""
    message, _left = send(people.teacher, [of_class(people.college, "6A", G)], school=people.college)
    private, _left = send(
        people.teacher, [person(people.guardian, people.college, G)], school=people.college, subject="Entre nous"
    )
    as_(app, people.guardian).get(f"/messagerie/{message.id}")
    base = f"/administration/ecole/{people.college.uai}/messages"
    head = as_(app, people.head)
    listed = head.get(base).text
    assert "Sortie au musée" in listed
    assert "Entre nous" not in listed
    assert f"{base}/{private.id}" in listed
    opened = head.get(f"{base}/{message.id}").text
    assert "1 personnes sur 2" in opened
    assert people.other_guardian.name in opened
    assert "Rendez-vous" not in opened
    set_time(SUMMER + timedelta(days=3))
    assert post(head, f"{base}/{message.id}/retirer").status_code == 303
    assert db.session.get_one(Message, message.id, populate_existing=True).withdrawn_at is not None
    assert as_(app, people.school_admin).get(base).status_code == 404
    assert as_(app, people.primary_head).get(base).status_code == 404
    foreign = f"/administration/ecole/{people.primary.uai}/messages/{message.id}"
    assert as_(app, people.primary_head).get(foreign).status_code == 404


def test_a_school_hides_an_entry_and_shows_it_again(app: Flask, people: Cast) -> None:
    """PORTAL-5."""
    to = of_class(people.college, "6A", T)
    alice = as_(app, people.guardian)
    assert to.token in alice.get("/messagerie/ecrire").text
    admin, page = as_(app, people.school_admin), f"/administration/ecole/{people.college.uai}/qui-voit-qui"
    assert post(admin, page, {"viewer": "guardian", "what": "profile:teacher"}).status_code == 303
    assert to.token not in alice.get("/messagerie/ecrire").text
    assert write(alice, "/messagerie/ecrire", do="add", population=to.token).status_code == 422
    shown = re.findall(rf"{page}/\d+/montrer", admin.get(page).text)
    assert post(admin, shown[0], page=page).status_code == 303
    assert to.token in alice.get("/messagerie/ecrire").text
    assert as_(app, people.primary_head).get(page).status_code == 404


def test_a_family_is_not_offered_a_class_of_the_new_year_before_its_day_and_staff_are(app: Flask, people: Cast) -> None:
    """GATE-8."""
    coming = of_class(people.college, "5A", T, year=2026)
    assert coming.token in as_(app, people.teacher).get("/messagerie/ecrire").text
    alice = as_(app, people.guardian)
    assert coming.token not in alice.get("/messagerie/ecrire").text
    assert write(alice, "/messagerie/ecrire", do="add", population=coming.token).status_code == 422


def test_a_dated_message_waits_among_the_drafts_and_changed_it_is_a_draft_again(app: Flask, people: Cast) -> None:
    """PORTAL-4."""
    teacher = as_(app, people.teacher)
    made = draft(people.teacher, [of_class(people.college, "6A", G)], school=people.college)
    page = f"/messagerie/ecrire?brouillon={made.id}"
    past = write(teacher, page, do="send", subject="Sortie", day="2026-08-01", hour="09:00")
    assert past.status_code == 422
    assert "Ce moment est passé" in past.text
    checked = write(teacher, page, do="send", subject="Sortie", day="2026-09-10", hour="09:00")
    assert "jeudi 10 septembre 2026 à 9" in teacher.get(checked.location).text
    html = teacher.get(checked.location).text
    fields = {"csrf_token": form_token(html), "le": hidden(html, "le")[0]}
    assert teacher.post(checked.location, data=fields).status_code == 303
    assert "partira le jeudi 10 septembre 2026 à 9" in teacher.get("/messagerie/brouillons").text
    write(teacher, page, do="draft", subject="Autre")
    assert db.session.get_one(Message, made.id, populate_existing=True).leaves_at is None
    assert post(teacher, f"/messagerie/{made.id}/supprimer").status_code == 303
    assert teacher.get(page).status_code == 404


def test_a_hostile_file_is_refused_and_the_text_kept(app: Flask, people: Cast) -> None:
    """guarantees, Security."""
    teacher = as_(app, people.teacher)
    page = "/messagerie/ecrire"
    bad = write(
        teacher, page, do="send", subject="Sortie", source="Gardez-moi", files=(io.BytesIO(b"MZ\x90"), "jeu.pdf")
    )
    assert bad.status_code == 422
    assert "Gardez-moi" in bad.text
    assert db.session.query(MessageAttachment).count() == 0
    script = write(
        teacher,
        page,
        do="draft",
        subject="<b>x</b>",
        source='<p data-hx-get="/x" onclick="y()">Bon<script>z</script></p>',
    )
    assert script.status_code == 303
    body = db.session.query(Message).filter_by(subject="<b>x</b>").one().body
    assert body == "<p>Bon</p>"


def test_choices_are_kept(app: Flask, people: Cast) -> None:
    alice = as_(app, people.guardian)
    assert post(alice, "/messagerie/reglages", {"lifetime": "year", "notify": "y"}).status_code == 303
    kept = db.session.get_one(MessagingChoice, people.guardian.id)
    assert (kept.archive_lifetime, kept.notify) == ("year", True)
    assert "Ce dossier est vidé à la fin de l’année scolaire." in alice.get("/messagerie/archives").text


def test_an_inbox_of_fifty_thousand_costs_what_a_small_one_costs(
    app: Flask, people: Cast, count_queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    """Fixed queries, and the index leads to the first page without looking at the rest."""
    message, _left = send(people.teacher, [of_class(people.college, "6A", G)], school=people.college)
    alice = as_(app, people.guardian)

    def statements(path: str) -> list[str]:
        alice.get(path)
        with count_queries() as queries:
            assert alice.get(path).status_code == 200
        # The pulse is looked at once a second, whoever asks; the session's row is noted now and then.
        return [one for one in queries if "revision" not in one.split("WHERE")[0] and not one.startswith("UPDATE")]

    few = statements("/messagerie")
    # PostgreSQL is asked the same of fewer: filling it takes ten times as long as looking.
    size = 50_000 if db.engine.dialect.name == "sqlite" else 5_000
    fill_inbox(people.guardian, message, size, now=SUMMER - timedelta(days=90))
    many = statements("/messagerie")
    assert len(many) == len(few) <= 8
    page = alice.get("/messagerie").text
    assert page.count('name="copies"') == 40
    following = re.findall(r'rel="next" href="([^"]+)"', page)[0].replace("&amp;", "&")
    assert alice.get(following).text.count('name="copies"') == 40
    first = next(one for one in many if "ORDER BY message_copy.arrived_at DESC" in one)
    if db.engine.dialect.name == "sqlite":
        plan = _explained(first, people.guardian.id)
        assert "ix_message_copy_owner_place_arrived" in plan
        assert "TEMP B-TREE" not in plan


def _explained(statement: str, owner_id: int) -> str:
    connection = db.session.connection()
    marks = statement.count("?")
    values = [owner_id, *([0] * (marks - 1))]
    rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", tuple(values)).all()
    return " ".join(str(row[3]) for row in rows)


def test_an_operator_may_be_answered_and_the_portal_may_not(app: Flask, people: Cast) -> None:
    note = actions.post(
        subject="Bilan", source="Fait.", person_ids=[people.head.id], school_id=people.college.id, step=2, by=COMMAND,
        now=clock.portal_now(),
    )  # fmt: skip
    db.session.commit()
    head = as_(app, people.head)
    page = head.get(f"/messagerie/{note.id}").text
    assert "Répondre" not in page
    assert head.get(f"/messagerie/ecrire?reponse={note.id}").status_code == 404
    message, _left = send(people.operator, [whole(people.college, T)], school=people.college, profile=None)
    teacher = as_(app, people.teacher)
    answered = write(teacher, f"/messagerie/ecrire?reponse={message.id}", do="send", subject="Re", source="Oui")
    assert answered.status_code == 303
    answer = db.session.query(Message).filter_by(author_id=people.teacher.id).one()
    assert set(copies(answer)) == {people.operator.id}
