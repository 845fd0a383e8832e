"""The forms of the choice that have a field of their own; ticks are read by ``ticks``."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, RadioField, StringField
from wtforms.validators import DataRequired, Length, Optional
from wtforms.widgets import DateInput


class MissingForm(FlaskForm):
    """'My class is not here': one line for the administrator (CLASS-1)."""

    line = StringField(
        _l("Quelle classe cherchez-vous ?"),
        validators=[DataRequired(_l("Écrivez quelle classe est la vôtre.")), Length(max=300)],
    )


class DaysForm(FlaskForm):
    """From when to when somebody stands in; the last day may be unknown (CLASS-8)."""

    first_day = DateField(
        _l("Premier jour"), validators=[DataRequired(_l("Donnez le premier jour."))], widget=DateInput()
    )
    last_day = DateField(_l("Dernier jour"), validators=[Optional()], widget=DateInput())


class ReplacementForm(DaysForm):
    """A replacement: an account that exists, found by its login, in one of the school's classes (CLASS-8)."""

    school_class = RadioField(_l("Dans quelle classe ?"), coerce=int)
    absent = RadioField(_l("Qui est remplacé ?"), coerce=int)


class TemporaryForm(ReplacementForm):
    """A replacement whom no feed knows yet: a temporary account, merged when a feed brings the person (CLASS-8)."""

    first_name = StringField(_l("Prénom"), validators=[DataRequired(_l("Donnez le prénom.")), Length(max=80)])
    last_name = StringField(_l("Nom"), validators=[DataRequired(_l("Donnez le nom.")), Length(max=80)])


class EndForm(FlaskForm):
    """The day on which a replacement ends."""

    last_day = DateField(
        _l("Dernier jour"), validators=[DataRequired(_l("Donnez le dernier jour."))], widget=DateInput()
    )
