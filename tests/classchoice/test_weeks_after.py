"""Replacements, classes that change, the director's view, offers that end (CLASS-3, CLASS-8, CLASS-9)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, func, select, update

from app.audit.actions import Actor
from app.campaign.expunging.jobs import expunge_due
from app.campaign.models import Campaign, Plan, Run, RunPart, RunTask
from app.classchoice import actions, queries
from app.classchoice.answers import State
from app.classchoice.carrying.actions import take
from app.classchoice.carrying.queries import spaces_of
from app.classchoice.changing.actions import decide, dismiss
from app.classchoice.changing.queries import proposals
from app.classchoice.changing.splits import became
from app.classchoice.jobs import tend
from app.classchoice.mending.agreement import Agreement
from app.classchoice.models import ClassChoice, ClassOffer
from app.classchoice.offers.queries import offered
from app.classchoice.overview import queries as overview
from app.classchoice.overview.actions import remind
from app.classchoice.problems import AlreadyReplaced, AlreadySettled, BadDays, ClassGone
from app.classchoice.replacing import actions as replacing
from app.classchoice.replacing.queries import candidates, replacement_in, replacements
from app.classchoice.selection import EVERYTHING
from app.content.models import Article, MediaFile, Section
from app.db import db
from app.directory.groups.queries import belonging
from app.directory.models import Affiliation, ClassMembership, Person, School, SchoolClass, SchoolYear
from app.errors import NotFound
from app.messaging.models import Message, MessageCopy
from app.profiles import Role, Visitor
from tests import builders
from tests.classchoice.mornings import NOW, TASK, Morning, morning

MONDAY, FRIDAY = date(2026, 9, 7), date(2026, 9, 11)
MORNING = datetime(2026, 9, 7, 5, 0, tzinfo=UTC)


def me(number: int) -> Actor:
    return Actor(name="person", person_id=number)


@pytest.fixture
def day(app: Flask) -> Morning:
    return morning(app)


def chosen(day: Morning, who: str = "odette", code: str = "CM1") -> ClassChoice:
    person = getattr(day, who)
    choice = actions.begin(person.id, day.school_id, by=me(person.id), now=NOW)
    actions.choose(choice, [day.classes[code]], version=None, by=me(person.id), now=NOW)
    return choice


def teaches(person_id: int, day: Morning) -> bool:
    query = select(ClassMembership.id).where(
        ClassMembership.person_id == person_id,
        ClassMembership.class_id == day.classes["CM1"],
        ClassMembership.role != "student",
    )
    return db.session.scalar(query) is not None


def replaced(
    day: Morning, first: date = MONDAY, last: date | None = FRIDAY, now: datetime = NOW
) -> replacing.ClassReplacement:
    school, head = db.session.get_one(School, day.school_id), me(day.cast.primary_head.id)
    return replacing.attach(
        school,
        day.classes["CM1"],
        day.cast.teacher.id,
        absent_id=day.odette.id,
        first_day=first,
        last_day=last,
        by=head,
        now=now,
    )


# Replacements ----------------------------------------------------------------------------------------------------------


def test_a_replacement_has_the_class_from_the_first_day_to_the_last_and_the_absent_teacher_again_after(
    day: Morning,
) -> None:
    """CLASS-8: days of the school, both included; the job begins and ends it, once."""
    chosen(day)
    replaced(day)
    assert (teaches(day.cast.teacher.id, day), teaches(day.odette.id, day)) == (False, True)
    tend(MORNING - timedelta(hours=8))  # Sunday 23:00 in Paris
    assert not teaches(day.cast.teacher.id, day)
    tend(MORNING)
    assert (teaches(day.cast.teacher.id, day), teaches(day.odette.id, day)) == (True, False)
    tend(datetime(2026, 9, 11, 21, 59, tzinfo=UTC))
    assert teaches(day.cast.teacher.id, day)
    tend(datetime(2026, 9, 11, 22, 0, tzinfo=UTC))
    tend(datetime(2026, 9, 12, 6, 0, tzinfo=UTC))
    assert (teaches(day.cast.teacher.id, day), teaches(day.odette.id, day)) == (False, True)
    held = select(Affiliation.id).where(
        Affiliation.person_id == day.cast.teacher.id, Affiliation.school_id == day.school_id
    )
    assert db.session.scalar(held) is None


def test_the_replacement_gets_the_class_and_not_the_offer(day: Morning) -> None:
    """CLASS-8: and is not led to a choice; the absent teacher has not to choose again."""
    chosen(day)
    replaced(day, now=MORNING)
    visitor = day.visitor(day.cast.teacher)
    assert belonging(visitor).teaches >= {day.classes["CM1"]}
    assert queries.standings(visitor, MORNING)[0].state == State.PLACED
    assert queries.must_choose(visitor, MORNING) is None
    choice = actions.begin(day.cast.teacher.id, day.school_id, by=me(day.cast.teacher.id), now=MORNING)
    assert offered(choice, MORNING).spaces == []
    assert queries.standings(day.visitor(day.odette), MORNING)[0].state == State.CHOSEN


def test_a_replacement_is_a_teacher_of_the_portal_or_made_for_it(day: Morning) -> None:
    """CLASS-8: an existing account first, else a temporary one limited to the year."""
    assert [person.id for person in candidates("marchand")] == [day.cast.teacher.id]
    assert list(candidates("moreau")) == []
    assert list(candidates(" ")) == []
    school, head = db.session.get_one(School, day.school_id), me(day.cast.primary_head.id)
    values = {"absent_id": None, "first_day": MONDAY, "last_day": None, "by": head, "now": MORNING}
    with pytest.raises(NotFound):
        replacing.attach(school, day.classes["CM1"], day.cast.guardian.id, **values)
    visitor = Visitor(person_id=day.cast.primary_head.id, roles=frozenset({(Role.HEAD, day.school_id)}))
    person, login, code = replacing.make_temporary(school, last_name="Aubry", first_name="Léon", by=visitor, now=NOW)
    assert (login, len(code) >= 12, person.lifetime) == ("l.aubry", True, "year")
    college = db.session.get_one(School, day.cast.college.id)
    with pytest.raises(NotFound):
        replacing.attach(college, day.cast.college.classes[2026]["6A"], person.id, **values)
    replacing.attach(school, day.classes["CM1"], person.id, **values)
    assert teaches(person.id, day)


def test_days_of_a_replacement_make_sense_and_can_be_moved(day: Morning) -> None:
    chosen(day)
    with pytest.raises(BadDays):
        replaced(day, FRIDAY, MONDAY)
    replaced(day, now=MORNING)
    with pytest.raises(AlreadyReplaced):
        replaced(day, FRIDAY, None, now=MORNING)
    line = replacements(day.school_id)[0]
    assert (line.class_name, line.name, line.absent, line.state) == (
        "CM1",
        "Thérèse Marchand",
        "Odette Vidal",
        "running",
    )
    row = replacement_in(day.school_id, line.id)
    replacing.end(row, last_day=MONDAY, by=me(day.cast.primary_head.id), now=datetime(2026, 9, 9, 8, 0, tzinfo=UTC))
    assert (row.state, teaches(day.odette.id, day)) == ("ended", True)
    with pytest.raises(NotFound):
        replacement_in(day.cast.college.id, line.id)


# Classes that change ---------------------------------------------------------------------------------------------------


def move(day: Morning, names: str, into: str) -> None:
    pupils = select(Person.id).where(Person.first_name.in_(names.split()))
    change = update(ClassMembership).where(
        ClassMembership.person_id.in_(pupils), ClassMembership.class_id == day.classes["CM1"]
    )
    db.session.execute(change.values(class_id=day.classes[into]))


def test_a_became_b_and_c_is_proposed_from_the_pupils_and_the_director_decides(day: Morning) -> None:
    """CLASS-9: the old space stays; what is in it goes to both, pupils' work included."""
    choice = chosen(day)
    take(choice, day.old["CM1"], EVERYTHING, [day.classes["CM1"]], by=me(day.odette.id), now=NOW)
    tend(NOW)
    assert proposals(day.school_id) == []
    move(day, "Ana Ben Cléo", "CE2")
    move(day, "Dan", "CM2")
    tend(NOW + timedelta(days=7))
    tend(NOW + timedelta(days=8))
    line = proposals(day.school_id)[0]
    assert (line.name, line.pupils_before, [(name, count) for _n, name, count in line.into]) == (
        "CM1",
        4,
        [("CE2", 3), ("CM2", 1)],
    )
    head, into = me(day.cast.primary_head.id), [day.classes["CE2"], day.classes["CM2"]]
    with pytest.raises(ClassGone):
        decide(line.id, day.school_id, [day.classes["CM1"]], by=head, now=NOW)
    db.session.rollback()
    done = decide(line.id, day.school_id, into, by=head, now=NOW)
    assert [(one.articles, one.files) for one in done] == [(3, 2), (3, 2)]
    old = spaces_of([day.classes["CM1"]])[day.classes["CM1"]][0]
    assert db.session.scalar(select(func.count()).select_from(Article).where(Article.section_id == old)) == 3
    with pytest.raises(AlreadySettled):
        dismiss(line.id, day.school_id, by=head, now=NOW)
    tend(NOW + timedelta(days=9))
    assert proposals(day.school_id) == []


