"""The one table of fates (DATA-1, DATA-2, G19): complete, in agreement with the database, and exactly what the rules say."""

from __future__ import annotations

import pytest
from flask import Flask

from app.db import Base
from app.fates import (
    FATE_NAMES,
    FOLLOWS,
    KINDS,
    PRESET_NAMES,
    RETENTION_NAMES,
    SPACE_WORDS,
    Fate,
    Kind,
    Preset,
    Retention,
    Rule,
    Space,
    kind_called,
    kinds_of,
    lines,
    owned_kinds,
    preset_of,
)
from app.standing_tables import STANDING

S, P = Preset.SECONDARY, Preset.PRIMARY


@pytest.fixture
def tables(sqlite_app: Flask) -> set[str]:
    """Every table of the database, all rooms loaded."""
    assert sqlite_app is not None
    return set(Base.metadata.tables)


def test_every_table_of_the_database_has_its_fate_in_one_place(tables: set[str]) -> None:
    """G19: a new table without a fate fails here."""
    decided, followed, standing = {kind.table for kind in KINDS}, set(FOLLOWS), set(STANDING)
    assert tables - decided - followed - standing == set(), "declare their fate in app/fates.py"
    assert (decided | followed | standing) - tables == set()
    assert decided & followed == decided & standing == followed & standing == set()


def test_what_follows_a_row_refers_to_it(tables: set[str]) -> None:
    for child, parents in FOLLOWS.items():
        referred = {key.column.table.name for key in Base.metadata.tables[child].foreign_keys}
        # A detail of the audit has its line's number for a key, without a constraint: it is erased on its own.
        wrong = set(parents) - referred - ({"audit_line"} if child == "audit_detail" else set())
        assert wrong == set(), f"{child} does not refer to {wrong}"
        assert set(parents) <= {kind.table for kind in KINDS} | set(FOLLOWS) | set(STANDING)


def test_rows_that_a_step_takes_can_be_set_aside_and_brought_back(tables: set[str]) -> None:
    """DATA-7: nothing is lost. The directory's own tables get their marks with the campaign that acts on them."""
    taken = {kind.table for kind in KINDS for rules in kind.rules.values() for rule in rules.values() if rule.step}
    later: set[str] = set()
    without = {name for name in taken - later if "set_aside_by" not in Base.metadata.tables[name].columns}
    assert without == set()


def test_where_several_kinds_share_a_table_each_says_which_rows_are_its() -> None:
    for table in {kind.table for kind in KINDS}:
        kinds = kinds_of(table)
        if len(kinds) > 1:
            conditions = [kind.where for kind in kinds]
            assert all(conditions), table
            assert len(set(conditions)) == len(conditions), table


def test_keys_are_unique_and_everything_has_words() -> None:
    assert len({kind.key for kind in KINDS}) == len(KINDS)
    assert all(kind.label for kind in KINDS)
    assert set(FATE_NAMES) == set(Fate)
    assert set(PRESET_NAMES) == set(Preset)
    assert set(SPACE_WORDS) == set(Space)
    assert set(RETENTION_NAMES) == set(Retention)
    assert all(STANDING.values())


def test_what_is_kept_is_touched_by_no_step_and_everything_else_by_one() -> None:
    for preset in Preset:
        for _kind, _space, rule in lines(preset):
            assert (rule.step is None) == (rule.fate == Fate.KEPT)
            assert rule.step in (None, 1, 2, 3)
    with pytest.raises(ValueError, match="kept"):
        Rule(fate=Fate.DELETED)
    with pytest.raises(ValueError, match="same spaces"):
        Kind(key="x", table="x", label="x", rules={S: {Space.NONE: Rule(fate=Fate.KEPT)}, P: {}})


def fate(key: str, preset: Preset, space: Space = Space.NONE) -> tuple[Fate, int | None]:
    rule = kind_called(key).fate(preset, space)
    return rule.fate, rule.step


KEPT, ARCHIVED, OFFERED, DELETED = Fate.KEPT, Fate.ARCHIVED, Fate.RECOVERABLE, Fate.DELETED


@pytest.mark.parametrize(
    ("key", "space", "secondary", "primary"),
    [
        # DATA-2, primary: school and town spaces are kept; class and work-group data go.
        ("article", Space.SCHOOL, (KEPT, None), (KEPT, None)),
        ("article", Space.TOWN, (KEPT, None), (KEPT, None)),
        ("article", Space.GROUP, (KEPT, None), (DELETED, 2)),
        # media and blog articles of the old class, contests and map points are recoverable (CLASS-2)
        ("article", Space.CLASS, (ARCHIVED, 2), (OFFERED, 2)),
        ("media", Space.CLASS, (ARCHIVED, 2), (OFFERED, 2)),
        ("folder", Space.CLASS, (ARCHIVED, 2), (OFFERED, 2)),
        ("contest", Space.CLASS, (ARCHIVED, 2), (OFFERED, 2)),
        ("map-point", Space.CLASS, (ARCHIVED, 2), (OFFERED, 2)),
        # minisite and the class's search tool are deleted; comments never come along
        ("minisite", Space.CLASS, (ARCHIVED, 2), (DELETED, 2)),
        ("search-link", Space.CLASS, (ARCHIVED, 2), (DELETED, 2)),
        ("comment", Space.CLASS, (ARCHIVED, 2), (DELETED, 2)),
        # personal data are kept in both
        ("media", Space.PERSONAL, (KEPT, None), (KEPT, None)),
        # S2-1: class and temporary sections to the trash; S1-1: what was in the trash goes
        ("section", Space.CLASS, (ARCHIVED, 2), (OFFERED, 2)),
        ("section", Space.TEMPORARY, (ARCHIVED, 2), (KEPT, None)),
        ("section", Space.SCHOOL, (KEPT, None), (KEPT, None)),
        ("section", Space.TRASH, (DELETED, 1), (DELETED, 1)),
        # DATA-5, DATA-6
        ("shared", Space.SCHOOL, (KEPT, None), (KEPT, None)),
        ("article", Space.PARTNERSHIP, (DELETED, 3), (DELETED, 3)),
        ("article", Space.DEPARTMENTAL, (KEPT, None), (KEPT, None)),
    ],
)
def test_sections_fare_as_the_rules_say(
    key: str, space: Space, secondary: tuple[Fate, int | None], primary: tuple[Fate, int | None]
) -> None:
    assert fate(key, S, space) == secondary
    assert fate(key, P, space) == primary


