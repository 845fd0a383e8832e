"""Addresses of schools that have ended or have a new UAI (FEED-7, SITE-1)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import clock
from app.audit.actions import COMMAND, Actor
from app.db import db
from app.directory.models import School
from app.feeds.declaring.actions import Becomes, confirm, declare, give_new_uais, withdraw
from app.feeds.declaring.kinds import Address, Declared, WrongAddress, WrongKeeper
from app.feeds.declaring.models import SchoolDeclaration
from app.pulse import set_clock
from tests import people
from tests.builders import make_school

DAY = date(2026, 8, 31)
#: The first moment of the day at the school, and the one before.
BEGINS = datetime(2026, 8, 30, 22, 0, tzinfo=UTC)
BEFORE = BEGINS - timedelta(minutes=5)


@dataclass(frozen=True)
class Schools:
    """Three schools, and two people by whom something is declared."""

    college: School
    primary: School
    lycee: School
    first: Actor
    second: Actor


@pytest.fixture
def cast(app: Flask) -> Schools:
    found = people.cast(app)
    lycee = make_school("Lycée Sophie-Germain", "9990003C", kind="lycee")
    at(BEFORE)
    return Schools(
        college=db.session.get_one(School, found.college.id),
        primary=db.session.get_one(School, found.primary.id),
        lycee=lycee,
        first=Actor(name="Première", person_id=found.operator.id),
        second=Actor(name="Seconde", person_id=found.head.id),
    )


def at(now: datetime) -> None:
    set_clock(db.session(), now - clock.machine_now())
    db.session.commit()


def becomes(address: Address = Address.STAYS, until: date | None = None, keeper: str = "") -> Becomes:
    return Becomes(
        site="", sections="Au successeur", trash="Vidée", archives="Cinq ans", keeper="La rectrice", address=address,
        readable_until=until, keeper_uai=keeper,
    )  # fmt: skip


def declared(
    cast: Schools, school: School, kind: Declared, *uais: str, how: Becomes | None = None
) -> SchoolDeclaration:
    """Declared by one and confirmed by another."""
    made = declare(school, kind, DAY, uais, how or becomes(), by=cast.first, now=BEFORE)
    confirm(made, by=cast.second, now=BEFORE)
    db.session.commit()
    return made


def renumbered(cast: Schools, uai: str) -> str:
    """The collège has its new UAI; which one it had."""
    old = cast.college.uai
    declared(cast, cast.college, Declared.NEW_UAI, uai)
    give_new_uais({"77": (cast.college.id, uai)}, source="aaf", now=BEGINS)
    db.session.commit()
    return old


def test_the_addresses_of_a_former_uai_lead_on_for_good(client: FlaskClient, cast: Schools) -> None:
    """FEED-7: every public page, in both languages, with what was asked; a kept page does not stand for the old one."""
    pages = ("", "actualites", "contact", "fermetures", "closures.ics", "article/7", "fermeture/guardian")
    assert client.get(f"/ecole/{cast.college.uai}/").status_code == 200
    old = renumbered(cast, "9990099Z")
    for page in pages:
        for language in ("", "/en"):
            answer = client.get(f"{language}/ecole/{old}/{page}")
            assert (answer.status_code, answer.location) == (301, f"{language}/ecole/9990099Z/{page}"), page
            assert answer.headers["Cache-Control"] == "public, max-age=60"
    assert client.get(f"/ecole/{old.lower()}/actualites?avant=3").location == "/ecole/9990099Z/actualites?avant=3"
    assert client.get(f"/status.json?school={old}").location == "/status.json?school=9990099Z"
    wish = client.get(f"/prevenir?school={old}&profile=guardian").location
    assert wish == "/prevenir?school=9990099Z&profile=guardian"
    assert client.get("/ecole/9990099Z/").status_code == 200
    assert client.get("/ecole/9990077Y/").status_code == 404


def test_a_former_uai_that_a_school_has_again_is_that_schools(client: FlaskClient, cast: Schools) -> None:
    """FEED-7: a live UAI comes before a former one, and a chain of new UAIs leads to the last."""
    old = renumbered(cast, "9990099Z")
    declared(cast, cast.college, Declared.NEW_UAI, "9990098Y")
    give_new_uais({"78": (cast.college.id, "9990098Y")}, source="aaf", now=BEGINS)
    cast.lycee.uai = "9990099Z"
    db.session.commit()
    at(BEGINS)
    assert client.get(f"/ecole/{old}/").location == "/ecole/9990098Y/"
    answer = client.get("/ecole/9990099Z/")
    assert answer.status_code == 200
    assert cast.lycee.name in answer.text


def test_the_site_of_a_closed_school_stays_readable_and_names_who_receives_the_pupils(
    client: FlaskClient, cast: Schools
) -> None:
    """FEED-7: from its day on, to the last one, then a page says so; the kept page gives way at the hour."""
    made = declared(
        cast, cast.college, Declared.SPLIT, cast.primary.uai, "9990077Y", how=becomes(until=date(2026, 12, 31))
    )
    home = f"/ecole/{cast.college.uai}/"
    page = client.get(home)
    assert "archive" not in page.text
    assert page.headers["Cache-Control"] == "public, max-age=60"
    at(BEGINS - timedelta(seconds=20))
    assert int(client.get(home).headers["Cache-Control"].rpartition("=")[2]) <= 20
    at(BEGINS)
    for path in (home, f"{home}contact", f"{home}actualites"):
        page = client.get(path)
        assert page.status_code == 200
        assert "se lit comme une archive jusqu’au jeudi 31 décembre 2026 inclus" in page.text.replace("\u00a0", " ")
        assert f'href="/ecole/{cast.primary.uai}/"' in page.text
        assert "9990077Y" in page.text
    assert "archive" not in client.get(f"/ecole/{cast.primary.uai}/").text
    at(datetime(2027, 1, 1, 0, 5, tzinfo=UTC))
    page = client.get(f"{home}actualites")
    assert page.status_code == 410
    assert f'href="/ecole/{cast.primary.uai}/"' in page.text
    withdraw(made, by=COMMAND, now=BEGINS)
    db.session.commit()
    assert client.get(f"{home}actualites").status_code == 200


def test_the_search_says_who_has_ended_and_finds_a_school_by_its_former_uai(client: FlaskClient, cast: Schools) -> None:
    """FEED-7: an ended school comes last, with its successor; the home names only those that live."""
    old = renumbered(cast, "9990099Z")
    declared(cast, cast.primary, Declared.CLOSURE, cast.lycee.uai)
    at(BEGINS - timedelta(seconds=1))
    assert "A fermé" not in client.get("/etablissements").text
    assert cast.primary.name in client.get("/").text
    at(BEGINS)
    found = client.get("/etablissements").text
    live, _, ended = found.partition(cast.primary.name)
    assert cast.college.name in live
    assert cast.lycee.name in live
    assert "A fermé le" in ended
    assert f'href="/ecole/{cast.lycee.uai}/"' in ended
    assert cast.primary.name not in client.get("/").text
    assert 'href="/ecole/9990099Z/"' in client.get(f"/etablissements?q={old.lower()}").text


def test_the_site_of_a_merged_school_leads_to_its_heir(client: FlaskClient, cast: Schools) -> None:
    """FEED-7: what every school has to the same page, the rest to the home; taken back, it answers again."""
    cast.college.hostname = "college.example"
    made = declared(cast, cast.college, Declared.MERGER, cast.primary.uai, how=becomes(Address.REDIRECTS))
    old, heir = f"/ecole/{cast.college.uai}/", f"/ecole/{cast.primary.uai}/"
    assert client.get(old).status_code == 200
    at(BEGINS)
    for path, where in (("", ""), ("contact", "contact"), ("article/3", ""), ("rubrique/vie", "")):
        answer = client.get(old + path)
        assert (answer.status_code, answer.location) == (301, heir + where)
    assert client.get("/", headers={"Host": "college.example"}).location.endswith(heir)
    assert client.get("/").status_code == 200
    assert client.get(f"{old}fermeture/guardian").status_code == 200
    withdraw(made, by=COMMAND, now=BEGINS)
    db.session.commit()
    assert client.get(old).status_code == 200


def test_declarations_in_a_circle_lead_nowhere_and_an_heir_unknown_here_neither(
    client: FlaskClient, cast: Schools
) -> None:
    """FEED-7: no endless redirect; whoever receives the pupils elsewhere is named on the page that stays."""
    there = becomes(Address.REDIRECTS)
    declared(cast, cast.college, Declared.MERGER, cast.primary.uai, how=there)
    declared(cast, cast.primary, Declared.MERGER, cast.college.uai, how=there)
    declared(cast, cast.lycee, Declared.MERGER, "9990077Y", how=there)
    at(BEGINS)
    for school in (cast.college, cast.primary, cast.lycee):
        assert client.get(f"/ecole/{school.uai}/").status_code == 200
    assert "hors de ce portail" in client.get(f"/ecole/{cast.lycee.uai}/").text


def test_pages_of_ended_schools_cost_no_query_of_their_own(
    client: FlaskClient, cast: Schools, count_queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    """SITE-1: a redirect is known without asking; a kept archive page as well."""
    old = renumbered(cast, "9990099Z")
    declared(cast, cast.primary, Declared.CLOSURE)
    at(BEGINS)
    home = f"/ecole/{cast.primary.uai}/"
    client.get(home)
    with count_queries() as sent:
        assert client.get(f"/ecole/{old}/contact").status_code == 301
        assert client.get(home).status_code == 200
    assert [one for one in sent if "revision" not in one] == []


def test_a_site_leads_to_one_heir_alone_and_a_heir_keeps_the_archives(cast: Schools) -> None:
    """FEED-7: what cannot be carried out is not declared."""
    two = [cast.primary.uai, cast.lycee.uai]
    for refused, kind, uais, how in (
        (WrongAddress, Declared.SPLIT, two, becomes(Address.REDIRECTS)),
        (WrongAddress, Declared.CLOSURE, [], becomes(Address.REDIRECTS)),
        (WrongAddress, Declared.CLOSURE, [], becomes(until=DAY - timedelta(days=1))),
        (WrongKeeper, Declared.MERGER, two[:1], becomes(keeper=two[1])),
        (WrongKeeper, Declared.NEW_UAI, ["9990099Z"], becomes(keeper="9990099Z")),
    ):
        with pytest.raises(refused):
            declare(cast.college, kind, DAY, uais, how, by=cast.first, now=BEFORE)
