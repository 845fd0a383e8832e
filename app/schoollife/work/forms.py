"""Handing work in, and correcting it."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import TextAreaField
from wtforms.validators import DataRequired, Length


class HandInForm(FlaskForm):
    """What a pupil gives: a text, files, or both."""

    text = TextAreaField(_l("Ta réponse"), validators=[Length(max=20_000)])


class CorrectionForm(FlaskForm):
    """What the teacher says about it."""

    correction = TextAreaField(
        _l("Correction"), validators=[DataRequired(_l("Écrivez quelques mots à l’élève.")), Length(max=10_000)]
    )
