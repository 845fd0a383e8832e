"""What is somebody's own of media and their like: counted by space, and taken away (DATA-2, DATA-3)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask

from app.content.media import rollover
from app.content.spaces import SpaceKind
from app.db import db
from app.fates import Space
from tests.builders import MADE
from tests.content import media_rows as rows
from tests.people import Cast, cast

NOW = datetime(2026, 6, 10, tzinfo=UTC)


def _a_year(people: Cast) -> None:
    me = people.teacher.id
    in_class = rows.make_space(school_id=people.college.id, class_id=people.college.classes[2025]["6A"])
    group = rows.make_space(kind=SpaceKind.GROUP, school_id=people.college.id, title="Projet")
    limited = rows.make_space(kind=SpaceKind.GROUP, school_id=people.college.id, title="Voyage", temporary=True)
    own = rows.make_space(kind=SpaceKind.PERSONAL, person_id=me, title="Mes documents")
    folder = rows.make_folder(in_class, "Photos")
    rows.make_file(in_class, "a.txt", folder=folder, author_id=me)
    rows.make_file(in_class, "b.txt", author_id=people.student.id)
    rows.make_file(group, "c.txt", author_id=me, shared=True)
    rows.make_file(limited, "d.txt", author_id=me)
    rows.make_file(own, "e.txt", author_id=me)
    rows.make_file(own, "jeté.txt", author_id=me).trashed_at = MADE
    contest = rows.make_contest(in_class, author_id=me)
    rows.make_entry(contest, people.student.id)
    rows.make_point(in_class, author_id=me)
    rows.make_page(in_class, author_id=me)
    db.session.commit()


def test_what_is_ones_own_is_counted_by_the_space_in_which_it_lies(
    app: Flask, count_queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    people = cast(app)
    _a_year(people)
    with count_queries() as queries:
        found = rollover.owned(people.teacher.id, NOW)
    assert len(queries) == 1
    assert found == {
        ("media", Space.CLASS): 1,
        ("shared", Space.GROUP): 1,
        ("media", Space.TEMPORARY): 1,
        # A personal space's trash is its owner's: no purge of a school's trash takes it (S1-1).
        ("media", Space.PERSONAL): 2,
        ("contest", Space.CLASS): 1,
        ("map-point", Space.CLASS): 1,
        ("minisite", Space.CLASS): 1,
    }
    assert rollover.owned(people.student.id, NOW) == {
        ("media", Space.CLASS): 1,
        ("contest-entry", Space.CLASS): 1,
    }


def test_a_row_that_a_run_has_set_aside_is_not_counted(app: Flask) -> None:
    people = cast(app)
    section = rows.make_space(school_id=people.college.id)
    rows.make_file(section, author_id=people.teacher.id).set_aside_by = 1
    db.session.commit()
    assert rollover.owned(people.teacher.id, NOW) == {}


def test_everything_that_is_ones_own_can_be_taken_away(app: Flask) -> None:
    people = cast(app)
    _a_year(people)
    found = dict(rollover.takeaway(people.teacher.id, NOW))
    names = sorted(found)
    assert "fichiers/Mes documents/e.txt" in names
    assert any(name.endswith("/Photos/a.txt") for name in names)
    assert not [name for name in names if "b.txt" in name or "jeté" in name], "others' files and the trash stay"
    assert "carte/lieux.csv" in names
    assert "concours/proposes/Concours de nouvelles.html" in names
    assert "mini-site/Notre classe.html" in names
    file = found["fichiers/Mes documents/e.txt"]
    assert isinstance(file, Path)
    assert file.read_bytes() == b"quelques notes"
    entries = dict(rollover.takeaway(people.student.id, NOW))
    assert [data for name, data in entries.items() if name.startswith("concours/participations/")] == [
        "Il était une fois…".encode()
    ]
