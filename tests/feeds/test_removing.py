"""A class of N+1 that turned out to be last year's goes again, or its pupils do (S4-3)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app import clock
from app.audit.actions import COMMAND
from app.content.actions import make_class_spaces
from app.content.models import Section
from app.db import db
from app.directory.models import ClassMembership, Person, SchoolClass
from app.errors import NotFound
from app.feeds.actions import import_aaf
from app.feeds.models import FeedRefusedClass
from app.feeds.removing.actions import remove
from app.feeds.removing.queries import classes_fed, removable
from app.schoollife.models import Homework
from tests.builders import MADE
from tests.conftest import StatementCount
from tests.feeds import deliveries as make
from tests.feeds.conftest import NOW
from tests.people import cast
from tests.signing import send, sign_in

Take = Callable[..., dict[str, Any]]


def the_class() -> SchoolClass:
    """6A with four pupils and its space, as the feed made it."""
    found = db.session.scalars(select(SchoolClass)).one()
    make_class_spaces(found.year_id, found.school_id, by=COMMAND, now=NOW)
    db.session.commit()
    return found


def taken_out(found: SchoolClass) -> tuple[str, bool]:
    done = remove(found.id, found.school_id, by=COMMAND, now=NOW, machine_now=clock.machine_now())
    db.session.commit()
    return done


def members() -> list[ClassMembership]:
    return list(db.session.scalars(select(ClassMembership)))


def test_a_class_in_which_nothing_was_done_goes_and_no_delivery_makes_it(take: Take, tmp_path: Path) -> None:
    """S4-3: it is said before how many pupils would be without a class."""
    take(make.small(tmp_path / "new", pupils=4))
    found = the_class()
    told = removable(found.id, found.school_id)
    assert (told.pupils, told.alone, list(told.hanging)) == (4, 4, [])
    assert taken_out(found) == ("6A", False)
    assert not db.session.scalars(select(SchoolClass)).all()
    assert not db.session.scalars(select(Section)).all()
    assert not members()
    assert db.session.scalars(select(FeedRefusedClass.code)).all() == ["6A"]
    assert len(db.session.scalars(select(Person.id)).all()) == 10
    take(make.small(tmp_path / "again", pupils=4, day="20260826"))
    assert not db.session.scalars(select(SchoolClass)).all()


def test_a_class_in_which_somebody_worked_stays_without_its_pupils(take: Take, tmp_path: Path) -> None:
    """S4-3: what hangs on it is said; nothing of it is lost."""
    take(make.small(tmp_path / "new", pupils=4))
    found = the_class()
    number = found.id
    teacher = db.session.scalars(select(ClassMembership.person_id).where(ClassMembership.role == "teacher")).first()
    day = date(2026, 9, 10)
    homework = Homework(
        school_id=found.school_id, year_id=found.year_id, class_id=number, author_id=teacher, title="Lire", given_on=day,
        due_on=day, changed_at=MADE,
    )  # fmt: skip
    pupil = db.session.scalars(select(ClassMembership.person_id).where(ClassMembership.role == "student")).first()
    by_hand = ClassMembership(class_id=number, person_id=pupil, role="student", subject_code="HAND", source="hand")
    db.session.add_all([homework, by_hand])
    db.session.commit()
    told = removable(number, found.school_id)
    assert [str(words) for words in told.hanging] == [
        "du travail à faire",
        "des personnes que l’annuaire n’y a pas mises",
    ]
    assert taken_out(found) == ("6A", True)
    assert [one.source for one in members()] == ["hand"]
    assert db.session.scalars(select(Homework.class_id)).all() == [number]
    take(make.small(tmp_path / "again", pupils=4, day="20260826"))
    assert [one.source for one in members()] == ["hand"]


def test_classes_of_another_school_or_year_are_not_removed(take: Take, tmp_path: Path) -> None:
    """S4-3: only the new year's, only one's own."""
    take(make.small(tmp_path / "old", pupils=4, day="20260601"), year_n=True)
    old = db.session.scalars(select(SchoolClass)).one()
    assert not classes_fed(old.school_id)
    with pytest.raises(NotFound):
        removable(old.id, old.school_id)
    take(make.small(tmp_path / "new", pupils=4), returning="accept")
    new = classes_fed(old.school_id)[0]
    with pytest.raises(NotFound):
        removable(new.id, old.school_id + 1)


def test_a_school_removes_a_class_on_its_page(sqlite_app: Flask, tmp_path: Path) -> None:
    """S4-3: by whoever keeps its people, nobody else; as many questions for many classes."""
    people = cast(sqlite_app)
    uai = people.college.uai
    told = [make.student(f"77{n}", f"NOM{n}", classes=[f"6{'XY'[n % 2]}"]) for n in range(6)]
    folder = make.small(tmp_path / "new", structures=[make.structure("10", uai)], students=told, adults=[], staff=[])
    import_aaf(folder, by=COMMAND, now=NOW)
    db.session.commit()
    client = sqlite_app.test_client()
    sign_in(client, people.school_admin)
    listed = f"/administration/ecole/{uai}/imports/classes"
    assert "6X" in client.get(listed).text
    assert listed in client.get(f"/administration/ecole/{uai}/imports").text
    number = db.session.scalars(select(SchoolClass.id).where(SchoolClass.code == "6X")).one()
    address = f"{listed}/{number}"
    with StatementCount(db.engine, "SELECT revision.name") as seen:
        assert "La retirer laisserait 3 élèves sans classe." in client.get(address).text
    assert len(seen) < 20
    assert client.get(address.replace(uai, people.primary.uai)).status_code == 404
    assert send(client, address, {}).status_code == 303
    db.session.expire_all()
    assert not db.session.scalars(select(SchoolClass.id).where(SchoolClass.code == "6X")).all()
    assert client.get(address).status_code == 404
    sign_in(client, people.teacher)
    assert client.get(listed).status_code == 404
