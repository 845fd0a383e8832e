"""Contests, map points, minisites and the class's search tool (PORTAL-1, SITE-2, GATE-8)."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage

from app import clock
from app.content.links.addresses import NoAddress, web_address
from app.content.map.places import NoPlace, link_to, place_of, sketch
from app.content.models import ContestEntry, MapPoint, MinisitePage, SearchLink, Section
from app.db import db
from app.files.models import Blob
from app.pulse import set_clock
from tests.content import media_rows as rows
from tests.content.test_media import enter, post
from tests.people import Cast, cast
from tests.signing import form_token

pytestmark = pytest.mark.pages

NOW = datetime(2026, 6, 10, 10, tzinfo=UTC)


def move(app: Flask, instant: datetime) -> None:
    """Portal time goes to ``instant``, as with the demo's time machine."""
    set_clock(db.session(), instant - clock.machine_now())
    db.session.commit()
    app.extensions["pulse"].forget()


@pytest.fixture
def people(app: Flask) -> Cast:
    made = cast(app)
    move(app, NOW)
    return made


@pytest.fixture
def space(people: Cast) -> Section:
    made = rows.make_space(school_id=people.college.id, class_id=people.college.classes[2025]["6A"])
    db.session.commit()
    return made


@pytest.fixture
def cm1(people: Cast) -> Section:
    """The space of a primary class of year N, taught by the head of the primary school."""
    made = rows.make_space(school_id=people.primary.id, class_id=people.primary.classes[2025]["CM1"], title="CM1")
    db.session.commit()
    return made


# Contests ---------------------------------------------------------------------------------------------------------------


@pytest.mark.both_databases
def test_a_teacher_opens_a_contest_and_a_pupil_takes_part_once(app: Flask, people: Cast, space: Section) -> None:
    number = space.id
    teacher = enter(app, people.teacher)
    values = {
        "title": "Nouvelles",
        "source": "Deux pages.",
        "opens_at": "2026-06-01T08:00",
        "closes_at": "2026-06-30T18:00",
    }
    answer = post(teacher, f"/espaces/{number}/concours/nouveau", **values)
    assert answer.status_code == 303
    page = answer.location
    pupil = enter(app, people.student)
    assert "mardi 30 juin 2026 à 18" in pupil.get(page).text
    for text in ("Il était une fois", "Il était deux fois"):
        assert post(pupil, page, text=text).status_code == 303
    entries = db.session.query(ContestEntry).all()
    assert [(entry.author_id, entry.text) for entry in entries] == [(people.student.id, "Il était deux fois")]
    assert "Hugo Moreau" in teacher.get(page).text


def test_nothing_empty_is_handed_in_and_nothing_before_or_after_the_period(
    app: Flask, people: Cast, space: Section
) -> None:
    now_open = rows.make_contest(space)
    over = rows.make_contest(space, closes_at=datetime(2026, 6, 9, tzinfo=UTC), title="Fini")
    soon = rows.make_contest(space, opens_at=datetime(2026, 6, 19, tzinfo=UTC), title="Bientôt")
    db.session.commit()
    pupil = enter(app, people.student)
    assert post(pupil, f"/concours/{now_open.id}", text=" ").status_code == 422
    for closed in (over, soon):
        token = form_token(pupil.get(f"/concours/{now_open.id}").text)
        answer = pupil.post(f"/concours/{closed.id}", data={"text": "tard", "csrf_token": token})
        assert answer.status_code == 409
    assert db.session.query(ContestEntry).count() == 0


def test_a_file_handed_in_anew_takes_the_place_and_the_room_of_the_former(
    app: Flask, people: Cast, space: Section
) -> None:
    contest = rows.make_contest(space)
    number = space.id
    db.session.commit()
    pupil, page = enter(app, people.student), f"/concours/{contest.id}"
    for data in (b"un texte assez long", b"court"):
        token = form_token(pupil.get(page).text)
        given = FileStorage(io.BytesIO(data), filename="nouvelle.txt")
        answer = pupil.post(page, data={"file": given, "csrf_token": token}, content_type="multipart/form-data")
        assert answer.status_code == 303
    db.session.expire_all()
    assert db.session.get_one(Section, number).used == 5
    assert post(pupil, page, f"{page}/retirer").status_code == 303
    db.session.expire_all()
    assert db.session.get_one(Section, number).used == 0
    assert db.session.query(ContestEntry).count() == 0


