"""'Année précédente': who reads last year's diaries once the year's lessons and classes are gone (S2-3)."""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, datetime

import pytest
from flask import Flask

from app import clock
from app.db import db
from app.directory.models import Guardianship, School, SchoolYear
from app.files.actions import store
from app.files.models import Archive
from app.files.queries import path_of
from app.gate.windows import Bound, WindowKind
from app.profiles import Profile
from app.pulse import set_clock
from app.schoollife import rollover
from app.schoollife.diary.models import Lesson
from app.schoolyear import start_of_day, zone_of
from tests import builders, people
from tests.browser.conftest import window
from tests.people import Cast, Someone
from tests.schoollife import year_rows
from tests.schoollife.year_rows import PLAN, Year, scope_of
from tests.signing import sign_in

AUGUST = datetime.fromisoformat("2026-08-20T10:00:00+02:00")


def archived(cast: Cast, school_id: int, *, begins: int = 2025, campaign_id: int = 1) -> dict[int, int]:
    """Make the diaries' archives of a school, as step 2 does; archive's number by unit."""
    made = {}
    for unit in rollover.archive_units("diary", school_id, scope_of(cast)):
        stream = io.BytesIO()
        covers = rollover.write_archive("diary", unit, school_id, scope_of(cast), stream, lambda: None)
        blob = store(stream.getvalue(), kind="application/zip", now=clock.portal_now())
        row = Archive(
            campaign_id=campaign_id, begins=begins, school_id=school_id, kind="diary", unit_id=unit.id, title=unit.title,
            sha256=blob.sha256, size=blob.size, covers={kind: list(pair) for kind, pair in covers.items()}, made_at=AUGUST,
            made_by=2,
        )  # fmt: skip
        made[unit.id] = year_rows.added(row)
    return made


class After:
    """The collège and the primary school after step 3: diaries archived, classes and their members set aside."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.cast: Cast = people.cast(app)
        set_clock(db.session(), AUGUST - clock.machine_now())
        self.year: Year = year_rows.diary_year(self.cast)
        self.archives = archived(self.cast, self.cast.college.id)
        self.primary = archived(self.cast, self.cast.primary.id)
        year_rows.without_directory()
        db.session.commit()
        app.extensions["pulse"].forget()

    @property
    def of_class(self) -> str:
        return f"/annee-precedente/{self.archives[self.year.class_id]}"

    def status(self, person: Someone, path: str, door: str | None = None) -> int:
        client = self.app.test_client()
        sign_in(client, person, door)
        return client.get(path).status_code

    def reads(self, person: Someone, door: str | None = None) -> bool:
        answers = {self.status(person, self.of_class + end, door) for end in ("/index.html", "/archive.zip")}
        assert answers in ({200}, {404})
        return answers == {200}


@pytest.fixture
def after(app: Flask) -> After:
    return After(app)


def test_pupils_guardians_teachers_and_administrators_of_the_class_read_it_and_nobody_else(after: After) -> None:
    """S2-3, KIN-1, GATE-15: as they could last year, though the members are set aside."""
    cast = after.cast
    for person in (cast.student, cast.guardian, cast.other_guardian, cast.teacher, cast.head, cast.school_admin):
        assert after.reads(person), person.name
    for person in (
        cast.pupil, cast.mover, cast.movers_guardian, cast.other_student, cast.primary_head, cast.guest, cast.authority,
    ):  # fmt: skip
        assert not after.reads(person), person.name
    # A colleague who did not teach the class could not read its diary either.
    assert not after.reads(cast.teacher_and_parent)
    assert after.app.test_client().get(after.of_class + "/index.html").status_code == 303


def test_a_cut_link_reads_nothing(after: After) -> None:
    """KIN-3."""
    link = {"guardian_id": after.cast.other_guardian.id, "student_id": after.cast.student.id}
    assert db.session.query(Guardianship).filter_by(**link).update({"cut_at": AUGUST}) == 1
    db.session.commit()
    assert not after.reads(after.cast.other_guardian)
    assert after.reads(after.cast.guardian)


def test_a_groups_diary_is_its_members_and_the_rest_is_for_the_school(after: After) -> None:
    latin, nobodys = after.archives[-after.year.group_id], after.archives[0]
    for number, readers in ((latin, {"student", "guardian", "head"}), (nobodys, {"head"})):
        for name in ("student", "guardian", "head", "teacher"):
            found = after.status(getattr(after.cast, name), f"/annee-precedente/{number}/index.html")
            assert (found == 200) == (name in readers), (number, name)


def test_the_list_has_what_i_may_read_and_leads_there(after: After) -> None:
    client = after.app.test_client()
    sign_in(client, after.cast.guardian)
    page = client.get("/annee-precedente").text
    assert "Cahier de textes de la classe 6A, 2025-2026" in page
    assert "du groupe Latin" in page
    assert "sans classe" not in page
    first = client.get(after.of_class)
    assert first.status_code == 303
    assert client.get(first.location).status_code == 200
    assert "/annee-precedente" in client.get("/classes").text
    sign_in(client, after.cast.guest)
    assert "Aucun cahier de textes" in client.get("/annee-precedente").text
    assert "/annee-precedente" not in client.get("/classes").text


def test_pages_come_in_a_sandbox_and_files_as_attachments(after: After) -> None:
    """Guarantees, Security: an archive's page runs nothing, whatever it holds."""
    client = after.app.test_client()
    sign_in(client, after.cast.student)
    page = client.get(after.of_class + "/mois/2025-09.html")
    policy = page.headers["Content-Security-Policy"]
    assert "sandbox" in policy
    assert "allow-scripts" not in policy
    assert page.headers["Cache-Control"] == "no-store"
    assert "Page 30." in page.text
    assert "/annee-precedente" in page.text
    style = client.get(after.of_class + "/style.css")
    assert style.mimetype == "text/css"
    plan = client.get(after.of_class + "/fichiers/2025-09-08 Mathématiques/Plan du cours.pdf")
    assert plan.data == PLAN
    assert plan.headers["Content-Disposition"].startswith("attachment")
    assert plan.headers["X-Content-Type-Options"] == "nosniff"
    for wrong in ("/nulle-part.html", "/../1/index.html", "/fichiers/"):
        assert client.get(after.of_class + wrong).status_code == 404
    whole = client.get(after.of_class + "/archive.zip")
    assert whole.data[:2] == b"PK"
    assert "6A" in whole.headers["Content-Disposition"]


