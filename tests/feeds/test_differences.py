"""What is decided in the portal outlives imports: cut links, exits, first names, changed numbers (KIN-3, ACCT-8, PORTAL-6)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from app.audit.actions import COMMAND
from app.db import db
from app.directory.kin.actions import (
    change_phone,
    cut_link,
    record_exit,
    restore_link,
    take_back_exit,
    take_over_phone,
    use_first_name,
)
from app.directory.kin.models import PhoneChange
from app.directory.kin.queries import cuts_to_settle, exits_of_school, link_between, links_of
from app.directory.models import Affiliation, ClassMembership, Person, School
from app.directory.names import name_of
from app.directory.queries import search_people, visitor_facts
from app.profiles import Profile
from tests.feeds import deliveries as make
from tests.feeds.conftest import NOW

Take = Callable[..., dict[str, Any]]


def person(key: str) -> Person:
    found = db.session.scalar(select(Person).where(Person.source == "aaf", Person.source_key == key))
    assert found is not None
    return found


def school() -> School:
    return db.session.scalars(select(School)).one()


def places(key: str) -> set[str]:
    """The profiles under which somebody now comes in."""
    found, _roles = visitor_facts(person(key).id, frozenset(Profile))
    return {place.profile.value for place in found}


def held(key: str) -> set[str]:
    """The profiles that the directory lists."""
    return {
        str(one)
        for one in db.session.scalars(select(Affiliation.profile).where(Affiliation.person_id == person(key).id))
    }


def in_class(key: str) -> bool:
    return db.session.scalar(select(ClassMembership.id).where(ClassMembership.person_id == person(key).id)) is not None


@pytest.fixture
def fed(take: Take, tmp_path: Path) -> Callable[..., dict[str, Any]]:
    """A first delivery is in; ``fed(**kinds)`` takes another one."""
    take(make.small(tmp_path / "first"))
    count = iter(range(1, 10))
    return lambda **kinds: take(make.small(tmp_path / str(next(count)), **kinds))


def test_no_import_restores_a_cut_link_and_the_difference_stays_listed(fed: Take) -> None:
    """KIN-3: until the source agrees; and again where it changes its mind."""
    link = link_between(person("1000").id, person("2000").id)
    cut_link(link, school().id, reason="Décision du juge", by=COMMAND, now=NOW)
    db.session.commit()
    assert places("2000") == set()
    assert [line.carried_at for line in cuts_to_settle(school().id)] == [None]
    fed()
    assert places("2000") == held("2000") == set()
    assert db.session.get_one(type(link), link.id).cut_at is not None
    (line,) = cuts_to_settle(school().id)
    assert line.carried_at is not None
    assert [one.differs for one in links_of(person("1000").id)] == [True]
    without = [
        make.student("1000", "MARTINA", classes=["6A"]),
        make.student("1001", "MARTINB", classes=["6A"], adults=["2001$20$1$1$1$1"]),
    ]
    fed(students=without)
    assert cuts_to_settle(school().id) == []
    assert [one.differs for one in links_of(person("1000").id)] == [False]
    fed()
    assert places("2000") == set(), "still cut"
    assert len(cuts_to_settle(school().id)) == 1


def test_a_link_made_again_follows_the_source_again(fed: Take) -> None:
    link = link_between(person("1000").id, person("2000").id)
    cut_link(link, school().id, reason="Erreur", by=COMMAND, now=NOW)
    restore_link(link, school().id, by=COMMAND, now=NOW)
    db.session.commit()
    fed()
    assert places("2000") == held("2000") == {"guardian"}
    assert cuts_to_settle(school().id) == []


def test_a_feed_that_still_names_a_leaver_does_not_reopen_the_school(fed: Take) -> None:
    """ACCT-8: nor does it bring back their class or their guardian; once it agrees, a later arrival is an arrival."""
    exit_ = record_exit(person("1000").id, school(), "left", date(2026, 8, 25), None, by=COMMAND, now=NOW)
    db.session.commit()
    assert exit_.took_effect_at is not None
    fed()
    for key in ("1000", "2000"):
        assert places(key) == held(key) == set()
    assert not in_class("1000")
    (line,) = exits_of_school(school().id)
    assert line.carried_at is not None
    fed(students=[make.student("1001", "MARTINB", classes=["6A"], adults=["2001$20$1$1$1$1"])])
    assert exits_of_school(school().id) == []
    fed()
    assert places("1000") == {"student"}
    assert in_class("1000")
    assert places("2000") == {"guardian"}


def test_an_exit_taken_back_is_followed_by_the_next_import(fed: Take) -> None:
    exit_ = record_exit(person("1000").id, school(), "excluded", date(2026, 8, 25), None, by=COMMAND, now=NOW)
    db.session.commit()
    fed()
    take_back_exit(exit_, by=COMMAND, now=NOW)
    db.session.commit()
    assert in_class("1000")
    fed()
    assert places("1000") == {"student"}
    assert places("2000") == {"guardian"}


def test_a_first_name_in_use_survives_an_import(fed: Take) -> None:
    """ACCT-8: a changed record changes the rest."""
    use_first_name(person("1000"), "Camille", school().id, by=COMMAND, now=NOW)
    db.session.commit()
    changed = [
        make.student("1000", "MARTINEZ", "Zoé", classes=["6A"], adults=["2000$20$1$1$1$1"]),
        make.student("1001", "MARTINB", classes=["6A"], adults=["2001$20$1$1$1$1"]),
    ]
    fed(students=changed)
    assert name_of(person("1000")) == "Camille Martinez" or name_of(person("1000")) == "Camille MARTINEZ"
    assert person("1000").first_name == "Zoé"
    for text in ("camille", "martinez zoe", "martinez camille"):
        assert [one.id for one in search_people([school().id], text)] == [person("1000").id], text


def test_a_number_that_a_guardian_changed_waits_for_the_office(fed: Take) -> None:
    """PORTAL-6: no feed overwrites it silently; once it is taken over the source speaks again."""
    change_phone(person("2000"), "mobile_phone", "06 11 11 11 11", by=COMMAND, now=NOW)
    db.session.commit()

    def sent(number: str, town: str) -> list[str]:
        return [
            make.adult("2000", "MARTINA", ENTPersonMobile=number, mobile=number, l=town),
            make.adult("2001", "MARTINB"),
        ]

    fed(adults=sent("06 22 22 22 22", "VALMONT"))
    assert person("2000").mobile_phone == "06 11 11 11 11"
    take_over_phone(db.session.scalars(select(PhoneChange)).one(), school().id, by=COMMAND, now=NOW)
    db.session.commit()
    fed(adults=sent("06 33 33 33 33", "AUTREVILLE"))
    assert person("2000").mobile_phone.replace(" ", "") == "0633333333"
