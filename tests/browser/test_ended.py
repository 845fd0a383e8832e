"""A school that has ended: its public site, its archives at the keeper, and a decision for a class taken back (FEED-7, CLASS-9)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

from flask import Flask
from playwright.sync_api import expect
from sqlalchemy import select

from app.audit.actions import Actor
from app.classchoice.changing.actions import decide
from app.classchoice.changing.queries import proposals
from app.content.models import MediaFile
from app.db import db
from app.directory.models import School
from app.feeds.declaring.actions import Becomes, confirm, declare
from app.feeds.declaring.kinds import Declared
from tests.browser.conftest import Visit, enter
from tests.classchoice.mornings import NOW
from tests.classchoice.test_undoing_changes import head, space, split
from tests.people import cast


def test_the_site_of_a_school_that_has_ended_names_its_heirs(
    sqlite_app: Flask, visit: Callable[..., Visit], at: Callable[[datetime], None]
) -> None:
    people = cast(sqlite_app)
    college = db.session.get_one(School, people.college.id)
    words = Becomes(
        site="", sections="Au successeur", trash="Vidée", archives="Cinq ans", keeper="La rectrice",
        readable_until=date(2026, 12, 31), keeper_uai=people.primary.uai,
    )  # fmt: skip
    first, second = (Actor(name=one.last_name, person_id=one.id) for one in (people.operator, people.head))
    made = declare(
        college, Declared.SPLIT, date(2026, 8, 31), [people.primary.uai, "9990077Y"], words, by=first, now=NOW
    )
    confirm(made, by=second, now=NOW)
    db.session.commit()
    home, number = f"/ecole/{people.college.uai}/", made.id
    db.session.remove()
    at(datetime(2026, 9, 7, 8, 0, tzinfo=UTC))
    here = visit()
    page = here.open(home)
    expect(page.get_by_text("Cet établissement a fermé le lundi 31 août 2026")).to_be_visible()
    here.is_worthy()
    page.get_by_role("link", name=people.primary.name).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(people.primary.name)
    at(datetime(2027, 1, 4, 8, 0, tzinfo=UTC))
    # Another browser: the first one may show what it has for a minute.
    here = visit()
    page = here.open(home)
    expect(page.get_by_role("heading", level=1)).to_have_text("Ce site n’est plus en ligne.")
    # The browser itself tells of an answer that is no page any more.
    here.said.clear()
    here.is_worthy()
    keeper = visit()
    page = enter(keeper, people.primary_head)
    keeper.open(f"/administration/ecole/{people.primary.uai}/archives")
    page.get_by_role("link", name=people.college.name).click()
    expect(page.get_by_text("garde ses archives")).to_be_visible()
    keeper.is_worthy()
    operator = visit()
    enter(operator, people.operator)
    operator.open(f"/administration/declarations/{number}")
    operator.is_worthy()


def test_a_director_takes_a_decision_back(sqlite_app: Flask, visit: Callable[..., Visit]) -> None:
    day = split(sqlite_app)
    decide(
        proposals(day.school_id)[0].id, day.school_id, [day.classes["CE2"], day.classes["CM2"]], by=head(day), now=NOW
    )
    for file in db.session.scalars(select(MediaFile).where(MediaFile.section_id == space(day, "CE2").id)):
        file.name = f"Un nom de fichier que quelqu’un a changé depuis, et qui est long {file.id}.jpg"
    db.session.commit()
    db.session.remove()
    here = visit()
    page = enter(here, day.cast.primary_head)
    here.open(f"/administration/ecole/{day.cast.primary.uai}/choix-des-classes/classes-qui-changent")
    here.is_worthy()
    page.get_by_role("link", name="Annuler la décision pour CM1").click()
    expect(page.get_by_text("2 éléments ont été modifiés depuis")).to_be_visible()
    here.is_worthy()
    page.get_by_label("Les mettre à la corbeille de cette classe").check()
    page.get_by_role("button", name="Annuler la décision").click()
    expect(page.get_by_text("est de nouveau à prendre")).to_be_visible()
    here.is_worthy()
    here.open("/administration")
    expect(page.get_by_text("classes qui ont changé et attendent une décision")).to_be_visible()
    here.is_worthy()
    here.is_quiet()
