"""A teacher of a school that has ended is offered last year's class at its successor (FEED-7, CLASS-2, CLASS-3)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.audit.actions import COMMAND, Actor
from app.classchoice import actions
from app.classchoice.carrying.actions import take
from app.classchoice.carrying.queries import spaces_of
from app.classchoice.models import ClassChoice, ClassOffer
from app.classchoice.offers.actions import end_offers, write_offers
from app.classchoice.offers.queries import offered
from app.classchoice.selection import EVERYTHING
from app.content.models import Article, MediaFile, Section
from app.db import db
from app.directory.models import Affiliation, School, SchoolClass, SchoolYear
from app.errors import NotFound
from app.feeds.declaring.actions import Becomes, confirm, declare, give_new_uais, withdraw
from app.feeds.declaring.kinds import Declared
from app.feeds.declaring.models import SchoolDeclaration
from app.files.problems import QuotaReached
from app.profiles import Profile
from tests import builders
from tests.classchoice.mornings import NOW, Morning, morning
from tests.people import Someone

HEIR, OTHER = "9990031H", "9990032J"
WORDS = Becomes(site="", sections="Au successeur", trash="Vidée", archives="Cinq ans", keeper="La rectrice")


@pytest.fixture
def day(app: Flask) -> Morning:
    """Odette and Celia now teach in the heir, Basile in a school that has nothing to do with it."""
    made = morning(app)
    year = db.session.get_one(SchoolYear, made.cast.years[2026].id)
    for uai, name, people in (
        (HEIR, "École Aimé-Césaire", (made.odette, made.celia)),
        (OTHER, "École Sans-Lien", (made.basile,)),
    ):
        school = builders.make_school(name, uai, kind="primary")
        row = builders.make_class(school, year, "CE1")
        child = builders.make_person("Zoé", "Petit")
        builders.affiliate(child, school, Profile.STUDENT)
        builders.enrol(child, row)
        for one in people:
            held = select(Affiliation).where(Affiliation.person_id == one.id, Affiliation.profile == Profile.TEACHER)
            db.session.scalars(held).one().school_id = school.id
    db.session.commit()
    return made


def school(uai: str) -> School:
    return db.session.scalars(select(School).where(School.uai == uai)).one()


def class_of(uai: str) -> int:
    return db.session.scalars(select(SchoolClass.id).where(SchoolClass.school_id == school(uai).id)).one()


def me(person: Someone) -> Actor:
    return Actor(name=person.last_name, person_id=person.id)


def ended(day: Morning, kind: Declared = Declared.MERGER, *uais: str) -> SchoolDeclaration:
    """The school of the morning has ended, declared and confirmed."""
    old = db.session.get_one(School, day.school_id)
    made = declare(old, kind, date(2026, 8, 31), uais or (HEIR,), WORDS, by=me(day.cast.operator), now=NOW)
    confirm(made, by=me(day.cast.head), now=NOW)
    return made


def chosen(person: Someone, uai: str = HEIR) -> ClassChoice:
    choice = actions.begin(person.id, school(uai).id, by=me(person), now=NOW)
    actions.choose(choice, [class_of(uai)], version=None, by=me(person), now=NOW)
    return choice


def titles(choice: ClassChoice) -> list[str]:
    return [space.title for space in offered(choice, NOW).spaces]


def count_in(section_id: int, table: type = Article) -> int:
    query = select(func.count()).select_from(table).where(table.section_id == section_id)  # type: ignore[attr-defined]
    return db.session.scalar(query) or 0


def test_a_teacher_is_offered_their_own_class_at_the_successor_and_nobody_elses(day: Morning) -> None:
    """FEED-7, CLASS-2: Odette her CM1, Celia her CM2; a teacher who went to a school that is no successor nothing."""
    assert titles(chosen(day.odette)) == []
    ended(day)
    # Declared after somebody has begun: the job writes the offers down.
    assert write_offers(day.school_id, now=NOW) == 3
    assert titles(chosen(day.odette)) == ["CM1 de l’an dernier"]
    assert titles(chosen(day.celia)) == ["CM2 de l’an dernier"]
    stranger = chosen(day.basile, OTHER)
    assert titles(stranger) == []
    with pytest.raises(NotFound):
        take(stranger, day.old["CM1"], EVERYTHING, [class_of(OTHER)], by=me(day.basile), now=NOW)
    with pytest.raises(NotFound):
        take(chosen(day.celia), day.old["CM1"], EVERYTHING, [class_of(HEIR)], by=me(day.celia), now=NOW)


def test_it_arrives_in_the_successors_class_once_and_counts_there(day: Morning) -> None:
    """CLASS-3, PORTAL-14: the copies are the successor's, its quota carries them; clicked twice nothing comes twice."""
    ended(day)
    choice, into = chosen(day.odette), class_of(HEIR)
    done = take(choice, day.old["CM1"], EVERYTHING, [into], by=me(day.odette), now=NOW)[0]
    assert (done.articles, done.files, done.contests, done.points) == (3, 2, 1, 1)
    again = take(choice, day.old["CM1"], EVERYTHING, [into], by=me(day.odette), now=NOW)[0]
    assert (again.articles, again.files, again.bytes) == (0, 0, 0)
    target, owner = spaces_of([into])[into]
    assert owner == school(HEIR).id
    assert set(db.session.scalars(select(MediaFile.school_id).where(MediaFile.section_id == target))) == {owner}
    assert (count_in(target), count_in(target, MediaFile)) == (3, 2)
    space = db.session.get_one(Section, target)
    db.session.refresh(space)
    assert space.used == done.bytes == 2500


