"""The forms of partnerships."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length


class FoundForm(FlaskForm):
    """A new partnership."""

    title = StringField(_l("Nom du partenariat"), validators=[DataRequired(_l("Donnez un nom.")), Length(max=120)])
    introduction = TextAreaField(_l("Présentation"), validators=[Length(max=2000)])
    school_class = SelectField(_l("Votre classe"), coerce=int)


class JoinForm(FlaskForm):
    """A code, and the class that joins."""

    code = StringField(
        _l("Code du partenariat"), validators=[DataRequired(_l("Écrivez le code reçu.")), Length(max=20)]
    )
    school_class = SelectField(_l("Votre classe"), coerce=int)