@pytest.mark.both_databases
def test_the_manager_ranks_and_everybody_sees_the_winners_only(app: Flask, people: Cast, space: Section) -> None:
    contest = rows.make_contest(space)
    first = rows.make_entry(contest, people.student.id, "La mienne")
    db.session.commit()
    page = f"/concours/{contest.id}"
    guardian, teacher = enter(app, people.guardian), enter(app, people.teacher)
    assert "La mienne" not in guardian.get(page).text
    assert post(teacher, page, f"{page}/classement", **{f"rank-{first.id}": "1"}).status_code == 409, "it is still open"
    move(app, datetime(2026, 6, 25, tzinfo=UTC))
    assert "La mienne" not in guardian.get(page).text
    assert post(teacher, page, f"{page}/classement", **{f"rank-{first.id}": "1"}).status_code == 303
    told = guardian.get(page).text
    assert "Les gagnants" in told
    assert "La mienne" in told
    token = form_token(guardian.get("/mes-documents").text)
    assert guardian.post(f"{page}/classement", data={"csrf_token": token}).status_code == 404


def test_somebody_elses_entry_is_not_downloaded(app: Flask, people: Cast, space: Section) -> None:
    contest = rows.make_contest(space)
    entry = rows.make_entry(contest, people.student.id)
    blob = rows.store(b"mon texte", kind="text/plain", now=NOW)
    entry.sha256, entry.name = blob.sha256, "texte.txt"
    db.session.commit()
    path = f"/concours/{contest.id}/participations/{entry.id}/fichier"
    statuses = {
        who: enter(app, getattr(people, who)).get(path).status_code
        for who in ("student", "guardian", "teacher", "pupil")
    }
    assert statuses == {"student": 200, "guardian": 404, "teacher": 200, "pupil": 404}
    assert db.session.query(Blob).count() == 1


def test_a_contest_ends_after_it_begins_and_comes_back_from_the_trash(app: Flask, people: Cast, space: Section) -> None:
    contest = rows.make_contest(space)
    db.session.commit()
    teacher, page = enter(app, people.teacher), f"/concours/{contest.id}"
    values = {"title": "x", "opens_at": "2026-06-30T08:00", "closes_at": "2026-06-01T18:00", "version": "1"}
    assert "après avoir commencé" in post(teacher, f"{page}/modifier", **values).text
    assert post(teacher, f"{page}/modifier", f"{page}/corbeille").status_code == 303
    assert teacher.get(page).status_code == 404
    token = form_token(teacher.get(f"/espaces/{space.id}/concours").text)
    assert teacher.post(f"{page}/restaurer", data={"csrf_token": token}).status_code == 303
    assert teacher.get(page).status_code == 200


# Map points -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "45.899, 6.129",
        "45,899 6,129",
        "geo:45.899,6.129?z=12",
        "https://www.openstreetmap.org/?mlat=45.899&mlon=6.129#map=12/0/0",
        "https://www.openstreetmap.org/#map=15/45.899/6.129",
    ],
)
def test_a_place_is_read_as_it_was_typed_or_pasted(text: str) -> None:
    assert place_of(text) == (45_899_000, 6_129_000)


@pytest.mark.parametrize(
    "text", ["", "le lac", "95, 6", "45, 181", "https://maps.example/?mlat=45&mlon=6", "https://["]
)
def test_what_is_no_place_is_refused(text: str) -> None:
    with pytest.raises(NoPlace):
        place_of(text)


def test_a_sketch_puts_north_above_and_east_on_the_right() -> None:
    south_west, north_east = sketch([(45_000_000, 6_000_000), (46_000_000, 7_000_000)])
    assert south_west.x < north_east.x
    assert south_west.y > north_east.y
    assert all(0 <= value <= 100 for dot in (south_west, north_east) for value in (dot.x, dot.y))
    assert (sketch([(1, 1)])[0].x, sketch([])) == (50, [])


