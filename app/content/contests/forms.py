"""The forms of contests."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateTimeLocalField, FileField, HiddenField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

_MOMENT = ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"]


class ContestForm(FlaskForm):
    """A contest: what it is about, from when until when (the school's own time)."""

    title = StringField(_l("Titre"), validators=[DataRequired(_l("Donnez un titre au concours.")), Length(max=160)])
    source = TextAreaField(_l("Règlement"), validators=[Length(max=20_000)])
    opens_at = DateTimeLocalField(
        _l("Ouverture"), format=_MOMENT, validators=[InputRequired(_l("Donnez le jour et l’heure d’ouverture."))]
    )
    closes_at = DateTimeLocalField(
        _l("Fin"), format=_MOMENT, validators=[InputRequired(_l("Donnez le jour et l’heure de fin."))]
    )
    version = HiddenField(default="0")


class EntryForm(FlaskForm):
    """What somebody hands in."""

    text = TextAreaField(_l("Votre texte"), validators=[Length(max=20_000)])
    file = FileField(_l("Votre fichier"))
