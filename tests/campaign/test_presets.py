"""The four calendars of CAL-4: every date, actor and automatic mark against tables typed anew, and moved to other summers (CAL-12)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from app.campaign.calendar import Actor, Event, EventKind, State
from app.campaign.moving import Anchor, Anchors, completed, day_in, fixed, moved, passed, tied
from app.campaign.order import broken
from app.campaign.presets import PRESETS

PARIS = ZoneInfo("Europe/Paris")
IN_2026 = Anchors(
    last_day=date(2026, 7, 4), holidays=date(2026, 7, 5), teachers=date(2026, 8, 31), first_day=date(2026, 9, 1)
)
#: An academy of the Indian Ocean, whose pupils come back in mid-August.
REUNION = Anchors(
    last_day=date(2026, 7, 3), holidays=date(2026, 7, 4), teachers=date(2026, 8, 14), first_day=date(2026, 8, 18)
)
#: New Caledonia: the school year 2026 lies inside one civil year, the next begins in February 2027.
NOUMEA = Anchors(
    last_day=date(2026, 12, 18), holidays=date(2026, 12, 19), teachers=date(2027, 2, 11), first_day=date(2027, 2, 15)
)

# earliest, latest, actor, automatic, instant (wall time of Paris), announced end; '-' is none.
TABLES = {
    "secondary-2021": """
        nomenclatures            2021-05-24 2021-05-31 academy    no  -                -
        siecle-begins            2021-06-01 2021-06-07 school     no  -                -
        notice-procedure         2021-06-01 2021-06-30 academy    yes 2021-06-01T09:00 -
        group-warnings           2021-06-30 2021-06-30 operator   yes 2021-06-30T09:00 -
        group-reminder           2021-07-09 2021-07-09 operator   yes 2021-07-09T09:00 -
        end-colleges             2021-06-24 2021-06-30 school     no  -                -
        dry-run                  2021-06-24 2021-07-07 operator   yes 2021-06-24T20:00 -
        pause                    2021-07-01 2021-07-31 academy-it yes 2021-07-01T06:00 -
        end-lycees               2021-07-12 2021-07-18 school     no  -                -
        steps-1-3                2021-07-12 2021-07-31 operator   yes 2021-07-12T20:00 2021-07-16T08:00
        siecle-flips             2021-08-01 2021-08-31 academy-it no  -                -
        step-4                   2021-08-16 2021-08-31 operator   yes 2021-08-16T20:00 2021-08-18T08:00
        families                 2021-08-16 2021-08-16 portal     yes 2021-08-16T20:00 2021-09-02T08:00
        notice-restriction       2021-08-26 2021-08-31 academy    yes 2021-08-26T09:00 -
        step-5                   2021-08-26 2021-08-31 school     no  -                -
        teachers-first-day       2021-09-01 2021-09-01 academy    no  2021-09-01T08:00 -
        notice-sts               2021-09-01 2021-09-01 academy    yes 2021-09-01T09:00 -
        first-day                2021-09-02 2021-09-02 portal     yes 2021-09-02T08:00 -
        deactivations-suspended  2021-08-16 2021-09-18 owner      yes 2021-08-16T20:00 2021-09-19T00:00
        old-classes              2021-10-12 2021-10-31 nobody     no  -                -
    """,
    "primary-2018": """
        safeguards               -          2018-09-02 nobody     no  -                -
        old-class                -          2018-09-03 nobody     no  -                -
        first-day                2018-09-03 2018-09-03 nobody     no  2018-09-03T08:00 -
        onde                     2018-09-03 2018-09-04 academy    yes 2018-09-03T20:00 -
        steps-1-4                2018-09-03 2018-09-04 operator   yes 2018-09-03T20:00 -
        notice-finished          2018-09-04 -          academy    yes -                -
        class-choice             2018-09-04 -          portal     yes -                -
        onde-daily               2018-09-04 -          portal     yes 2018-09-04T06:00 -
    """,
    "vienne-2024": """
        pause                    2024-07-05 -          academy-it yes 2024-07-05T06:00 -
        servers-on               2024-07-05 2024-09-02 school     no  -                -
        staff-room-cleaned       2024-07-05 2024-07-05 school     no  -                -
        koxo-cleaned             2024-07-12 2024-08-31 department no  -                -
        scribe-cleaned           2024-07-12 2024-08-31 academy    no  -                -
        koxo-resumes             2024-08-27 2024-08-27 department no  -                -
        resume-portal            2024-08-27 2024-08-27 academy-it yes 2024-08-27T06:00 -
        families                 2024-08-27 2024-09-02 portal     yes 2024-08-27T00:00 2024-09-03T00:00
        first-day                2024-09-02 2024-09-02 nobody     no  2024-09-02T08:00 -
        scribe-resumes           2024-09-02 2024-09-02 academy-it no  -                -
        scribe-pupils            2024-09-03 2024-09-06 academy    no  -                -
        verification             2024-09-08 -          school     no  -                -
        koxo-accounts            2024-09-24 2024-09-30 department no  -                -
        scribe-staff             2024-10-01 2024-11-30 academy    no  -                -
    """,
    "present": """
        siecle-prepared          2026-07-01 2026-07-31 school     no  -                -
        year-end                 2026-07-04 2026-07-15 school     no  -                -
        steps-1-3                2026-07-12 2026-07-18 operator   yes 2026-07-12T20:00 2026-07-16T08:00
        families                 2026-08-01 2026-09-01 portal     yes 2026-08-01T00:00 2026-09-01T08:00
        newcomers                2026-08-25 2026-08-31 academy-it no  -                -
        guide                    2026-08-25 2026-08-31 operator   no  -                -
        step-4                   2026-08-25 2026-08-31 operator   yes 2026-08-25T20:00 2026-08-27T08:00
        notice-new-year          2026-08-27 2026-08-31 operator   yes 2026-08-27T09:00 -
        teachers-first-day       2026-08-31 2026-08-31 nobody     no  2026-08-31T08:00 -
        first-day                2026-09-01 2026-09-01 portal     yes 2026-09-01T08:00 -
        timetables               2026-09-01 2026-09-30 school     no  -                -
        leavers                  2026-10-17 2026-10-31 portal     yes 2026-10-17T20:00 -
    """,
}
#: What moves in 2026: the days tied to the anchors; the other days keep their month and day.
MOVED_TO_2026 = {
    "secondary-2021": {
        "nomenclatures": "2026-05-24", "notice-procedure": "2026-06-01", "group-warnings": "2026-06-28",
        "group-reminder": "2026-07-09", "end-colleges": "2026-06-22", "dry-run": "2026-06-22", "pause": "2026-07-01",
        "end-lycees": "2026-07-10", "steps-1-3": "2026-07-12", "siecle-flips": "2026-08-01", "step-4": "2026-08-15",
        "families": "2026-08-15", "notice-restriction": "2026-08-25", "step-5": "2026-08-25",
        "teachers-first-day": "2026-08-31", "notice-sts": "2026-08-31", "first-day": "2026-09-01",
        "deactivations-suspended": "2026-08-15", "old-classes": "2026-10-12", "siecle-begins": "2026-06-01",
    },
    "primary-2018": {
        "first-day": "2026-09-01", "onde": "2026-09-01", "steps-1-4": "2026-09-01", "notice-finished": "2026-09-02",
        "class-choice": "2026-09-02", "onde-daily": "2026-09-02", "safeguards": "2026-08-31", "old-class": "2026-09-01",
    },
    "vienne-2024": {
        "pause": "2026-07-04", "servers-on": "2026-07-04", "staff-room-cleaned": "2026-07-04",
        "koxo-cleaned": "2026-07-12", "scribe-cleaned": "2026-07-12", "koxo-resumes": "2026-08-27",
        "resume-portal": "2026-08-27", "families": "2026-08-27", "first-day": "2026-09-01",
        "scribe-resumes": "2026-09-02", "scribe-pupils": "2026-09-03", "verification": "2026-09-08",
        "koxo-accounts": "2026-09-24", "scribe-staff": "2026-10-01",
    },
}  # fmt: skip
REUNION_2021 = {
    "notice-procedure": "2026-06-01", "group-warnings": "2026-06-27", "steps-1-3": "2026-07-12", "pause": "2026-07-01",
    "siecle-flips": "2026-07-17", "step-4": "2026-08-01", "families": "2026-08-01", "notice-sts": "2026-08-14",
    "first-day": "2026-08-18", "old-classes": "2026-09-27",
}  # fmt: skip
NOUMEA_2021 = {
    "nomenclatures": "2026-11-05", "notice-procedure": "2026-11-13", "group-warnings": "2026-12-12",
    "steps-1-3": "2026-12-24", "step-4": "2027-01-29", "first-day": "2027-02-15", "notice-sts": "2027-02-11",
}  # fmt: skip


def typed(name: str) -> Iterator[tuple[str, ...]]:
    for line in TABLES[name].strip().splitlines():
        key, earliest, latest, actor, automatic, at, until = line.split()
        yield key, earliest, latest, actor, automatic, at, until


def wall(moment: datetime | None, zone: ZoneInfo = PARIS) -> str:
    return "-" if moment is None else moment.astimezone(zone).strftime("%Y-%m-%dT%H:%M")


def spelled(event: Event) -> tuple[str, ...]:
    days = [day.isoformat() if day else "-" for day in (event.earliest, event.latest)]
    automatic = "yes" if event.automatic else "no"
    return event.key, *days, event.actor.value, automatic, wall(event.at), wall(event.until)


def first_days(events: list[Event]) -> dict[str, str]:
    return {e.key: str(e.earliest or e.latest) for e in events}


@pytest.mark.parametrize("name", sorted(TABLES))
def test_a_preset_is_its_source_at_its_sources_own_days(name: str) -> None:
    """CAL-4: every event of the table, in its order, and no other."""
    preset = PRESETS[name]
    found = moved(preset, preset.anchors, PARIS, beside=False)
    assert [spelled(event) for event in found] == list(typed(name))


def test_the_four_presets_are_those_of_the_sources_with_their_kind_of_school() -> None:
    """CAL-4, CAL-10."""
    assert {name: preset.kind for name, preset in PRESETS.items()} == {
        "present": "secondary", "vienne-2024": "secondary", "secondary-2021": "secondary", "primary-2018": "primary",
    }  # fmt: skip


@pytest.mark.parametrize("name", sorted(MOVED_TO_2026))
def test_moved_to_another_summer_tied_days_keep_their_distance_and_others_their_date(name: str) -> None:
    """CAL-12."""
    assert first_days(moved(PRESETS[name], IN_2026, PARIS, beside=False)) == MOVED_TO_2026[name]


def test_an_academy_whose_pupils_come_back_in_august_keeps_the_distances() -> None:
    """CAL-12: its July is metropolitan, its August is not; the hours are its own."""
    zone = ZoneInfo("Indian/Reunion")
    found = moved(PRESETS["secondary-2021"], REUNION, zone)
    days = first_days(found)
    assert {key: days[key] for key in REUNION_2021} == REUNION_2021
    assert wall(next(e.at for e in found if e.key == "families"), zone) == "2026-08-01T20:00"
    assert wall(next(e.until for e in found if e.key == "families"), zone) == "2026-08-18T08:00"


def test_a_school_year_inside_one_civil_year_keeps_the_distances() -> None:
    """CAL-12: the year ends in December, the next begins in February."""
    zone = ZoneInfo("Pacific/Noumea")
    found = moved(PRESETS["secondary-2021"], NOUMEA, zone)
    days = first_days(found)
    assert {key: days[key] for key in NOUMEA_2021} == NOUMEA_2021
    assert wall(next(e.at for e in found if e.key == "steps-1-3"), zone) == "2026-12-24T20:00"
    ahead = moved(PRESETS["vienne-2024"], NOUMEA, zone)
    families = next(e for e in ahead if e.key == "families")
    assert (wall(families.at, zone), wall(families.until, zone)) == ("2027-02-09T00:00", "2027-02-16T00:00")


@pytest.mark.parametrize("name", sorted(PRESETS))
@pytest.mark.parametrize(
    ("anchors", "zone"),
    [(IN_2026, "Europe/Paris"), (REUNION, "Indian/Reunion"), (NOUMEA, "Pacific/Noumea"), (None, "Europe/Paris")],
)
def test_no_preset_breaks_a_rule_wherever_it_is_moved(name: str, anchors: Anchors | None, zone: str) -> None:
    """CAL-2, CAL-3, CAL-5, CAL-6, CAL-11: own days, 2026, August, February."""
    preset = PRESETS[name]
    assert broken(moved(preset, anchors or preset.anchors, ZoneInfo(zone)), ZoneInfo(zone)) == []


def test_the_variant_of_the_source_is_there() -> None:
    """001 and 000: in one region the first interruption began on 28 July at 9:00."""
    found = moved(PRESETS["secondary-2021"], PRESETS["secondary-2021"].anchors, PARIS, variant="auvergne-rhone-alpes")
    steps = next(e for e in found if e.key == "steps-1-3")
    assert wall(steps.at) == "2021-07-28T09:00"
    assert wall(next(e.at for e in found if e.key == "group-reminder")) == "2021-07-25T09:00"


def test_steps_one_to_three_run_together_and_primary_runs_a_chain() -> None:
    """CAL-2, CAL-10."""
    steps = {
        name: [(e.steps, e.chain) for e in moved(preset, preset.anchors, PARIS) if e.kind == EventKind.STEPS]
        for name, preset in PRESETS.items()
    }
    assert steps == {
        "present": [((1, 2, 3), False), ((4,), False)],
        "secondary-2021": [((1, 2, 3), False), ((4,), False)],
        "primary-2018": [((1, 2, 3, 4), True)],
        "vienne-2024": [],
    }


def test_two_targets_stop_in_the_vienne_and_resume_each_on_its_day() -> None:
    """CAL-3 [004 III]."""
    found = {e.key: e for e in moved(PRESETS["vienne-2024"], PRESETS["vienne-2024"].anchors, PARIS)}
    assert set(found["pause"].targets) == {"portal", "servers"}
    assert (found["resume-portal"].targets, found["scribe-resumes"].targets) == (("portal",), ("servers",))


@pytest.mark.parametrize("name", ["present", "secondary-2021", "vienne-2024"])
def test_every_secondary_campaign_warns_of_a_missing_directory(name: str) -> None:
    """CAL-11: three days and one day before the teachers' first day."""
    found = {e.key: e for e in moved(PRESETS[name], IN_2026, PARIS)}
    assert wall(found["directory-due-3"].at) == "2026-08-28T09:00"
    assert wall(found["directory-due-1"].at) == "2026-08-30T09:00"


