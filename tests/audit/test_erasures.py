"""The ledger of erasures: in the database with what is erased, in the data folder once that is certain (G17)."""

from __future__ import annotations

import pytest
from flask import Flask

from app.audit.erasures.actions import complete_file, erased
from app.audit.erasures.queries import ledger_file, of_database, of_file, portal_mark
from app.audit.erasures.spans import count_of, spans_of
from app.db import db
from tests.builders import MADE, make_project


@pytest.mark.parametrize(
    ("numbers", "spans"),
    [([], []), ([4], [[4, 4]]), ([3, 1, 2, 2], [[1, 3]]), ([9, 1, 2, 10, 5], [[1, 2], [5, 5], [9, 10]])],
)
def test_neighbours_are_written_together(numbers: list[int], spans: list[list[int]]) -> None:
    assert spans_of(numbers) == spans
    assert count_of(spans) == len(set(numbers))


def test_an_erasure_stands_in_the_table_and_once_committed_in_the_file(app: Flask) -> None:
    make_project()
    erased("person", [5, 6, 9], now=MADE)
    assert of_file(portal_mark()) == {}
    db.session.commit()
    (entry,) = of_file(portal_mark()).values()
    assert (entry.kind, entry.numbers, entry.at) == ("person", [[5, 6], [9, 9]], MADE)
    assert of_database() == {entry.token: entry}


def test_what_is_rolled_back_is_no_erasure(app: Flask) -> None:
    """Neither a transaction's nor a savepoint's; what stands beside the savepoint is one."""
    make_project()
    db.session.commit()
    erased("person", [1], now=MADE)
    db.session.rollback()
    erased("person", [2], now=MADE)
    with db.session.begin_nested() as savepoint:
        erased("person", [3], now=MADE)
        savepoint.rollback()
    db.session.commit()
    assert [entry.numbers for entry in of_file(portal_mark()).values()] == [[[2, 2]]]
    assert [entry.numbers for entry in of_database().values()] == [[[2, 2]]]


def test_nothing_erased_leaves_no_entry(app: Flask) -> None:
    erased("person", [], now=MADE)
    db.session.commit()
    assert of_database() == {}
    assert not ledger_file().exists()


def test_a_line_that_a_crash_has_cut_or_left_out_is_written_anew(app: Flask) -> None:
    make_project()
    for number in (1, 2):
        erased("person", [number], now=MADE)
        db.session.commit()
    path = ledger_file()
    path.write_bytes(path.read_bytes()[:-20])
    assert len(of_file(portal_mark())) == 1
    assert complete_file() == 1
    assert of_file(portal_mark()) == of_database()
    assert complete_file() == 0


def test_another_portal_s_entries_in_the_same_folder_are_not_this_one_s(app: Flask) -> None:
    project = make_project()
    erased("person", [1], now=MADE)
    db.session.commit()
    project.created_at = MADE.replace(day=2)
    db.session.commit()
    assert of_file(portal_mark()) == {}
