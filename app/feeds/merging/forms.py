"""A merge is confirmed by a typed word (KIN-4)."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import ValidationError


class MergeForm(FlaskForm):
    """It cannot be undone on a page."""

    word = StringField(_l("Pour confirmer, écrivez RAPPROCHER"))

    def validate_word(self, field: StringField) -> None:
        if (field.data or "").strip().upper() not in ("RAPPROCHER", "MERGE"):
            raise ValidationError(_("Écrivez le mot RAPPROCHER."))
