"""A school's trash before the purge, and its temporary sections before they are archived (S1-2, SITE-3)."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import clock
from app.audit.actions import COMMAND
from app.content import rollover
from app.content.models import Section
from app.content.spaces import SpaceKind, SpaceRole
from app.content.trash import queries
from app.content.trash.purges import is_late, next_purge
from app.db import db
from app.gate.actions import add_window
from app.gate.windows import Bound, Source, WindowKind
from app.pulse import pulse
from tests import people
from tests.content import media_rows as media
from tests.content.rows import MADE, give_role, make_article, make_class_space, make_section
from tests.people import Cast, Someone
from tests.signing import send, sign_in

JULY = datetime(2026, 7, 10, 16, tzinfo=UTC)
DAY = timedelta(days=1)
#: A school says its days in its own zone.
PARIS = ZoneInfo("Europe/Paris")
Enter = Callable[[Someone], FlaskClient]


@pytest.fixture
def cast(app: Flask) -> Cast:
    return people.cast(app)


@pytest.fixture
def enter(app: Flask, cast: Cast) -> Enter:
    def signed_in(person: Someone) -> FlaskClient:
        db.session.commit()
        client = app.test_client()
        sign_in(client, person)
        return client

    return signed_in


def announce(start: datetime, source: Source = Source.CAMPAIGN, school_id: int | None = None) -> None:
    """A maintenance, written ahead."""
    add_window(
        kind=WindowKind.MAINTENANCE,
        start=Bound(instant=start),
        end=Bound(instant=start + 3 * DAY),
        school_id=school_id,
        source=source,
        holds=True,
        by=COMMAND,
        now=clock.portal_now(),
    )
    db.session.commit()
    pulse().forget()


def text_of(html: str) -> str:
    """The words of a page, blanks made one."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).replace("\u00a0", " ").split())


def fresh(section_id: int) -> Section:
    db.session.expire_all()
    return db.session.get_one(Section, section_id)


# When ------------------------------------------------------------------------------------------------------------------


def test_the_purge_is_in_the_first_interruption_of_each_rollover() -> None:
    """CAL-2: steps 1 to 3 run together in the first, step 4 in a second one; the next year's comes after."""
    august, next_july = JULY + 40 * DAY, JULY + 364 * DAY
    starts = [august, next_july, JULY]
    assert next_purge(starts, JULY - DAY) == JULY
    assert next_purge(starts, JULY) == next_july, "it has begun: what comes now waits a year"
    assert next_purge(starts, august - DAY) == next_july
    assert next_purge(starts[:1], JULY + DAY) == august, "nothing came before it: it is the first"
    assert next_purge([JULY], JULY + DAY) is None
    assert next_purge([], JULY) is None


def test_late_is_what_came_only_days_before_the_purge() -> None:
    """S1-2; while none is announced, what came only days ago."""
    week = 7 * DAY
    assert is_late(JULY - week, JULY, JULY - DAY)
    assert not is_late(JULY - week - timedelta(seconds=1), JULY, JULY - DAY)
    assert is_late(JULY - week, None, JULY)
    assert not is_late(JULY - week - DAY, None, JULY)


def test_the_date_comes_from_what_the_campaign_has_announced_to_the_gate(cast: Cast) -> None:
    college, now = cast.college.id, JULY - 100 * DAY
    assert queries.next_purge_of(college, now) is None
    announce(JULY - 50 * DAY, Source.OPERATOR)
    assert queries.next_purge_of(college, now) is None, "an operator's maintenance runs no step"
    announce(JULY)
    announce(JULY + 40 * DAY)
    announce(JULY + 60 * DAY, school_id=cast.primary.id)
    assert queries.next_purge_of(college, now) == queries.next_purge_of(cast.primary.id, now) == JULY
    assert queries.next_purge_of(college, JULY + DAY) is None


# The page --------------------------------------------------------------------------------------------------------------


