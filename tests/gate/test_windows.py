"""Reading and checking what somebody typed about windows: every refusal is a sentence beside its field (GATE-3, GATE-4)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import Misused
from app.gate.plain_text import MESSAGE_LIMIT, Problem
from app.gate.windows import (
    Bound,
    Limits,
    Source,
    check_amendment,
    check_limits,
    check_window,
    end_instant,
    parse_bound,
    read_bound,
    read_profiles,
    start_instant,
)
from app.schoolyear import SCHOOL_ZONES
from tests.gate.worlds import at, bounds, day, families, limits, maintenance, paris

PARIS = ZoneInfo("Europe/Paris")
REUNION = ZoneInfo("Indian/Reunion")
ASKED = {"kind": "profiles", "profiles": ["guardian"], "message": "", "zone": PARIS}


def said(problems: list[Problem]) -> list[tuple[str, str]]:
    return [(p.field, str(p.words).replace("\u00a0", " ")) for p in problems]


# Bounds ----------------------------------------------------------------------------------------------------------------


def test_an_inclusive_end_day_ends_at_midnight_of_the_next_in_the_schools_own_zone() -> None:
    """GATE-3: 'du 27 août au 2 septembre inclus'."""
    start, end = day("2026-08-27"), day("2026-09-02")
    assert start_instant(start, PARIS) == datetime(2026, 8, 26, 22, tzinfo=UTC)
    assert end_instant(end, PARIS) == datetime(2026, 9, 2, 22, tzinfo=UTC)
    assert start_instant(start, REUNION) == datetime(2026, 8, 26, 20, tzinfo=UTC)
    assert end_instant(end, REUNION) == datetime(2026, 9, 2, 20, tzinfo=UTC)


def test_a_window_over_the_autumn_change_is_an_hour_longer() -> None:
    """GATE-3: daylight saving included."""
    length = end_instant(day("2026-10-25"), PARIS) - start_instant(day("2026-10-25"), PARIS)
    assert length.total_seconds() == 25 * 3600


def test_a_bound_is_a_day_or_an_aware_instant() -> None:
    with pytest.raises(ValueError, match="a day or an instant"):
        Bound()
    with pytest.raises(ValueError, match="a day or an instant"):
        Bound(day=date(2026, 8, 27), instant=datetime(2026, 8, 27, tzinfo=UTC))
    with pytest.raises(ValueError, match="aware"):
        Bound(instant=datetime(2026, 8, 27))  # noqa: DTZ001
    assert Bound(instant=datetime(2026, 8, 27, 9, tzinfo=PARIS)).instant == datetime(2026, 8, 27, 7, tzinfo=UTC)


# Reading ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("2026-08-27", Bound(day=date(2026, 8, 27))),
        (" 2026-08-27 ", Bound(day=date(2026, 8, 27))),
        ("2026-08-27T09:00", Bound(instant=datetime(2026, 8, 27, 7, tzinfo=UTC))),
        ("2026-08-27 09:00", Bound(instant=datetime(2026, 8, 27, 7, tzinfo=UTC))),
        ("2026-08-27T09:00:30", Bound(instant=datetime(2026, 8, 27, 7, 0, 30, tzinfo=UTC))),
        ("2026-08-27T09:00Z", Bound(instant=datetime(2026, 8, 27, 9, tzinfo=UTC))),
        ("2026-08-27T09:00+04:00", Bound(instant=datetime(2026, 8, 27, 5, tzinfo=UTC))),
        ("2026-08-27T09:00:00.000001-0300", Bound(instant=datetime(2026, 8, 27, 12, 0, 0, 1, tzinfo=UTC))),
        ("2026-10-25T02:30", Bound(instant=datetime(2026, 10, 25, 0, 30, tzinfo=UTC))),
    ],
)
def test_a_day_an_instant_and_a_wall_hour_are_read(text: str, bound: Bound) -> None:
    """A naive hour is the school's wall time; one that comes twice is the first."""
    assert parse_bound(text, PARIS, is_end=False) == bound


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("jeudi", "n’est ni un jour ni une heure"),
        ("", "n’est ni un jour ni une heure"),
        ("27/08/2026", "n’est ni un jour ni une heure"),
        ("20260827", "n’est ni un jour ni une heure"),
        ("2026-W35-4", "n’est ni un jour ni une heure"),
        ("2026-08-27T9:00", "n’est ni un jour ni une heure"),
        ("2026-08-27T09:00 Europe/Paris", "n’est ni un jour ni une heure"),
        ("٢٠٢٦-08-27", "n’est ni un jour ni une heure"),
        ("2026-02-30", "n’existe pas"),
        ("2026-13-01", "n’existe pas"),
        ("2026-08-27T24:30", "n’existe pas"),
        ("2026-08-27T09:61", "n’existe pas"),
        ("2026-08-27T09:00+99:00", "n’existe pas"),
        ("2026-03-29T02:30", "n’existe pas"),
        ("0001-01-01", "hors du possible"),
        ("9999-12-31", "hors du possible"),
        ("0001-01-01T00:00+14:00", "hors du possible"),
        ("20260-08-27", "n’est ni un jour ni une heure"),
    ],
)
@pytest.mark.parametrize(("is_end", "field"), [(False, "start"), (True, "end")])
def test_anything_else_is_refused_with_a_sentence(text: str, sentence: str, is_end: bool, field: str) -> None:
    with pytest.raises(Misused, match=sentence) as refused:
        parse_bound(text, PARIS, is_end=is_end)
    assert refused.value.field == field
    assert refused.value.exit_code == 2


