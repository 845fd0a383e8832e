"""Archives of diaries and of pupils: complete to the row, open from disk, nobody else's (S2-3, S2-4, G9)."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from html.parser import HTMLParser
from posixpath import dirname, join, normpath
from urllib.parse import unquote, urlsplit

import pytest
from flask import Flask, current_app
from sqlalchemy import func, select

from app.db import db
from app.fates import KINDS, Preset, Space
from app.files.bundles import Covers, verify
from app.files.queries import path_of
from app.schoollife import rollover
from app.schoollife.archives.units import Unit
from tests import people
from tests.people import Cast
from tests.schoollife import year_rows
from tests.schoollife.year_rows import PLAN, Year, scope_of


@pytest.fixture
def cast(app: Flask) -> Cast:
    return people.cast(app)


@pytest.fixture
def year(cast: Cast) -> Year:
    return year_rows.diary_year(cast)


def go_on() -> None:
    """Nobody has paused."""


def written(cast: Cast, archive: str, unit: Unit, school_id: int | None = None) -> tuple[bytes, Covers]:
    stream = io.BytesIO()
    school_id = cast.college.id if school_id is None else school_id
    covers = rollover.write_archive(archive, unit, school_id, scope_of(cast), stream, go_on)
    assert verify(stream).covers == covers
    return stream.getvalue(), covers


def units(cast: Cast, archive: str, school_id: int | None = None) -> dict[int, Unit]:
    found = rollover.archive_units(archive, cast.college.id if school_id is None else school_id, scope_of(cast))
    return {unit.id: unit for unit in found}


def unpacked(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def text_of(files: dict[str, bytes]) -> str:
    """Every page's text."""
    return "\n".join(data.decode() for name, data in files.items() if name.endswith(".html"))


class Links(HTMLParser):
    """What a page links to and loads, and the places on it."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.targets: list[str] = []
        self.places: list[str] = []
        self.tags: set[str] = set()
        self.feed(page.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attrs:
            assert not re.match("style$|src$|on", name), (tag, name)
            if name == "href" and value is not None:
                self.targets.append(value)
            if name == "id" and value is not None:
                self.places.append(value)


def check_offline(files: dict[str, bytes]) -> None:
    """Every link leads into the bundle, to a place that is there; nothing else is loaded; every attachment is linked."""
    pages = {name: Links(data) for name, data in files.items() if name.endswith(".html")}
    linked = set()
    for name, page in pages.items():
        assert "script" not in page.tags
        assert {"main", "h1", "title"} <= page.tags
        assert len(page.places) == len(set(page.places))
        assert b'<html lang="fr">' in files[name]
        for target in page.targets:
            parts = urlsplit(target)
            assert not parts.scheme, (name, target)
            assert not parts.netloc, (name, target)
            to = normpath(join(dirname(name), unquote(parts.path))) if parts.path else name
            assert to in files, (name, target)
            if parts.fragment:
                assert unquote(parts.fragment) in pages[to].places, (name, target)
            linked.add(to)
    assert linked | {"index.html", "manifest.json"} == set(files)
    assert b"url(" not in files["style.css"]
    assert b"@import" not in files["style.css"]


def test_a_class_diary_holds_lessons_work_activities_and_files_and_opens_from_disk(cast: Cast, year: Year) -> None:
    """S2-3: static pages with the activities of the binder and the homework given."""
    data, _covers = written(cast, "diary", units(cast, "diary")[year.class_id])
    files = unpacked(data)
    check_offline(files)
    assert "Cahier de textes de la classe 6A, 2025-2026" in files["index.html"].decode()
    september = files["mois/2025-09.html"].decode()
    for said in (
        "lundi 8 septembre 2025", "10\u00a0h – 10\u00a0h\u00a055 · Mathématiques", "Thérèse Marchand", "salle B12",
        "<p>Cours <em>et</em> exercices.</p>", "Exercice 12", "<p>Page 30.</p>", "20\u00a0min", "pour le jeudi 11 septembre 2025",
    ):  # fmt: skip
        assert said in september, said
    # Night of the last of September: the school's own day decides, and what was typed is text.
    october = files["mois/2025-10.html"].decode()
    assert "mercredi 1er octobre 2025" in october
    assert "Veillée &lt;étoiles&gt;" in october
    assert "n’a pas eu lieu" in october
    assert "Lire le chapitre 2" in files["mois/2026-05.html"].decode()
    assert "Carte des fleuves" in files["activites.html"].decode()
    assert "Exercice 12" in files["matieres/mathematiques.html"].decode()
    assert files["fichiers/2025-09-08 Mathématiques/Plan du cours.pdf"] == PLAN
    assert files["fichiers/2025-09-08 Mathématiques/Plan du cours (2).pdf"] == PLAN + b" 2"
    assert files["fichiers/2025-09-11 Exercice 12/Énoncé.pdf"] == PLAN + b" 3"
    assert files["fichiers/Activité Carte des fleuves/Fleuves.pdf"] == PLAN + b" 5"


def test_a_class_diary_says_for_how_many_years_it_is_kept(
    cast: Cast, year: Year, monkeypatch: pytest.MonkeyPatch
) -> None:
    """LAW-2: five by default, a setting; no school's own figure is promised that nobody can set."""
    unit = units(cast, "diary")[year.class_id]
    assert "doivent être conservés\u00a0: 5 ans." in text_of(unpacked(written(cast, "diary", unit)[0]))
    monkeypatch.setitem(vars(current_app.extensions["settings"])["_values"], "archive_years", 8)
    assert "doivent être conservés\u00a0: 8 ans." in text_of(unpacked(written(cast, "diary", unit)[0]))


