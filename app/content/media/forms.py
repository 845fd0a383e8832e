"""The forms of media libraries."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, FileField, HiddenField, IntegerField, MultipleFileField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange


class UploadForm(FlaskForm):
    """Files to add; what they are is checked when they are received."""

    files = MultipleFileField(_l("Fichiers"))
    shows_pupils = BooleanField(_l("On y voit des élèves"))


class FolderForm(FlaskForm):
    """A new folder."""

    name = StringField(
        _l("Nom du dossier"), validators=[DataRequired(_l("Donnez un nom au dossier.")), Length(max=120)]
    )


class PlaceForm(FlaskForm):
    """A folder's name and the folder in which it lies."""

    name = StringField(_l("Nom"), validators=[DataRequired(_l("Donnez un nom au dossier.")), Length(max=120)])
    folder = SelectField(_l("Dans le dossier"))
    version = HiddenField(default="0")


class FileForm(FlaskForm):
    """A file's name, folder, and whether pupils show on it (CLASS-2)."""

    name = StringField(_l("Nom"), validators=[DataRequired(_l("Donnez un nom au fichier.")), Length(max=200)])
    folder = SelectField(_l("Dans le dossier"))
    shows_pupils = BooleanField(_l("On y voit des élèves"))
    version = HiddenField(default="0")


class NewVersionForm(FlaskForm):
    """The file that takes the place of another."""

    file = FileField(_l("Nouvelle version"))
    version = HiddenField(default="0")


class QuotaForm(FlaskForm):
    """How much a section may hold (PORTAL-14)."""

    megabytes = IntegerField(
        _l("Place, en Mo"),
        validators=[
            InputRequired(_l("Écrivez un nombre entier de mégaoctets.")),
            NumberRange(min=1, max=50_000_000, message=_l("Écrivez un nombre entier de mégaoctets.")),
        ],
    )


def number(text: str | None) -> int | None:
    """The row number in a field or an address; None where it is none."""
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 16 else None
