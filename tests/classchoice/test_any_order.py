"""Whatever is done in whatever order: nothing twice, nothing lost, nobody in a class that they may not have (CLASS-1 to CLASS-5).

A state machine beside a small model: choose, share, take, take again, put right, edit, a feed that arrives, an administrator who closes
classes and chooses for somebody, a crash in the middle of anything, and the same thing done again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import delete, func, select

from app.audit.actions import Actor
from app.classchoice import actions
from app.classchoice.carrying.actions import take
from app.classchoice.mending.actions import put_back
from app.classchoice.models import ClassChoice
from app.classchoice.problems import ClassClosed, EditedSince
from app.classchoice.selection import EVERYTHING, Edited, Selection
from app.content.models import Article, ArticleAttachment, Comment, Contest, Folder, MapPoint, MediaFile, Section
from app.db import db
from app.directory.models import ClassMembership
from app.errors import NotFound
from tests.classchoice.mornings import NOW, TASK, Morning, morning

CODES = ("CE2", "CM1", "CM2")
WHO = ("odette", "basile", "celia")
#: Of the old CM1: what is ticked by default, and what is not.
USUAL = ("museum", "garden", "loose", "tree", "plan", "contest", "place")
PUPILS = ("poem", "yard")
TABLES: dict[str, Any] = {
    **dict.fromkeys(("museum", "garden", "loose", "poem"), Article),
    **dict.fromkeys(("tree", "plan", "yard"), MediaFile),
    "contest": Contest,
    "place": MapPoint,
}
SIZES = {"museum": 500, "tree": 1000, "plan": 1000, "yard": 1000}

teachers = st.sampled_from(WHO)
codes = st.sampled_from(CODES)
classes = st.sampled_from([{"CM1"}, {"CM2"}, {"CE2"}, {"CM1", "CM2"}, {"CE2", "CM1"}, set()])
policies = st.sampled_from(list(Edited))
crashes = st.sampled_from([False, False, False, True])
#: Which of those that there are, whatever their number.
which = st.integers(min_value=0, max_value=99)


@dataclass
class Copy:
    """A copy as the model knows it; ``by`` None: nobody's to send back any more."""

    by: str | None
    edited: bool = False


@dataclass
class Model:
    """What should be: classes chosen and fed, copies by (class, source), classes closed to choice."""

    chosen: dict[str, set[str]] = field(default_factory=lambda: {who: set() for who in WHO})
    fed: dict[str, set[str]] = field(default_factory=lambda: {who: set() for who in WHO})
    copies: dict[tuple[str, str], Copy] = field(default_factory=dict)
    closed: set[str] = field(default_factory=set)

    def edited(self, who: str, gone: set[str]) -> bool:
        return any(copy.edited for (code, _), copy in self.copies.items() if code in gone and copy.by == who)

    def send_back(self, who: str, code: str, policy: Edited, target: str | None) -> None:
        for (place, name), copy in list(self.copies.items()):
            if place != code or copy.by != who:
                continue
            if not copy.edited:
                del self.copies[(place, name)]
            elif policy == Edited.MOVE and target is not None and (target, name) not in self.copies:
                self.copies[(target, name)] = Copy(by=None, edited=True)
                del self.copies[(place, name)]
            else:
                copy.by = None


