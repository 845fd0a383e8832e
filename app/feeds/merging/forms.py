"""A merge and its undoing are confirmed by a typed word (KIN-4)."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import ValidationError


class MergeForm(FlaskForm):
    """Two records become one account."""

    word = StringField(_l("Pour confirmer, écrivez RAPPROCHER"))

    def validate_word(self, field: StringField) -> None:
        if (field.data or "").strip().upper() not in ("RAPPROCHER", "MERGE"):
            raise ValidationError(_("Écrivez le mot RAPPROCHER."))


class UndoForm(FlaskForm):
    """One account becomes two again."""

    word = StringField(_l("Pour confirmer, écrivez SÉPARER"))

    def validate_word(self, field: StringField) -> None:
        if (field.data or "").strip().upper() not in ("SÉPARER", "SEPARER", "SEPARATE"):
            raise ValidationError(_("Écrivez le mot SÉPARER."))
