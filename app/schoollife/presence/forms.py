"""The forms of absences. The roll-call sheet is a table of its own (``sheet.read_marks``)."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, SelectField, TextAreaField, TimeField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Length, Optional


class CompletionForm(FlaskForm):
    """What school life writes about an absence."""

    reason_id = SelectField(_l("Motif"), coerce=int)
    action_id = SelectField(_l("Suite donnée"), coerce=int)
    justified = BooleanField(_l("Absence justifiée"))


class AbsenceForm(CompletionForm):
    """An absence that no sheet has told; hours are the school's."""

    student_id = SelectField(_l("Élève"), coerce=int)
    kind = SelectField(_l("Nature"))
    day = DateField(_l("Premier jour"), validators=[InputRequired(_l("Choisissez le jour."))])
    start = TimeField(_l("De"), validators=[InputRequired(_l("Donnez l’heure du début."))])
    last_day = DateField(_l("Dernier jour, s’il est différent"), validators=[Optional()])
    end = TimeField(_l("À"), validators=[InputRequired(_l("Donnez l’heure de la fin."))])

    def validate_end(self, field: TimeField) -> None:
        one_day = not self.last_day.data or self.last_day.data == self.day.data
        if one_day and field.data and self.start.data and field.data <= self.start.data:
            raise ValidationError(_("L’absence doit finir après avoir commencé."))

    def validate_last_day(self, field: DateField) -> None:
        if field.data and self.day.data and field.data < self.day.data:
            raise ValidationError(_("Le dernier jour est avant le premier."))


class ExplanationForm(FlaskForm):
    """Why a child was missing, said by a guardian to the school."""

    words = TextAreaField(
        _l("Motif de l’absence"), validators=[DataRequired(_l("Écrivez le motif.")), Length(max=2_000)]
    )