def test_the_page_says_what_goes_when_and_warns_of_late_arrivals(enter: Enter, cast: Cast) -> None:
    """S1-2: what is about to go with how much is in it, a special warning for what came only days before."""
    now = clock.portal_now()
    purge_at = (now + 3 * DAY).replace(hour=16, minute=0, second=0, microsecond=0)
    college = cast.college.id
    old = make_section(college, "Vieille", trashed_at=now - 30 * DAY, trash_reason="hand")
    late = make_section(college, "Tardive", trashed_at=now - DAY, trash_reason="hand")
    archived = make_class_space(college, cast.college.classes[2025]["6A"], "Sixième A")
    archived.trashed_at, archived.trash_reason = now - 340 * DAY, "archived"
    make_section(cast.primary.id, "D’ailleurs", trashed_at=now, trash_reason="hand")
    gone = make_section(college, "Déjà partie", trashed_at=now - DAY, trash_reason="hand", set_aside_by=4)
    for number in range(3):
        make_article(late, f"Article {number}")
    media.make_file(late)
    make_article(gone)
    make_article(late, "Jeté avant", trashed_at=MADE)
    stays = make_section(college, "Vie du collège")
    make_article(stays, "Jeté", trashed_at=MADE)
    media.make_point(stays).trashed_at = MADE
    head = enter(cast.head)
    page = f"/administration/ecole/{cast.college.uai}/corbeille"
    shown = text_of(head.get(page).text)
    assert "La prochaine purge n’a pas encore de date" in shown
    assert "n’est ici que depuis quelques jours" in shown
    announce(purge_at)
    shown = text_of(head.get(page).text)
    assert "Tout ce qui est ici est purgé le" in shown
    assert "Une rubrique n’est arrivée ici que quelques jours avant la purge" in shown
    assert re.search(
        r"Tardive rubrique de l’établissement [^|]*? Récent mise à la corbeille par quelqu’un 3 1 0", shown
    )
    assert re.search(r"Sixième A espace de classe [^|]*? archivée avec l’année 0 0 0", shown)
    assert shown.index("Tardive") < shown.index("Vieille")
    assert "D’ailleurs" not in shown
    assert "Déjà partie" not in shown
    assert "Vie du collège rubrique de l’établissement 1 0 1" in shown
    assert [(one.section_id, one.title, one.reason) for one in rollover.late_arrivals(college, purge_at)] == [
        (late.id, "Tardive", "hand")
    ]
    csv = head.get(f"{page}.csv")
    assert csv.mimetype == "text/csv"
    lines = csv.get_data(as_text=True).removeprefix("\ufeff").splitlines()
    assert len(lines) == 4
    assert lines[0].startswith("Rubrique;Sorte")
    assert lines[1].startswith("Tardive;")
    assert ";oui;3;1;0" in lines[1]
    assert f"Vieille;rubrique de l’établissement;{(now - 30 * DAY).astimezone(PARIS):%Y-%m-%d}" in lines[2]
    assert old.id != archived.id


def test_late_arrivals_are_those_of_one_school_within_the_week(cast: Cast) -> None:
    """S1-2: what the administrators' notice lists; nothing of another school, nothing that came after."""
    college = cast.college.id
    for title, at, school_id in (
        ("tôt", JULY - 7 * DAY - timedelta(seconds=1), college),
        ("juste", JULY - 7 * DAY, college),
        ("veille", JULY - DAY, college),
        ("après", JULY, college),
        ("ailleurs", JULY - DAY, cast.primary.id),
    ):
        make_section(school_id, title, trashed_at=at, trash_reason="hand")
    db.session.commit()
    assert [one.title for one in rollover.late_arrivals(college, JULY)] == ["juste", "veille"]


@pytest.mark.both_databases
def test_a_restored_section_says_what_it_has_got_again(enter: Enter, cast: Cast) -> None:
    """S1-2, S2-2: title and content; its roles only if no step took them."""
    college = cast.college.id
    by_hand = make_section(college, "Chorale", trashed_at=MADE, trash_reason="hand")
    give_role(by_hand, SpaceRole.WRITER, person_id=cast.student.id)
    of_class = make_class_space(college, cast.college.classes[2025]["6A"], "Sixième A")
    limited = make_section(college, "Voyage", temporary=True)
    for section in (of_class, limited):
        section.trashed_at, section.trash_reason = MADE, "archived"
        make_article(section)
    head = enter(cast.head)
    page = f"/administration/ecole/{cast.college.uai}/corbeille"
    for section, said in (
        (by_hand, "avec son contenu et ses rôles"),
        (of_class, "les enseignants la lisent"),
        (limited, "Elle reste temporaire"),
    ):
        assert send(head, f"{page}/{section.id}", {}, page=page).status_code == 303
        assert said in text_of(head.get(page).text)
        assert (fresh(section.id).trashed_at, fresh(section.id).trash_reason) == (None, "")
        assert head.get(f"/espaces/{section.id}").status_code == 200
    assert enter(cast.student).get(f"/espaces/{by_hand.id}").status_code == 200


