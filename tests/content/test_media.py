"""Media libraries: adding, quotas, previews, copies, trash, isolation (PORTAL-1, PORTAL-14, DATA-4, DATA-5)."""

from __future__ import annotations

import io
import threading
import zipfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse

from app.content.media import actions, queries
from app.content.models import Folder, MediaFile, Section, SectionRole
from app.content.spaces import Service, SpaceKind, SpaceRole
from app.db import db
from app.files.models import Blob
from app.files.problems import QuotaReached
from tests.builders import MADE
from tests.content import media_rows as rows
from tests.people import Cast, Someone, cast
from tests.signing import form_token, sign_in

pytestmark = pytest.mark.pages


@pytest.fixture
def people(app: Flask) -> Cast:
    return cast(app)


@pytest.fixture
def space(people: Cast) -> Section:
    """The space of the 6A, in which Hugo is a pupil and Anne teaches."""
    made = rows.make_space(school_id=people.college.id, class_id=people.college.classes[2025]["6A"])
    db.session.commit()
    return made


def enter(app: Flask, person: Someone) -> FlaskClient:
    db.session.commit()
    client = app.test_client()
    sign_in(client, person)
    return client


def upload(client: FlaskClient, page: str, to: str, files: list[tuple[str, bytes]], **fields: str) -> TestResponse:
    token = form_token(client.get(page).text)
    chosen = [FileStorage(io.BytesIO(data), filename=name) for name, data in files]
    return client.post(to, data={**fields, "files": chosen, "csrf_token": token}, content_type="multipart/form-data")


def add(client: FlaskClient, section: int, *files: tuple[str, bytes], **fields: str) -> TestResponse:
    return upload(client, f"/espaces/{section}/mediatheque", f"/espaces/{section}/fichiers", list(files), **fields)


def post(client: FlaskClient, page: str, to: str | None = None, **fields: str) -> TestResponse:
    token = form_token(client.get(page).text)
    return client.post(to or page, data={**fields, "csrf_token": token})


@pytest.mark.both_databases
def test_a_pupil_adds_files_and_everybody_in_the_class_gets_them_back(app: Flask, people: Cast, space: Section) -> None:
    number = space.id
    pupil = enter(app, people.student)
    answer = add(pupil, number, ("Été au lac.jpg", rows.jpeg()), ("exposé.pdf", rows.pdf()), shows_pupils="y")
    assert answer.status_code == 303
    page = enter(app, people.teacher).get(f"/espaces/{number}/mediatheque")
    assert page.status_code == 200
    assert "Été au lac.jpg" in page.text
    assert "Hugo Moreau" in page.text
    photo = db.session.query(MediaFile).filter_by(name="Été au lac.jpg").one()
    assert (photo.shows_pupils, photo.author_profile, photo.school_id) == (True, "student", people.college.id)
    got = enter(app, people.guardian).get(f"/fichiers/{photo.id}")
    assert got.data == rows.jpeg()
    assert got.headers["Content-Disposition"].startswith("attachment;")
    assert "filename*=UTF-8''%C3%89t%C3%A9%20au%20lac.jpg" in got.headers["Content-Disposition"]
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in got.headers["Content-Security-Policy"]
    assert got.headers["Cache-Control"] == "no-store"
    db.session.expire_all()
    assert db.session.get_one(Section, number).used == len(rows.jpeg()) + len(rows.pdf())


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("virus.exe", b"MZ\x90"),
        ("photo.jpg", b"<html><script>alert(1)</script>"),
        ("bombe.zip", rows.archive({"zeros": bytes(60_000_000)})),
        ("../../etc/passwd.txt", b"root"),
        ("photo\u202egpj.txt", b"text"),
        ("notes\x07.txt", b"text"),
        ("vide.txt", b""),
        ("macros.docx", rows.archive({"[Content_Types].xml": b"macroEnabled.main+xml"})),
    ],
    ids=["type", "content", "bomb", "path", "direction", "control", "empty", "macros"],
)
def test_what_is_refused_is_told_and_leaves_nothing(
    app: Flask, people: Cast, space: Section, name: str, data: bytes
) -> None:
    answer = add(enter(app, people.student), space.id, (name, data))
    assert answer.status_code == 422
    assert "error-summary" in answer.text
    assert (db.session.query(MediaFile).count(), db.session.query(Blob).count()) == (0, 0)
    folder: Path = app.extensions["settings"].data_dir
    assert [path for path in folder.rglob("*") if path.is_file() and ".sqlite3" not in path.name] == []
    assert db.session.get_one(Section, space.id).used == 0


