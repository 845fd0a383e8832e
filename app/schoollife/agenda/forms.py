"""The form of a date."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, HiddenField, StringField, TextAreaField, TimeField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Length, Optional


class EventForm(FlaskForm):
    """A date of a class or of a school; hours are the school’s."""

    title = StringField(_l("Titre"), validators=[DataRequired(_l("Donnez un titre à la date.")), Length(max=160)])
    day = DateField(_l("Jour"), validators=[InputRequired(_l("Choisissez le jour."))])
    start = TimeField(_l("Début"), validators=[InputRequired(_l("Donnez l’heure du début."))])
    end = TimeField(_l("Fin"), validators=[InputRequired(_l("Donnez l’heure de la fin."))])
    last_day = DateField(_l("Dernier jour, s’il est différent"), validators=[Optional()])
    place = StringField(_l("Lieu"), validators=[Length(max=120)])
    words = TextAreaField(_l("Précisions"), validators=[Length(max=2000)])
    version = HiddenField(default="0")

    def validate_end(self, field: TimeField) -> None:
        one_day = not self.last_day.data or self.last_day.data == self.day.data
        if one_day and field.data and self.start.data and field.data < self.start.data:
            raise ValidationError(_("L’heure de fin est avant celle du début."))

    def validate_last_day(self, field: DateField) -> None:
        if field.data and self.day.data and field.data < self.day.data:
            raise ValidationError(_("Le dernier jour est avant le premier."))
