"""The tables of docs/schoollife.md: every kind with who writes and reads it, its page, its fate, and the browser test that shows it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from flask import Flask

from app.fates import KINDS as FATES
from app.fates import Preset
from app.schoollife import kinds
from app.schoollife import models as tables
from app.schoollife.kinds import KINDS, LifeKind
from app.schoollife.standing import RIGHTS, Right, Standing, may

ROOT = Path(__file__).resolve().parents[2]


def test_every_kind_that_a_rollover_decides_about_has_its_line() -> None:
    """DATA-1: the kinds of ``fates`` whose tables are school life's, and no other."""
    own = {getattr(tables, name).__tablename__ for name in tables.__all__}
    assert [kind.key for kind in KINDS if KINDS.count(kind) > 1] == []
    assert {kind.key for kind in KINDS} == {kind.key for kind in FATES if kind.table in own}


def test_no_line_of_the_table_is_empty() -> None:
    lines = kinds.document().split("## Rights")[0].splitlines()
    rows = [line for line in lines if line.startswith("| `")]
    assert len(rows) == len(KINDS)
    for row in rows:
        cells = [cell.strip() for cell in row.strip("|").split("|")]
        assert len(cells) == 8, row
        assert all(cells), row


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.key)
def test_somebody_writes_and_reads_every_kind(kind: LifeKind) -> None:
    assert [one for one in Standing if may({one}, kind.writers)]
    assert [one for one in Standing if may({one}, kind.readers)]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.key)
def test_the_browser_test_named_exists(kind: LifeKind) -> None:
    file, function = kind.test.split("::")
    found = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    assert function in {node.name for node in found.body if isinstance(node, ast.FunctionDef)}


def test_the_pages_named_exist(sqlite_app: Flask) -> None:
    assert [kind.endpoint for kind in KINDS if kind.endpoint not in sqlite_app.view_functions] == []
    named = [kind.safeguard for kind in FATES if kind.safeguard.startswith("schoollife")]
    assert [one for one in named if one not in sqlite_app.view_functions] == []


def test_the_tables_in_the_docs_are_those_of_the_code() -> None:
    written = (ROOT / "docs" / "schoollife.md").read_text(encoding="utf-8")
    assert written == kinds.document(), "print it with: flask --app wsgi schoollife tables"


def test_both_presets_are_told() -> None:
    """DATA-2: in secondary schools the diary is archived, in primary it goes with the class."""
    line = next(line for line in kinds.document().splitlines() if line.startswith("| `lesson`"))
    cells = [cell.strip() for cell in line.split("|")]
    assert cells[6].startswith("archivé (step 3, first as diary)")
    assert cells[7].startswith("supprimé (step 3)")
    assert {preset.value for preset in Preset} == {"secondary", "primary"}


# The table of rights ----------------------------------------------------------------------------------------------------

RECORDS = {
    Right.READ_DIARY, Right.READ_LIAISON, Right.READ_ABSENCES, Right.READ_RESULTS, Right.READ_COUNCIL, Right.READ_PUNISHMENTS,
    Right.READ_SANCTIONS,
}  # fmt: skip


def test_administrators_read_no_pupil_s_record() -> None:
    """PORTAL-9."""
    assert not RIGHTS[Standing.ADMINISTRATOR] & RECORDS


def test_only_heads_and_school_life_link_support_workers() -> None:
    """PORTAL-9."""
    assert {one for one in Standing if may({one}, Right.LINK_SUPPORT)} == {Standing.HEAD, Standing.SCHOOL_LIFE}


def test_absence_managers_see_all_calls_and_teachers_do_not() -> None:
    """PORTAL-18."""
    seers = {one for one in Standing if may({one}, Right.SEE_ALL_CALLS)}
    assert seers == {Standing.ASSISTANT, Standing.SCHOOL_LIFE, Standing.HEAD}


def test_families_write_nothing_but_their_own_answers() -> None:
    """PORTAL-17, KIN-2."""
    own = {Right.DO_HOMEWORK, Right.SIGN_LIAISON, Right.EXPLAIN_ABSENCE, Right.SEE_CLASS}
    for standing in (Standing.PUPIL, Standing.GUARDIAN):
        assert all(right in own or right.startswith("read-") for right in RIGHTS[standing])
    for right in (Right.SIGN_LIAISON, Right.EXPLAIN_ABSENCE):
        assert [one for one in Standing if may({one}, right)] == [Standing.GUARDIAN]
    assert [one for one in Standing if may({one}, Right.DO_HOMEWORK)] == [Standing.PUPIL]


def test_every_right_belongs_to_somebody() -> None:
    assert [right for right in Right if not [one for one in Standing if right in RIGHTS[one]]] == []