def test_over_quota_nothing_is_kept_and_what_is_left_is_told(app: Flask, people: Cast, space: Section) -> None:
    space.quota = 20_000
    number = space.id
    db.session.commit()
    client = enter(app, people.student)
    assert add(client, number, ("a.txt", b"a" * 12_000)).status_code == 303
    answer = add(client, number, ("b.txt", b"b" * 9_000))
    assert answer.status_code == 422
    assert "Il reste 8 ko dans cet espace et ce que vous ajoutez pèse 9 ko" in answer.text
    assert db.session.query(Blob).count() == 1
    assert db.session.get_one(Section, number).used == 12_000


def test_the_good_files_of_a_form_are_kept_and_the_others_told(app: Flask, people: Cast, space: Section) -> None:
    client = enter(app, people.student)
    assert add(client, space.id, ("a.txt", b"a"), ("b.exe", b"b"), ("a.txt", b"c")).status_code == 303
    page = client.get(f"/espaces/{space.id}/mediatheque")
    assert "b.exe" in page.text
    assert {file.name for file in db.session.query(MediaFile)} == {"a.txt", "a (2).txt"}


@pytest.mark.both_databases
def test_two_at_once_do_not_pass_the_quota_together(app: Flask, people: Cast, space: Section) -> None:
    """PORTAL-14: counting and deciding are one statement."""
    space.quota = 100
    number = space.id
    db.session.commit()
    refused: list[int] = []
    ready = threading.Barrier(4)

    def take() -> None:
        with app.app_context():
            ready.wait()
            try:
                actions.take_room(number, 40)
                db.session.commit()
            except QuotaReached:
                db.session.rollback()
                refused.append(1)
            db.session.remove()

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.expire_all()
    assert db.session.get_one(Section, number).used == 80
    assert len(refused) == 2


def test_a_file_of_another_class_or_school_does_not_exist(app: Flask, people: Cast, space: Section) -> None:
    found = rows.make_file(space, author_id=people.student.id)
    folder = rows.make_folder(space)
    db.session.commit()
    paths = (
        f"/fichiers/{found.id}",
        f"/fichiers/{found.id}/fiche",
        f"/fichiers/{found.id}/apercu",
        f"/espaces/{space.id}/mediatheque",
        f"/espaces/{space.id}/mediatheque/archive",
        f"/espaces/{space.id}/mediatheque/corbeille",
        f"/espaces/{space.id}/copier",
        f"/espaces/{space.id}/fichiers",
        f"/espaces/{space.id}/dossiers",
        f"/espaces/{space.id}/place",
        f"/fichiers/{found.id}/remplacer",
        f"/dossiers/{folder.id}",
    )
    for stranger in (people.pupil, people.other_student, people.primary_head):
        client = enter(app, stranger)
        assert [client.get(path).status_code for path in paths] == [404] * len(paths), stranger.name
    # To one who may write there they lead to the library or to the file's page.
    own = enter(app, people.student)
    assert own.get(f"/espaces/{space.id}/fichiers").location == f"/espaces/{space.id}/mediatheque"
    assert own.get(f"/fichiers/{found.id}/remplacer").location == f"/fichiers/{found.id}/fiche"


