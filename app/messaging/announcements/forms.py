"""The forms of an announcement and of its roles."""

from __future__ import annotations

import re

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, HiddenField, RadioField, SelectField, StringField, TextAreaField, TimeField
from wtforms.validators import DataRequired, Length, Optional, Regexp, ValidationError

_ADDRESS = re.compile(r"(https?://[^\s<>\"']+|/[^/\s<>\"'\\][^\s<>\"'\\]*)")


class AnnouncementForm(FlaskForm):
    """What is announced, how, and from when until when."""

    form = RadioField(_l("Forme"))
    severity = RadioField(_l("Importance"))
    title = StringField(
        _l("Titre"),
        validators=[DataRequired(_l("Donnez un titre.")), Length(max=160)],
        filters=[lambda text: " ".join((text or "").split())],
    )
    source = TextAreaField(_l("Texte"), validators=[Length(max=4000)])
    link = StringField(_l("Lien vers un article ou une page"), validators=[Length(max=500)])
    day = DateField(_l("Jour de diffusion"), validators=[Optional()])
    hour = TimeField(_l("Heure de diffusion"), validators=[Optional()])
    until = DateField(_l("Dernier jour d’affichage"), validators=[Optional()])
    key = HiddenField(validators=[Regexp(r"^[0-9a-f]{32}$")])

    def validate_link(self, field: StringField) -> None:
        field.data = (field.data or "").strip()
        if field.data and _ADDRESS.fullmatch(field.data) is None:
            raise ValidationError(_("Une adresse commence par https:// ou, dans le portail, par /."))


class ContactForm(FlaskForm):
    """A word to the author of an announcement."""

    source = TextAreaField(_l("Message"), validators=[DataRequired(_l("Écrivez votre message.")), Length(max=4000)])
    key = HiddenField(validators=[Regexp(r"^[0-9a-f]{32}$")])


class RoleForm(FlaskForm):
    """A role given to somebody of the school, whom a search has found."""

    role = SelectField(_l("Rôle"))
    person = HiddenField(validators=[Regexp(r"^[0-9]{1,15}$")])
