"""A school's site, banner and notices, and the project's settings, through their screens (SITE-5, SITE-8)."""

from __future__ import annotations

import io
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from app.audit.models import AuditLine
from app.db import db
from app.directory.models import Project
from app.files import queries as files
from app.publicsite.models import SchoolSite
from app.publicsite.pictures import NotAPicture, TooHeavy, TooLarge, remade
from tests import people
from tests.people import Cast
from tests.signing import form_token, send, sign_in


@pytest.fixture
def cast(app: Flask) -> Cast:
    return people.cast(app)


@pytest.fixture
def editor(client: FlaskClient, cast: Cast) -> FlaskClient:
    sign_in(client, cast.head)
    return client


@pytest.fixture
def screen(cast: Cast) -> str:
    return f"/administration/ecole/{cast.college.uai}/site"


def picture(width: int = 700, height: int = 160, kind: str = "PNG", **more: Any) -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (width, height), (90, 140, 120)).save(written, kind, **more)
    return written.getvalue()


def _upload(editor: FlaskClient, screen: str, data: bytes, text: str = "La cour", name: str = "b.png") -> Any:
    token = form_token(editor.get(screen).text)
    fields = {"csrf_token": token, "banner_text": text, "picture": (io.BytesIO(data), name)}
    answer = editor.post(f"{screen}/bandeau", data=fields, content_type="multipart/form-data")
    # A large body is spooled to a file by the test client, which leaves it open.
    answer.request.environ["wsgi.input"].close()
    return answer


@pytest.mark.both_databases
def test_what_the_head_writes_is_on_the_public_site_at_once(editor: FlaskClient, screen: str, cast: Cast) -> None:
    home = f"/ecole/{cast.college.uai}/"
    assert "Bienvenue au collège" not in editor.get(home).text
    fields = {"welcome": "Bienvenue au collège.", "colour": "#7B2D26", "latitude": "48.85", "longitude": "2.35"}
    assert send(editor, screen, fields | {"version": "0"}).status_code == 303
    assert "Bienvenue au collège." in editor.get(home).text
    assert "mlat=48.85000" in editor.get(f"/ecole/{cast.college.uai}/contact").text
    line = db.session.query(AuditLine).filter_by(action="site.changed").one()
    assert (line.school_id, line.actor_id) == (cast.college.id, cast.head.id)


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"colour": "red"}, "n’est pas une couleur"),
        ({"latitude": "95", "longitude": "2"}, "latitude"),
        ({"latitude": "45"}, "ou aucune des deux"),
        ({"welcome": "x" * 3001}, "3000"),
    ],
)
def test_what_cannot_stay_is_told_beside_its_field_and_nothing_is_changed(
    editor: FlaskClient, screen: str, fields: dict[str, str], told: str
) -> None:
    answer = send(editor, screen, {"welcome": "Encore là", "version": "0"} | fields)
    assert answer.status_code == 422
    assert told in answer.text.lower() or told in answer.text
    assert db.session.query(SchoolSite).count() == 0


def test_the_second_of_two_heads_is_told(editor: FlaskClient, screen: str) -> None:
    assert send(editor, screen, {"welcome": "Premier", "version": "0"}).status_code == 303
    late = send(editor, screen, {"welcome": "Second", "version": "0"})
    assert late.status_code == 409
    assert "Premier" in late.text
    assert "Second" in late.text
    assert send(editor, screen, {"welcome": "Second", "version": "1"}).status_code == 303


def test_a_banner_is_made_anew_and_shown_with_its_words(editor: FlaskClient, screen: str, cast: Cast) -> None:
    exif = Image.Exif()
    exif[0x010E] = "position secrete"
    sent = picture(kind="JPEG", exif=exif)
    assert b"position secrete" in sent
    assert _upload(editor, screen, sent).status_code == 303
    home = editor.get(f"/ecole/{cast.college.uai}/").text
    assert 'alt="La cour"' in home
    url = home.partition('<img class="banner-image" src="')[2].partition('"')[0]
    shown = editor.get(url)
    assert shown.data != sent
    assert b"position secrete" not in shown.data
    assert shown.headers["Content-Type"] == "image/jpeg"
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert shown.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert shown.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    with Image.open(io.BytesIO(shown.data)) as image:
        assert image.size == (700, 160)


def test_a_blob_that_no_public_page_shows_is_not_served(editor: FlaskClient, screen: str, cast: Cast) -> None:
    _upload(editor, screen, picture())
    sha = db.session.get_one(SchoolSite, cast.college.id).banner
    assert sha is not None
    assert editor.get(f"/fichiers/{sha}.jpg").status_code == 200
    for name in (f"{sha}.png", sha, f"{sha}.jpg.html", f"{'0' * 64}.jpg", "..%2f..%2fbascule.sqlite3"):
        assert editor.get(f"/fichiers/{name}").status_code == 404, name
    token = form_token(editor.get(screen).text)
    assert editor.post(f"{screen}/bandeau", data={"csrf_token": token, "do": "remove"}).status_code == 303
    assert editor.get(f"/fichiers/{sha}.jpg").status_code == 404
    assert files.read(sha), "the bytes stay for a day"


