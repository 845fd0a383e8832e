"""The form of a site of the class's search tool."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import DataRequired, Length


class LinkForm(FlaskForm):
    """A site and the words by which it is found."""

    title = StringField(_l("Nom du site"), validators=[DataRequired(_l("Donnez un nom au site.")), Length(max=120)])
    address = StringField(_l("Adresse"), validators=[DataRequired(_l("Donnez l’adresse du site.")), Length(max=500)])
    words = StringField(_l("Mots pour le trouver"), validators=[Length(max=300)])