def test_a_class_diary_names_no_pupil_and_nothing_of_elsewhere(cast: Cast, year: Year) -> None:
    """What pupils hand in is their own; other years, schools, groups, and what is set aside already are not there."""
    told = text_of(unpacked(written(cast, "diary", units(cast, "diary")[year.class_id])[0]))
    for absent in (
        cast.student.last_name, cast.other_student.first_name, "Partie", "Secret", "Ma réponse", "Ma copie",
        "Retirée", "De l’année suivante", "De l’école", "Rosa", "Version", "Rentrée", "Soutien",
    ):  # fmt: skip
        assert absent not in told, absent


def test_groups_and_what_no_class_names_any_more_have_diaries_of_their_own(cast: Cast, year: Year) -> None:
    """S2-3: nothing is forgotten."""
    found = units(cast, "diary")
    assert {number: unit.title for number, unit in found.items()} == {
        year.class_id: "Cahier de textes de la classe 6A, 2025-2026",
        -year.group_id: "Cahier de textes du groupe Latin, 2025-2026",
        0: "Cahier de textes sans classe, 2025-2026",
    }
    assert {unit.owner_id for unit in found.values()} == {None}
    latin = unpacked(written(cast, "diary", found[-year.group_id])[0])
    check_offline(latin)
    assert "Rosa" in text_of(latin)
    assert "Version" in text_of(latin)
    assert "Sans classe" in text_of(unpacked(written(cast, "diary", found[0])[0]))


def selected(cast: Cast, kind: str, school_id: int) -> tuple[int, int]:
    """Count and sum of the live rows that the removal takes."""
    table = db.metadata.tables[next(one.table for one in KINDS if one.key == kind)]
    rows = rollover.rows(kind, Space.NONE, scope_of(cast)).subquery()
    query = select(func.count(), func.coalesce(func.sum(rows.c.id), 0)).join_from(rows, table, table.c.id == rows.c.id)
    count, total = db.session.execute(query.where(rows.c.school_id == school_id, table.c.set_aside_by.is_(None))).one()
    return int(count), int(total)


@pytest.mark.parametrize("archive", ["diary", "pupil"])
@pytest.mark.parametrize("gone", [False, True])
def test_archives_cover_exactly_what_the_removal_takes(cast: Cast, year: Year, archive: str, gone: bool) -> None:
    """G9: to the row, in each school, though the classes may be gone already."""
    if gone:
        year_rows.without_directory()
    kinds = [one.key for one in KINDS if one.rules[Preset.SECONDARY].get(Space.NONE, None) is not None
             and one.rules[Preset.SECONDARY][Space.NONE].archive == archive]  # fmt: skip
    assert len(kinds) == 2
    for school in (cast.college, cast.primary):
        total = dict.fromkeys(kinds, (0, 0))
        for unit in units(cast, archive, school.id).values():
            covers = written(cast, archive, unit, school.id)[1]
            assert set(covers) == set(kinds)
            total = {kind: (total[kind][0] + covers[kind][0], total[kind][1] + covers[kind][1]) for kind in kinds}
        assert total == {kind: selected(cast, kind, school.id) for kind in kinds}
        assert all(count for count, _sum in total.values()) or school is cast.primary