def test_a_folder_of_another_section_is_not_opened_here(app: Flask, people: Cast, space: Section) -> None:
    other = rows.make_space(person_id=people.teacher.id, kind=SpaceKind.PERSONAL, title="Documents")
    theirs = rows.make_folder(other)
    mine = rows.make_file(space, author_id=people.student.id)
    db.session.commit()
    client = enter(app, people.student)
    assert client.get(f"/espaces/{space.id}/mediatheque?folder={theirs.id}").status_code == 404
    answer = post(client, f"/fichiers/{mine.id}/fiche", name="n.txt", folder=str(theirs.id), version="1")
    assert answer.status_code in (404, 422)
    assert db.session.get_one(MediaFile, mine.id).folder_id is None


def test_a_section_without_the_service_has_no_library(app: Flask, people: Cast, space: Section) -> None:
    space.services = [Service.BLOG.value]
    found = rows.make_file(space)
    db.session.commit()
    client = enter(app, people.teacher)
    assert client.get(f"/espaces/{space.id}/mediatheque").status_code == 404
    assert client.get(f"/fichiers/{found.id}").status_code == 404


def test_pictures_are_made_anew_without_place_or_device(app: Flask, people: Cast, space: Section) -> None:
    data = rows.jpeg(2400, 1200, exif=True)
    assert b"telephone" in data
    found = rows.make_file(space, "photo.jpg", data, kind="image/jpeg")
    db.session.commit()
    client = enter(app, people.student)
    for path, side in (("apercu", 1600), ("vignette", 320)):
        answer = client.get(f"/fichiers/{found.id}/{path}")
        assert answer.mimetype == "image/webp"
        assert answer.headers["Content-Disposition"].startswith("inline;")
        with Image.open(io.BytesIO(answer.data)) as shown:
            assert max(shown.size) == side
            assert not shown.getexif()
        assert b"telephone" not in answer.data


def test_a_pdf_opens_in_the_browser_and_an_office_file_is_only_downloaded(
    app: Flask, people: Cast, space: Section
) -> None:
    paper = rows.make_file(space, "a.pdf", rows.pdf(), kind="application/pdf")
    text = rows.make_file(space, "a.docx", rows.docx(), kind="application/msword")
    db.session.commit()
    client = enter(app, people.student)
    shown = client.get(f"/fichiers/{paper.id}/apercu")
    assert shown.mimetype == "application/pdf"
    assert shown.headers["Content-Disposition"].startswith("inline;")
    assert "default-src 'none'" in shown.headers["Content-Security-Policy"]
    assert client.get(f"/fichiers/{text.id}/apercu").status_code == 404


def test_a_drawing_with_a_script_and_a_page_with_htmx_are_sent_as_texts(
    app: Flask, people: Cast, space: Section
) -> None:
    drawing = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
    page = b'<div data-hx-get="/deconnexion" data-hx-trigger="load" hx-on:load="alert(1)">'
    client = enter(app, people.student)
    assert add(client, space.id, ("dessin.svg", drawing), ("page.html", page)).status_code == 303
    for found in db.session.query(MediaFile).all():
        for path in (f"/fichiers/{found.id}",):
            answer = client.get(path)
            assert answer.mimetype == "text/plain"
            assert answer.headers["Content-Disposition"].startswith("attachment;")
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert "sandbox" in answer.headers["Content-Security-Policy"]
        assert client.get(f"/fichiers/{found.id}/apercu").status_code == 404
        assert client.get(f"/fichiers/{found.id}/vignette").status_code == 404


def test_a_file_is_renamed_and_moved_and_the_second_to_change_it_is_told(
    app: Flask, people: Cast, space: Section
) -> None:
    found = rows.make_file(space, author_id=people.student.id)
    folder = rows.make_folder(space)
    db.session.commit()
    client, page = enter(app, people.student), f"/fichiers/{found.id}/fiche"
    answer = post(client, page, name="sortie", folder=str(folder.id), shows_pupils="y", version="1")
    assert answer.status_code == 303
    db.session.expire_all()
    assert (found.name, found.folder_id, found.shows_pupils) == ("sortie.txt", folder.id, True)
    told = post(client, page, name="autre.txt", folder="", version="1")
    assert told.status_code == 409
    assert "Quelqu’un d’autre a enregistré" in told.text
    assert 'value="autre.txt"' in told.text
    assert post(client, page, name="sortie.exe", folder="", version="2").status_code == 422
    assert "extension" in post(client, page, name="sortie.jpg", folder="", version="2").text
    db.session.expire_all()
    assert found.name == "sortie.txt"