def test_a_pupil_adds_a_place_that_leads_to_openstreetmap_and_loads_nothing_from_there(
    app: Flask, people: Cast, space: Section
) -> None:
    number = space.id
    pupil, page = enter(app, people.student), f"/espaces/{space.id}/carte"
    assert post(pupil, f"{page}/nouveau", title="Le lac", where="nulle part").status_code == 422
    for title in ("Le lac", "Le pont"):
        assert (
            post(pupil, f"{page}/nouveau", title=title, where="45.899, 6.129", text="<b>Sortie</b>").status_code == 303
        )
    shown = pupil.get(page).text
    assert link_to(45_899_000, 6_129_000).replace("&", "&amp;") in shown
    assert 'rel="noopener noreferrer"' in shown
    assert "&lt;b&gt;Sortie" in shown
    assert "<img" not in shown.split("<main")[1]
    point = db.session.query(MapPoint).filter_by(title="Le lac", section_id=number).one()
    change = f"/lieux/{point.id}"
    assert enter(app, people.guardian).get(change).status_code == 404
    assert post(pupil, change, title="Le grand lac", where="45.9, 6.1", version="1").status_code == 303
    assert post(pupil, change, title="Autre", where="45.9, 6.1", version="1").status_code == 409
    assert post(pupil, change, f"{change}/corbeille").status_code == 303
    assert "Voir « Le grand lac »" not in pupil.get(page).text
    token = form_token(pupil.get(f"{page}/nouveau").text)
    assert pupil.post(f"{change}/restaurer", data={"csrf_token": token}).status_code == 303
    assert "Voir « Le grand lac »" in pupil.get(page).text


# Minisites --------------------------------------------------------------------------------------------------------------


def test_the_teacher_publishes_a_page_that_everybody_reads(app: Flask, people: Cast, cm1: Section) -> None:
    """SITE-2: only while the section is visible and not restricted."""
    number, slug = cm1.id, cm1.slug
    head, page = enter(app, people.primary_head), f"/espaces/{cm1.id}/mini-site"
    source = "Bonjour\n\n<p data-hx-get='/x'>à tous</p><script>alert(1)</script>"
    assert post(head, f"{page}/nouvelle", title="Notre classe", source=source).status_code == 303
    found = db.session.query(MinisitePage).one()
    assert "script" not in found.body
    assert "data-hx" not in found.body
    public = f"/ecole/{people.primary.uai}/mini-site/{slug}/{found.id}"
    anybody = app.test_client()
    assert anybody.get(public).status_code == 404, "a draft"
    assert enter(app, people.guardian).get(f"/pages/{found.id}").status_code == 404
    assert post(head, page, f"/pages/{found.id}/publier", do="publish").status_code == 303
    shown = anybody.get(public)
    assert shown.status_code == 200
    assert "à tous" in shown.text
    assert "Set-Cookie" not in shown.headers
    assert anybody.get(f"/ecole/{people.college.uai}/mini-site/{slug}/{found.id}").status_code == 404
    for change in ({"restricted": True}, {"restricted": False, "visible": False}):
        for name, value in change.items():
            setattr(db.session.get_one(Section, number), name, value)
        db.session.commit()
        assert anybody.get(public).status_code == 404, change


def test_a_class_of_the_new_year_has_no_public_minisite_before_its_day(app: Flask, people: Cast) -> None:
    """GATE-8: its name would tell who is in which class of year N+1."""
    section = rows.make_space(school_id=people.primary.id, class_id=people.primary.classes[2026]["CM2"], title="CM2")
    page = rows.make_page(section)
    db.session.commit()
    public = f"/ecole/{people.primary.uai}/mini-site/{section.slug}/{page.id}"
    assert app.test_client().get(public).status_code == 404
    move(app, datetime(2026, 9, 3, 10, tzinfo=UTC))
    assert app.test_client().get(public).status_code == 200