def test_an_hour_that_daylight_saving_skips_is_told_as_such() -> None:
    with pytest.raises(Misused) as refused:
        parse_bound("2026-03-29T02:30", PARIS, is_end=False)
    assert "02:30" in str(refused.value.words)
    assert "heure d’été" in str(refused.value.words)
    assert parse_bound("2026-03-29T02:30", REUNION, is_end=False).instant == datetime(2026, 3, 28, 22, 30, tzinfo=UTC)


@given(st.dates(date(2000, 1, 1), date(2100, 12, 31)), st.booleans(), st.sampled_from(sorted(SCHOOL_ZONES)))
def test_a_day_is_read_back_as_it_was_written(day_: date, is_end: bool, zone: str) -> None:
    assert parse_bound(day_.isoformat(), ZoneInfo(zone), is_end=is_end) == Bound(day=day_)


@given(st.datetimes(datetime(2000, 1, 2), datetime(2100, 12, 30), timezones=st.sampled_from([UTC, PARIS, REUNION])))  # noqa: DTZ001
def test_an_instant_is_read_back_as_it_was_written(moment: datetime) -> None:
    if moment.astimezone(UTC).astimezone(moment.tzinfo).replace(tzinfo=None) == moment.replace(tzinfo=None):
        assert parse_bound(moment.isoformat(), PARIS, is_end=False) == Bound(instant=moment)


@given(st.text(max_size=30))
def test_no_text_at_all_does_anything_but_be_read_or_refused(text: str) -> None:
    bound, problems = read_bound(text, PARIS, is_end=True)
    assert (bound is None) or not problems
    assert all(p.field == "end" and str(p.words) for p in problems)


def test_an_empty_field_is_no_bound_and_no_problem() -> None:
    assert read_bound("  ", PARIS, is_end=True) == (None, [])
    assert read_bound(None, PARIS, is_end=True) == (None, [])


def test_unknown_profiles_are_named_each() -> None:
    known, problems = read_profiles(["guardian", "parents", "élève"])
    assert known == {"guardian"}
    assert said(problems) == [
        ("profiles", "Le profil « parents » n’existe pas."),
        ("profiles", "Le profil « élève » n’existe pas."),
    ]


# Checking a window -----------------------------------------------------------------------------------------------------


def test_a_good_window_has_no_problem() -> None:
    assert check_window(**ASKED, start=day("2026-08-20"), end=day("2026-08-20")) == []
    assert check_window(**{**ASKED, "kind": "maintenance", "profiles": []}, start=day("2026-08-20"), end=None) == []