@pytest.mark.parametrize(
    ("data", "name", "told"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "b.svg", "JPEG, PNG ou WebP"),
        (b"GIF89a" + b"\x00" * 100, "b.gif", "JPEG, PNG ou WebP"),
        (b"<html><script>alert(1)</script></html>", "b.png", "JPEG, PNG ou WebP"),
        (picture(1401, 100), "b.png", "1401 × 100"),
        (picture(100, 321), "b.png", "100 × 321"),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 1_000_001, "b.png", "1\u00a0Mo"),
        (picture()[:200], "b.png", "JPEG, PNG ou WebP"),
        (b"", "b.png", "JPEG, PNG ou WebP"),
    ],
)
def test_what_is_no_banner_is_refused_with_the_reason(
    editor: FlaskClient, screen: str, data: bytes, name: str, told: str
) -> None:
    answer = _upload(editor, screen, data, name=name)
    assert answer.status_code == 422
    assert told in answer.text
    assert db.session.query(SchoolSite).filter(SchoolSite.banner.is_not(None)).count() == 0


def test_a_banner_needs_words(editor: FlaskClient, screen: str) -> None:
    answer = _upload(editor, screen, picture(), text=" ")
    assert answer.status_code == 422
    assert "Décrivez l’image" in answer.text


def test_pictures_keep_their_transparency_and_their_upright_side() -> None:
    written = io.BytesIO()
    Image.new("RGBA", (40, 30), (1, 2, 3, 100)).save(written, "PNG")
    assert remade(written.getvalue()).kind == "image/png"
    turned = Image.Exif()
    turned[0x0112] = 6
    made = remade(picture(300, 1000, "JPEG", exif=turned))
    assert (made.width, made.height) == (1000, 300)


def test_a_picture_that_claims_a_huge_size_is_never_decoded() -> None:
    bomb = bytearray(picture())
    bomb[16:24] = (60_000).to_bytes(4, "big") + (60_000).to_bytes(4, "big")
    with pytest.raises((TooLarge, NotAPicture)):
        remade(bytes(bomb))
    with pytest.raises(TooHeavy):
        remade(b"\x00" * 1_000_001)


def test_a_notice_is_on_the_school_pages_until_it_is_withdrawn(editor: FlaskClient, screen: str, cast: Cast) -> None:
    home = f"/ecole/{cast.college.uai}/"
    assert send(editor, f"{screen}/avis", {"text": "Manuels au gymnase, de 14 h à 17 h."}).status_code == 303
    assert "Manuels au gymnase" in editor.get(home).text
    number = editor.get(f"{screen}/avis").text.partition("/site/avis/")[2].partition("/")[0]
    send(editor, f"{screen}/avis/{number}/retirer", page=f"{screen}/avis")
    assert "Manuels au gymnase" not in editor.get(home).text


def test_a_notice_names_no_class_and_holds_no_html(editor: FlaskClient, screen: str) -> None:
    for text, told in (("Les 6A au gymnase", "6A"), ("<b>Manuels</b>", "HTML"), ("", "Écrivez l’avis")):
        answer = send(editor, f"{screen}/avis", {"text": text})
        assert answer.status_code == 422
        assert told in answer.text
        assert "error-summary" in answer.text


def test_another_schools_site_and_notices_do_not_exist(app: Flask, editor: FlaskClient, cast: Cast) -> None:
    other = f"/administration/ecole/{cast.primary.uai}/site"
    own = f"/administration/ecole/{cast.college.uai}/site"
    token = form_token(editor.get(own).text)
    assert editor.get(other).status_code == 404
    assert editor.get(f"{other}/avis").status_code == 404
    for path in ("", "/bandeau", "/avis", "/avis/1/retirer"):
        assert editor.post(other + path, data={"csrf_token": token, "welcome": "x"}).status_code == 404
    for person in (cast.teacher, cast.guardian):
        client = app.test_client()
        sign_in(client, person)
        assert client.get(own).status_code == 404


def test_the_owner_names_the_portal_and_a_pale_accent_is_refused(app: Flask, cast: Cast) -> None:
    client = app.test_client()
    sign_in(client, cast.owner)
    path = "/administration/projet"
    fields = {"name": "Portail de Valmont", "accent": "#f5e9a0", "contact": "Rectorat", "version": "1"}
    pale = send(client, path, fields)
    assert pale.status_code == 422
    assert "trop pâle" in pale.text
    assert send(client, path, fields | {"accent": "#5B2A86"}).status_code == 303
    home = client.get("/").text
    assert "Portail de Valmont" in home
    assert "Rectorat" in client.get("/mentions-legales").text
    sheet = home.partition('href="/theme/')[2].partition('"')[0]
    assert "#5b2a86" in client.get(f"/theme/{sheet}").text
    late = send(client, path, fields | {"accent": "#5b2a86", "name": "Autre"})
    assert late.status_code == 409
    assert db.session.get_one(Project, 1).name == "Portail de Valmont"


def test_a_head_does_not_set_the_project(editor: FlaskClient) -> None:
    assert editor.get("/administration/projet").status_code == 404