def test_a_few_pupils_who_move_change_no_class(day: Morning) -> None:
    assert became(25, 23, {4: 2}) == []
    assert became(25, 13, {4: 12}) == [(4, 12)]
    assert became(25, 0, {4: 9, 5: 16}) == [(5, 16), (4, 9)]
    assert became(0, 0, {4: 3}) == []
    tend(NOW)
    move(day, "Ana", "CE2")
    tend(NOW)
    assert proposals(day.school_id) == []


# The director ----------------------------------------------------------------------------------------------------------


def test_the_director_sees_who_has_chosen_and_who_has_not_and_writes_to_the_others_once_a_day(day: Morning) -> None:
    chosen(day)
    missing = actions.begin(day.celia.id, day.school_id, by=me(day.celia.id), now=NOW)
    actions.say_missing(missing, "La classe du préau", by=me(day.celia.id), now=NOW)
    lines = {line.name: line for line in overview.teachers(day.school_id, NOW)}
    told = {name: (line.state, [n for _i, n in line.classes], line.waiting, line.line) for name, line in lines.items()}
    assert told == {
        "Odette Vidal": (State.CHOSEN, ["CM1"], False, ""),
        "Basile Renard": (State.OPEN, [], True, ""),
        "Celia Morin": (State.MISSING, [], True, "La classe du préau"),
        "Denis Roche": (State.PLACED, ["CM2"], True, ""),
    }
    assert lines["Odette Vidal"].agreement == Agreement.UNKNOWN
    head = me(day.cast.primary_head.id)
    assert (remind(day.school_id, by=head, now=NOW), remind(day.school_id, by=head, now=NOW)) == (3, 0)
    assert remind(day.school_id, by=head, now=NOW + timedelta(days=1)) == 3


