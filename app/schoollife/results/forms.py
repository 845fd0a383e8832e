"""The forms of results, and the two kinds of field that other parts of school life share: a day, a figure."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field, HiddenField, SelectField, StringField
from wtforms.validators import DataRequired, Length, ValidationError
from wtforms.widgets import DateInput, TextInput

from app.schoollife.results.averages import MOST, figure, read_figure


class DayField(Field):
    """A day: of a date picker, or typed as 12/10/2026. Empty is None; a wrong one stays as it was typed."""

    widget = DateInput()
    data: date | None

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return self.data.isoformat() if self.data is not None else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        typed = valuelist[0].strip() if valuelist else ""
        self.data = None
        if not typed:
            return
        for pattern in ("%Y-%m-%d", "%d/%m/%Y"):
            try:
                self.data = datetime.strptime(typed, pattern).replace(tzinfo=UTC).date()
            except ValueError:
                continue
            return
        raise ValueError(_("Choisissez un jour, ou écrivez-le comme 12/10/2026."))


class FigureField(Field):
    """A figure with two decimals at most, kept in hundredths: '12,5' is 1250."""

    widget = TextInput()
    data: int | None

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return figure(self.data) if self.data is not None else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        typed = valuelist[0].strip() if valuelist else ""
        self.data = None
        if not typed:
            return
        try:
            self.data = read_figure(typed)
        except ValueError:
            raise ValueError(_("Écrivez un nombre comme 20 ou 0,5.")) from None


def positive(_form: FlaskForm, field: Field) -> None:
    """A figure above nothing and below a thousand."""
    if not field.process_errors and (field.data is None or not 0 < field.data <= MOST):
        raise ValidationError(_("Écrivez un nombre plus grand que zéro."))


def as_number(text: Any) -> int:
    """What a list's choice is kept as; 0 stands for 'none' and for nonsense."""
    return int(text) if str(text).isdecimal() and len(str(text)) < 19 else 0


class AssessmentForm(FlaskForm):
    """What was marked, when, out of how much."""

    title = StringField(_l("Titre"), validators=[DataRequired(_l("Donnez un titre à l’évaluation.")), Length(max=160)])
    subject = StringField(_l("Matière"), validators=[DataRequired(_l("Indiquez la matière.")), Length(max=120)])
    held_on = DayField(_l("Jour"), validators=[DataRequired(_l("Indiquez le jour de l’évaluation."))])
    out_of = FigureField(_l("Barème"), default=2000, validators=[positive])
    weight = FigureField(_l("Coefficient"), default=100, validators=[positive])
    period = SelectField(_l("Période"), coerce=as_number)
    group = SelectField(_l("Qui est noté"), coerce=as_number)
    version = HiddenField(default="0")


class SheetForm(FlaskForm):
    """Only the token and the version; the lines are read by ``sheet.read_sheet``."""

    version = HiddenField(default="0")


class SkillForm(FlaskForm):
    """The skill whose levels are entered; the levels are read pupil by pupil."""

    domain = StringField(_l("Domaine"), validators=[DataRequired(_l("Indiquez le domaine.")), Length(max=120)])
    skill = StringField(_l("Compétence"), validators=[DataRequired(_l("Indiquez la compétence.")), Length(max=200)])


class RemovalForm(FlaskForm):
    """A removal is confirmed by a typed word."""

    word = StringField(_l("Pour confirmer, écrivez le mot\u00a0: supprimer"))

    def validate_word(self, field: StringField) -> None:
        if (field.data or "").strip().lower() not in ("supprimer", "delete"):
            raise ValidationError(_("Écrivez «\u00a0supprimer\u00a0» pour confirmer."))


def seen_version(given: str | None) -> int:
    """The version that the writer has seen; 0 where the field was tampered with."""
    given = given or ""
    return int(given) if given.isdecimal() and len(given) < 10 else 0