@pytest.mark.parametrize(
    ("key", "secondary", "primary"),
    [
        # DATA-2: messages not filed go in secondary, are kept in primary; filed ones and the kept archive stay
        ("message-inbox", (DELETED, 3), (KEPT, None)),
        ("message-filed", (KEPT, None), (KEPT, None)),
        ("message-archived-year", (DELETED, 3), (KEPT, None)),
        ("message-archived", (KEPT, None), (KEPT, None)),
        # DATA-9: drafts, sent and dated messages have their own rows
        ("message-sent", (KEPT, None), (KEPT, None)),
        ("message-draft", (KEPT, None), (KEPT, None)),
        ("message-dated", (KEPT, None), (KEPT, None)),
        # DATA-2: the liaison notebook is not archived and goes
        ("liaison", (DELETED, 3), (DELETED, 3)),
        ("agenda-class", (DELETED, 3), (DELETED, 3)),
        # S2-3, S2-4, S2-5, S2-6: archived in secondary; the primary diary is deleted
        ("lesson", (ARCHIVED, 3), (DELETED, 3)),
        ("activity-given", (ARCHIVED, 3), (DELETED, 3)),
        ("roll-call", (ARCHIVED, 3), (DELETED, 3)),
        ("mark", (ARCHIVED, 3), (DELETED, 3)),
        ("skill-record", (ARCHIVED, 3), (DELETED, 3)),
        ("report-card", (ARCHIVED, 3), (DELETED, 3)),
        ("cycle-review", (ARCHIVED, 3), (DELETED, 3)),
        ("punishment", (ARCHIVED, 3), (DELETED, 3)),
        ("sanction", (ARCHIVED, 3), (DELETED, 3)),
        ("project", (ARCHIVED, 3), (DELETED, 3)),
        # S3-1: report-card models go, settings stay (DATA-8)
        ("report-card-model", (DELETED, 3), (DELETED, 3)),
        ("parameter", (KEPT, None), (KEPT, None)),
        ("school-life-settings", (KEPT, None), (KEPT, None)),
        # S3-2, S3-3
        ("class", (DELETED, 3), (DELETED, 3)),
        ("teaching-group", (DELETED, 3), (DELETED, 3)),
        ("group-year", (DELETED, 3), (DELETED, 3)),
        ("group-unlimited", (KEPT, None), (KEPT, None)),
        ("account-year", (DELETED, 3), (DELETED, 3)),
        ("photo", (DELETED, 3), (DELETED, 3)),
        ("import-report", (DELETED, 3), (DELETED, 3)),
        ("support-link", (DELETED, 3), (DELETED, 3)),
        # DATA-2: kept whatever the preset
        ("preference", (KEPT, None), (KEPT, None)),
        ("personal-event", (KEPT, None), (KEPT, None)),
        ("bookmark", (KEPT, None), (KEPT, None)),
        ("questionnaire", (KEPT, None), (KEPT, None)),
        ("announcement", (KEPT, None), (KEPT, None)),
    ],
)
def test_kinds_fare_as_the_rules_say(
    key: str, secondary: tuple[Fate, int | None], primary: tuple[Fate, int | None]
) -> None:
    assert fate(key, S) == secondary
    assert fate(key, P) == primary


def test_what_is_archived_before_it_goes_names_its_archive() -> None:
    """G9: the removal names the manifest of an archive that step 2 has made."""
    archives = {rule.archive for _kind, _space, rule in lines(S) if rule.fate == Fate.ARCHIVED and rule.step == 3}
    assert archives == {
        "diary", "pupil", "roll-calls", "grade-records", "skills-records", "report-cards", "cycle-reviews",
        "punishments", "projects", "absence-statistics", "sanctions-csv",
    }  # fmt: skip
    assert {rule.archive for _kind, _space, rule in lines(P)} == {""}


def test_a_school_has_the_preset_of_its_kind() -> None:
    assert preset_of("primary") == P
    assert {preset_of(kind) for kind in ("college", "lycee", "other")} == {S}


def test_every_button_that_changes_a_fate_leads_to_a_page(sqlite_app: Flask) -> None:
    """DATA-3: no safeguard is promised that is not there."""
    wanted = {kind.safeguard for kind in KINDS if kind.safeguard}
    assert wanted <= set(sqlite_app.view_functions)
    adapter = sqlite_app.url_map.bind("localhost")
    assert all(adapter.build(endpoint) for endpoint in wanted)


def test_every_kind_that_people_have_is_counted_by_its_room(app: Flask) -> None:
    """DATA-3: each room counts the kinds that it holds, for somebody who has nothing too, in a fixed number of queries."""
    from app import clock
    from app.home.data import actions

    rooms = {folder for folder, _room in actions.ROOMS}
    assert rooms == {"compte", "espaces", "messagerie", "vie-scolaire", "personnel"}
    assert actions.owned(0, clock.portal_now()) == {}
    assert len(owned_kinds()) > 25
