"""The forms of lessons, replacements and homework."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
    TimeField,
    ValidationError,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

LONGEST_TEXT = 40_000


class LessonForm(FlaskForm):
    """A lesson: when, for whom, and what was done. Hours are the school's."""

    target = SelectField(_l("Pour"))
    subject = StringField(_l("Matière"), validators=[DataRequired(_l("Écrivez la matière.")), Length(max=120)])
    day = DateField(_l("Jour"), validators=[InputRequired(_l("Choisissez le jour."))])
    start = TimeField(_l("Début"), validators=[InputRequired(_l("Donnez l’heure du début."))])
    end = TimeField(_l("Fin"), validators=[InputRequired(_l("Donnez l’heure de la fin."))])
    room = StringField(_l("Salle"), validators=[Length(max=40)])
    title = StringField(_l("Titre de la séance"), validators=[Length(max=160)])
    source = TextAreaField(_l("Contenu de la séance"), validators=[Length(max=LONGEST_TEXT)])
    version = HiddenField(default="0")

    def validate_end(self, field: TimeField) -> None:
        if field.data and self.start.data and field.data <= self.start.data:
            raise ValidationError(_("La séance doit finir après avoir commencé."))


class ReplacementForm(FlaskForm):
    """Who gives a lesson instead of its teacher."""

    teacher = SelectField(_l("Qui assure la séance"), coerce=int)
    words = StringField(_l("Un mot pour la classe"), validators=[Length(max=200)])


class HomeworkForm(FlaskForm):
    """Work to do for a day."""

    target = SelectField(_l("Pour"))
    subject = StringField(_l("Matière"), validators=[DataRequired(_l("Écrivez la matière.")), Length(max=120)])
    title = StringField(
        _l("Travail à faire"), validators=[DataRequired(_l("Dites ce qu’il faut faire.")), Length(max=160)]
    )
    source = TextAreaField(_l("Consignes"), validators=[Length(max=LONGEST_TEXT)])
    due_on = DateField(_l("Pour le"), validators=[InputRequired(_l("Choisissez le jour."))])
    minutes = IntegerField(_l("Durée prévue, en minutes"), validators=[Optional(), NumberRange(1, 600)])
    hand_in = BooleanField(_l("À rendre ici : les élèves envoient un texte ou un fichier"))
    version = HiddenField(default="0")


def seen_version(form: LessonForm | HomeworkForm) -> int:
    """The version that the writer has seen; 0 where the field was tampered with."""
    given = form.version.data or ""
    return int(given) if given.isdecimal() and len(given) < 10 else 0
