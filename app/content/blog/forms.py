"""The forms of a blog."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateTimeLocalField,
    HiddenField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, Length, Optional

from app.content.forms import LONGEST_ARTICLE


class BlogForm(FlaskForm):
    """An article of a space: text, category, comments, the day on which it appears."""

    title = StringField(_l("Titre"), validators=[DataRequired(_l("Donnez un titre à l’article.")), Length(max=160)])
    category = SelectField(_l("Catégorie"), coerce=int)
    summary = TextAreaField(_l("Résumé"), validators=[Length(max=400)])
    source = TextAreaField(
        _l("Texte"), validators=[DataRequired(_l("Écrivez le texte de l’article.")), Length(max=LONGEST_ARTICLE)]
    )
    comments_open = BooleanField(_l("Les lecteurs peuvent commenter"), default=True)
    publish_at = DateTimeLocalField(_l("Mettre en ligne le"), validators=[Optional()])
    version = HiddenField(default="0")


class CommentForm(FlaskForm):
    """What a reader says."""

    text = TextAreaField(
        _l("Votre commentaire"), validators=[DataRequired(_l("Écrivez votre commentaire.")), Length(max=2000)]
    )


class SendBackForm(FlaskForm):
    """The word with which a proposed article goes back."""

    words = TextAreaField(
        _l("Un mot pour l’auteur"),
        validators=[DataRequired(_l("Dites à l’auteur ce qu’il doit revoir.")), Length(max=600)],
    )
