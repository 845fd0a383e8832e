"""The forms of folders, choices, the hiding of entries, and typed confirmations."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField, SelectField, StringField
from wtforms.validators import DataRequired, Length, ValidationError


class FolderForm(FlaskForm):
    """A personal folder's name."""

    name = StringField(
        _l("Nom du dossier"),
        validators=[DataRequired(_l("Donnez un nom au dossier.")), Length(max=80)],
        filters=[lambda text: " ".join((text or "").split())],
    )


class ChoicesForm(FlaskForm):
    """How somebody uses their messages."""

    lifetime = RadioField(_l("Mon dossier « Archivés »"))
    notify = BooleanField(_l("M’envoyer un courriel quand un message arrive"))


class TypedForm(FlaskForm):
    """What cannot be undone is confirmed by a typed word."""

    word = StringField(_l("Pour confirmer, écrivez le mot : supprimer"))

    def validate_word(self, field: StringField) -> None:
        if (field.data or "").strip().lower() not in ("supprimer", "delete"):
            raise ValidationError(_("Écrivez « supprimer » pour confirmer."))


class HideForm(FlaskForm):
    """Hide an entry of the assistant from a profile (PORTAL-5)."""

    viewer = SelectField(_l("À qui la cacher"))
    what = SelectField(_l("Ce qui est caché"))
    person = StringField(_l("Ou une personne : son nom"), validators=[Length(max=80)])
