"""The forms of projects and letters."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, ValidationError

from app.schoollife.letters.merging import unknown_fields
from app.schoollife.results.forms import DayField

LONGEST_WORDS = 1000


class TokenForm(FlaskForm):
    """Only the token."""


class ProjectForm(FlaskForm):
    """An interdisciplinary project; its pupils are read one by one."""

    title = StringField(_l("Titre"), validators=[DataRequired(_l("Donnez un titre au projet.")), Length(max=160)])
    subjects = StringField(_l("Matières"), validators=[Length(max=300)])
    theme = StringField(_l("Thème"), validators=[Length(max=160)])
    source = TextAreaField(_l("Présentation"), validators=[Length(max=10_000)])
    first_day = DayField(_l("Premier jour"), validators=[DataRequired(_l("Indiquez le premier jour."))])
    last_day = DayField(_l("Dernier jour"), validators=[DataRequired(_l("Indiquez le dernier jour."))])
    version = HiddenField(default="0")

    def validate_last_day(self, field: DayField) -> None:
        if field.data is not None and self.first_day.data is not None and field.data < self.first_day.data:
            raise ValidationError(_("Le dernier jour est avant le premier."))


class LetterForm(FlaskForm):
    """A letter with fields between braces."""

    title = StringField(_l("Objet"), validators=[DataRequired(_l("Donnez un objet à la lettre.")), Length(max=160)])
    source = TextAreaField(
        _l("Texte"), validators=[DataRequired(_l("Écrivez le texte de la lettre.")), Length(max=20_000)]
    )

    def validate_source(self, field: TextAreaField) -> None:
        wrong = unknown_fields(field.data or "")
        if wrong:
            names = ", ".join(f"{{{name}}}" for name in wrong[:5])
            raise ValidationError(_("Ce champ n’existe pas\u00a0: %(names)s.", names=names))
