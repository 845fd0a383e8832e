"""The forms of a section's settings."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length


class SettingsForm(FlaskForm):
    """A section: title, presentation, services, place in the tree, who sees it, for how long."""

    title = StringField(_l("Titre"), validators=[DataRequired(_l("Donnez un titre.")), Length(max=120)])
    introduction = TextAreaField(_l("Présentation"), validators=[Length(max=2000)])
    services = SelectMultipleField(_l("Services"))
    parent = SelectField(_l("Placée sous"), coerce=int)
    visible = BooleanField(_l("Visible : la rubrique est dans les menus"))
    restricted = BooleanField(_l("Réservée : seules les personnes qui y ont un rôle la lisent"))
    temporary = BooleanField(_l("Temporaire : la rubrique est archivée à la fin de l’année scolaire"))
    departmental = BooleanField(_l("Partenariat avec l’école départementale : son contenu reste d’une année à l’autre"))
    version = HiddenField(default="0")


class NewSectionForm(FlaskForm):
    """A new section of a school's tree."""

    title = StringField(_l("Titre"), validators=[DataRequired(_l("Donnez un titre.")), Length(max=120)])
    introduction = TextAreaField(_l("Présentation"), validators=[Length(max=2000)])
    parent = SelectField(_l("Placée sous"), coerce=int)
    town = BooleanField(_l("Espace de la commune : la collectivité le gère"))
    restricted = BooleanField(_l("Réservée : seules les personnes qui y ont un rôle la lisent"))
    temporary = BooleanField(_l("Temporaire : la rubrique est archivée à la fin de l’année scolaire"))


class CategoryForm(FlaskForm):
    """A heading of the blog."""

    name = StringField(_l("Nouvelle catégorie"), validators=[DataRequired(_l("Nommez la catégorie.")), Length(max=80)])