@pytest.mark.parametrize("name", ["present", "secondary-2021", "vienne-2024"])
def test_systems_beside_the_portal_stand_in_the_calendar(name: str) -> None:
    """EXT-1, EXT-2, EXT-4, EXT-5 (EXT-3 stands in the Vienne's own table)."""
    keys = {e.key for e in moved(PRESETS[name], IN_2026, PARIS)}
    assert {"moodle-saved", "moodle-trash", "gar-assignments", "identifiers"} <= keys
    assert keys & {"siecle-classes", "siecle-prepared"}


def test_every_key_is_unique_and_every_portals_event_has_an_instant_unless_nobody_may_promise_one() -> None:
    for preset in PRESETS.values():
        found = moved(preset, preset.anchors, PARIS)
        assert len({e.key for e in found}) == len(found)
        undated = {e.key for e in found if e.automatic and e.at is None}
        promised = {"primary-2018": {"notice-finished", "class-choice"}, "secondary-2021": set()}
        assert undated == promised.get(preset.name, {"group-warnings", "group-reminder"})


@pytest.mark.parametrize("name", ["present", "secondary-2021", "vienne-2024"])
def test_schools_are_asked_for_the_ministrys_exports_before_the_first_interruption(name: str) -> None:
    """S3-6, S2-7: after step 3 they can no longer be made; Parcoursup's are due before the end of the year."""
    preset = PRESETS[name]
    found = {e.key: e for e in moved(preset, preset.anchors, PARIS)}
    for key in ("lsl-exported", "parcoursup-exported"):
        assert (found[key].actor, found[key].kind, found[key].tracked) == (Actor.SCHOOL, EventKind.OPERATION, True)
    parcoursup, lsl = found["parcoursup-exported"].latest, found["lsl-exported"].latest
    assert parcoursup is not None
    assert lsl is not None
    assert parcoursup < preset.anchors.last_day
    assert parcoursup < lsl
    assert "steps-1-3" not in found or lsl < (found["steps-1-3"].earliest or date.max)