def test_a_window_that_ends_before_it_starts_is_refused() -> None:
    found = said(check_window(**ASKED, start=day("2026-08-27"), end=at(paris("2026-08-26", "09:00"))))
    assert found == [
        ("end", "La fenêtre finirait le mercredi 26 août 2026 à 9 h, avant de commencer le jeudi 27 août 2026 à 0 h.")
    ]
    found = said(check_window(**ASKED, start=at(paris("2026-08-27")), end=day("2026-08-26")))
    assert found == [("end", "La fenêtre finirait à l’instant où elle commence, le jeudi 27 août 2026 à 0 h.")]


def test_every_problem_of_a_window_is_told_at_once() -> None:
    found = said(check_window(kind="profiles", profiles=[], start=None, end=None, message="<b>Fermé</b>", zone=PARIS))
    assert [field for field, _words in found] == ["profiles", "start", "end", "message"]
    assert "« <b> »" in found[-1][1]


def test_unknown_kinds_and_profiles_are_refused() -> None:
    found = said(
        check_window(
            kind="travaux", profiles=["parent"], start=day("2026-08-20"), end=day("2026-08-21"), message="", zone=PARIS
        )
    )
    assert [field for field, _words in found] == ["kind", "profiles"]


def test_a_school_cannot_order_a_maintenance() -> None:
    asked = {**ASKED, "kind": "maintenance"}
    found = said(check_window(**asked, start=day("2026-08-20"), end=day("2026-08-21"), source=Source.SCHOOL))
    assert found == [("kind", "Un établissement ne peut pas commander une maintenance : demandez au projet.")]


@pytest.mark.parametrize(
    "message", ["<p>Bonjour</p>", "a <br> b", "</div>", "<!-- x -->", "<script", "A&nbsp;B", "&#233;", "&#xE9;"]
)
def test_a_message_with_html_is_refused(message: str) -> None:
    found = said(check_window(**{**ASKED, "message": message}, start=day("2026-08-20"), end=day("2026-08-21")))
    assert [field for field, _words in found] == ["message"]
    assert "HTML" in found[0][1]


@pytest.mark.parametrize(
    "message", ["5 < 6 & 7 > 2", "<3", "Q&R ; voir l’accueil", "a <- b", "R&D;", "Rentrée\nlundi", "100 %"]
)
def test_a_message_of_plain_words_is_taken(message: str) -> None:
    assert check_window(**{**ASKED, "message": message}, start=day("2026-08-20"), end=day("2026-08-21")) == []


def test_a_message_that_is_too_long_is_refused_with_both_numbers() -> None:
    long = "a" * (MESSAGE_LIMIT + 1)
    found = said(check_window(**{**ASKED, "message": long}, start=day("2026-08-20"), end=day("2026-08-21")))
    assert found == [("message", "Le texte a 1001 caractères ; il peut en avoir 1000 au plus.")]


def test_invisible_control_characters_are_refused() -> None:
    found = said(check_window(**{**ASKED, "message": "a\x00b"}, start=day("2026-08-20"), end=day("2026-08-21")))
    assert [field for field, _words in found] == ["message"]


# Limits and amendments -------------------------------------------------------------------------------------------------

LIMITS = Limits(
    earliest_start=date(2026, 8, 17),
    latest_start=date(2026, 8, 24),
    earliest_end=date(2026, 8, 28),
    latest_end=date(2026, 9, 3),
)


