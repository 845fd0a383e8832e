"""The school-life archives: what they hold, what they leave out, that they cover what is removed (S2-5, S2-6, S2-7, S2-9, G9)."""

from __future__ import annotations

import csv
import io
import posixpath
import re
import zipfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, timedelta
from urllib.parse import unquote, urldefrag

import pytest
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import func, select

from app.db import Base, db
from app.directory.models import ClassMembership, SchoolClass
from app.fates import Preset, Scope, Space, kind_called
from app.files.bundles import verify
from app.schoollife import rollover
from app.schoollife.pupils.models import ProjectPupil
from app.schoollife.registers.rollover import ARCHIVES, COVERED
from app.schoollife.registers.sections import SECTIONS, TITLES
from app.schoollife.results.models import Mark, SkillRecord
from app.schoollife.standing import Standing
from tests.schoollife import result_rows, rows
from tests.schoollife.result_rows import OCTOBER, ClassWorld, class_world

CUTOFF = datetime(2027, 7, 8, 18, tzinfo=UTC)
BUNDLES = [archive for archive in ARCHIVES if archive != "sanctions-csv"]


def scope_of(world: ClassWorld) -> Scope:
    """The rollover at the end of 2026-2027."""
    return Scope(year_id=world.cast.years[2026].id, begins=2026, cutoff=CUTOFF, now=CUTOFF + timedelta(hours=4))


def go_on() -> None:
    """Nobody pauses."""


@pytest.fixture
def world(app: Flask) -> ClassWorld:
    return filled(class_world(app))


def filled(world: ClassWorld) -> ClassWorld:
    """A year of 5A with something of every kind, in a class, in a group, in no class any more."""
    cast, hugo, ines = world.cast, world.cast.student, world.ines
    group = rows.make_group(world, hugo, world.tom, teacher=cast.teacher)
    lessons = [rows.make_lesson(world), rows.make_lesson(world, group=group, subject="Latin")]
    for lesson, caller in zip(lessons, (cast.teacher, world.form_teacher), strict=True):
        call = rows.make_call(lesson, caller, validated=lesson is lessons[0])
        absence = rows.make_absence(world, hugo, "late" if lesson is lessons[0] else "absent", call=call)
        rows.make_explanation(absence, cast.guardian, "Il était chez le médecin de la rue Haute")
    rows.make_absence(world, ines, starts_at=OCTOBER + timedelta(days=200))
    homeless = rows.make_absence(world, world.tom)
    homeless.class_id = None
    fractions = result_rows.make_assessment(world, {hugo.id: 1250, ines.id: None}, title="=HYPERLINK(0)")
    db.session.scalars(select(Mark).where(Mark.value.is_(None))).one().reason_id = next(iter(world.entries.values()))
    latin = result_rows.make_assessment(world, {world.tom.id: 700}, title="Thème", subject="Latin", published=False)
    latin.class_id, latin.group_id = None, group.id
    assert fractions.id != latin.id
    for period_id in (world.term, None):
        db.session.add(
            SkillRecord(
                school_id=cast.college.id,
                year_id=cast.years[2026].id,
                class_id=world.class_id,
                period_id=period_id,
                student_id=hugo.id,
                domain="Nombres",
                skill="Comparer <des> fractions",
                level=3,
                recorded_on=date(2026, 10, 5),
            )
        )
    result_rows.make_card(world, hugo, words="Un trimestre & des progrès", published=True)
    orphan = result_rows.make_card(world, ines, words="À revoir")
    orphan.class_id = orphan.period_id = None
    result_rows.make_review(world, hugo, published=True)
    result_rows.make_measure(world, hugo, "punishment")
    result_rows.make_measure(world, ines, "sanction")
    db.session.add(
        ProjectPupil(project_id=result_rows.make_project(world).id, student_id=hugo.id, words="A mené l’enquête")
    )
    db.session.commit()
    return world


def made(world: ClassWorld, archive: str) -> list[tuple[bytes, dict[str, tuple[int, int]]]]:
    """Every archive of that kind of the collège, with what it says that it covers."""
    found = []
    for unit in rollover.archive_units(archive, world.cast.college.id, scope_of(world)):
        stream = io.BytesIO()
        covers = rollover.write_archive(archive, unit, world.cast.college.id, scope_of(world), stream, go_on)
        found.append((stream.getvalue(), covers))
    return found