@pytest.mark.parametrize("name", ["present", "secondary-2021", "vienne-2024"])
def test_group_managers_can_be_warned_in_every_secondary_campaign(name: str) -> None:
    """S3-4: at a set date; none is sent by default where the source names no day."""
    found = {e.key: e for e in moved(PRESETS[name], IN_2026, PARIS)}
    for key, kind in (("group-warnings", EventKind.WARNING), ("group-reminder", EventKind.REMINDER)):
        assert (found[key].kind, found[key].automatic) == (kind, True)
        assert (found[key].at is None) == (name != "secondary-2021")


def test_a_fixed_day_keeps_its_date_within_a_week_of_drift_and_its_distance_beyond() -> None:
    source = PRESETS["present"].anchors
    near = completed(source, first_day=date(2026, 9, 8))
    far = completed(source, first_day=date(2026, 9, 9))
    assert day_in(fixed(8, 27), source, near, {}) == date(2026, 8, 27)
    assert day_in(fixed(8, 27), source, far, {}) == date(2026, 9, 4)
    assert day_in(tied(Anchor.FIRST_DAY, -7), source, far, {}) == date(2026, 9, 2)


def test_a_year_of_which_only_the_first_day_is_known_takes_the_others_from_the_preset() -> None:
    """CAL-12."""
    found = completed(PRESETS["present"].anchors, first_day=date(2027, 9, 2))
    assert found == Anchors(
        last_day=date(2027, 7, 4), holidays=date(2027, 7, 5), teachers=date(2027, 9, 1), first_day=date(2027, 9, 2)
    )
    south = completed(PRESETS["present"].anchors, first_day=date(2027, 2, 15))
    assert south.last_day < south.first_day
    assert (south.first_day - south.last_day).days == 59


def test_a_new_calendar_does_not_catch_up() -> None:
    """What is over is skipped; a closing or a stop that runs counts."""
    now = datetime(2026, 8, 26, 12, tzinfo=UTC)
    found = {e.key: passed(e, now, PARIS).state for e in moved(PRESETS["present"], IN_2026, PARIS)}
    assert {key for key, state in found.items() if state == State.SKIPPED} == {
        "notice-procedure", "dry-run", "steps-1-3", "step-4", "notice-restriction",
    }  # fmt: skip
    assert found["families"] == found["pause"] == found["notice-new-year"] == State.OPEN
