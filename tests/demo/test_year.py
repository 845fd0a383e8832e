"""A year made in bulk: every kind in every school, the same from the same seed, and as the rooms' own actions would have left it."""

from __future__ import annotations

import hashlib
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from app.accounts.models import Account
from app.audit.actions import COMMAND
from app.content.markup import to_html
from app.content.models import Article, ArticleAttachment, MediaFile, Section
from app.content.spaces import SpaceKind
from app.db import Base, db
from app.demo import actions
from app.demo.year import loaders
from app.demo.year.days import TODAY, at, is_school_day
from app.demo.year.facts import SchoolFacts
from app.directory.groups.models import FreeGroup
from app.directory.models import Guardianship, Person, School
from app.files.jobs import remove_unreferenced
from app.files.models import Blob
from app.files.queries import path_of
from app.messaging.models import Message, MessageCopy
from app.messaging.populations import read_all
from app.schoollife.models import Absence, Assessment, Homework, Lesson, Mark, ReportCard, ReportLine, RollCall
from app.schoollife.results.averages import Marked, average
from tests.demo.kinds import missing

NOW = datetime(2026, 7, 2, 8, tzinfo=UTC)
#: Written at machine time, or once for the whole database.
_MOVING = {
    "audit_line",
    "audit_detail",
    "audit_head",
    "revision",
    "account",
    "feed_import",
    "blob",
    "person",
    "project",
    "school",
}


def made(folder: Path, *, schools: int, people: int, content: str) -> None:
    actions.make(5, schools, people, content=content, folder=folder / "aaf", by=COMMAND, now=NOW)
    db.session.commit()


def fingerprint() -> str:
    """One number for every row that a year writes."""
    whole = hashlib.sha256()
    for name in sorted(set(loaders.TABLES) - _MOVING):
        table = Base.metadata.tables[name]
        for row in db.session.execute(select(table).order_by(*table.primary_key.columns)):
            whole.update(repr(row).encode())
    return whole.hexdigest()


def test_light_has_every_kind_of_the_table_of_fates_in_every_school(app: Flask, tmp_path: Path) -> None:
    made(tmp_path, schools=3, people=240, content="light")
    for school in db.session.scalars(select(School)):
        assert missing(db.session(), school.id) == [], school.name
    # The database goes on counting behind what was written in bulk.
    last = db.session.scalar(select(func.max(FreeGroup.id))) or 0
    group = FreeGroup(school_id=school.id, name="Après", lifetime="year", created_at=NOW)
    db.session.add(group)
    db.session.commit()
    assert group.id > last


def test_the_same_seed_makes_the_same_rows(sqlite_app: Flask, tmp_path: Path) -> None:
    made(tmp_path, schools=2, people=150, content="light")
    first = fingerprint()
    db.session.remove()
    db.drop_all()
    db.create_all()
    made(tmp_path, schools=2, people=150, content="light")
    assert fingerprint() == first


@pytest.fixture
def full(sqlite_app: Flask, tmp_path: Path) -> Flask:
    """A primary school and a collège with a whole year."""
    made(tmp_path, schools=2, people=150, content="full")
    return sqlite_app


def test_full_leaves_no_kind_and_no_space_empty_and_every_key_holds(full: Flask) -> None:
    schools = db.session.scalars(select(School).order_by(School.uai)).all()
    for school in schools:
        assert missing(db.session(), school.id) == [], school.name
        kinds = db.session.scalars(select(Section.kind).where(Section.school_id == school.id)).all()
        assert {SpaceKind(kind) for kind in kinds} == set(SpaceKind) - {SpaceKind.PERSONAL}
    assert db.session.execute(text("PRAGMA foreign_key_check")).all() == []
    assert db.session.scalar(select(func.count(Section.id)).where(Section.kind == "personal"))
    _sections_count_their_files()
    _texts_are_sanitised()
    _lessons_lie_on_school_days_and_nobody_is_in_two_places()
    _averages_follow_from_marks()
    _copies_belong_to_people_they_concern()