class Choices(RuleBasedStateMachine):
    """The portal and its model, side by side. Everything happens in one transaction, which is rolled back at the end."""

    day: Morning

    def __init__(self) -> None:
        super().__init__()
        db.session.rollback()
        self.model = Model()
        self.rows = {
            who: actions.begin(getattr(self.day, who).id, self.day.school_id, by=self._by(who), now=NOW) for who in WHO
        }
        actions.make_class_spaces(self.rows["odette"].year_id, self.day.school_id, by=self._by("odette"), now=NOW)
        query = select(Section.class_id, Section.id).where(Section.class_id.in_(self.day.classes.values()))
        spaces = {class_id: number for class_id, number in db.session.execute(query)}  # noqa: C416
        self.spaces = {code: spaces[self.day.classes[code]] for code in CODES}
        self.sources = self._sources()

    def teardown(self) -> None:
        db.session.rollback()

    def _by(self, who: str) -> Actor:
        return Actor(name="person", person_id=getattr(self.day, who).id)

    def _sources(self) -> tuple[int, ...]:
        return tuple(
            db.session.scalar(
                select(func.count()).select_from(table).where(table.set_aside_by == TASK),
                execution_options={"set_aside": True},
            )
            or 0
            for table in (Article, ArticleAttachment, MediaFile, Folder, Contest, MapPoint, Comment)
        )

    def _choice(self, who: str) -> ClassChoice:
        return db.session.get_one(ClassChoice, self.rows[who].id)

    def _do(self, crash: bool, what: Callable[[], Any]) -> bool:
        """Do it in a savepoint; a crash comes just before the end. False: nothing has happened."""
        point = db.session.begin_nested()
        try:
            what()
            db.session.flush()
        except BaseException:
            point.rollback()
            raise
        if crash:
            point.rollback()
            db.session.expire_all()
            return False
        point.commit()
        return True

    @initialize(mine=classes, theirs=classes)
    def the_first_morning(self, mine: set[str], theirs: set[str]) -> None:
        self.choose_classes("odette", mine, Edited.ASK, False, False)
        self.choose_classes("basile", theirs, Edited.ASK, False, False)

    @rule(who=teachers, wanted=classes, policy=policies, admin=st.booleans(), crash=crashes)
    def choose(self, who: str, wanted: set[str], policy: Edited, admin: bool, crash: bool) -> None:
        self.choose_classes(who, wanted, policy, admin, crash)

    def choose_classes(self, who: str, wanted: set[str], policy: Edited, admin: bool, crash: bool) -> None:
        model, by = (
            self.model,
            Actor(name="person", person_id=self.day.cast.primary_head.id) if admin else self._by(who),
        )
        before = model.chosen[who]
        added, dropped = wanted - before, before - wanted
        shut = {code for code in added & model.closed if code not in model.fed[who] and not admin}
        numbers = [self.day.classes[code] for code in wanted]

        def act() -> None:
            actions.choose(self._choice(who), numbers, version=None, by=by, now=NOW, edited=policy)

        try:
            done = self._do(crash, act)
        except ClassClosed:
            assert shut
            return
        except EditedSince:
            assert policy == Edited.ASK
            assert model.edited(who, dropped)
            return
        assert not shut
        assert policy != Edited.ASK or not model.edited(who, dropped)
        if not done:
            return
        order = sorted(added or wanted, key=lambda code: self.day.classes[code])
        for code in sorted(dropped, key=lambda code: self.day.classes[code]):
            model.send_back(who, code, policy, order[0] if order else None)
        model.chosen[who] = set(wanted)

    def _takers(self) -> list[tuple[str, str]]:
        return [(who, code) for who in ("odette", "basile") for code in sorted(self.model.chosen[who])]

    @rule(who=teachers, code=codes, crash=crashes)
    def take_whatever(self, who: str, code: str, crash: bool) -> None:
        self._take(who, code, False, set(), crash)

    @precondition(lambda self: self._takers())
    @rule(at=which, pupils=st.booleans(), names=st.sets(st.sampled_from(sorted(TABLES)), max_size=3), crash=crashes)
    def take_along(self, at: int, pupils: bool, names: set[str], crash: bool) -> None:
        takers = self._takers()
        self._take(*takers[at % len(takers)], pupils, names, crash)

    def _take(self, who: str, code: str, pupils: bool, names: set[str], crash: bool) -> None:
        things, model = self.day.things, self.model
        single = Selection(
            articles=frozenset(things[name] for name in names if TABLES[name] is Article),
            files=frozenset(things[name] for name in names if TABLES[name] is MediaFile),
            contests=frozenset(things[name] for name in names if name == "contest"),
            points=frozenset(things[name] for name in names if name == "place"),
        )
        chosen = single if names else Selection(everything=True, pupils_too=pupils)
        wanted = names or {*USUAL, *(PUPILS if pupils else ())}
        may = who != "celia" and code in model.chosen[who]

        def act() -> None:
            take(self._choice(who), self.day.old["CM1"], chosen, [self.day.classes[code]], by=self._by(who), now=NOW)

        try:
            done = self._do(crash, act)
        except NotFound:
            assert not may
            return
        assert may
        for name in wanted if done else ():
            model.copies.setdefault((code, name), Copy(by=who))

    @precondition(lambda self: self._takers())
    @rule(at=which)
    def take_twice(self, at: int) -> None:
        """A double click: the second finds everything there."""
        takers = self._takers()
        who, code = takers[at % len(takers)]
        for _click in range(2):
            last = take(
                self._choice(who), self.day.old["CM1"], EVERYTHING, [self.day.classes[code]], by=self._by(who), now=NOW
            )
        assert (last[0].articles, last[0].files, last[0].folders, last[0].bytes) == (0, 0, 0, 0)
        for name in USUAL:
            self.model.copies.setdefault((code, name), Copy(by=who))

    @rule(who=teachers, code=codes, policy=policies, crash=crashes)
    def put_right(self, who: str, code: str, policy: Edited, crash: bool) -> None:
        model = self.model

        def act() -> None:
            put_back(self._choice(who), self.day.classes[code], edited=policy, by=self._by(who), now=NOW)

        try:
            done = self._do(crash, act)
        except NotFound:
            assert code not in model.chosen[who]
            return
        except EditedSince:
            assert model.edited(who, {code})
            assert policy == Edited.ASK
            return
        if done:
            model.send_back(who, code, policy, None)

    @precondition(lambda self: self.model.copies)
    @rule(at=which, remark=st.booleans())
    def edit(self, at: int, remark: bool) -> None:
        """Somebody writes in a copy, or says something of it."""
        copies = sorted(self.model.copies)
        code, name = copies[at % len(copies)]
        row: Any = self._row(code, name)
        if remark and TABLES[name] is Article:
            db.session.add(Comment(article_id=row.id, author_id=self.day.celia.id, text="Oui", written_at=NOW))
        else:
            setattr(row, "name" if TABLES[name] is MediaFile else "title", f"{name} {row.version}.jpg")
        db.session.flush()
        self.model.copies[(code, name)].edited = True

    @rule(who=teachers, code=codes)
    def feed_arrives(self, who: str, code: str) -> None:
        """The late feed names a class for somebody, or no longer does; the job sees to it that a choice stands."""
        fed = self.model.fed[who]
        link = {"class_id": self.day.classes[code], "person_id": getattr(self.day, who).id, "source": "aaf1d"}
        if code in fed:
            own = [getattr(ClassMembership, name) == value for name, value in link.items()]
            db.session.execute(delete(ClassMembership).where(*own))
        else:
            db.session.add(ClassMembership(**link, role="teacher", subject_code="F"))
        fed ^= {code}
        db.session.flush()
        actions.stand_by_choices(self.day.school_id, now=NOW)

    @rule(code=codes)
    def administrator_closes_or_opens(self, code: str) -> None:
        closed = code not in self.model.closed
        actions.close_class(self.day.classes[code], self.day.school_id, closed, by=self._by("odette"), now=NOW)
        self.model.closed ^= {code}

    def _row(self, code: str, name: str) -> Any:
        table = TABLES[name]
        query = select(table).where(table.section_id == self.spaces[code], table.carried_from == self.day.things[name])
        return db.session.scalars(query).one()

    @invariant()
    def every_copy_is_where_the_model_says_and_once(self) -> None:
        found = []
        named = {(table, self.day.things[name]): name for name, table in TABLES.items()}
        for table in (Article, MediaFile, Contest, MapPoint):
            query = select(table.section_id, table.carried_from).where(table.section_id.in_(self.spaces.values()))
            for section, source in db.session.execute(query):
                code = next(code for code, number in self.spaces.items() if number == section)
                found.append((code, named[(table, source)]))
        assert sorted(found) == sorted(self.model.copies)

    @invariant()
    def nothing_of_last_year_is_lost(self) -> None:
        assert self._sources() == self.sources

    @invariant()
    def everybody_is_in_the_classes_that_they_may_have(self) -> None:
        for who in WHO:
            query = select(ClassMembership.class_id).where(ClassMembership.person_id == getattr(self.day, who).id)
            held = set(db.session.scalars(query))
            wanted = self.model.chosen[who] | self.model.fed[who]
            assert held == {self.day.classes[code] for code in wanted}

    @invariant()
    def what_a_space_holds_is_what_it_says_it_holds(self) -> None:
        for code, number in self.spaces.items():
            held = sum(SIZES.get(name, 0) for place, name in self.model.copies if place == code)
            assert db.session.scalar(select(Section.used).where(Section.id == number)) == held

    @invariant()
    def no_file_lies_in_another_spaces_folder(self) -> None:
        query = select(MediaFile.id).join(Folder, Folder.id == MediaFile.folder_id)
        assert db.session.scalar(query.where(Folder.section_id != MediaFile.section_id)) is None


def test_whatever_is_done_in_whatever_order_nothing_is_twice_and_nothing_lost(sqlite_app: Flask) -> None:
    """CLASS-3, CLASS-5, G5."""
    Choices.day = morning(sqlite_app)
    few = settings(
        max_examples=8,
        stateful_step_count=18,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Choices, settings=few)  # type: ignore[no-untyped-call]