def test_a_page_attached_by_somebody_is_handed_out_and_never_shown(after: After) -> None:
    made = year_rows.lesson(after.cast, class_id=after.year.class_id)
    year_rows.attach(b"<script>alert(1)</script>", "page.html", lesson_id=made)
    db.session.get_one(Archive, after.archives[after.year.class_id]).set_aside_by = 9
    db.session.flush()
    number = archived(after.cast, after.cast.college.id, campaign_id=2)[after.year.class_id]
    db.session.commit()
    client = after.app.test_client()
    sign_in(client, after.cast.student)
    got = client.get(f"/annee-precedente/{number}/fichiers/2025-09-08 Mathématiques/page.html")
    assert got.mimetype == "application/octet-stream"
    assert got.headers["Content-Disposition"].startswith("attachment")
    # What an undo has taken back is nobody's.
    assert client.get(after.of_class + "/index.html").status_code == 404


def test_a_blocked_family_reads_nothing_until_its_opening(after: After) -> None:
    """GATE-6, GATE-15: a school that is closed to somebody stays undisclosed."""
    families = frozenset({Profile.STUDENT, Profile.GUARDIAN})
    window(WindowKind.PROFILES, families, Bound(day=date(2026, 8, 18)), Bound(day=date(2026, 8, 31)))
    db.session.commit()
    after.app.extensions["pulse"].forget()
    assert after.status(after.cast.student, after.of_class + "/index.html") in (303, 503)
    assert after.reads(after.cast.teacher)
    opened = start_of_day(date(2026, 9, 1), zone_of("Europe/Paris"))
    set_clock(db.session(), opened - clock.machine_now())
    db.session.commit()
    after.app.extensions["pulse"].forget()
    assert after.reads(after.cast.student)


def test_only_the_newest_year_of_a_school_is_the_previous_one(after: After) -> None:
    db.session.query(Archive).filter(Archive.school_id == after.cast.college.id).update({"begins": 2024})
    year_rows.lesson(after.cast, class_id=after.year.class_id)
    db.session.flush()
    old = db.session.get_one(Archive, after.archives[after.year.class_id])
    newer = archived(after.cast, after.cast.college.id, campaign_id=2)[after.year.class_id]
    db.session.commit()
    assert old.begins == 2024
    assert after.status(after.cast.student, after.of_class + "/index.html") == 404
    assert after.status(after.cast.student, f"/annee-precedente/{newer}/index.html") == 200


def test_a_lost_or_damaged_archive_is_told(after: After) -> None:
    path = path_of(db.session.get_one(Archive, after.archives[after.year.class_id]).sha256)
    path.write_bytes(b"PK")
    assert after.status(after.cast.student, after.of_class + "/index.html") == 409
    path.unlink()
    assert after.status(after.cast.student, after.of_class + "/index.html") == 404


def test_the_list_asks_the_same_queries_however_many_there_are(
    after: After, count_queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    client = after.app.test_client()
    sign_in(client, after.cast.head)
    client.get("/annee-precedente")

    def counted() -> int:
        with count_queries() as queries:
            assert client.get("/annee-precedente").status_code == 200
        return len(queries)

    before = counted()
    for name in ("5A", "4B"):
        school_class = builders.make_class(
            db.session.get_one(School, after.cast.college.id),
            db.session.get_one(SchoolYear, after.cast.years[2025].id),
            name,
        )
        for _number in range(5):
            year_rows.lesson(after.cast, class_id=school_class.id)
    db.session.query(Archive).filter(Archive.school_id == after.cast.college.id).update({"set_aside_by": 9})
    archived(after.cast, after.cast.college.id, campaign_id=2)
    db.session.commit()
    assert db.session.query(Lesson).count() > 10
    assert counted() == before
