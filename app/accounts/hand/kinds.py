"""What may be made by hand, and why nothing else (PORTAL-8, ACCT-5). Plain."""

from __future__ import annotations

from app.profiles import Profile
from app.words import N_, Words

GUEST, ADMINISTRATOR = "guest", "administrator"
KINDS: dict[str, str] = {
    GUEST: N_("invité : il voit ce que l’établissement lui ouvre"),
    ADMINISTRATOR: N_("administrateur : il tient le portail de l’établissement"),
}
PERMANENT, YEAR = "permanent", "year"
LIFETIMES: dict[str, str] = {
    PERMANENT: N_("permanent"),
    YEAR: N_("jusqu’à la fin de l’année scolaire"),
}
_FED: dict[str, str] = {
    Profile.STUDENT.value: N_("Un élève vient de SIECLE ou d’ONDE : inscrivez-le là, il arrivera par l’import."),
    Profile.GUARDIAN.value: N_(
        "Un responsable vient de SIECLE ou d’ONDE avec l’élève : ajoutez-le là, il arrivera par l’import."
    ),
    Profile.TEACHER.value: N_("Un enseignant vient de l’annuaire de l’académie : faites vérifier son affectation."),
    Profile.STAFF.value: N_("Un personnel vient de l’annuaire de l’académie : faites vérifier son affectation."),
    Profile.AUTHORITY.value: N_("Les comptes de la collectivité sont faits par le projet."),
}


def refusal(kind: str) -> Words | None:
    """Why an account of that kind is not made by hand; None if it is."""
    if kind in KINDS:
        return None
    return Words(_FED.get(kind, N_("Seuls des invités et des administrateurs se font à la main.")))
