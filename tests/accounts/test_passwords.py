"""Passwords and one-time codes (ACCT-2)."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher, extract_parameters

from app.accounts import passwords

NAMES = ("t.marchand", "Thérèse", "Marchand")


@pytest.mark.parametrize(
    "password",
    [
        "Tulipe-Bateau-42",
        "tulipe-bateau-42",
        "TULIPE7bateau",
        "sept petits chats dorment",
        "é" * 4 + "abcdefghijklmnopqr",
    ],
)
def test_twelve_with_three_kinds_or_twenty_are_good(password: str) -> None:
    assert passwords.problems(password, names=NAMES) == ()


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("Court-1", "au moins 12"),
        ("tulipebateaux", "trois sortes"),
        ("tulipebateau42", "trois sortes"),
        ("Aa1-" * 60, "200"),
        ("aaaaaaaaaaaaaaaaaaaaaaaa", "mêmes caractères"),
        ("Marchand-Therese-1", "votre nom"),
        ("T.Marchand-2026", "votre nom"),
    ],
)
def test_what_is_wrong_is_said(password: str, said: str) -> None:
    assert any(said in str(words) for words in passwords.problems(password, names=NAMES))


def test_a_password_that_holds_a_name_among_other_words_is_good() -> None:
    assert passwords.problems("Marchand de sable et de rêves", names=NAMES) == ()


def test_only_the_hash_is_kept_and_only_the_right_password_matches() -> None:
    kept = passwords.hashed("Tulipe-Bateau-42")
    assert "Tulipe" not in kept
    assert passwords.matches("Tulipe-Bateau-42", kept)
    assert not passwords.matches("tulipe-Bateau-42", kept)
    assert not passwords.matches("Tulipe-Bateau-42" + "x" * 300, kept)


def test_an_unknown_account_costs_the_same_work() -> None:
    """The hash verified in its place has the parameters of ours, and matches nothing."""
    ours = extract_parameters(PasswordHasher().hash("x"))
    nobodys = extract_parameters(passwords._NOBODYS)
    assert (nobodys.time_cost, nobodys.memory_cost, nobodys.parallelism, nobodys.type) == (
        ours.time_cost,
        ours.memory_cost,
        ours.parallelism,
        ours.type,
    )
    assert not passwords.matches("", None)
    assert not passwords.matches("x", "no hash at all")


def test_a_code_is_twelve_letters_and_digits_without_doubtful_ones() -> None:
    codes = {passwords.new_code() for _ in range(500)}
    assert len(codes) == 500
    assert {len(code) for code in codes} == {12}
    assert not set("".join(codes)) & set("ILO01")


def test_a_code_is_recognised_however_it_is_typed() -> None:
    code = passwords.new_code()
    kept = passwords.code_digest(code)
    assert passwords.shown_code(code).count("-") == 2
    for typed in (code, code.lower(), passwords.shown_code(code), f" {code[:6]} {code[6:]} "):
        assert passwords.code_matches(typed, kept)
    assert not passwords.code_matches(passwords.new_code(), kept)
    assert not passwords.code_matches("", None)
