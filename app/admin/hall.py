"""The pages of administration: one table of endpoint, verb, words. Menu, dashboard and a school's hall are drawn from it."""

from __future__ import annotations

from dataclasses import dataclass

from app.profiles import Verb, Visitor
from app.words import N_


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One page. ``of_school``: it is about one school and takes its UAI; otherwise about the project.

    ``in_menu``: on every page of administration too; the others stand on the dashboard.
    """

    endpoint: str
    verb: Verb
    label: str
    sentence: str
    icon: str
    of_school: bool = False
    in_menu: bool = False


#: What everybody finds in the menu: endpoint, words, icon. Inside administration only the first.
EVERYDAY: tuple[tuple[str, str, str], ...] = (
    ("home.home", N_("Mon espace"), "house"),
    ("content.spaces", N_("Espaces"), "users"),
    ("messaging.inbox", N_("Messagerie"), "mail"),
    ("accounts_search.simple", N_("Annuaire"), "search"),
)

ENTRIES: tuple[Entry, ...] = (
    Entry(
        endpoint="admin.schools",
        verb=Verb.SEE_PEOPLE,
        label=N_("Établissements"),
        sentence=N_("Choisir un établissement pour voir ses accès, ses personnes, son site."),
        icon="building-2",
        in_menu=True,
    ),
    Entry(
        endpoint="campaign.campaigns",
        verb=Verb.SEE_CAMPAIGN,
        label=N_("Campagnes"),
        sentence=N_("Le changement d’année : son calendrier, ses étapes, leurs plans et leurs passages."),
        icon="calendar-clock",
        in_menu=True,
    ),
    Entry(
        endpoint="gate_admin.windows",
        verb=Verb.SET_PROJECT_WINDOWS,
        label=N_("Blocage des accès"),
        sentence=N_("Les fenêtres du projet, leurs limites et l’autorisation donnée aux établissements."),
        icon="door-closed",
        in_menu=True,
    ),
    Entry(
        endpoint="gate_admin.who_enters",
        verb=Verb.EXPLAIN_GATE,
        label=N_("Qui entre, quand ?"),
        sentence=N_("Ce que chaque profil voit à un moment choisi, et la règle qui décide."),
        icon="eye",
        in_menu=True,
    ),
    Entry(
        endpoint="feeds_admin.imports",
        verb=Verb.IMPORT_FEEDS,
        label=N_("Imports"),
        sentence=N_("Les fichiers reçus de l’annuaire, leurs comptes rendus et leurs rejets."),
        icon="upload",
        in_menu=True,
    ),
    Entry(
        endpoint="feeds_merging_admin.everywhere",
        verb=Verb.KEEP_KIN,
        label=N_("Responsables en double"),
        sentence=N_("Deux fiches d’un même responsable dans deux établissements deviennent un seul compte."),
        icon="users",
    ),
    Entry(
        endpoint="feeds_leavers_admin.leavers",
        verb=Verb.RUN_CAMPAIGN,
        label=N_("Départs"),
        sentence=N_("Qui n’est plus dans aucun établissement, et quand son compte et ses données sont effacés."),
        icon="log-out",
    ),
    Entry(
        endpoint="accounts_standins_admin.without_holder",
        verb=Verb.SEE_CAMPAIGN,
        label=N_("Établissements sans titulaire"),
        sentence=N_("Où personne ne tient une fonction, pas même un suppléant ; nommer quelqu’un."),
        icon="users",
    ),
    Entry(
        endpoint="accounts_admin.roles",
        verb=Verb.GRANT_PROJECT_ROLES,
        label=N_("Rôles du projet"),
        sentence=N_("Qui exploite et qui porte le projet."),
        icon="shield-check",
    ),
    Entry(
        endpoint="admin_takeover.project",
        verb=Verb.GRANT_PROJECT_ROLES,
        label=N_("À reprendre"),
        sentence=N_("Les rôles du projet que tiennent encore des personnes qui ne sont plus dans aucun établissement."),
        icon="undo-2",
    ),
    Entry(
        endpoint="notifications_admin.outbox",
        verb=Verb.SEE_OUTBOX,
        label=N_("Boîte d’envoi"),
        sentence=N_("Les messages partis, en attente ou en échec."),
        icon="mail",
    ),
    Entry(
        endpoint="scheduler_admin.jobs",
        verb=Verb.SEE_JOBS,
        label=N_("Tâches"),
        sentence=N_("Ce qui va se déclencher, ce qui s’est déclenché, ce qui a pris du retard."),
        icon="clock",
    ),
    Entry(
        endpoint="admin.audit",
        verb=Verb.SEE_AUDIT,
        label=N_("Journal"),
        sentence=N_("Qui a fait quoi, quand ; la chaîne se vérifie."),
        icon="history",
    ),
    Entry(
        endpoint="publicsite_admin.project",
        verb=Verb.SET_PROJECT_WINDOWS,
        label=N_("Réglages du projet"),
        sentence=N_("Le nom du portail, sa couleur, à qui s’adresser."),
        icon="settings",
    ),
    Entry(
        endpoint="gate_admin.school_windows",
        verb=Verb.SET_SCHOOL_WINDOWS,
        label=N_("Blocage des accès"),
        sentence=N_("Les fenêtres qui comptent ici, et les dates propres à l’établissement."),
        icon="door-closed",
        of_school=True,
    ),
    Entry(
        endpoint="gate_admin.school_who_enters",
        verb=Verb.EXPLAIN_GATE,
        label=N_("Qui entre, quand ?"),
        sentence=N_("Ce qu’un parent ou un élève voit à un moment choisi, et pourquoi."),
        icon="eye",
        of_school=True,
    ),
    Entry(
        endpoint="accounts_admin.people",
        verb=Verb.SEE_PEOPLE,
        label=N_("Personnes"),
        sentence=N_("L’annuaire de l’établissement, les comptes, les rôles, les codes."),
        icon="users",
        of_school=True,
    ),
    Entry(
        endpoint="accounts_kin_admin.differences",
        verb=Verb.KEEP_KIN,
        label=N_("Liens coupés et départs"),
        sentence=N_(
            "Les responsables dont le lien est coupé, les élèves partis en cours d’année, ce que la source dit encore."
        ),
        icon="shield-check",
        of_school=True,
    ),
    Entry(
        endpoint="feeds_merging_admin.doubles",
        verb=Verb.KEEP_KIN,
        label=N_("Responsables en double"),
        sentence=N_("Deux fiches d’un même responsable deviennent un seul compte."),
        icon="users",
        of_school=True,
    ),
    Entry(
        endpoint="accounts_hand_admin.accounts",
        verb=Verb.KEEP_PEOPLE,
        label=N_("Comptes faits à la main"),
        sentence=N_("Les invités et les administrateurs, et jusqu’à quand leur compte vaut."),
        icon="key-round",
        of_school=True,
    ),
    Entry(
        endpoint="accounts_sheets_admin.classes",
        verb=Verb.RESET_STUDENTS,
        label=N_("Fiches de connexion"),
        sentence=N_("Par classe, l’identifiant et le premier code des élèves et des responsables, à imprimer."),
        icon="printer",
        of_school=True,
    ),
    Entry(
        endpoint="classchoice_admin.choices",
        verb=Verb.KEEP_PEOPLE,
        label=N_("Choix des classes"),
        sentence=N_(
            "Quel enseignant a choisi sa classe, qui ne l’a pas fait, ce que l’annuaire dit autrement ; remplacements."
        ),
        icon="list",
        of_school=True,
    ),
    Entry(
        endpoint="feeds_links_admin.doubted",
        verb=Verb.KEEP_PEOPLE,
        label=N_("Liens à confirmer"),
        sentence=N_("Les enseignants que l’annuaire met encore dans leurs classes de l’an dernier."),
        icon="graduation-cap",
        of_school=True,
    ),
    Entry(
        endpoint="accounts_standins_admin.school_stand_ins",
        verb=Verb.GRANT_SCHOOL_ROLES,
        label=N_("Suppléances"),
        sentence=N_("Qui tient la direction et l’administration maintenant, et qui les supplée, avec des dates."),
        icon="users",
        of_school=True,
    ),
    Entry(
        endpoint="admin_takeover.school",
        verb=Verb.GRANT_SCHOOL_ROLES,
        label=N_("À reprendre"),
        sentence=N_("Les droits, groupes et espaces que tiennent encore ceux qui sont partis."),
        icon="undo-2",
        of_school=True,
    ),
    Entry(
        endpoint="feeds_deciding_admin.of_school",
        verb=Verb.KEEP_PEOPLE,
        label=N_("Imports de l’annuaire"),
        sentence=N_(
            "Ce que chaque livraison a changé ici, ce qu’elle n’a pas pu prendre, les classes qui reviendraient."
        ),
        icon="inbox",
        of_school=True,
    ),
    Entry(
        endpoint="feeds_reconciling_admin.differences",
        verb=Verb.KEEP_PEOPLE,
        label=N_("Main et annuaire"),
        sentence=N_(
            "Ce qui a été fait à la main avant l’annuaire, et ce qu’il dit maintenant : accord, écart, inconnu."
        ),
        icon="users",
        of_school=True,
    ),
    Entry(
        endpoint="accounts_phones_admin.waiting",
        verb=Verb.KEEP_PEOPLE,
        label=N_("Liste rouge"),
        sentence=N_("Les numéros que des responsables ont changés, à reprendre dans SIECLE."),
        icon="phone",
        of_school=True,
    ),
    Entry(
        endpoint="publicsite_admin.site",
        verb=Verb.EDIT_SITE,
        label=N_("Site public"),
        sentence=N_("L’accueil, les actualités, les rubriques, la bannière."),
        icon="newspaper",
        of_school=True,
    ),
    Entry(
        endpoint="content_admin.school_trash",
        verb=Verb.EDIT_SITE,
        label=N_("Corbeille"),
        sentence=N_("Les rubriques et espaces mis à la corbeille ou archivés ; les rétablir avant la bascule."),
        icon="trash-2",
        of_school=True,
    ),
    Entry(
        endpoint="content_admin.temporary_sections",
        verb=Verb.EDIT_SITE,
        label=N_("Rubriques temporaires"),
        sentence=N_("Celles que la bascule archivera avec l’année ; rendre permanentes celles qui doivent rester."),
        icon="clock",
        of_school=True,
    ),
    Entry(
        endpoint="campaign_archives_admin.school",
        verb=Verb.SEE_ARCHIVES,
        label=N_("Archives"),
        sentence=N_("Les cahiers de textes et la vie scolaire des années passées ; les télécharger, les vérifier."),
        icon="file-text",
        of_school=True,
    ),
    Entry(
        endpoint="content_media_admin.quotas",
        verb=Verb.EDIT_SITE,
        label=N_("Place des espaces"),
        sentence=N_("Ce que les fichiers occupent, espace par espace et personne par personne ; en donner davantage."),
        icon="briefcase",
        of_school=True,
    ),
    Entry(
        endpoint="campaign_dates.school_events",
        verb=Verb.TRACK_CAMPAIGN,
        label=N_("Calendrier de la campagne"),
        sentence=N_("Les dates du changement d’année, et ce que l’établissement note comme fait."),
        icon="calendar-days",
        of_school=True,
    ),
    Entry(
        endpoint="publicsite_admin.notices",
        verb=Verb.SEND_NOTICE,
        label=N_("Avis pratiques"),
        sentence=N_("Un lieu, des horaires : affichés pendant une fermeture, envoyés aux responsables."),
        icon="megaphone",
        of_school=True,
    ),
    Entry(
        endpoint="schoollife_years_admin.overview",
        verb=Verb.SET_SCHOOL_LIFE,
        label=N_("Vie scolaire"),
        sentence=N_(
            "Les périodes, les alternances, les motifs et les types, les réglages des appels et des bulletins."
        ),
        icon="calendar-days",
        of_school=True,
    ),
    Entry(
        endpoint="messaging_admin.visibility",
        verb=Verb.SET_MESSAGING,
        label=N_("Qui voit qui"),
        sentence=N_("Ce que chaque profil trouve, ou non, parmi les destinataires de la messagerie."),
        icon="mail",
        of_school=True,
    ),
    Entry(
        endpoint="messaging_admin.messages",
        verb=Verb.SEE_MESSAGES,
        label=N_("Messages envoyés"),
        sentence=N_("Retirer un message envoyé par erreur, voir qui l’a ouvert."),
        icon="undo-2",
        of_school=True,
    ),
    Entry(
        endpoint="messaging_announcements_admin.grants",
        verb=Verb.SET_MESSAGING,
        label=N_("Communication ciblée"),
        sentence=N_("Qui publie des actualités et des annonces, qui les reçoit et les met hors ligne."),
        icon="megaphone",
        of_school=True,
    ),
)


def project_entries(visitor: Visitor) -> list[Entry]:
    """The project's pages that ``visitor`` may open."""
    return [entry for entry in ENTRIES if not entry.of_school and visitor.may(entry.verb)]


def school_entries(visitor: Visitor, school_id: int) -> list[Entry]:
    """The pages of one school that ``visitor`` may open."""
    return [entry for entry in ENTRIES if entry.of_school and visitor.may(entry.verb, school_id)]


def administers(visitor: Visitor) -> bool:
    """Does the visitor hold any verb anywhere?"""
    return any(visitor.may_somewhere(verb) for verb in Verb)


def own_schools(visitor: Visitor) -> frozenset[int] | None:
    """The schools in which the visitor holds a verb; None means every school."""
    held: set[int] = set()
    for verb in Verb:
        schools = visitor.schools_for(verb)
        if schools is None:
            return None
        held |= schools
    return frozenset(held)
