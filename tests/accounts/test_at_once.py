"""What must hold when several people act at the same instant, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import func, select

from app import clock
from app.accounts.actions import LinkUsed, count_attempt, mail_reset_link, use_reset_link
from app.accounts.models import EmailToken
from app.accounts.people.actions import revoke
from app.accounts.queries import account_to_change
from app.accounts.throttles import sign_in_keys
from app.db import db
from app.directory.actions import LastOperator
from app.directory.models import Person, RoleGrant
from app.profiles import Role, Visitor
from tests import builders
from tests.people import Cast, cast


@pytest.fixture
def people(app: Flask) -> Cast:
    return cast(app)


def together(app: Flask, *acts: Callable[[], object]) -> list[object]:
    """Run each act in a thread and an application context of its own, started at once; results or refusals."""
    start = Barrier(len(acts))

    def run(act: Callable[[], object]) -> object:
        with app.app_context():
            start.wait()
            try:
                found = act()
                db.session.commit()
            except (LastOperator, LinkUsed) as refused:
                db.session.rollback()
                return type(refused).__name__
            finally:
                db.session.remove()
            return found

    db.session.commit()
    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_two_operators_who_revoke_each_other_leave_one(people: Cast, app: Flask) -> None:
    builders.grant(db.session.get_one(Person, people.staff.id), Role.OPERATOR)

    def revoking(who: int, whom: int) -> Callable[[], object]:
        by = Visitor(person_id=who, roles=frozenset({(Role.OPERATOR, None)}))
        return lambda: revoke(db.session.get_one(Person, whom), Role.OPERATOR, None, by=by, now=clock.portal_now())

    one, other = people.operator.id, people.staff.id
    assert sorted(map(str, together(app, revoking(one, other), revoking(other, one)))) == ["LastOperator", "True"]
    left = select(func.count()).select_from(RoleGrant).where(RoleGrant.role == Role.OPERATOR)
    assert db.session.scalar(left) == 1


def test_many_attempts_at_once_are_all_counted(people: Cast, app: Flask) -> None:
    at = clock.machine_now()
    keys = sign_in_keys(people.teacher.login, "192.0.2.0/24")
    passed = together(app, *[lambda: count_attempt(keys, at=at) for _ in range(8)])
    assert passed.count(None) == 5


def test_a_link_serves_once_even_if_it_is_sent_twice_at_once(people: Cast, app: Flask) -> None:
    at = clock.machine_now()
    mail_reset_link(account_to_change(people.teacher.id), at=at)
    db.session.commit()

    def use() -> object:
        link = db.session.scalars(select(EmailToken)).one_or_none()
        if link is None:
            return "gone"
        account = account_to_change(people.teacher.id)
        return use_reset_link(account, link, "Un mot de passe assez long", at=at, now=clock.portal_now())

    assert sorted(map(str, together(app, use, use))) in (["LinkUsed", "None"], ["None", "gone"])
