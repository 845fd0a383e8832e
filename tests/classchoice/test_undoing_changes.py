"""The director's decision 'A became B and C' can be taken back (CLASS-9, CLASS-5)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from app.audit.actions import Actor
from app.classchoice import actions
from app.classchoice.carrying.actions import take
from app.classchoice.carrying.queries import spaces_of
from app.classchoice.changing.actions import decide, dismiss, look, undo
from app.classchoice.changing.queries import proposals, settled
from app.classchoice.models import ClassChange
from app.classchoice.problems import EditedSince, NotSettled
from app.classchoice.selection import EVERYTHING, Edited
from app.content.models import Article, MediaFile, Section
from app.db import db
from app.directory.models import ClassMembership, Person
from app.errors import NotFound
from tests.classchoice.mornings import NOW, Morning, morning
from tests.signing import send, sign_in

LATER = NOW + timedelta(days=7)


@pytest.fixture
def day(app: Flask) -> Morning:
    """The CM1 of N+1 has what Odette took along; its pupils have gone to the CE2 and the CM2."""
    return split(app)


def split(app: Flask) -> Morning:
    made = morning(app)
    by = Actor(name="Odette", person_id=made.odette.id)
    choice = actions.begin(made.odette.id, made.school_id, by=by, now=NOW)
    actions.choose(choice, [made.classes["CM1"]], version=None, by=by, now=NOW)
    take(choice, made.old["CM1"], EVERYTHING, [made.classes["CM1"]], by=by, now=NOW)
    look(made.school_id, now=NOW)
    move(made, "Ana Ben Cléo", "CE2")
    move(made, "Dan", "CM2")
    look(made.school_id, now=LATER)
    db.session.commit()
    return made


def move(day: Morning, names: str, into: str) -> None:
    pupils = select(Person.id).where(Person.first_name.in_(names.split()))
    change = update(ClassMembership).where(
        ClassMembership.person_id.in_(pupils), ClassMembership.class_id == day.classes["CM1"]
    )
    db.session.execute(change.values(class_id=day.classes[into]))


def head(day: Morning) -> Actor:
    return Actor(name="Direction", person_id=day.cast.primary_head.id)


def space(day: Morning, code: str) -> Section:
    found = db.session.get_one(Section, spaces_of([day.classes[code]])[day.classes[code]][0])
    db.session.refresh(found)
    return found


def articles(day: Morning, code: str) -> int:
    query = select(func.count()).select_from(Article).where(Article.section_id == space(day, code).id)
    return db.session.scalar(query.where(Article.trashed_at.is_(None))) or 0


def decided(day: Morning) -> int:
    number = proposals(day.school_id)[0].id
    decide(number, day.school_id, [day.classes["CE2"], day.classes["CM2"]], by=head(day), now=LATER)
    return number


def test_what_a_decision_brought_goes_back_and_it_is_to_be_taken_again(day: Morning) -> None:
    """CLASS-9: the original class keeps all; room is given back; the next look does not forget the proposal."""
    number = decided(day)
    assert [(line.name, list(line.into), line.articles) for line in settled(day.school_id)] == [
        ("CM1", ["CE2", "CM2"], 6)
    ]
    assert (articles(day, "CE2"), space(day, "CM2").used) == (3, 2500)
    gone, stayed = undo(number, day.school_id, by=head(day), now=LATER)
    assert (gone > 0, stayed) == (True, 0)
    assert (articles(day, "CE2"), articles(day, "CM2"), articles(day, "CM1")) == (0, 0, 3)
    assert [space(day, code).used for code in ("CE2", "CM2", "CM1")] == [0, 0, 2500]
    assert settled(day.school_id) == []
    look(day.school_id, now=LATER + timedelta(days=1))
    line = proposals(day.school_id)[0]
    assert (line.id, [name for _n, name, _count in line.into]) == (number, ["CE2", "CM2"])
    with pytest.raises(NotSettled):
        undo(number, day.school_id, by=head(day), now=LATER)
    decide(number, day.school_id, [day.classes["CE2"]], by=head(day), now=LATER)
    assert (articles(day, "CE2"), articles(day, "CM2")) == (3, 0)


def test_what_was_edited_since_is_asked_about_and_nothing_goes_before(day: Morning) -> None:
    """CLASS-5, CLASS-9: kept or thrown away as somebody says; another school cannot touch it."""
    number = decided(day)
    one = db.session.scalars(
        select(Article).where(Article.section_id == space(day, "CM2").id, Article.title == "Le musée")
    ).one()
    one.title = "Le musée, revu"
    db.session.flush()
    with pytest.raises(EditedSince) as asked:
        undo(number, day.school_id, by=head(day), now=LATER)
    assert [item.title for item in asked.value.items] == ["Le musée, revu"]
    assert (articles(day, "CE2"), articles(day, "CM2")) == (3, 3)
    with pytest.raises(NotFound):
        undo(number, day.cast.college.id, by=head(day), now=LATER)
    _gone, stayed = undo(number, day.school_id, edited=Edited.KEEP, by=head(day), now=LATER)
    assert (stayed, articles(day, "CE2"), articles(day, "CM2")) == (1, 0, 1)
    assert space(day, "CM2").used == 500


def test_the_teachers_own_copies_stay_when_a_decision_is_taken_back(day: Morning) -> None:
    """CLASS-9: only what the decision brought."""
    by = Actor(name="Basile", person_id=day.basile.id)
    choice = actions.begin(day.basile.id, day.school_id, by=by, now=NOW)
    actions.choose(choice, [day.classes["CM2"]], version=None, by=by, now=NOW)
    take(choice, day.old["CM1"], EVERYTHING, [day.classes["CM2"]], by=by, now=NOW)
    number = decided(day)
    undo(number, day.school_id, by=head(day), now=LATER)
    assert (articles(day, "CM2"), articles(day, "CE2")) == (3, 0)


def test_a_dismissed_proposal_can_be_opened_again_unless_a_newer_one_stands(day: Morning) -> None:
    """CLASS-9."""
    number = proposals(day.school_id)[0].id
    dismiss(number, day.school_id, by=head(day), now=LATER)
    undo(number, day.school_id, by=head(day), now=LATER)
    assert [line.id for line in proposals(day.school_id)] == [number]
    dismiss(number, day.school_id, by=head(day), now=LATER)
    newer = ClassChange(
        school_id=day.school_id, class_id=day.classes["CM1"], pupils_before=4, into=[[day.classes["CE2"], 3]], seen_at=LATER
    )  # fmt: skip
    db.session.add(newer)
    db.session.flush()
    undo(number, day.school_id, by=head(day), now=LATER)
    assert [line.id for line in proposals(day.school_id)] == [newer.id]
    assert db.session.get_one(ClassChange, number).state == "undone"


def test_the_director_takes_a_decision_back_on_the_page(sqlite_app: Flask) -> None:
    """CLASS-9: what goes back is shown before; the edited asks; another school's administrator finds nothing."""
    day = split(sqlite_app)
    number = decided(day)
    file = db.session.scalars(select(MediaFile).where(MediaFile.section_id == space(day, "CE2").id)).first()
    assert file is not None
    file.name = "autre.jpg"
    db.session.commit()
    client: FlaskClient = sqlite_app.test_client()
    base = f"/administration/ecole/{day.cast.primary.uai}/choix-des-classes/classes-qui-changent"
    sign_in(client, day.cast.primary_head)
    listed = client.get(base).text
    assert "contenu copié dans CE2, CM2 (6 articles, 4 fichiers)" in listed
    page = client.get(f"{base}/{number}/annuler").text
    assert "autre.jpg" in page
    assert "Qu’en faire" in page
    assert send(client, f"{base}/{number}/annuler", {}).status_code == 422
    assert articles(day, "CE2") == 3
    assert send(client, f"{base}/{number}/annuler", {"edited": "trash"}).status_code == 303
    db.session.expire_all()
    assert articles(day, "CE2") == 0
    assert "est de nouveau à prendre" in client.get(base).text
    assert client.get(f"{base}/{number}/annuler").status_code == 404
    sign_in(client, day.cast.school_admin)
    assert client.get(f"{base}/{number}/annuler").status_code == 404
