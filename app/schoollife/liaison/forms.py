"""The forms of the notebook."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length


class EntryForm(FlaskForm):
    """A word of the school to a class or about a pupil."""

    student_id = SelectField(_l("Pour"), coerce=int)
    kind = SelectField(_l("Sujet"))
    title = StringField(_l("Titre"), validators=[DataRequired(_l("Donnez un titre au mot.")), Length(max=160)])
    source = TextAreaField(_l("Texte"), validators=[DataRequired(_l("Écrivez le mot.")), Length(max=10_000)])
    to_sign = BooleanField(_l("Demander la signature de chaque responsable"))


class FamilyEntryForm(FlaskForm):
    """A guardian's word to the school."""

    kind = SelectField(_l("Sujet"))
    title = StringField(_l("Titre"), validators=[DataRequired(_l("Donnez un titre au mot.")), Length(max=160)])
    source = TextAreaField(_l("Texte"), validators=[DataRequired(_l("Écrivez le mot.")), Length(max=10_000)])


class AnswerForm(FlaskForm):
    """A guardian's answer."""

    answer = TextAreaField(_l("Votre réponse"), validators=[Length(max=4_000)])