def test_a_pupil_gets_what_was_given_and_done_with_every_file_and_nothing_of_others(cast: Cast, year: Year) -> None:
    """S2-4, KIN-2."""
    found = units(cast, "pupil")
    assert set(found) == {cast.student.id, cast.other_student.id, cast.mover.id, year.leaver_id}
    assert all(unit.owner_id == number for number, unit in found.items())
    assert cast.student.name in found[cast.student.id].title
    files = unpacked(written(cast, "pupil", found[cast.student.id])[0])
    check_offline(files)
    told = text_of(files)
    for said in (
        "Carte des fleuves", "<p>À lire.</p>", "Exercice 12", "Corrigé", "Ma réponse<br>est &lt;12&gt;", "Bien.", "Version",
        "Thérèse Marchand",
    ):  # fmt: skip
        assert said in told, said
    assert files["fichiers/Activité Carte des fleuves/Fleuves.pdf"] == PLAN + b" 5"
    assert files["fichiers/2025-09-11 Exercice 12/Énoncé.pdf"] == PLAN + b" 3"
    assert files["fichiers/2025-09-11 Exercice 12 (rendu)/Ma copie.pdf"] == PLAN + b" 4"
    for absent in ("Secret", "Partie", cast.other_student.first_name, "Rentrée", "Soutien"):
        assert absent not in told, absent


def test_a_pupil_who_has_left_or_has_only_activities_gets_an_archive_too(cast: Cast, year: Year) -> None:
    found = units(cast, "pupil")
    for number in (year.leaver_id, cast.mover.id):
        files = unpacked(written(cast, "pupil", found[number])[0])
        check_offline(files)
        assert "Carte des fleuves" in text_of(files)


def test_the_same_rows_give_the_same_bytes(cast: Cast, year: Year) -> None:
    """G4, G5: an archive made again after a crash is the same blob."""
    for archive in ("diary", "pupil"):
        for unit in units(cast, archive).values():
            assert written(cast, archive, unit)[0] == written(cast, archive, unit)[0]


def test_a_paused_run_stops_between_two_files(cast: Cast, year: Year) -> None:
    unit = units(cast, "diary")[year.class_id]
    asked = []

    def stop_at_the_third() -> None:
        asked.append(1)
        if len(asked) == 3:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        rollover.write_archive("diary", unit, cast.college.id, scope_of(cast), io.BytesIO(), stop_at_the_third)
    data, _covers = written(cast, "diary", unit)
    asked.clear()

    def count() -> None:
        asked.append(1)

    rollover.write_archive("diary", unit, cast.college.id, scope_of(cast), io.BytesIO(), count)
    assert len(asked) == len(unpacked(data)) - 1


def test_a_file_whose_bytes_are_gone_is_told_and_not_left_out(cast: Cast, year: Year) -> None:
    """G16: no swallowed failure."""
    path_of(year_rows.sha256(PLAN)).unlink()
    unit = units(cast, "diary")[year.class_id]
    with pytest.raises(FileNotFoundError):
        rollover.write_archive("diary", unit, cast.college.id, scope_of(cast), io.BytesIO(), go_on)


def test_queries_do_not_grow_with_what_a_month_holds(
    cast: Cast, year: Year, count_queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    """A slice is a month: ten times the lessons, work, activities and files, the same queries."""
    unit, pupil = units(cast, "diary")[year.class_id], units(cast, "pupil")[cast.student.id]

    def counted() -> list[int]:
        db.session.expire_all()
        found = []
        for archive, one in (("diary", unit), ("pupil", pupil)):
            with count_queries() as queries:
                written(cast, archive, one)
            found.append(len(queries))
        return found

    before = counted()
    for number in range(10):
        made = year_rows.lesson(cast, class_id=year.class_id, title=f"Cours {number}")
        year_rows.attach(PLAN, "Plan.pdf", lesson_id=made)
        year_rows.work_of(cast, year, number)
    assert counted() == before


def test_a_file_that_comes_with_many_lessons_is_there_once_and_linked_from_each(cast: Cast, year: Year) -> None:
    for number in range(3):
        made = year_rows.lesson(cast, class_id=year.class_id, starts_at=year_rows.MONDAY + timedelta(days=30 * number))
        year_rows.attach(PLAN, f"Le même {number}.pdf", lesson_id=made)
    files = unpacked(written(cast, "diary", units(cast, "diary")[year.class_id])[0])
    check_offline(files)
    assert list(files.values()).count(PLAN) == 1
    assert all(f"Le même {number}.pdf" in text_of(files) for number in range(3))


def test_names_of_files_are_safe_whatever_was_typed(cast: Cast, year: Year) -> None:
    made = year_rows.lesson(cast, class_id=year.class_id, subject='Hist/Géo: "l’été" ?', title="CON")
    year_rows.attach(PLAN + b" 6", "a" * 150 + ".pdf", lesson_id=made)
    files = unpacked(written(cast, "diary", units(cast, "diary")[year.class_id])[0])
    check_offline(files)
    for name in files:
        assert len(name) < 180
        assert not re.search(r'[<>:"|?*\\]', name)
