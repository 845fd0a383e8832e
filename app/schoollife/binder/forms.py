"""The form of an activity."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length


class ActivityForm(FlaskForm):
    """An activity of the binder."""

    title = StringField(_l("Titre"), validators=[DataRequired(_l("Donnez un titre à l’activité.")), Length(max=160)])
    subject = StringField(_l("Matière"), validators=[Length(max=120)])
    source = TextAreaField(_l("Consignes"), validators=[Length(max=40_000)])
    version = HiddenField(default="0")
