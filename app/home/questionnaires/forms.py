"""The form of a questionnaire."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateTimeLocalField,
    HiddenField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, Length, Optional


class QuestionnaireForm(FlaskForm):
    """A questionnaire, its questions in the light markup of ``questions.typed``."""

    title = StringField(_l("Titre"), validators=[DataRequired(_l("Donnez un titre au formulaire.")), Length(max=160)])
    school = SelectField(_l("Établissement"), coerce=int)
    words = TextAreaField(_l("À quoi il sert"), validators=[Length(max=2000)])
    questions = TextAreaField(
        _l("Questions"), validators=[DataRequired(_l("Écrivez au moins une question.")), Length(max=20_000)]
    )
    profiles = SelectMultipleField(_l("Qui répond"))
    public = BooleanField(_l("Ouvert aussi aux personnes sans compte, par une adresse à transmettre"))
    anonymous = BooleanField(_l("Réponses anonymes : personne ne saura qui a répondu quoi"))
    closes_at = DateTimeLocalField(_l("Ouvert jusqu’au"), validators=[Optional()])
    version = HiddenField(default="0")


class AnswerForm(FlaskForm):
    """Only the token: the fields are the questionnaire's own."""
