"""The forms of sign-in and of one's own account. Names of secrets hold the word password: no draft ever keeps such a field."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import EmailField, PasswordField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, ValidationError

from app.accounts import passwords
from app.notifications.addresses import NotAnAddress, read_address
from app.profiles import ROLE_NAMES, Role
from app.web.say import say


class SignInForm(FlaskForm):
    """The portal's own door."""

    login = StringField(
        _l("Identifiant"), validators=[InputRequired(_l("Écrivez votre identifiant.")), Length(max=200)]
    )
    password = PasswordField(
        _l("Mot de passe ou code reçu"), validators=[InputRequired(_l("Écrivez votre mot de passe, ou le code reçu."))]
    )


class ForgottenForm(FlaskForm):
    """Somebody asks for a link to choose a new password."""

    login = StringField(
        _l("Identifiant"), validators=[InputRequired(_l("Écrivez votre identifiant.")), Length(max=200)]
    )


class NewPasswordForm(FlaskForm):
    """A new password, twice."""

    new_password = PasswordField(
        _l("Nouveau mot de passe"), validators=[InputRequired(_l("Choisissez un mot de passe."))]
    )
    new_password_again = PasswordField(_l("Le même, une seconde fois"))

    #: What a password must not consist of; set by the view.
    names: Iterable[str] = ()

    def validate_new_password(self, field: PasswordField) -> None:
        found = passwords.problems(field.data or "", names=self.names)
        if found:
            raise ValidationError(" ".join(say(words) for words in found))

    def validate_new_password_again(self, field: PasswordField) -> None:
        if field.data != self.new_password.data:
            raise ValidationError(_("Les deux ne sont pas les mêmes."))


class ChangePasswordForm(NewPasswordForm):
    """A new password in place of one that is known."""

    current_password = PasswordField(
        _l("Mot de passe actuel"), validators=[InputRequired(_l("Écrivez votre mot de passe actuel."))]
    )


class AddressForm(FlaskForm):
    """The address to which the portal may write; empty takes it away. ``email`` holds it in one spelling after validation."""

    email = EmailField(_l("Adresse électronique"))

    def validate_email(self, field: EmailField) -> None:
        if not (field.data or "").strip():
            field.data = ""
            return
        try:
            field.data = read_address(field.data)
        except NotAnAddress as refused:
            raise ValidationError(say(refused.words)) from None


class GuardedAddressForm(AddressForm):
    """The same for an account whose password the portal keeps: whoever finds an open session cannot take the account."""

    current_password = PasswordField(
        _l("Mot de passe actuel"), validators=[InputRequired(_l("Écrivez votre mot de passe actuel."))]
    )


class LanguageForm(FlaskForm):
    """The language of pages and mails."""

    language = RadioField(_l("Langue"), choices=[SelectChoice("fr", "Français"), SelectChoice("en", "English")])


class GrantForm(FlaskForm):
    """A role for somebody, by their login."""

    login = StringField(
        _l("Identifiant de la personne"), validators=[InputRequired(_l("Écrivez l’identifiant.")), Length(max=80)]
    )
    role = SelectField(_l("Rôle"))

    def offer(self, roles: Iterable[Role]) -> GrantForm:
        """Offer these roles only."""
        self.role.choices = [SelectChoice(role.value, say(ROLE_NAMES[role])) for role in roles]
        return self


class RevokeForm(FlaskForm):
    """A role taken back: the page names it, the word confirms it."""

    word = StringField(_l("Pour confirmer, écrivez RETIRER"))

    def validate_word(self, field: StringField) -> None:
        if (field.data or "").strip().upper() not in ("RETIRER", "REVOKE"):
            raise ValidationError(_("Écrivez le mot RETIRER."))