def pages(data: bytes) -> dict[str, str]:
    """The texts of an archive by path."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {
            name: archive.read(name).decode("utf-8-sig") for name in archive.namelist() if not name.endswith(".pdf")
        }


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


@pytest.mark.parametrize("archive", ARCHIVES)
def test_an_archive_covers_what_step_three_takes_to_the_row(world: ClassWorld, archive: str) -> None:
    """G9, S2-5: in classes, in groups, in none; the other school's archive covers nothing of it (G11)."""
    scope = scope_of(world)
    said: dict[str, tuple[int, int]] = {}
    for _data, covers in made(world, archive):
        for kind, (count, total) in covers.items():
            before = said.get(kind, (0, 0))
            said[kind] = (before[0] + count, before[1] + total)
    assert set(said) == set(COVERED[archive])
    for kind, pair in said.items():
        taken = rollover.rows(kind, Space.NONE, scope).subquery()
        live = Base.metadata.tables[kind_called(kind).table]
        query = select(func.count(), func.coalesce(func.sum(taken.c.id), 0)).join_from(
            taken, live, live.c.id == taken.c.id
        )
        count, total = db.session.execute(query.where(taken.c.school_id == world.cast.college.id)).one()
        assert pair == (count, total), kind
        assert count > 0
    assert rollover.archive_units(archive, world.cast.primary.id, scope) == []


@pytest.mark.postgresql_for("grade-records", "report-cards")
@pytest.mark.parametrize("archive", ARCHIVES)
def test_rows_that_a_task_has_set_aside_are_not_archived_again(world: ClassWorld, archive: str) -> None:
    """DATA-7: the archive covers live rows, as the removal does."""
    for kind in COVERED[archive]:
        db.session.execute(Base.metadata.tables[kind_called(kind).table].update().values(set_aside_by=7))
    db.session.commit()
    assert rollover.archive_units(archive, world.cast.college.id, scope_of(world)) == []


@pytest.mark.postgresql_for("grade-records", "report-cards")
@pytest.mark.parametrize("archive", BUNDLES)
def test_an_archive_reads_back_and_opens_without_the_portal(world: ClassWorld, archive: str) -> None:
    """S2-5, G9: verified to the byte, every link leads to a file of the archive, nothing is loaded from elsewhere."""
    for data, covers in made(world, archive):
        assert dict(verify(io.BytesIO(data)).covers) == covers
        with zipfile.ZipFile(io.BytesIO(data)) as opened:
            names = set(opened.namelist())
        assert {"index.html", "style.css", "manifest.json"} <= names
        assert any(name.startswith("donnees/") and name.endswith(".csv") for name in names)
        for path, text in pages(data).items():
            if not path.endswith(".html"):
                continue
            assert '<html lang="fr">' in text
            assert 'name="viewport"' in text
            assert "<script" not in text
            assert "style=" not in text
            assert "http" not in text
            for target in re.findall(r'(?:href|src)="([^"#][^"]*)"', text):
                where, mark = urldefrag(target)
                found = posixpath.normpath(posixpath.join(posixpath.dirname(path), unquote(where)))
                assert found in names, (path, target)
                assert not mark or f'id="{mark}"' in pages(data)[found]


@pytest.mark.postgresql_for("grade-records", "report-cards")
@pytest.mark.parametrize("archive", ARCHIVES)
def test_the_same_rows_give_the_same_bytes(world: ClassWorld, archive: str) -> None:
    """G5: an archive that is begun again ends as it would have."""
    assert made(world, archive) == made(world, archive)


def test_grades_are_read_by_class_and_by_pupil_and_are_safe_in_a_spreadsheet(world: ClassWorld) -> None:
    """S2-5, Security: a title that is a formula stays text."""
    [(data, _covers)] = made(world, "grade-records")
    found = pages(data)
    assert "12,5" in found["classes/5A.html"]
    assert "coef. 1" in found["classes/5A.html"]
    assert "non publiée" in found["classes/Latin.html"]
    assert "12,5/20" in found["eleves/Hugo Moreau.html"]
    assert "Noir" not in found["eleves/Hugo Moreau.html"]
    marks = {line["Élève"]: line for line in table(found["donnees/notes.csv"])}
    assert marks["Hugo Moreau"]["Note"] == "12,5"
    assert marks["Hugo Moreau"]["Évaluation"] == "'=HYPERLINK(0)"
    assert marks["Inès Blanc"]["Note"] in world.entries
    assert marks["Tom Noir"]["Classe ou groupe"] == "Latin"