def test_only_the_author_or_a_moderator_changes_a_file(app: Flask, people: Cast, space: Section) -> None:
    found = rows.make_file(space, author_id=people.teacher.id)
    db.session.commit()
    client = enter(app, people.student)
    page = client.get(f"/fichiers/{found.id}/fiche").text
    assert "Enregistrer" not in page
    token = form_token(client.get(f"/espaces/{space.id}/mediatheque").text)
    for path in ("fiche", "remplacer", "corbeille", "restaurer", "supprimer"):
        answer = client.post(
            f"/fichiers/{found.id}/{path}", data={"csrf_token": token, "name": "x.txt", "version": "1"}
        )
        assert answer.status_code == 404, path
    assert (
        post(enter(app, people.teacher), f"/fichiers/{found.id}/fiche", f"/fichiers/{found.id}/corbeille").status_code
        == 303
    )


def test_every_writer_replaces_a_file_of_a_shared_folder(app: Flask, people: Cast, space: Section) -> None:
    """DATA-5: the shared folder belongs to all who write in it; elsewhere a file is its author's."""
    common = rows.make_file(space, "liste.txt", b"un", author_id=people.teacher.id, shared=True)
    own = rows.make_file(space, "mien.txt", b"un", author_id=people.teacher.id)
    number = space.id
    db.session.commit()
    client = enter(app, people.student)
    token = form_token(client.get(f"/espaces/{number}/dossier-partage").text)

    def replace(file_id: int, name: str, data: bytes, version: str = "1") -> TestResponse:
        given = FileStorage(io.BytesIO(data), filename=name)
        return client.post(
            f"/fichiers/{file_id}/remplacer",
            data={"file": given, "version": version, "csrf_token": token},
            content_type="multipart/form-data",
        )

    assert replace(common.id, "autre nom.txt", b"deux et plus").status_code == 303
    assert replace(own.id, "x.txt", b"deux").status_code == 404
    assert replace(common.id, "x.txt", b"trois").status_code == 409
    assert replace(common.id, "x.txt", bytes(50), version="2").status_code == 422
    db.session.expire_all()
    assert (common.name, common.size, common.version) == ("liste.txt", 12, 2)
    assert db.session.get_one(Section, number).used == 14


@pytest.mark.both_databases
def test_a_folder_goes_to_the_trash_and_comes_back_with_all_it_holds(app: Flask, people: Cast, space: Section) -> None:
    outer = rows.make_folder(space, "Sorties", author_id=people.teacher.id)
    inner = rows.make_folder(space, "Mai", parent=outer, author_id=people.teacher.id)
    deep = rows.make_file(space, "lac.txt", folder=inner, author_id=people.student.id)
    before = rows.make_file(space, "avant.txt", folder=inner, author_id=people.student.id)
    before.trashed_at = MADE
    number = space.id
    db.session.commit()
    teacher = enter(app, people.teacher)
    assert post(teacher, f"/dossiers/{outer.id}", f"/dossiers/{outer.id}/corbeille").status_code == 303
    db.session.expire_all()
    assert None not in (outer.trashed_at, inner.trashed_at, deep.trashed_at)
    assert teacher.get(f"/fichiers/{deep.id}").status_code == 404
    bin_ = teacher.get(f"/espaces/{number}/mediatheque/corbeille")
    assert "Sorties" in bin_.text
    assert "lac.txt" not in bin_.text
    assert (
        post(teacher, f"/espaces/{number}/mediatheque/corbeille", f"/dossiers/{outer.id}/restaurer").status_code == 303
    )
    db.session.expire_all()
    assert (outer.trashed_at, inner.trashed_at, deep.trashed_at) == (None, None, None)
    assert before.trashed_at == MADE, "what was thrown away before stays there"
    assert teacher.get(f"/fichiers/{deep.id}").status_code == 200


