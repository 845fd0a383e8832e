"""Where to click: at each of the demo's moments, who sees what, and on which page (an endpoint and its values). Plain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.words import N_


@dataclass(frozen=True, kw_only=True)
class Visit:
    """Somebody of the cast by name, what there is to see or do, and the page.

    In ``values``, ``uai`` names a kind of school and ``campaign_id`` a preset; ``queries.visits`` puts the numbers in.
    """

    who: str
    words: str
    endpoint: str = "home.home"
    values: Mapping[str, str | int] = field(default_factory=dict)


_OPERATOR, _HEAD, _ADMIN = "Odile Ferrand", "Hélène Vasseur", "Adrien Colin"
_TEACHER, _DIRECTOR, _PARENT, _FOSTER, _PUPIL = (
    "Marc Delaunay",
    "Denis Roche",
    "Nadia Benali",
    "Monique Perrin",
    "Inès Haddad",
)
_COLLEGE, _PRIMARY = {"uai": "college"}, {"uai": "primary"}
_SECONDARY_CAMPAIGN, _PRIMARY_CAMPAIGN = {"campaign_id": "present"}, {"campaign_id": "primary-2018"}


def _step(number: int) -> dict[str, str | int]:
    return {**_SECONDARY_CAMPAIGN, "step": number}


VISITS: Mapping[str, tuple[Visit, ...]] = {
    "last-day": (
        Visit(
            who=_OPERATOR, words=N_("Deux campagnes, leurs calendriers, leurs plans."), endpoint="campaign.campaigns"
        ),
        Visit(
            who=_HEAD,
            words=N_("Ce que le collège doit faire avant la fermeture."),
            endpoint="campaign_dates.school_events",
            values=_COLLEGE,
        ),
        Visit(who=_TEACHER, words=N_("Ce que deviendront ses données, avec leurs nombres."), endpoint="home_data.mine"),
        Visit(who=_PARENT, words=N_("Ce qui fermera, pour qui, de quand à quand."), endpoint="publicsite.closures"),
    ),
    "announcement": (
        Visit(
            who=_HEAD,
            words=N_("L’avis pratique que les pages fermées montreront."),
            endpoint="publicsite_admin.notices",
            values=_COLLEGE,
        ),
        Visit(
            who=_PARENT,
            words=N_("L’actualité du collège, sur son site public."),
            endpoint="publicsite.school",
            values=_COLLEGE,
        ),
    ),
    "eve-of-closing": (
        Visit(
            who=_OPERATOR,
            words=N_("Lire les trois plans, puis les approuver d’un mot recopié."),
            endpoint="campaign.approval",
            values=_SECONDARY_CAMPAIGN,
        ),
        Visit(
            who=_HEAD,
            words=N_("La corbeille, que l’étape 1 videra : ce qui s’y trouve se rétablit encore."),
            endpoint="content_admin.school_trash",
            values=_COLLEGE,
        ),
        Visit(
            who=_TEACHER, words=N_("Ses cahiers de textes, pour la dernière fois."), endpoint="schoollife_diary.classes"
        ),
        Visit(who=_PARENT, words=N_("Le bandeau annonce la fermeture du lendemain.")),
    ),
    "maintenance": (
        Visit(
            who=_OPERATOR,
            words=N_("Suivre les étapes une à une ; les mettre en pause, les reprendre."),
            endpoint="campaign.overview",
            values=_SECONDARY_CAMPAIGN,
        ),
        Visit(who=_HEAD, words=N_("Arrêtée comme tout le collège.")),
        Visit(who=_DIRECTOR, words=N_("Dans son école rien n’a changé.")),
        Visit(who=_FOSTER, words=N_("La page fermée dit jusqu’à quand.")),
    ),
    "during": (
        Visit(
            who=_OPERATOR,
            words=N_("L’archivage de l’étape 2 : avancement et incidents, établissement par établissement."),
            endpoint="campaign.overview",
            values=_SECONDARY_CAMPAIGN,
        ),
        Visit(who=_TEACHER, words=N_("Le site public répond, son espace est fermé."), endpoint="publicsite.home"),
        Visit(who=_PARENT, words=N_("Elle entre pour l’école de Yanis, pas pour le collège d’Inès.")),
    ),
    "after-step-3": (
        Visit(
            who=_OPERATOR,
            words=N_("Le bilan de l’étape 3, et de quoi tout annuler."),
            endpoint="campaign.step",
            values=_step(3),
        ),
        Visit(
            who=_HEAD,
            words=N_("Les archives du collège ; les sanctions l’attendent dans sa messagerie."),
            endpoint="campaign_archives_admin.school",
            values=_COLLEGE,
        ),
        Visit(
            who=_TEACHER,
            words=N_("« Année précédente » : ses cahiers restent lisibles."),
            endpoint="schoollife_previous.diaries",
        ),
        Visit(
            who=_PUPIL, words=N_("Ses activités de l’année, dans ses documents."), endpoint="content_media.documents"
        ),
    ),
    "families": (
        Visit(who=_FOSTER, words=N_("La page de fermeture de son profil, avec le jour de la rentrée.")),
        Visit(
            who=_HEAD,
            words=N_("La fenêtre des familles, que le collège peut raccourcir ou allonger."),
            endpoint="gate_admin.school_windows",
            values=_COLLEGE,
        ),
        Visit(who=_TEACHER, words=N_("Il entre : la fenêtre ne concerne que les familles.")),
        Visit(
            who=_OPERATOR,
            words=N_("« Qui entre, quand ? » : la décision et la règle qui la prend."),
            endpoint="gate_admin.who_enters",
        ),
    ),
    "delivery": (
        Visit(
            who=_OPERATOR, words=N_("La livraison du matin, gardée jusqu’à l’étape 4."), endpoint="feeds_admin.imports"
        ),
        Visit(
            who=_OPERATOR,
            words=N_("Le plan de l’étape 4, à lire et à approuver ; trois classes de l’an dernier reviennent."),
            endpoint="campaign.step",
            values=_step(4),
        ),
        Visit(who=_HEAD, words=N_("L’année change : pas encore de classes.")),
        Visit(who=_FOSTER, words=N_("Toujours la page de fermeture : rien ne dit la classe d’Enzo.")),
    ),
    "step-4": (
        Visit(
            who=_OPERATOR,
            words=N_("Les classes de la nouvelle année se font, établissement par établissement."),
            endpoint="campaign.overview",
            values=_SECONDARY_CAMPAIGN,
        ),
        Visit(who=_TEACHER, words=N_("Arrêté le temps de l’étape : quelques secondes ici.")),
        Visit(who=_PARENT, words=N_("Rien de la nouvelle année ne se voit encore au collège.")),
    ),
    "after-step-4": (
        Visit(who=_HEAD, words=N_("Un message dit que le premier traitement est terminé."), endpoint="messaging.inbox"),
        Visit(
            who=_ADMIN,
            words=N_("Les enseignants dont le lien date de l’an dernier, à confirmer."),
            endpoint="feeds_links_admin.doubted",
            values=_COLLEGE,
        ),
        Visit(
            who=_HEAD,
            words=N_("Deux fiches pour un même responsable : les rapprocher."),
            endpoint="feeds_merging_admin.doubles",
            values=_COLLEGE,
        ),
        Visit(who=_OPERATOR, words=N_("Le rapport de l’import et ses rejets."), endpoint="feeds_admin.imports"),
    ),
    "teachers": (
        Visit(
            who=_TEACHER,
            words=N_("Ses classes du collège sont là ; au lycée il confirme la sienne, ou en choisit une autre."),
        ),
        Visit(who=_DIRECTOR, words=N_("À l’école, la classe de l’an dernier sert encore.")),
        Visit(
            who=_HEAD,
            words=N_("Les personnes et les classes du collège, à vérifier."),
            endpoint="accounts_admin.people",
            values=_COLLEGE,
        ),
        Visit(who=_FOSTER, words=N_("Encore un jour d’attente.")),
    ),
    "eve": (
        Visit(who=_PUPIL, words=N_("Arrêtée jusqu’à 8 h.")),
        Visit(who=_TEACHER, words=N_("Dans son espace, la dernière minute avant la rentrée.")),
    ),
    "first-day": (
        Visit(who=_PUPIL, words=N_("Elle entre et voit sa classe de 5e.")),
        Visit(who=_PARENT, words=N_("Ses deux enfants ; pour Yanis, la classe de l’an dernier.")),
        Visit(who=_TEACHER, words=N_("Son cahier de textes attend l’étape 5."), endpoint="schoollife_diary.classes"),
        Visit(
            who=_OPERATOR,
            words=N_("Approuver les plans de l’école, qui passera ce soir."),
            endpoint="campaign.approval",
            values=_PRIMARY_CAMPAIGN,
        ),
    ),
    "primary-night": (
        Visit(
            who=_OPERATOR,
            words=N_("Les étapes 1 à 4 de l’école, d’une traite."),
            endpoint="campaign.overview",
            values=_PRIMARY_CAMPAIGN,
        ),
        Visit(who=_DIRECTOR, words=N_("L’école est fermée pendant son passage.")),
        Visit(who=_PARENT, words=N_("Elle entre pour le collège seulement.")),
    ),
    "primary-choice": (
        Visit(who=_DIRECTOR, words=N_("À l’entrée : choisir sa classe, puis ce qu’il reprend de la précédente.")),
        Visit(who=_PARENT, words=N_("La nouvelle classe de Yanis.")),
        Visit(
            who=_OPERATOR,
            words=N_("Le calendrier de l’école : ce qui est fait."),
            endpoint="campaign_dates.events",
            values=_PRIMARY_CAMPAIGN,
        ),
    ),
    "second-week": (
        Visit(who=_OPERATOR, words=N_("Le delta du lundi et ce qu’il a changé."), endpoint="feeds_admin.imports"),
        Visit(
            who=_ADMIN,
            words=N_("Ce qui reste à vérifier au collège : liens, rejets, départs."),
            endpoint="feeds_links_admin.doubted",
            values=_COLLEGE,
        ),
        Visit(who=_OPERATOR, words=N_("Les partants et leurs délais."), endpoint="feeds_leavers_admin.leavers"),
        Visit(who=_DIRECTOR, words=N_("Les personnes de l’école."), endpoint="accounts_admin.people", values=_PRIMARY),
    ),
}
