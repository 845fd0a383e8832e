"""A choice put right: what was taken goes back unless it was edited since; the late feed (CLASS-5, DATA-6)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, func, select, update

from app.audit.actions import Actor
from app.classchoice import actions, queries
from app.classchoice.carrying.actions import take
from app.classchoice.carrying.queries import spaces_of, taken
from app.classchoice.mending.actions import follow_feed, keep_choice, put_back
from app.classchoice.mending.agreement import Agreement, agreement
from app.classchoice.mending.queries import choice_in, fed_classes, would_go_back
from app.classchoice.models import ClassChoice
from app.classchoice.offers.queries import offered
from app.classchoice.partnerships.actions import rejoin
from app.classchoice.problems import EditedSince
from app.classchoice.selection import EVERYTHING, Edited, Selection
from app.content.models import Article, Category, Comment, Folder, MediaFile, PartnershipClass, Section
from app.content.spaces import SpaceKind
from app.db import db
from app.directory.models import ClassMembership
from app.errors import NotFound
from tests.classchoice.mornings import NOW, TASK, Morning, blob, morning


def me(number: int) -> Actor:
    return Actor(name="person", person_id=number)


@pytest.fixture
def day(app: Flask) -> Morning:
    return morning(app)


@pytest.fixture
def choice(day: Morning) -> ClassChoice:
    """Odette's: CM1 of the new year, with everything taken along."""
    by = me(day.odette.id)
    made = actions.begin(day.odette.id, day.school_id, by=by, now=NOW)
    actions.choose(made, [day.classes["CM1"]], version=None, by=by, now=NOW)
    take(made, day.old["CM1"], EVERYTHING, [day.classes["CM1"]], by=by, now=NOW)
    return made


def change(day: Morning, choice: ClassChoice, *codes: str, edited: Edited = Edited.ASK) -> actions.Chosen:
    numbers = [day.classes[code] for code in codes]
    return actions.choose(choice, numbers, version=choice.version, by=me(day.odette.id), now=NOW, edited=edited)


def space(day: Morning, code: str) -> int:
    return spaces_of([day.classes[code]])[day.classes[code]][0]


def inside(table: Any, section: int, **more: Any) -> int:
    query = select(func.count()).select_from(table).where(table.section_id == section).filter_by(**more)
    return db.session.scalar(query) or 0


def copy_of(day: Morning, name: str, code: str = "CM1") -> Article:
    query = select(Article).where(Article.section_id == space(day, code), Article.carried_from == day.things[name])
    return db.session.scalars(query).one()


def test_a_wrong_class_is_left_with_everything_that_was_taken_and_can_be_taken_again(
    day: Morning, choice: ClassChoice
) -> None:
    wrong = space(day, "CM1")
    told = would_go_back(choice, [day.classes["CM1"]])
    assert (told.articles, told.files, told.folders, told.contests, told.points, list(told.edited)) == (
        3,
        2,
        2,
        1,
        1,
        [],
    )
    done = change(day, choice, "CM2")
    assert (done.gone_back, done.stayed) == (9, 0)
    for table in (Article, MediaFile, Folder, Category):
        assert inside(table, wrong) == 0
    assert db.session.get_one(Section, wrong).used == 0
    assert taken(choice)[0].returned
    again = take(choice, day.old["CM1"], EVERYTHING, [day.classes["CM2"]], by=me(day.odette.id), now=NOW)[0]
    assert (again.articles, again.files) == (3, 2)
    sources = db.session.execute(
        select(Article.id).where(Article.set_aside_by == TASK), execution_options={"set_aside": True}
    )
    assert len(sources.all()) == 4


def test_what_was_edited_since_is_asked_about_before_anything_goes(day: Morning, choice: ClassChoice) -> None:
    museum = copy_of(day, "museum")
    museum.title = "Le musée, revu"
    db.session.flush()
    db.session.add(Comment(article_id=copy_of(day, "loose").id, author_id=day.basile.id, text="Merci", written_at=NOW))
    db.session.flush()
    with pytest.raises(EditedSince) as told:
        change(day, choice, "CM2")
    assert [(one.kind, one.title) for one in told.value.items] == [
        ("article", "Le musée, revu"),
        ("article", "Sans rubrique"),
    ]
    assert inside(Article, space(day, "CM1")) == 3


@pytest.mark.parametrize(
    ("edited", "left", "trashed", "moved"), [(Edited.KEEP, 1, 0, 0), (Edited.TRASH, 1, 1, 0), (Edited.MOVE, 0, 0, 1)]
)
def test_edited_copies_stay_go_into_the_trash_or_move_along(
    day: Morning, choice: ClassChoice, edited: Edited, left: int, trashed: int, moved: int
) -> None:
    """Nothing lost: whatever is said, the edited text is somewhere."""
    wrong = space(day, "CM1")
    copy_of(day, "museum").title = "Le musée, revu"
    db.session.flush()
    done = change(day, choice, "CM2", edited=edited)
    assert (done.gone_back, done.stayed) == (8, 1)
    rows = db.session.scalars(select(Article).where(Article.section_id == wrong)).all()
    assert (len(rows), sum(row.trashed_at is not None for row in rows)) == (left, trashed)
    assert inside(Article, space(day, "CM2")) == moved
    # Its attachment weighs where it lies.
    assert [db.session.get_one(Section, number).used for number in (wrong, space(day, "CM2"))] == [
        500 * left,
        500 * moved,
    ]