def test_the_director_is_told_of_a_choice(day: Morning) -> None:
    """CLASS-8: by a message of the portal, once."""
    chosen(day)
    query = select(Message.source).join(MessageCopy, MessageCopy.message_id == Message.id)
    texts = db.session.scalars(query.where(MessageCopy.owner_id == day.cast.primary_head.id)).all()
    assert len(texts) == 1
    assert "Odette Vidal a choisi" in texts[0]


def test_before_the_rollover_is_through_the_director_sees_no_choices(day: Morning) -> None:
    assert overview.teachers(day.cast.college.id, NOW) == []


def test_the_directors_page_costs_the_same_at_ten_times_the_teachers(
    day: Morning, count_queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    overview.teachers(day.school_id, NOW)
    with count_queries() as few:
        overview.teachers(day.school_id, NOW)
        overview.classes(day.school_id, NOW)
    year = db.session.scalars(select(SchoolYear).where(SchoolYear.begins == 2026)).one()
    school = db.session.get_one(School, day.school_id)
    for number in range(40):
        person = builders.make_person(f"T{number}", "Long")
        builders.affiliate(person, school, queries.Profile.TEACHER)
        builders.enrol(
            person, db.session.get_one(SchoolClass, builders.make_class(school, year, f"Z{number}").id), "teacher"
        )
    with count_queries() as many:
        assert len(overview.teachers(day.school_id, NOW)) == 44
        overview.classes(day.school_id, NOW)
    assert len(many) == len(few)


# Offers that end -------------------------------------------------------------------------------------------------------


def task_of(day: Morning) -> RunTask:
    """The ledger of the task that has set last year's articles aside, due to be erased in ten days."""
    campaign = Campaign(year=2026, preset="primary-2018", title="Essai", created_at=NOW)
    db.session.add(campaign)
    db.session.flush()
    plan = Plan(campaign_id=campaign.id, step=2, provisional=False, fingerprint="x", cutoff=NOW, made_at=NOW)
    db.session.add(plan)
    db.session.flush()
    run = Run(campaign_id=campaign.id, step=2, plan_id=plan.id, state="done", started_at=NOW)
    db.session.add(run)
    db.session.flush()
    part = RunPart(run_id=run.id, school_id=day.school_id, state="done")
    db.session.add(part)
    db.session.flush()
    task = RunTask(
        id=TASK, part_id=part.id, change="set-aside:article:class", position=1, state="done", done=4, expunge_after=NOW + timedelta(days=10)
    )  # fmt: skip
    db.session.add(task)
    db.session.commit()
    return task


def sources(day: Morning) -> int:
    query = select(func.count()).select_from(Article).where(Article.section_id == day.old["CM1"])
    return db.session.scalar(query, execution_options={"set_aside": True}) or 0


def test_what_is_offered_waits_for_the_last_teachers_own_clock(day: Morning) -> None:
    """CLASS-8, G7: who has not signed in may come until the end of N+1; when every clock is over the rows may go."""
    task = task_of(day)
    tend(NOW)
    assert task.expunge_after == datetime(2027, 7, 3, 22, 0, tzinfo=UTC)
    expunge_due(NOW + timedelta(days=30))
    assert sources(day) == 4
    clocks = [
        actions.begin(one.id, day.school_id, by=me(one.id), now=NOW) for one in (day.odette, day.basile, day.celia)
    ]
    for choice in clocks:
        choice.recoverable_until = NOW + timedelta(days=40)
    clocks[1].recoverable_until = NOW + timedelta(days=60)
    db.session.commit()
    tend(NOW + timedelta(days=41))
    assert (task.expunge_after, db.session.scalar(select(func.count()).select_from(ClassOffer))) == (
        NOW + timedelta(days=60),
        1,
    )
    last = NOW + timedelta(days=60)
    tend(last - timedelta(seconds=1))
    expunge_due(last - timedelta(seconds=1))
    assert sources(day) == 4
    tend(last)
    expunge_due(last)
    assert (sources(day), db.session.scalar(select(func.count()).select_from(ClassOffer))) == (0, 0)


def test_a_copy_stays_when_its_source_is_erased(day: Morning) -> None:
    """CLASS-3: bytes are kept by what refers to them; the copies refer to them themselves."""
    choice = chosen(day)
    take(choice, day.old["CM1"], EVERYTHING, [day.classes["CM1"]], by=me(day.odette.id), now=NOW)
    db.session.execute(delete(Section).where(Section.id == day.old["CM1"]), execution_options={"set_aside": True})
    space = spaces_of([day.classes["CM1"]])[day.classes["CM1"]][0]
    for table in (Article, MediaFile):
        rows = select(func.count()).select_from(table).where(table.section_id == space)
        assert db.session.scalar(rows) in (2, 3)


def test_an_undone_rollover_takes_its_offer_back(day: Morning) -> None:
    """CLASS-2: offered is what is set aside; what came back is in use."""
    choice = chosen(day)
    assert len(offered(choice, NOW).spaces) == 1
    db.session.execute(
        update(Section.__table__).where(Section.__table__.c.id == day.old["CM1"]).values(set_aside_by=None)
    )
    assert offered(choice, NOW).spaces == []