@pytest.mark.both_databases
def test_erasing_frees_the_room_and_asks_for_a_word(app: Flask, people: Cast, space: Section) -> None:
    found = rows.make_file(space, author_id=people.teacher.id)
    folder = rows.make_folder(space, author_id=people.teacher.id)
    rows.make_file(space, "dedans.txt", b"dedans", folder=folder, author_id=people.teacher.id)
    number = space.id
    db.session.commit()
    teacher = enter(app, people.teacher)
    post(teacher, f"/fichiers/{found.id}/fiche", f"/fichiers/{found.id}/corbeille")
    erase = f"/fichiers/{found.id}/supprimer"
    assert post(teacher, erase, word="non").status_code == 422
    assert post(teacher, erase, word="supprimer").status_code == 303
    db.session.expire_all()
    assert db.session.get_one(Section, number).used == 6
    post(teacher, f"/dossiers/{folder.id}", f"/dossiers/{folder.id}/corbeille")
    assert post(teacher, f"/espaces/{number}/mediatheque/corbeille/vider", word="supprimer").status_code == 303
    db.session.expire_all()
    assert db.session.get_one(Section, number).used == 0
    assert (db.session.query(MediaFile).count(), db.session.query(Folder).count()) == (0, 0)


@pytest.mark.both_databases
def test_chosen_files_are_copied_to_the_personal_space_once(app: Flask, people: Cast, space: Section) -> None:
    """DATA-4: by reference, whoever clicks twice has one copy."""
    one = rows.make_file(space, "un.txt", b"un", author_id=people.student.id)
    two = rows.make_file(space, "deux.txt", b"deux", author_id=people.student.id, shared=True)
    db.session.commit()
    client, page = enter(app, people.teacher), f"/espaces/{space.id}/copier"
    token = form_token(client.get(page).text)
    for _ in range(2):
        answer = client.post(page, data={"file": [str(one.id), str(two.id)], "csrf_token": token})
        assert (answer.status_code, answer.location) == (303, "/mes-documents")
    own = queries.personal_section(people.teacher.id)
    assert own is not None
    copies = db.session.query(MediaFile).filter_by(section_id=own.id).all()
    assert sorted(file.name for file in copies) == ["deux.txt", "un.txt"]
    assert own.used == 6
    assert db.session.query(Blob).count() == 2
    assert post(client, page).status_code == 422, "nothing was chosen"
    own.quota = 6
    big = rows.make_file(space, "gros.txt", b"trop gros")
    db.session.commit()
    assert post(client, page, file=str(big.id)).status_code == 422
    assert db.session.query(MediaFile).filter_by(section_id=own.id).count() == 2


def test_personal_documents_begin_with_the_first_file_and_are_nobody_elses(app: Flask, people: Cast) -> None:
    client = enter(app, people.guardian)
    assert "Vous n’avez pas encore de document" in client.get("/mes-documents").text
    assert upload(client, "/mes-documents", "/mes-documents", [("a.txt", b"a")]).status_code == 303
    page = client.get("/mes-documents", follow_redirects=True)
    assert "a.txt" in page.text
    own = queries.personal_section(people.guardian.id)
    assert own is not None
    for other in (people.other_guardian, people.head, people.operator):
        assert enter(app, other).get(f"/espaces/{own.id}/mediatheque").status_code == 404


def test_a_folder_is_downloaded_as_an_archive_with_harmless_names(app: Flask, people: Cast, space: Section) -> None:
    folder = rows.make_folder(space, "Sorties: mai")
    rows.make_file(space, "lac.txt", b"lac", folder=folder)
    rows.make_file(space, "../méchant\u202e.txt", b"x", folder=folder)
    rows.make_file(space, "ailleurs.txt", b"y")
    db.session.commit()
    answer = enter(app, people.student).get(f"/espaces/{space.id}/mediatheque/archive?folder={folder.id}")
    assert answer.mimetype == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        assert archive.testzip() is None
        assert sorted(archive.namelist()) == ["lac.txt", "méchant .txt"]
        assert archive.read("lac.txt") == b"lac"