def test_roll_calls_are_read_by_class_by_pupil_and_by_period(world: ClassWorld) -> None:
    """S2-5: who called, who was missing, what was never validated."""
    [(data, _covers)] = made(world, "roll-calls")
    found = pages(data)
    assert "Thérèse Marchand" in found["classes/5A.html"]
    assert "en retard (55" in found["classes/5A.html"]
    assert "non validé" in found["classes/Latin.html"]
    assert "Absent" in found["eleves/Hugo Moreau.html"]
    assert any(name.startswith("periodes/") for name in found)
    sheets = table(found["donnees/appels.csv"])
    assert [line["En retard"] for line in sheets if line["Classe ou groupe"] == "5A"] == ["1"]
    assert {line["Présence"] for line in table(found["donnees/manquants.csv"])} == {"Absent", "En retard"}


def test_absences_are_figures_without_what_families_have_written(world: ClassWorld) -> None:
    """S2-7, KIN-2: the absence files are the school's own to keep; their words are in no archive."""
    [(data, _covers)] = made(world, "absence-statistics")
    found = pages(data)
    assert not [path for path, text in found.items() if "médecin" in text]
    figures = {line["Élève"]: line for line in table(found["donnees/chiffres.csv"])}
    assert (figures["Hugo Moreau"]["Absences"], figures["Hugo Moreau"]["Retards"]) == ("1", "1")
    assert figures["Tom Noir"]["Classe"] == "Sans classe"
    # Outside every term a month is named.
    assert figures["Inès Blanc"]["Période"] == "avril 2027"


def test_report_cards_are_kept_a_class_each_with_the_paper_that_families_had(world: ClassWorld) -> None:
    """S2-5: the page, the PDF, the tables; what belongs to no class any more has an archive too."""
    units = rollover.archive_units("report-cards", world.cast.college.id, scope_of(world))
    assert [unit.id for unit in units] == [0, world.class_id]
    (orphan, _), (data, _) = made(world, "report-cards")
    found = pages(data)
    text = found["eleves/Hugo Moreau.html"]
    assert "Un trimestre &amp; des progrès" in text
    assert "Moyenne générale" in text
    assert "1 absence, 1 retard" in text
    with zipfile.ZipFile(io.BytesIO(data)) as opened:
        [paper] = [name for name in opened.namelist() if name.endswith(".pdf")]
        # A cover with the contents, a sheet a pupil, no empty page.
        cover, sheet = (page.extract_text() for page in PdfReader(io.BytesIO(opened.read(paper)), strict=True).pages)
    assert "Hugo Moreau" in cover
    assert "Un trimestre & des progrès" in sheet
    assert "1 absence, 1 retard" in sheet
    [line] = table(found["donnees/bulletins.csv"])
    assert (line["Moyenne générale"], line["Appréciation générale"]) == ("12", "Un trimestre & des progrès")
    assert [one["Moyenne de la classe"] for one in table(found["donnees/matieres.csv"])] == ["11"]
    assert "non publié" in pages(orphan)["eleves/Inès Blanc.html"]


def test_skills_reviews_and_projects_keep_their_words(world: ClassWorld) -> None:
    """S2-5."""
    [(skills, _)], [(reviews, _)], [(projects, _)] = (
        made(world, archive) for archive in ("skills-records", "cycle-reviews", "projects")
    )
    assert "Comparer &lt;des&gt; fractions" in pages(skills)["classes/5A.html"]
    assert "3 – maîtrise satisfaisante" in pages(skills)["eleves/Hugo Moreau.html"]
    assert "Des progrès." in pages(reviews)["eleves/Hugo Moreau.html"]
    assert "A mené l’enquête" in pages(projects)["classes/5A.html"]
    assert "L’eau" in pages(projects)["eleves/Hugo Moreau.html"]


