"""Attempts are slowed per login and loosely per network (guarantees, Security)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from app.accounts.actions import count_attempt, forgive
from app.accounts.sessions import network_of
from app.accounts.throttles import FORGOTTEN_AFTER, LOGIN, NETWORK, key, sign_in_keys, wait_after
from app.db import db

AT = datetime(2026, 9, 1, 7, tzinfo=UTC)


@given(st.integers(0, 10_000), st.sampled_from([LOGIN, NETWORK]))
def test_the_wait_never_shrinks_and_has_an_end(failures: int, slope: object) -> None:
    assert wait_after(failures, slope) <= wait_after(failures + 1, slope) <= slope.longest  # type: ignore[attr-defined, arg-type]


def test_the_first_attempts_are_free_then_the_wait_doubles() -> None:
    assert wait_after(4, LOGIN) == timedelta()
    assert [wait_after(n, LOGIN).total_seconds() for n in (5, 6, 7)] == [2, 4, 8]
    assert wait_after(100, LOGIN) == timedelta(minutes=15)


def test_a_whole_class_may_mistype_from_one_address() -> None:
    assert wait_after(200, NETWORK) == timedelta()
    assert wait_after(1000, NETWORK) == timedelta(minutes=1)


def test_a_key_does_not_hold_what_was_typed() -> None:
    assert "secret" not in key("login", "my secret password")
    assert key("login", " M.Durand ") == key("login", "m.durand")


def test_networks_are_as_coarse_as_a_household_or_a_school() -> None:
    assert network_of("192.0.2.77") == network_of("::ffff:192.0.2.3") == "192.0.2.0/24"
    assert network_of("2001:db8:1:2:3::4") == "2001:db8:1:2::/64"
    assert network_of("nowhere") == network_of(None) == ""


def attempts(count: int, at: datetime, login: str = "m.durand") -> list[datetime | None]:
    found = [count_attempt(sign_in_keys(login, "192.0.2.0/24"), at=at) for _ in range(count)]
    db.session.commit()
    return found


def test_an_attempt_is_counted_before_it_is_tried(app: Flask) -> None:
    assert attempts(5, AT) == [None] * 5
    assert attempts(1, AT) == [AT + timedelta(seconds=2)]
    assert attempts(1, AT + timedelta(seconds=2)) == [None]
    assert attempts(1, AT + timedelta(seconds=3)) == [AT + timedelta(seconds=6)]


def test_one_login_does_not_slow_another(app: Flask) -> None:
    attempts(6, AT)
    assert attempts(1, AT, "p.autre") == [None]


def test_a_success_forgives_and_an_hour_forgets(app: Flask) -> None:
    attempts(6, AT)
    forgive("M.Durand", "192.0.2.0/24")
    assert attempts(5, AT) == [None] * 5
    attempts(1, AT + timedelta(minutes=1))
    later = AT + FORGOTTEN_AFTER + timedelta(minutes=16)
    assert attempts(5, later) == [None] * 5