def test_the_restored_space_of_a_class_that_has_gone_can_be_thrown_away_again(enter: Enter, cast: Cast) -> None:
    from app.directory.models import SchoolClass

    number = cast.college.classes[2025]["6A"]
    space = make_class_space(cast.college.id, number)
    head = enter(cast.head)
    assert head.get(f"/espaces/{space.id}/a-la-corbeille").status_code == 404
    db.session.get_one(SchoolClass, number).set_aside_by = 5
    db.session.commit()
    assert f"/espaces/{space.id}/a-la-corbeille" in head.get(f"/espaces/{space.id}/reglages").text
    assert send(head, f"/espaces/{space.id}/a-la-corbeille", {"word": "supprimer"}).status_code == 303
    assert fresh(space.id).trash_reason == "hand"


def test_the_page_asks_as_much_for_ten_sections_as_for_one(
    enter: Enter, cast: Cast, count_queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    head, counts = enter(cast.head), []
    page = f"/administration/ecole/{cast.college.uai}/corbeille"
    for more in (1, 10):
        for number in range(more):
            make_article(make_section(cast.college.id, f"Jetée {number}", trashed_at=MADE, trash_reason="hand"))
            make_article(make_section(cast.college.id, f"Reste {number}"), trashed_at=MADE)
        db.session.commit()
        head.get(page)
        with count_queries() as asked:
            assert head.get(page).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]


# Temporary sections ----------------------------------------------------------------------------------------------------


def test_temporary_sections_are_listed_and_kept_by_a_click(enter: Enter, cast: Cast) -> None:
    """SITE-3: changeable until the closing, for whoever keeps the school's site."""
    college = cast.college.id
    mine = make_section(college, "Voyage à Rome", temporary=True)
    make_article(mine)
    make_section(college, "Permanente")
    make_section(college, "Jetée", temporary=True, trashed_at=MADE, trash_reason="hand")
    group = make_section(college, "Journal", kind=SpaceKind.GROUP, temporary=True)
    foreign = make_section(cast.primary.id, "Kermesse", temporary=True)
    page = f"/administration/ecole/{cast.college.uai}/rubriques-temporaires"
    head = enter(cast.head)
    shown = text_of(head.get(page).text)
    assert "2 rubriques seront archivées avec l’année." in shown
    assert re.search(r"Voyage à Rome rubrique de l’établissement Publique 1 0", shown)
    for absent in ("Permanente", "Jetée", "Kermesse"):
        assert absent not in shown, absent
    announce(clock.portal_now() + 9 * DAY)
    assert "pendant la bascule, qui commence le" in text_of(head.get(page).text)
    assert send(head, f"{page}/{mine.id}", {}, page=page).status_code == 303
    assert fresh(mine.id).temporary is False
    shown = text_of(head.get(page).text)
    assert "« Voyage à Rome » est permanente" in shown
    assert "Une rubrique sera archivée pendant la bascule" in shown
    assert send(head, f"{page}/{foreign.id}", {}, page=page).status_code == 404
    assert fresh(foreign.id).temporary is True
    assert send(head, f"{page}/{group.id}", {}, page=page).status_code == 303
    assert "Aucune rubrique temporaire" in text_of(head.get(page).text)
    for nobody in (cast.teacher, cast.student, cast.primary_head):
        assert enter(nobody).get(page).status_code == 404
    primary = text_of(enter(cast.primary_head).get(page.replace(cast.college.uai, cast.primary.uai)).text)
    assert "Dans une école, la bascule n’archive pas les rubriques" in primary
    assert "seront archivées" not in primary
