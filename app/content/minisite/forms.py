"""The form of a minisite's page."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length


class PageForm(FlaskForm):
    """A page, in the light markup of ``markup``."""

    title = StringField(_l("Titre"), validators=[DataRequired(_l("Donnez un titre à la page.")), Length(max=160)])
    source = TextAreaField(_l("Texte"), validators=[DataRequired(_l("Écrivez la page.")), Length(max=40_000)])
    version = HiddenField(default="0")