def test_a_pupil_writes_drafts_and_does_not_touch_what_is_published(app: Flask, people: Cast, cm1: Section) -> None:
    draft = rows.make_page(cm1, "Brouillon", published=False, author_id=people.pupil.id)
    shown = rows.make_page(cm1, "Publiée", author_id=people.pupil.id)
    db.session.commit()
    pupil = enter(app, people.pupil)
    assert post(pupil, f"/pages/{draft.id}/modifier", title="A", source="B", version="1").status_code == 303
    assert pupil.get(f"/pages/{shown.id}/modifier").status_code == 404
    token = form_token(pupil.get(f"/espaces/{cm1.id}/mini-site/nouvelle").text)
    answer = pupil.post(f"/pages/{draft.id}/publier", data={"do": "publish", "csrf_token": token})
    assert answer.status_code == 404


def test_only_primary_classes_have_minisites(app: Flask, people: Cast, space: Section) -> None:
    assert enter(app, people.teacher).get(f"/espaces/{space.id}/mini-site").status_code == 404


@pytest.mark.both_databases
def test_pages_stand_in_the_order_that_the_teacher_chooses(app: Flask, people: Cast, cm1: Section) -> None:
    one, two = rows.make_page(cm1, "Une"), rows.make_page(cm1, "Deux")
    two.position = 2
    number = cm1.id
    db.session.commit()
    head, page = enter(app, people.primary_head), f"/espaces/{number}/mini-site"
    assert post(head, page, f"/pages/{two.id}/publier", do="up").status_code == 303
    text = head.get(page).text
    assert text.index(">Deux<") < text.index(">Une<")
    assert post(head, page, f"/pages/{one.id}/corbeille").status_code == 303
    assert post(head, page, f"/pages/{one.id}/restaurer").status_code == 303
    db.session.expire_all()
    assert (one.trashed_at, one.published) == (None, False)


# The class's search tool ------------------------------------------------------------------------------------------------


def test_a_pupil_finds_a_chosen_site_by_its_words(app: Flask, people: Cast, space: Section) -> None:
    number = space.id
    teacher, page = enter(app, people.teacher), f"/espaces/{space.id}/recherche"
    values = {"title": "Vikidia", "address": "https://fr.vikidia.org/", "words": "encyclopédie, exposé"}
    assert post(teacher, f"{page}/nouveau", **values).status_code == 303
    assert post(teacher, f"{page}/nouveau", title="Piège", address="javascript:alert(1)").status_code == 422
    pupil = enter(app, people.student)
    assert "fr.vikidia.org" in pupil.get(f"{page}?q=EXPOSE").text
    assert "fr.vikidia.org" not in pupil.get(f"{page}?q=volcan").text
    fragment = pupil.get(f"{page}?q=expose", headers={"HX-Request": "true"}).text
    assert "fr.vikidia.org" in fragment
    assert "<main" not in fragment
    assert pupil.get(f"{page}/nouveau").status_code == 404
    link = db.session.query(SearchLink).filter_by(section_id=number).one()
    assert post(teacher, f"/sites-choisis/{link.id}", f"/sites-choisis/{link.id}/retirer").status_code == 303
    assert db.session.query(SearchLink).count() == 0


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "data:text/html,x", "https://a:b@c.fr/", "https://localhost/", 'https://x.fr/"><b>'],
)
def test_only_web_pages_are_linked_to(address: str) -> None:
    with pytest.raises(NoAddress):
        web_address(address)


def test_nothing_of_another_school_opens(app: Flask, people: Cast, space: Section) -> None:
    contest, point, link = rows.make_contest(space), rows.make_point(space), rows.make_link(space)
    db.session.commit()
    stranger: FlaskClient = enter(app, people.primary_head)
    for path in (
        f"/espaces/{space.id}/concours",
        f"/concours/{contest.id}",
        f"/concours/{contest.id}/modifier",
        f"/espaces/{space.id}/carte",
        f"/lieux/{point.id}",
        f"/espaces/{space.id}/recherche",
        f"/sites-choisis/{link.id}",
    ):
        assert stranger.get(path).status_code == 404, path
