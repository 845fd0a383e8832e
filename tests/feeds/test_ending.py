"""What a rollover takes of imports, and that a feed leaves alone what is set aside (S3-2, S4-8, FEED-9, DATA-7)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, func, select, update

from app.db import Base, db
from app.directory.models import ClassMembership, Person, School, SchoolClass, SchoolYear
from app.directory.queries import current_classes
from app.fates import Scope, Space
from app.feeds.merging.loaders import move_rows
from app.feeds.models import FeedDeparture, FeedImport, FeedReject, FeedStructure
from app.feeds.queries import imports
from app.feeds.rollover import rows
from tests import builders
from tests.directory.rows import make_free_group
from tests.feeds import deliveries as make
from tests.feeds.conftest import NOW

Take = Callable[..., dict[str, Any]]
TASK = 5


def year(begins: int) -> int:
    return db.session.scalars(select(SchoolYear.id).where(SchoolYear.begins == begins)).one()


def table(name: str) -> Any:
    return Base.metadata.tables[name]


def chosen() -> dict[int, int]:
    scope = Scope(year_id=year(2025), begins=2025, cutoff=NOW, now=NOW)
    return {row.id: row.school_id for row in db.session.execute(rows("import-report", Space.NONE, scope))}


def mark(name: str, condition: Any) -> int:
    done = db.session.execute(update(table(name)).where(condition).values(set_aside_by=TASK))
    return int(done.rowcount)


def person(key: str) -> Person:
    return db.session.scalars(select(Person).where(Person.source_key == key)).one()


def test_the_reports_of_the_year_that_ends_go_and_those_of_the_new_year_stay(take: Take, tmp_path: Path) -> None:
    """S3-2: with the first school of their source; their rejects refer to them."""
    broken = make.student("1009", "MARTIN", "Max", school="77", classes=["6A"])
    students = [make.student("1000", "MARTINA", classes=["6A"]), broken]
    old = take(make.small(tmp_path / "old", day="20260610", students=students), year_n=True)["import"]
    new = take(make.small(tmp_path / "new"))["import"]
    school = db.session.scalars(select(School.id).where(School.in_service)).one()
    assert chosen() == {old: school}
    assert [one.id for one in imports()] == [new, old]
    mark("feed_import", table("feed_import").c.id == old)
    mark("feed_reject", table("feed_reject").c.import_id == old)
    db.session.commit()
    assert [one.id for one in imports()] == [new]
    assert db.session.scalars(select(FeedReject.import_id).where(FeedReject.import_id == old)).all() == []
    with pytest.raises(KeyError):
        rows("class", Space.NONE, Scope(year_id=1, begins=2025, cutoff=NOW, now=NOW))


def test_a_report_that_is_erased_leaves_what_feeds_know_of_structures_and_departures(
    take: Take, tmp_path: Path
) -> None:
    """FEED-9, ACCT-6: an older delivery is still refused, who has left still has."""
    take(make.small(tmp_path / "first", day="20260601", pupils=4), year_n=True)
    last = take(make.small(tmp_path / "last", day="20260610", pupils=3), year_n=True)["import"]
    gone = db.session.scalars(select(FeedDeparture.person_id)).all()
    assert len(gone) == 2
    db.session.execute(delete(table("feed_import")).where(table("feed_import").c.id == last))
    db.session.commit()
    structure = db.session.scalars(select(FeedStructure)).one()
    assert structure.import_id is None
    assert structure.delivered_on is not None
    assert db.session.scalars(select(FeedDeparture.person_id)).all() == gone
    take(make.small(tmp_path / "later", day="20260611", pupils=3), year_n=True)
    assert db.session.scalars(select(FeedStructure.import_id)).one() is not None


def test_a_feed_neither_revives_nor_touches_last_years_classes(take: Take, tmp_path: Path) -> None:
    """S4-8: 6A of N+1 is another class under last year's code, and even one of N comes anew."""
    take(make.small(tmp_path / "old", day="20260610"), year_n=True)
    old = db.session.scalars(select(SchoolClass.id)).one()
    assert mark("school_class", table("school_class").c.id == old) == 1
    members = mark("class_membership", table("class_membership").c.class_id == old)
    assert members == 3
    db.session.commit()
    take(make.small(tmp_path / "new"), returning="accept")
    new = db.session.scalars(select(SchoolClass)).one()
    assert (new.code, new.year_id) == ("6A", year(2026))
    take(make.small(tmp_path / "again", day="20260825", pupils=1, staff=[]), year_n=True)
    classes = db.session.scalars(select(SchoolClass).order_by(SchoolClass.id)).all()
    assert [(one.code, one.year_id) for one in classes] == [("6A", year(2026)), ("6A", year(2025))]
    assert old not in {one.id for one in classes}
    count = select(func.count()).select_from(table("class_membership"))
    assert db.session.scalar(count.where(table("class_membership").c.set_aside_by == TASK)) == members
    assert db.session.scalar(select(func.count(ClassMembership.id)).where(ClassMembership.class_id == old)) == 0
    pupil = person("1000").id
    assert {number for number, _level in current_classes([pupil]).values()} == {new.id}


def test_a_pupil_is_not_matched_to_somebody_who_is_set_aside(take: Take, tmp_path: Path) -> None:
    """FEED-5, DATA-7."""
    absent = builders.make_person("Zoé", "MARTIN")
    absent.ine = "123456789AB"
    db.session.flush()
    mark("person", table("person").c.id == absent.id)
    db.session.commit()
    number = absent.id
    take(make.small(tmp_path / "d", students=[make.student("1000", classes=["6A"], ENTEleveINE="123456789AB")]))
    assert person("1000").id != number


def test_two_guardians_who_become_one_keep_the_group_that_one_of_them_is_in(take: Take, tmp_path: Path) -> None:
    """KIN-4: what a rollover has set aside is no double of a live row."""
    school = builders.make_school("Collège Voltaire")
    kept, merged = builders.make_person("Alice", "Martin"), builders.make_person("Alice", "Martin")
    group = make_free_group(school.id, members=(kept.id, merged.id))
    member = table("free_group_member")
    mark("free_group_member", member.c.person_id == kept.id)
    move_rows(db.session(), merged.id, kept.id)
    live = select(member.c.person_id).where(member.c.group_id == group.id, member.c.set_aside_by.is_(None))
    assert db.session.scalars(live).all() == [kept.id]
    assert db.session.scalar(select(func.count(FeedImport.id))) == 0
