"""The form of the weekly rhythm (S4-6)."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice

WEEKDAYS = (
    _l("Le lundi"), _l("Le mardi"), _l("Le mercredi"), _l("Le jeudi"), _l("Le vendredi"), _l("Le samedi"), _l("Le dimanche"),
)  # fmt: skip
_KINDS = (
    SelectChoice("", _l("rien")),
    SelectChoice("delta", _l("une livraison partielle")),
    SelectChoice("complete", _l("une livraison complète")),
)


def _day(number: int) -> SelectField:
    return SelectField(WEEKDAYS[number], choices=list(_KINDS), default="")


class RhythmForm(FlaskForm):
    """What is expected on each weekday, and by when it is there."""

    day0, day1, day2, day3, day4, day5, day6 = (_day(number) for number in range(7))
    hour = SelectField(
        _l("Elle est là avant"),
        choices=[SelectChoice(hour, f"{hour} h") for hour in range(6, 24)],
        coerce=int,
        default=12,
    )

    @property
    def days(self) -> dict[int, bool]:
        """Weekday (Monday is 0) -> is it a complete delivery?"""
        chosen: list[Any] = [self[f"day{number}"].data for number in range(7)]
        return {number: kind == "complete" for number, kind in enumerate(chosen) if kind}
