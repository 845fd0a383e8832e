"""The forms of what is one's own."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateTimeLocalField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length


class BookmarkForm(FlaskForm):
    """An address to keep."""

    title = StringField(_l("Nom"), validators=[DataRequired(_l("Donnez un nom à ce favori.")), Length(max=120)])
    address = StringField(_l("Adresse"), validators=[DataRequired(_l("Donnez l’adresse de la page.")), Length(max=500)])


class EventForm(FlaskForm):
    """A date of one's own; both moments are wall time of the portal's zone."""

    title = StringField(_l("Quoi"), validators=[DataRequired(_l("Dites ce que c’est.")), Length(max=160)])
    starts_at = DateTimeLocalField(_l("Début"), validators=[InputRequired(_l("Donnez le jour et l’heure de début."))])
    ends_at = DateTimeLocalField(_l("Fin"), validators=[InputRequired(_l("Donnez le jour et l’heure de fin."))])
    place = StringField(_l("Lieu"), validators=[Length(max=120)])
    words = TextAreaField(_l("Notes"), validators=[Length(max=2000)])


class PreferencesForm(FlaskForm):
    """Only the token: the choices are drawn from ``preferences.PREFERENCES``."""
