"""The forms of a school's periods, rotations, lists and settings."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, IntegerField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Regexp


class PeriodForm(FlaskForm):
    """A period of a year; both days inclusive."""

    year_id = SelectField(_l("Année scolaire"), coerce=int)
    name = StringField(_l("Nom"), validators=[DataRequired(_l("Donnez un nom à la période.")), Length(max=60)])
    first_day = DateField(_l("Premier jour"), validators=[InputRequired(_l("Donnez le premier jour."))])
    last_day = DateField(_l("Dernier jour"), validators=[InputRequired(_l("Donnez le dernier jour."))])


class RotationForm(FlaskForm):
    """Letters given to weeks in turn."""

    year_id = SelectField(_l("Année scolaire"), coerce=int)
    first = DateField(_l("Première semaine"), validators=[InputRequired(_l("Donnez un jour de la première semaine."))])
    last = DateField(_l("Dernière semaine"), validators=[InputRequired(_l("Donnez un jour de la dernière semaine."))])
    letters = StringField(
        _l("Lettres, dans l’ordre"),
        default="A, B",
        validators=[Regexp(r"^\s*\w{1,4}(\s*[,; ]\s*\w{1,4}){0,5}\s*$", message=_l("Écrivez par exemple : A, B."))],
    )


class ParameterForm(FlaskForm):
    """One entry of a list."""

    label = StringField(_l("Intitulé"), validators=[DataRequired(_l("Écrivez l’intitulé.")), Length(max=120)])
    counterpart_id = SelectField(_l("Motif d’absence correspondant"), coerce=int)


class SettingsForm(FlaskForm):
    """What a school decides once."""

    calls_asked_days = IntegerField(
        _l("Jours pendant lesquels un appel non validé est demandé"), validators=[InputRequired(), NumberRange(1, 60)]
    )
    late_minutes = IntegerField(_l("Minutes d’un retard"), validators=[InputRequired(), NumberRange(1, 60)])
    reason_due_days = IntegerField(
        _l("Jours laissés pour donner le motif d’une absence"), validators=[InputRequired(), NumberRange(0, 30)]
    )
    marks_out_of = IntegerField(_l("Barème habituel des notes"), validators=[InputRequired(), NumberRange(1, 100)])
    class_average_shown = BooleanField(_l("Les familles voient la moyenne de la classe"))
    extremes_shown = BooleanField(_l("Les familles voient la note la plus basse et la plus haute"))
    absences_on_report = BooleanField(_l("Le bulletin porte le nombre d’absences et de retards"))
    distinctions = BooleanField(_l("Le bulletin peut porter des félicitations ou des encouragements"))
