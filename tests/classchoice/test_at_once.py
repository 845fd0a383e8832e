"""Two at once, and a process killed in the middle: what is taken arrives exactly once (CLASS-3, G5)."""

from __future__ import annotations

import os
import threading
from pathlib import Path

from flask import Flask
from sqlalchemy import event, func, select

from app.audit.actions import Actor
from app.classchoice import actions
from app.classchoice.carrying.actions import take
from app.classchoice.carrying.queries import spaces_of
from app.classchoice.models import ChosenClass, ClassCarry, ClassChoice
from app.classchoice.selection import EVERYTHING
from app.content.models import Article, Category, Folder, MediaFile, Section
from app.db import db
from app.directory.models import ClassMembership
from tests import processes
from tests.classchoice.mornings import NOW, Morning, morning


def me(number: int) -> Actor:
    return Actor(name="person", person_id=number)


def chosen(day: Morning) -> list[int]:
    """Odette's and Basile's choices of the same class; committed."""
    found = []
    for who in (day.odette, day.basile):
        choice = actions.begin(who.id, day.school_id, by=me(who.id), now=NOW)
        actions.choose(choice, [day.classes["CM1"]], version=None, by=me(who.id), now=NOW)
        found.append(choice.id)
    db.session.commit()
    return found


def taken_by(choice_id: int, section_id: int, class_id: int) -> None:
    choice = db.session.get_one(ClassChoice, choice_id)
    take(choice, section_id, EVERYTHING, [class_id], by=me(choice.person_id), now=NOW)
    db.session.commit()


def arrived(day: Morning) -> tuple[int, ...]:
    """How many rows stand in the new space, and what it says it holds."""
    db.session.rollback()
    space = spaces_of([day.classes["CM1"]])[day.classes["CM1"]][0]
    counts = [db.session.scalar(select(func.count()).select_from(table).where(table.section_id == space)) or 0
              for table in (Article, MediaFile, Folder, Category)]  # fmt: skip
    return (*counts, db.session.get_one(Section, space).used)


WHOLE = (3, 2, 2, 2, 2500)


def test_two_tabs_and_two_teachers_at_once_bring_it_once(app: Flask) -> None:
    day = morning(app)
    odette, basile = chosen(day)
    ready, problems = threading.Barrier(4), []

    def click(choice_id: int) -> None:
        with app.app_context():
            try:
                ready.wait(30)
                taken_by(choice_id, day.old["CM1"], day.classes["CM1"])
            except BaseException as problem:
                problems.append(problem)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=click, args=(number,)) for number in (odette, odette, basile, basile)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert problems == []
    assert arrived(day) == WHOLE
    assert db.session.scalar(select(func.count()).select_from(ClassCarry)) == 1


def test_two_clicks_at_once_choose_once(app: Flask) -> None:
    day = morning(app)
    choice = actions.begin(day.odette.id, day.school_id, by=me(day.odette.id), now=NOW)
    db.session.commit()
    number, shown, ready, problems = choice.id, choice.version, threading.Barrier(2), []

    def click() -> None:
        with app.app_context():
            try:
                ready.wait(30)
                mine = db.session.get_one(ClassChoice, number)
                actions.choose(mine, [day.classes["CM1"]], version=shown, by=me(day.odette.id), now=NOW)
                db.session.commit()
            except BaseException as problem:
                problems.append(problem)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=click) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    db.session.rollback()
    assert problems == []
    assert db.session.scalar(select(func.count()).select_from(ChosenClass)) == 1
    links = select(func.count()).where(ClassMembership.person_id == day.odette.id)
    assert db.session.scalar(links) == 1


def _killed(url: str, folder: str, choice_id: int, section_id: int, class_id: int, at: int) -> None:
    """In a process of its own: take everything, and die without a word before the ``at``-th statement that writes."""
    from app import create_app
    from tests.conftest import settings_for

    app = create_app(settings_for(url, Path(folder)), testing=True)
    with app.app_context():
        written = 0

        def count(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
            nonlocal written
            if statement.startswith(("INSERT", "UPDATE")):
                written += 1
                if written == at:
                    os.kill(os.getpid(), 9)

        event.listen(db.engine, "before_cursor_execute", count)
        taken_by(choice_id, section_id, class_id)


def test_killed_at_any_statement_and_done_again_it_is_there_once(app: Flask, tmp_path: Path) -> None:
    """G5: kill -9, then the click again: the same as without."""
    day = morning(app)
    odette, _basile = chosen(day)
    url, folder = app.config["SQLALCHEMY_DATABASE_URI"], str(app.extensions["settings"].data_dir)
    for at in (1, 4, 7, 10):
        where = (url, folder, odette, day.old["CM1"], day.classes["CM1"], at)
        process = processes.begin(_killed, *where, output=tmp_path / "killed.txt")
        process.join(120)
        assert process.exitcode == -9, (tmp_path / "killed.txt").read_text()
        assert arrived(day) == (0, 0, 0, 0, 0)
        db.session.rollback()
    taken_by(odette, day.old["CM1"], day.classes["CM1"])
    assert arrived(day) == WHOLE