def test_a_folder_in_which_somebody_put_something_stays(day: Morning, choice: ClassChoice) -> None:
    spring = db.session.scalars(
        select(Folder).where(Folder.section_id == space(day, "CM1"), Folder.name == "Printemps")
    ).one()
    db.session.add(
        MediaFile(
            section_id=spring.section_id, school_id=day.school_id, folder_id=spring.id, sha256=blob("neuf"), name="neuf.jpg",
            kind="image/jpeg", size=1, author_id=day.basile.id, created_at=NOW,
        )
    )  # fmt: skip
    db.session.flush()
    wrong = space(day, "CM1")
    change(day, choice, "CM2")
    assert (inside(Folder, wrong), inside(MediaFile, wrong)) == (2, 1)


def test_what_was_taken_into_a_class_can_go_back_while_the_class_stays(day: Morning, choice: ClassChoice) -> None:
    put_back(choice, day.classes["CM1"], edited=Edited.ASK, by=me(day.odette.id), now=NOW)
    assert queries.choosing(day.school_id, day.visitor(day.odette), NOW).cards[0].mine
    assert inside(Article, space(day, "CM1")) == 0
    assert offered(choice, NOW).spaces[0].categories[0].taken == 0
    with pytest.raises(NotFound):
        put_back(choice, day.classes["CM2"], edited=Edited.ASK, by=me(day.odette.id), now=NOW)


def test_a_copy_whose_source_is_erased_is_the_only_one_and_does_not_go(day: Morning, choice: ClassChoice) -> None:
    """Once the retention is over a copy is asked about like an edited one: nothing is lost."""
    db.session.execute(delete(Article).where(Article.id == day.things["loose"]), execution_options={"set_aside": True})
    with pytest.raises(EditedSince) as told:
        change(day, choice, "CM2")
    assert [one.title for one in told.value.items] == ["Sans rubrique"]


def test_another_teachers_share_of_the_class_stays(day: Morning, choice: ClassChoice) -> None:
    """CLASS-5: two teachers share a class; one leaves it with what they brought, no more."""
    other = actions.begin(day.basile.id, day.school_id, by=me(day.basile.id), now=NOW)
    actions.choose(other, [day.classes["CM1"]], version=None, by=me(day.basile.id), now=NOW)
    take(
        other,
        day.old["CM1"],
        Selection(articles=frozenset({day.things["poem"]})),
        [day.classes["CM1"]],
        by=me(day.basile.id),
        now=NOW,
    )
    change(day, choice, "CM2")
    assert [
        row.title for row in db.session.scalars(select(Article).where(Article.section_id == space(day, "CM1")))
    ] == ["Mon poème"]


def link(day: Morning, code: str, source: str = "aaf1d") -> None:
    db.session.add(
        ClassMembership(
            class_id=day.classes[code], person_id=day.odette.id, role="teacher", subject_code="X", source=source
        )
    )
    db.session.flush()


def test_the_late_feed_agrees_contradicts_or_says_nothing(day: Morning, choice: ClassChoice) -> None:
    def says() -> Agreement:
        fed = fed_classes([day.odette.id], day.school_id).get(day.odette.id, {})
        return agreement([day.classes["CM1"]], fed, kept=choice.kept_at is not None)

    assert says() == Agreement.UNKNOWN
    own = (ClassMembership.class_id == day.classes["CM1"], ClassMembership.person_id == day.odette.id)
    db.session.execute(update(ClassMembership).where(*own).values(also_from="aaf1d"))
    assert says() == Agreement.AGREE
    db.session.execute(update(ClassMembership).where(*own).values(also_from=None))
    link(day, "CM2")
    assert says() == Agreement.CONFLICT
    keep_choice(choice, by=me(day.cast.primary_head.id), now=NOW)
    assert says() == Agreement.KEPT


def test_the_administrator_follows_the_feed(day: Morning, choice: ClassChoice) -> None:
    link(day, "CM2")
    done = follow_feed(choice_in(day.school_id, choice.id), by=me(day.cast.primary_head.id), now=NOW)
    assert (list(done.added), list(done.dropped), done.gone_back) == ([day.classes["CM2"]], [day.classes["CM1"]], 9)
    with pytest.raises(NotFound):
        choice_in(day.cast.college.id, choice.id)


def test_what_a_feed_says_too_is_not_taken_away_with_the_choice(day: Morning, choice: ClassChoice) -> None:
    own = (ClassMembership.class_id == day.classes["CM1"], ClassMembership.person_id == day.odette.id)
    db.session.execute(update(ClassMembership).where(*own).values(also_from="aaf1d"))
    change(day, choice)
    assert db.session.scalars(select(ClassMembership.source).where(*own)).all() == ["aaf1d"]


def test_a_class_rejoins_the_departmental_schools_partnership_with_the_same_code(day: Morning) -> None:
    """DATA-6: its content stayed, last year's class has left it with the year."""
    shared = Section(
        school_id=day.cast.college.id, kind=SpaceKind.PARTNERSHIP, title="École au loin", slug="loin", code="ABCD2345",
        departmental=True, created_at=NOW,
    )  # fmt: skip
    db.session.add(shared)
    db.session.flush()
    old = day.cast.primary.classes[2025]["CM1"]
    db.session.add(
        PartnershipClass(section_id=shared.id, class_id=old, school_id=day.school_id, joined_at=NOW, set_aside_by=TASK)
    )
    db.session.flush()
    by = me(day.odette.id)
    choice = actions.begin(day.odette.id, day.school_id, by=by, now=NOW)
    actions.choose(choice, [day.classes["CM1"]], version=None, by=by, now=NOW)
    assert list(offered(choice, NOW).spaces[0].partnerships) == [(shared.id, "École au loin", "ABCD2345")]
    assert rejoin(choice, shared.id, day.classes["CM1"], by=by, now=NOW)
    assert not rejoin(choice, shared.id, day.classes["CM1"], by=by, now=NOW + timedelta(seconds=1))
    with pytest.raises(NotFound):
        rejoin(choice, shared.id, day.classes["CM2"], by=by, now=NOW)