def test_a_manager_sets_the_quota_up_to_the_projects_limit_and_an_administrator_beyond(
    app: Flask, people: Cast, space: Section
) -> None:
    """PORTAL-14."""
    number, page = space.id, f"/espaces/{space.id}/place"
    db.session.commit()
    assert enter(app, people.student).get(page).status_code == 404
    teacher = enter(app, people.teacher)
    assert post(teacher, page, megabytes="5000").status_code == 303
    told = post(teacher, page, megabytes="6000")
    assert told.status_code == 422
    assert "au plus 5 Go" in told.text
    assert post(enter(app, people.head), page, megabytes="6000").status_code == 303
    db.session.expire_all()
    assert db.session.get_one(Section, number).quota == 6_000_000_000


def test_an_administrator_sees_what_a_person_occupies_and_gives_more_but_never_what_it_is(
    app: Flask, people: Cast, space: Section
) -> None:
    """PORTAL-14, per person."""
    own = rows.make_space(person_id=people.teacher.id, kind=SpaceKind.PERSONAL, title="Mes documents")
    rows.make_file(own, "secret.txt", author_id=people.teacher.id)
    number, page = own.id, f"/administration/ecole/{people.college.uai}/places"
    db.session.commit()
    admin = enter(app, people.school_admin)
    shown = admin.get(page).text
    assert people.teacher.name in shown
    assert "Espace de la 6A" in shown
    assert "secret" not in shown
    assert people.teacher.name not in admin.get(f"{page}?q=moreau").text
    assert post(admin, f"{page}/{people.teacher.id}", megabytes="2000").status_code == 303
    db.session.expire_all()
    assert db.session.get_one(Section, number).quota == 2_000_000_000
    assert admin.get(f"{page}/{people.pupil.id}").status_code == 404
    for stranger in (people.primary_head, people.teacher):
        assert enter(app, stranger).get(page).status_code == 404


def test_a_visitor_of_the_section_adds_nothing(app: Flask, people: Cast, space: Section) -> None:
    client = enter(app, people.guardian)
    page = client.get(f"/espaces/{space.id}/mediatheque")
    assert "Ajouter des fichiers" not in page.text
    token = form_token(client.get("/mes-documents").text)
    assert client.post(f"/espaces/{space.id}/fichiers", data={"csrf_token": token}).status_code == 404
    db.session.add(SectionRole(section_id=space.id, role=SpaceRole.WRITER, person_id=people.guardian.id, given_at=MADE))
    db.session.commit()
    assert add(client, space.id, ("a.txt", b"a")).status_code == 303


def test_a_page_of_many_files_costs_what_a_page_of_few_does(
    app: Flask, people: Cast, space: Section, count_queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    rows.make_files(space, 60, author_id=people.student.id)
    db.session.commit()
    client, page = enter(app, people.student), f"/espaces/{space.id}/mediatheque"
    client.get(page)
    with count_queries() as few:
        assert client.get(page).text.count("/fiche") == 50
    rows.make_files(space, 4_940)
    db.session.commit()
    with count_queries() as many:
        assert client.get(page).text.count("/fiche") == 50
    # The pulse looks at the revisions once a second, whatever the page.
    costs = [len([one for one in sent if "FROM revision" not in one]) for sent in (few, many)]
    assert costs[0] == costs[1] <= 22
    first = client.get(page + "?tri=date").text
    assert "fichier 04939.txt" in first
    after = first.split("apres=")[1].split('"')[0]
    second = client.get(f"{page}?tri=date&apres={after}").text
    assert "fichier 04939.txt" not in second
    assert "fichier 04889.txt" in second
