"""The forms of free groups."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, ValidationError


class GroupForm(FlaskForm):
    """What a group is called and is for."""

    name = StringField(_l("Nom du groupe"), validators=[DataRequired(_l("Donnez un nom au groupe.")), Length(max=120)])
    words = TextAreaField(_l("À quoi il sert"), validators=[Length(max=400)])
    teaching = BooleanField(_l("Ce groupe sert à l’enseignement"))
    version = HiddenField(default="0")

    def seen_version(self) -> int:
        """The version that the writer has seen; 0 where the field was tampered with."""
        given = self.version.data or ""
        return int(given) if given.isdecimal() and len(given) < 10 else 0


class NewGroupForm(GroupForm):
    """A new one: in which school, and how long it lasts (S3-2, S3-3)."""

    school = SelectField(_l("Établissement"), coerce=int)
    lifetime = RadioField(
        _l("Jusqu’à quand ?"),
        choices=[
            SelectChoice("year", _l("Jusqu’à la fin de l’année scolaire")),
            SelectChoice("unlimited", _l("Sans limite : il reste après l’été")),
        ],
        default="year",
    )


class RemovalForm(FlaskForm):
    """A group goes by a typed word."""

    word = StringField(_l("Pour confirmer, écrivez SUPPRIMER"))

    def validate_word(self, field: StringField) -> None:
        if (field.data or "").strip().upper() not in ("SUPPRIMER", "DELETE"):
            raise ValidationError(_("Écrivez le mot SUPPRIMER."))
