"""The form of a punishment or sanction."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectField, TextAreaField
from wtforms.validators import DataRequired, Length, ValidationError

from app.schoollife.results.forms import DayField, as_number


class MeasureForm(FlaskForm):
    """What was decided, why, when, and until when it is to be done."""

    type = SelectField(_l("Type"), coerce=as_number)
    reason = SelectField(_l("Motif"), coerce=as_number)
    words = TextAreaField(_l("Précisions"), validators=[Length(max=2000)])
    decided_on = DayField(_l("Décidée le"), validators=[DataRequired(_l("Indiquez le jour de la décision."))])
    due_on = DayField(_l("À faire pour le"))
    version = HiddenField(default="0")

    def validate_due_on(self, field: DayField) -> None:
        if field.data is not None and self.decided_on.data is not None and field.data < self.decided_on.data:
            raise ValidationError(_("Ce jour est avant celui de la décision."))

    def validate_words(self, field: TextAreaField) -> None:
        if not self.type.data and not self.reason.data and not (field.data or "").strip():
            raise ValidationError(_("Choisissez un type ou un motif, ou écrivez de quoi il s’agit."))


class TokenForm(FlaskForm):
    """Only the token."""
