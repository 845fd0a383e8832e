"""Averages are exact and rounded the French way, whatever the scales and weights (DATA-8); figures are read as people write them."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.schoollife.results.averages import Marked, average, figure, mean, read_figure
from app.schoollife.results.sheet import read_sheet
from app.schoollife.results.skills import COMPONENTS, cycle_ending_in, read_levels
from app.schoollife.results.summary import MarkRow, class_averages, general_average, results_of, subject_averages

marked = st.builds(
    lambda out_of, part, weight: Marked(value=out_of * part // 100, out_of=out_of, weight=weight),
    st.integers(1, 10_000),
    st.integers(0, 100),
    st.integers(1, 1_000),
)


def _half_up(value: Fraction) -> int:
    return int((Decimal(value.numerator) / Decimal(value.denominator)).quantize(Decimal(1), ROUND_HALF_UP))


@given(st.lists(marked, min_size=1, max_size=30))
def test_an_average_is_that_of_fractions_rounded_once_at_the_end(marks: list[Marked]) -> None:
    exact = sum(Fraction(m.value, m.out_of) * 2000 * m.weight for m in marks) / sum(m.weight for m in marks)
    assert average(marks) == (exact + Fraction(1, 2)).__floor__()


@given(st.lists(st.integers(0, 2000), min_size=1, max_size=40))
def test_a_class_s_average_is_the_mean_of_its_pupils(values: list[int]) -> None:
    assert mean(values) == _half_up(Fraction(sum(values), len(values)))
    assert mean([*values, None]) == mean(values)


def test_a_half_goes_up_and_nothing_gives_no_average() -> None:
    assert average([Marked(value=1200, out_of=2000), Marked(value=1201, out_of=2000)]) == 1201
    assert average([Marked(value=5, out_of=10), Marked(value=2000, out_of=2000, weight=300)]) == 1750
    assert average([]) is None
    assert mean([None]) is None


@given(st.integers(0, 99_999), st.sampled_from(["fr", "en"]))
def test_a_figure_is_read_back_as_it_is_written(value: int, language: str) -> None:
    assert read_figure(figure(value, language)) == value


@pytest.mark.parametrize(
    ("typed", "value"), [("12,5", 1250), ("12.5", 1250), (" 7 ", 700), ("0,05", 5), ("1 000", 100_000)]
)
def test_figures_are_read_as_people_type_them(typed: str, value: int) -> None:
    assert read_figure(typed) == value


@pytest.mark.parametrize("typed", ["", "abs", "-3", "12,555", "1e3", "12,", "٣", "12,5/20", "99999"])
def test_what_is_no_figure_is_refused(typed: str) -> None:
    with pytest.raises(ValueError):
        read_figure(typed)


def test_one_wrong_line_says_why_and_every_line_stays_as_typed() -> None:
    fields = {
        "mark-1": "12,5",
        "comment-1": "Bien",
        "mark-2": "beaucoup",
        "mark-3": "21",
        "reason-4": "9",
        "mark-5": "3",
        "reason-5": "9",
    }
    lines = read_sheet(fields, [1, 2, 3, 4, 5, 6], out_of=2000, reasons={9})
    assert [line.value for line in lines][:2] == [1250, None]
    assert [line.mark for line in lines] == ["12,5", "beaucoup", "21", "", "3", ""]
    wrong = {line.student_id: str(line.wrong) for line in lines if line.wrong}
    assert set(wrong) == {2, 3, 5}
    assert "12,5" in wrong[2]
    assert "20" in wrong[3]
    assert lines[3].reason_id == 9
    assert not lines[5].filled


def test_a_reason_that_is_not_the_school_s_is_refused() -> None:
    lines = read_sheet({"reason-1": "77", "reason-2": "x" * 40}, [1, 2], out_of=2000, reasons={9})
    assert [line.reason_id for line in lines] == [None, None]
    assert all(line.wrong for line in lines)


def _row(student: int, value: int | None, subject: str = "Maths") -> MarkRow:
    return MarkRow(
        student_id=student,
        assessment_id=student,
        subject=subject,
        title="Contrôle",
        held_on=date(2026, 10, 1),
        out_of=2000,
        weight=100,
        value=value,
    )


def test_a_class_average_needs_three_pupils_so_that_it_tells_of_none() -> None:
    two = subject_averages([_row(1, 1000), _row(2, 1400)])
    assert class_averages(two) == {}
    three = [_row(1, 1000), _row(2, 1400), _row(3, 1500), _row(1, 1800, "Français"), _row(4, None)]
    assert class_averages(subject_averages(three)) == {"Maths": 1300}
    assert general_average(subject_averages(three), 1) == 1400
    mine = results_of(1, three)
    assert [(one.subject, one.average, one.class_average, one.lowest, one.highest) for one in mine] == [
        ("Français", 1800, None, None, None),
        ("Maths", 1000, 1300, 1000, 1500),
    ]
    assert results_of(4, three)[0].average is None


def test_cycles_end_where_the_programmes_say() -> None:
    assert [cycle_ending_in(level) for level in ("CE2", "6e", "3e", "5e", None)] == [2, 3, 4, None, None]
    assert len(COMPONENTS) == 8
    assert read_levels({"a": "4", "b": "5", "c": ""}, ["a", "b", "c", "d"]) == {"a": 4}
