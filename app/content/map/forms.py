"""The form of a map point."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length


class PointForm(FlaskForm):
    """A place, its name and what there is to say of it."""

    title = StringField(_l("Nom du lieu"), validators=[DataRequired(_l("Donnez un nom au lieu.")), Length(max=160)])
    where = StringField(_l("Où"), validators=[DataRequired(_l("Dites où se trouve ce lieu.")), Length(max=900)])
    text = TextAreaField(_l("Ce qu’il y a à en dire"), validators=[Length(max=5000)])
    version = HiddenField(default="0")
