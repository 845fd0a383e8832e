"""The texts of the portal's own mails: short, without names, classes or anything of year N+1 (GATE-8, PORTAL-21)."""

from __future__ import annotations

from dataclasses import dataclass

from app.words import N_, Words


@dataclass(frozen=True, kw_only=True)
class Letter:
    """Subject and body, before they have a language."""

    subject: Words
    body: Words


#: What each audience's space is called in a mail.
SPACES: dict[str, str] = {
    "student": N_("l’espace des élèves"),
    "guardian": N_("l’espace des responsables"),
    "teacher": N_("l’espace des enseignants"),
    "staff": N_("l’espace des personnels"),
    "authority": N_("l’espace de la collectivité"),
    "guest": N_("l’espace des invités"),
}


def reopening(*, profile: str, school: str, portal: str, url: str, everybody: bool) -> Letter:
    """'It is open again' (SITE-7). ``everybody`` False: some levels of the school open later (GATE-13), none is named."""
    sentence = N_(
        "Bonjour,\n\n"
        "Vous avez demandé à être prévenu : %(space)s est de nouveau ouvert (%(school)s).\n\n"
        "%(later)sPour entrer : %(url)s\n\n"
        "Votre adresse a servi à ce seul message. Le portail l’a effacée.\n\n"
        "%(portal)s"
    )
    later = Words(N_("Certains niveaux rentrent un autre jour : la page d’accès vous le dira.\n\n"))
    return Letter(
        subject=Words(N_("Le portail est de nouveau ouvert")),
        body=Words(
            sentence,
            space=Words(SPACES[profile]),
            school=school,
            later="" if everybody else later,
            url=url,
            portal=portal,
        ),
    )


def practical_notice(*, school: str, text: str, portal: str, url: str) -> Letter:
    """A school's practical notice for its guardians (SITE-8): the very text that its public pages show, or only where it is."""
    whole = N_(
        "Bonjour,\n\n%(school)s publie cet avis pratique :\n\n%(text)s\n\nIl est aussi ici : %(url)s\n\n%(portal)s"
    )
    only_where = N_("Bonjour,\n\n%(school)s publie un avis pratique. Vous le lirez ici : %(url)s\n\n%(portal)s")
    return Letter(
        subject=Words(N_("Avis pratique de votre établissement")),
        body=Words(whole if text else only_where, school=school, text=text, url=url, portal=portal),
    )