def _sections_count_their_files() -> None:
    """PORTAL-14: ``used`` is the sum of what stands in the section."""
    sums: Counter[int] = Counter()
    for section, size in db.session.execute(select(MediaFile.section_id, MediaFile.size)):
        sums[section] += size
    attached = select(Article.section_id, ArticleAttachment.size).join(
        Article, Article.id == ArticleAttachment.article_id
    )
    for section, size in db.session.execute(attached):
        sums[section] += size
    for number, used in db.session.execute(select(Section.id, Section.used)):
        assert used == sums[number]
    sizes = dict(db.session.execute(select(Blob.sha256, Blob.size)).all())
    for sha256, size, kind in db.session.execute(select(MediaFile.sha256, MediaFile.size, MediaFile.kind)):
        assert sizes[sha256] == size == path_of(sha256).stat().st_size
        assert "/" in kind
    assert remove_unreferenced(NOW) == 0


def _texts_are_sanitised() -> None:
    """Security: what is kept as HTML is what ``markup`` makes of the source."""
    for source, body in db.session.execute(select(Article.source, Article.body)):
        assert body == to_html(source)
    for source, body in db.session.execute(select(Lesson.source, Lesson.body).limit(200)):
        assert body == to_html(source)
    assert not db.session.scalar(
        select(func.count(Article.id)).join(Section).where(Article.school_id.is_distinct_from(Section.school_id))
    )


def _lessons_lie_on_school_days_and_nobody_is_in_two_places() -> None:
    lessons = db.session.execute(select(Lesson.teacher_id, Lesson.starts_at, Lesson.class_id)).all()
    assert len({(teacher, starts) for teacher, starts, _room in lessons}) == len(lessons)
    assert len({(room, starts) for _teacher, starts, room in lessons}) == len(lessons)
    assert all(is_school_day(starts.date()) for _teacher, starts, _room in lessons)
    called = select(func.count(RollCall.id)).where(RollCall.held_at > at(TODAY, 18), RollCall.validated_at.is_not(None))
    assert db.session.scalar(called) == 0
    assert db.session.scalar(select(func.count(Absence.id)).where(Absence.justified))
    assert db.session.scalar(select(func.count(Homework.id)).where(Homework.due_on > TODAY))


def _averages_follow_from_marks() -> None:
    """PORTAL-18: a report card's average is that of the pupil's marks in the subject and period."""
    query = (
        select(ReportCard.student_id, ReportCard.period_id, ReportLine.subject, ReportLine.average)
        .join(ReportCard, ReportCard.id == ReportLine.card_id)
        .limit(40)
    )
    for student, period, subject, kept in db.session.execute(query).all():
        marks = select(Mark.value, Assessment.out_of, Assessment.weight).join(
            Assessment, Assessment.id == Mark.assessment_id
        )
        found = db.session.execute(
            marks.where(
                Mark.student_id == student,
                Assessment.period_id == period,
                Assessment.subject == subject,
                Mark.value.is_not(None),
            )
        )
        assert kept == average(Marked(value=value, out_of=out_of, weight=weight) for value, out_of, weight in found)


def _copies_belong_to_people_they_concern() -> None:
    """KIN-2, KIN-3: a guardian's copy names a pupil for whom they stand."""
    query = select(MessageCopy.owner_id, MessageCopy.student_id).where(MessageCopy.student_id.is_not(None)).distinct()
    links = {tuple(row) for row in db.session.execute(select(Guardianship.guardian_id, Guardianship.student_id))}
    found = {tuple(row) for row in db.session.execute(query)}
    assert found
    assert found <= links
    assert all(
        read_all(recipients)
        for recipients in db.session.scalars(select(Message.recipients).where(Message.sent_at.is_not(None)))
    )


def test_a_column_that_a_table_does_not_have_is_refused(sqlite_app: Flask) -> None:
    sheets = loaders.open_sheets(db.session())
    with pytest.raises(KeyError, match="colour"):
        sheets["article"].add(title="Sans couleur", colour="red")


def test_a_class_without_teacher_still_has_somebody_to_answer_for_it() -> None:
    facts = SchoolFacts(
        1, "9900001A", "primary", "École", "VALMONT", "Europe/Paris", 1, staff={"DIR": [7], "ENS": [7, 8]}
    )
    assert facts.head == 7
    assert facts.adults == [7, 8]


def test_people_made_for_the_year_have_an_account(sqlite_app: Flask, tmp_path: Path) -> None:
    """ACCT-5: limited to the year, with a login like everybody's."""
    made(tmp_path, schools=1, people=80, content="light")
    guests = db.session.scalars(select(Person).where(Person.lifetime == "year")).all()
    logins = dict(db.session.execute(select(Account.person_id, Account.login)).all())
    assert guests
    assert all(guest.id in logins for guest in guests)
