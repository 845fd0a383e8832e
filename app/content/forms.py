"""The forms of sections and articles."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, ValidationError

#: An article is a page to read, not a book; also what one request may cost.
LONGEST_ARTICLE = 40_000


class SectionForm(FlaskForm):
    """A section: its title, what it is for, and who sees it (SITE-2)."""

    title = StringField(_l("Titre"), validators=[DataRequired(_l("Donnez un titre à la rubrique.")), Length(max=120)])
    introduction = TextAreaField(_l("Présentation"), validators=[Length(max=2000)])
    visible = BooleanField(_l("Visible : la rubrique est dans le menu du site public"), default=True)
    restricted = BooleanField(_l("Réservée : ses articles ne sont pas sur le site public"))
    version = HiddenField(default="0")


class ArticleForm(FlaskForm):
    """An article, in the light markup of ``markup``."""

    title = StringField(_l("Titre"), validators=[DataRequired(_l("Donnez un titre à l’article.")), Length(max=160)])
    section = SelectField(_l("Rubrique"), coerce=int)
    summary = TextAreaField(_l("Résumé"), validators=[Length(max=400)])
    source = TextAreaField(
        _l("Texte"), validators=[DataRequired(_l("Écrivez le texte de l’article.")), Length(max=LONGEST_ARTICLE)]
    )
    version = HiddenField(default="0")


class RemovalForm(FlaskForm):
    """A removal is confirmed by a typed word."""

    word = StringField(_l("Pour confirmer, écrivez le mot : supprimer"))

    def validate_word(self, field: StringField) -> None:
        if (field.data or "").strip().lower() not in ("supprimer", "delete"):
            raise ValidationError(_("Écrivez « supprimer » pour confirmer."))


def seen_version(form: Any) -> int:
    """The version that the writer has seen; 0 where the field was tampered with."""
    given = form.version.data or ""
    return int(given) if given.isdecimal() and len(given) < 10 else 0