@pytest.mark.parametrize(
    ("start", "end", "found"),
    [
        ("2026-08-17", "2026-09-03", []),
        ("2026-08-24", "2026-08-28", []),
        (
            "2026-08-16",
            None,
            [("start", "Le début ne peut pas être avant le lundi 17 août 2026 : c’est la limite du projet.")],
        ),
        (
            "2026-08-25",
            None,
            [
                (
                    "start",
                    "Le début ne peut pas être après la première heure du lundi 24 août 2026 : c’est la limite du projet.",
                )
            ],
        ),
        (
            None,
            "2026-08-27",
            [("end", "La fin ne peut pas être avant le vendredi 28 août 2026 inclus : c’est la limite du projet.")],
        ),
        (
            None,
            "2026-09-04",
            [("end", "La fin ne peut pas être après le jeudi 3 septembre 2026 inclus : c’est la limite du projet.")],
        ),
    ],
)
def test_a_school_is_told_which_limit_it_passes(start: str | None, end: str | None, found: list) -> None:
    """GATE-4."""
    asked = {
        "window": families(limits=LIMITS),
        "start": day(start) if start else None,
        "end": day(end) if end else None,
        "message": None,
        "zone": PARIS,
        "authorised": True,
    }
    assert said(check_amendment(**asked, by_operator=False)) == found
    assert check_amendment(**asked, by_operator=True) == []


def test_limits_bind_a_schools_own_window_and_nobody_elses() -> None:
    asked = {**ASKED, "start": day("2026-08-10"), "end": day("2026-09-09"), "limits": LIMITS}
    assert [p.field for p in check_window(**asked, source=Source.SCHOOL)] == ["start", "end"]
    assert check_window(**asked, source=Source.OPERATOR) == []


@given(bounds, bounds, limits, st.sampled_from(sorted(SCHOOL_ZONES)))
def test_a_bound_is_refused_exactly_where_evaluating_would_move_it(
    start: Bound, end: Bound, some: Limits, zone: str
) -> None:
    """GATE-4: what is accepted is what counts."""
    where = ZoneInfo(zone)
    asked = check_amendment(
        window=families(limits=some, start=day("2000-01-01"), end=day("2099-01-01")),
        start=start,
        end=end,
        message=None,
        zone=where,
        by_operator=False,
        authorised=True,
    )
    refused = {p.field for p in asked if "limite" in str(p.words)}
    first, last = start_instant(start, where), end_instant(end, where)
    moved = {"start"} if some.clamp_start(first, where) != first else set()
    moved |= {"end"} if some.clamp_end(last, where) != last else set()
    assert refused == moved


def test_limits_that_leave_no_choice_are_refused() -> None:
    found = said(check_limits(Limits(earliest_end=date(2026, 9, 1), latest_end=date(2026, 8, 31))))
    assert found == [
        (
            "latest_end",
            "La limite au plus tard, le lundi 31 août 2026, est avant la limite au plus tôt, le mardi 1er septembre 2026.",
        )
    ]
    assert check_limits(LIMITS) == []


def test_an_amendment_needs_something_to_change() -> None:
    found = said(
        check_amendment(
            window=families(), start=None, end=None, message=None, zone=PARIS, by_operator=True, authorised=True
        )
    )
    assert found == [("", "Indiquez un début, une fin ou un message.")]


def test_a_school_that_is_not_authorised_is_told_so() -> None:
    """GATE-4."""
    asked = {"start": None, "end": day("2026-08-30"), "message": None, "zone": PARIS, "by_operator": False}
    found = said(check_amendment(window=families(), **asked, authorised=False))
    assert found == [("", "Le projet n’autorise pas les établissements à changer cette fenêtre.")]
    found = said(check_amendment(window=maintenance(), **{**asked, "end": day("2026-07-20")}, authorised=True))
    assert found == [("", "Une maintenance ne se change qu’au niveau du projet.")]


def test_an_amendment_is_ordered_against_what_it_inherits() -> None:
    asked = {"window": families(), "message": None, "zone": PARIS, "by_operator": True, "authorised": True}
    assert [p.field for p in check_amendment(**asked, start=None, end=day("2026-08-19"))] == ["end"]
    assert [p.field for p in check_amendment(**asked, start=day("2026-09-01"), end=None)] == ["start"]
    assert check_amendment(**asked, start=day("2026-09-01"), end=None, inherits_end=paris("2026-09-03")) == []
    assert [
        p.field for p in check_amendment(**asked, start=None, end=day("2026-08-21"), inherits_start=paris("2026-08-25"))
    ] == ["end"]
