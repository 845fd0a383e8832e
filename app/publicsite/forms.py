"""The forms of a school's site, of its notices, and of the project's settings."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    DecimalField,
    Field,
    FileField,
    HiddenField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import DataRequired, Length, NumberRange, Optional

from app.web.say import say
from app.web.theme import check_accent, check_school_colour
from app.words import Words


def _colour_problem(field: Field, problem: Words | None) -> None:
    if problem is not None:
        raise ValidationError(say(problem))


def _trimmed(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else value


class SiteForm(FlaskForm):
    """What a school says of itself (SITE-5)."""

    welcome = TextAreaField(_l("Mot d’accueil"), validators=[Length(max=3000)], filters=[_trimmed])
    opening_hours = TextAreaField(_l("Horaires"), validators=[Length(max=1500)], filters=[_trimmed])
    contact = TextAreaField(_l("À qui s’adresser"), validators=[Length(max=1500)], filters=[_trimmed])
    colour = StringField(_l("Couleur de l’établissement"), filters=[_trimmed])
    latitude = DecimalField(_l("Latitude"), places=5, validators=[Optional(), NumberRange(Decimal(-90), Decimal(90))])
    longitude = DecimalField(
        _l("Longitude"), places=5, validators=[Optional(), NumberRange(Decimal(-180), Decimal(180))]
    )
    version = HiddenField(default="0")

    def validate_colour(self, field: StringField) -> None:
        if field.data:
            _colour_problem(field, check_school_colour(field.data))

    def validate(self, extra_validators: Any = None) -> bool:
        valid = bool(super().validate(extra_validators))
        if (self.longitude.data is None) != (self.latitude.data is None) and not (
            self.longitude.errors or self.latitude.errors
        ):
            missing = self.longitude if self.longitude.data is None else self.latitude
            missing.errors = [_("Donnez la latitude et la longitude, ou aucune des deux.")]
            return False
        return valid


class BannerForm(FlaskForm):
    """A banner picture, and what it shows in words."""

    picture = FileField(_l("Image"))
    banner_text = StringField(
        _l("Ce que montre l’image"),
        validators=[
            DataRequired(_l("Décrivez l’image en quelques mots, pour ceux qui ne la voient pas.")),
            Length(max=200),
        ],
        filters=[_trimmed],
    )


class NoticeForm(FlaskForm):
    """A practical notice (SITE-8)."""

    text = TextAreaField(_l("Avis"))
    last_day = DateField(_l("Dernier jour d’affichage"), validators=[Optional()])
    send = BooleanField(_l("L’envoyer aussi aux responsables des élèves"))


class ProjectForm(FlaskForm):
    """The project's name, accent and contact."""

    name = StringField(
        _l("Nom du portail"),
        validators=[DataRequired(_l("Donnez un nom au portail.")), Length(max=120)],
        filters=[_trimmed],
    )
    accent = StringField(_l("Couleur d’accent"), filters=[_trimmed])
    contact = TextAreaField(_l("Contact et mentions"), validators=[Length(max=2000)], filters=[_trimmed])
    version = HiddenField(default="0")

    def validate_accent(self, field: StringField) -> None:
        _colour_problem(field, check_accent(field.data or ""))


def seen_version(form: SiteForm | ProjectForm) -> int:
    """The version that the writer has seen; 0 for a state that has no row yet."""
    given = form.version.data or ""
    return int(given) if given.isdecimal() and len(given) < 10 else -1
