"""What leavers are told. Plain: a message in the portal, stored in French, and an e-mail that names no school or class (PORTAL-21)."""

from __future__ import annotations

from datetime import date

from app.directory.leaving.law_clock import Dates
from app.wording import day
from app.words import N_, Words

SUBJECT = N_("Votre accès au portail prend fin")
_BODY = (
    "Vous n’êtes plus inscrit dans aucun établissement de ce portail.\n\n"
    "Jours restants\u00a0: %(days)s. Jusqu’au %(disabled)s, vous y trouvez encore vos propres données\u00a0:"
    " téléchargez ce que vous voulez garder depuis la page"
    " [Mon départ](%(url)s). Ensuite votre accès se ferme, puis votre compte, vos documents personnels et vos messages sont"
    " effacés, au plus tard le %(erased)s.\n\n"
    "Ce que vous avez publié dans les espaces de classe y reste sans votre nom, sauf si vous vous y opposez sur la même page.\n\n"
    "Si c’est une erreur, prévenez votre établissement\u00a0: dès que l’annuaire vous connaît de nouveau, rien n’est effacé."
)
_MAIL = N_(
    "Bonjour,\n\nVotre accès au portail %(portal)s se ferme le %(disabled)s (jours restants : %(days)s), et vos données"
    " personnelles sont effacées au plus tard le %(erased)s. Pour les télécharger avant : %(url)s\n\n"
    "Si c’est une erreur, prévenez votre établissement.\n"
)


def message(dates: Dates, url: str, today: date) -> str:
    """The message's source, sent on ``today``. ``url``: the page on which they see what becomes of their data."""
    left = (dates.disabled_on - today).days
    return _BODY % {"disabled": day(dates.disabled_on), "erased": day(dates.erased_on), "url": url, "days": left}


def mail(dates: Dates, url: str, portal: str, today: date) -> Words:
    """The e-mail's text, sent on ``today``."""
    left = (dates.disabled_on - today).days
    return Words(_MAIL, portal=portal, disabled=dates.disabled_on, erased=dates.erased_on, url=url, days=left)
