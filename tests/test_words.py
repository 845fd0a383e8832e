"""Sentences before they have a language."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from datetime import UTC, date, datetime

import pytest

from app.words import N_, Words

ENGLISH = {
    "La fenêtre finit %(end)s.": "The window ends %(end)s.",
    "le %(day)s": "on %(day)s",
    "Fermé.": "Closed.",
}
MOMENT = datetime(2026, 8, 27, 7, tzinfo=UTC)


def test_marking_a_sentence_leaves_it_as_it_is() -> None:
    assert N_("Fermé.") == "Fermé."


def test_words_are_french_unless_they_are_told_otherwise() -> None:
    words = Words("La fenêtre finit %(end)s.", end=Words("le %(day)s", day=date(2026, 9, 1)))
    assert str(words) == "La fenêtre finit le mardi 1er septembre 2026."
    assert words.told(ENGLISH.__getitem__, "en") == "The window ends on Tuesday 1 September 2026."


def test_instants_are_told_in_the_zone_of_the_words() -> None:
    assert str(Words("%(at)s", at=MOMENT)) == "jeudi 27 août 2026 à 9\u00a0h"
    assert str(Words("%(at)s", at=MOMENT, zone="Indian/Reunion")) == "jeudi 27 août 2026 à 11\u00a0h"
    inner = Words("%(at)s", at=MOMENT, zone="Pacific/Noumea")
    assert str(Words("%(it)s", it=inner)) == "jeudi 27 août 2026 à 18\u00a0h", "inner words keep their own zone"


def test_a_per_cent_sign_needs_no_doubling_where_nothing_is_filled_in() -> None:
    assert str(Words("100 %")) == "100 %"


def test_numbers_and_texts_are_told_as_they_are() -> None:
    assert str(Words("%(n)s × %(what)s", n=3, what="50 %")) == "3 × 50 %"


def test_equal_words_are_equal_and_hash_alike() -> None:
    one, other = (Words("le %(day)s", day=date(2026, 9, 1)) for _ in range(2))
    assert one == other
    assert hash(one) == hash(other)
    assert one != Words("le %(day)s", day=date(2026, 9, 2))
    assert Words("%(at)s", at=MOMENT) != Words("%(at)s", at=MOMENT, zone="Indian/Reunion")
    assert len({one, other}) == 1


def test_words_do_not_change() -> None:
    with pytest.raises(FrozenInstanceError):
        Words("Fermé.").template = "Ouvert."  # type: ignore[misc]