def test_sanctions_stand_in_their_table_and_in_no_other_archive(world: ClassWorld) -> None:
    """S2-6: sent to the heads, and nowhere else; punishments are apart."""
    [(data, _covers)] = made(world, "sanctions-csv")
    [line] = table(data.decode("utf-8-sig"))
    assert (line["Élève"], line["Type"], line["Précisions"]) == ("Inès Blanc", "Blâme", "Motif de blâme")
    assert "sanctions-csv" not in SECTIONS
    for archive in BUNDLES:
        for found, _covers in made(world, archive):
            assert not [path for path, text in pages(found).items() if "blâme" in text.lower()], archive
    [(punishments, _)] = made(world, "punishments")
    assert "Motif de retenue" in pages(punishments)["classes/5A.html"]


def test_every_archive_of_a_school_has_its_section_and_its_readers() -> None:
    """S2-3, S2-9: head and administrators, with school-life staff for roll calls and punishments."""
    archives = {kind_called(kind).fate(Preset.SECONDARY).archive for kinds in COVERED.values() for kind in kinds}
    assert archives == set(ARCHIVES) == set(TITLES)
    assert set(SECTIONS) == (archives - {"sanctions-csv"}) | {"diary"}
    for archive, (title, readers) in SECTIONS.items():
        assert title.startswith("Archives des ")
        assert {Standing.HEAD, Standing.ADMINISTRATOR} <= set(readers)
        assert (Standing.SCHOOL_LIFE in readers) == (archive in ("roll-calls", "punishments"))
        assert not {Standing.TEACHER, Standing.PUPIL, Standing.GUARDIAN} & set(readers)


def test_names_last_in_the_archive_when_people_and_classes_are_set_aside(world: ClassWorld) -> None:
    """DATA-7: an archive that is made again after its class has gone still calls it by its name."""
    db.session.get_one(SchoolClass, world.class_id).set_aside_by = 7
    db.session.execute(ClassMembership.__table__.update().values(set_aside_by=7))
    db.session.commit()
    [(data, _covers)] = made(world, "punishments")
    assert "Hugo Moreau" in pages(data)["classes/5A.html"]


@pytest.mark.postgresql_for("grade-records", "report-cards")
@pytest.mark.parametrize("archive", BUNDLES)
def test_a_pupils_page_names_no_other_pupil(world: ClassWorld, archive: str) -> None:
    """KIN-2: it can be printed and given to a family."""
    for data, _covers in made(world, archive):
        own = {path: text for path, text in pages(data).items() if path.startswith("eleves/") and "index" not in path}
        assert own
        for path, text in own.items():
            others = {"Hugo Moreau", "Inès Blanc", "Tom Noir"} - {path.removeprefix("eleves/").removesuffix(".html")}
            assert not [name for name in others if name in text], path


@pytest.mark.postgresql_for("grade-records", "report-cards")
@pytest.mark.parametrize("archive", BUNDLES)
def test_a_paused_run_stops_between_two_files(world: ClassWorld, archive: str) -> None:
    """G5: what stands in the stream then is no bundle."""

    class Paused(Exception):
        pass

    asked = []

    def stop_at_second() -> None:
        asked.append(1)
        if len(asked) > 1:
            raise Paused

    [*_others, unit] = rollover.archive_units(archive, world.cast.college.id, scope_of(world))
    with pytest.raises(Paused):
        rollover.write_archive(archive, unit, world.cast.college.id, scope_of(world), io.BytesIO(), stop_at_second)
    assert len(asked) == 2


@pytest.mark.postgresql_for("grade-records", "report-cards")
@pytest.mark.parametrize("archive", ["grade-records", "absence-statistics", "report-cards"])
def test_ten_times_the_rows_cost_no_query_more(
    world: ClassWorld, archive: str, count_queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    """G12: a class is read whole, its names with it."""

    def cost() -> int:
        db.session.expire_all()
        with count_queries() as queries:
            made(world, archive)
        return len(queries)

    before = cost()
    for number in range(10):
        students = {world.cast.student.id: 1000, world.ines.id: 900, world.tom.id: 800}
        result_rows.make_assessment(world, dict(students), title=f"Contrôle {number}")
        rows.make_absence(world, world.cast.student, starts_at=OCTOBER + timedelta(days=number))
    result_rows.make_card(world, world.tom)
    db.session.commit()
    assert cost() == before