def test_what_does_not_fit_in_the_successors_class_comes_not_at_all(day: Morning) -> None:
    """PORTAL-14: the new school's quota decides."""
    ended(day)
    choice, into = chosen(day.odette), class_of(HEIR)
    space = db.session.get_one(Section, spaces_of([into])[into][0])
    space.quota = 2000
    db.session.flush()
    with pytest.raises(QuotaReached), db.session.begin_nested():
        take(choice, day.old["CM1"], EVERYTHING, [into], by=me(day.odette), now=NOW)
    assert count_in(space.id) == 0


def test_the_offer_ends_with_the_clock_that_began_at_the_successor(day: Morning) -> None:
    """CLASS-8, G7: each teacher's own; who has not begun has until the end of the year."""
    ended(day)
    choice = chosen(day.odette)
    over = choice.recoverable_until + timedelta(minutes=1)
    assert end_offers(NOW) == 0
    assert end_offers(over) == 1
    left = set(db.session.scalars(select(ClassOffer.person_id)))
    assert left == {day.basile.id, day.celia.id}


def test_a_declaration_that_is_withdrawn_offers_nothing_more_and_a_renamed_successor_still_does(day: Morning) -> None:
    """FEED-7: it counts while it stands; the successor is known under its new UAI too."""
    made = ended(day)
    heir = school(HEIR)
    new = declare(heir, Declared.NEW_UAI, date(2026, 8, 31), ["9990039P"], WORDS, by=me(day.cast.operator), now=NOW)
    confirm(new, by=me(day.cast.head), now=NOW)
    give_new_uais({"31": (heir.id, "9990039P")}, source="aaf", now=NOW)
    choice = chosen(day.odette, "9990039P")
    assert titles(choice) == ["CM1 de l’an dernier"]
    withdraw(made, by=COMMAND, now=NOW)
    assert titles(choice) == []


def test_of_a_split_each_successor_offers_to_the_teachers_that_it_has(day: Morning) -> None:
    """FEED-7: both are successors; each teacher finds their own class where they are now."""
    ended(day, Declared.SPLIT, HEIR, OTHER)
    assert titles(chosen(day.odette)) == ["CM1 de l’an dernier"]
    assert titles(chosen(day.basile, OTHER)) == ["CM1 de l’an dernier"]
