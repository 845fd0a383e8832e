"""What the demo's schools say on their public sites: welcomes, sections, news, a practical notice. Plain, French only.

These are texts that schools write, so they are not translated.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, kw_only=True)
class News:
    """An article: section's title, day and hour (wall time) on which it appears, in the light markup of articles."""

    section: str
    title: str
    summary: str
    body: str
    day: date
    hour: int = 9


@dataclass(frozen=True, kw_only=True)
class SiteText:
    """A school's site: colour, welcome, hours, contact; sections (title, introduction, restricted) and news."""

    colour: str
    welcome: str
    hours: str
    contact: str
    sections: tuple[tuple[str, str, bool], ...]
    news: tuple[News, ...]


SITES = {
    "primary": SiteText(
        colour="#2f5d8c",
        welcome="Notre école accueille six classes, du CP au CM2, autour d’un potager et d’une bibliothèque "
        "que les élèves tiennent eux-mêmes.",
        hours="Lundi, mardi, jeudi et vendredi : 8 h 30 - 11 h 45 et 13 h 30 - 16 h 15. La porte ouvre dix minutes avant.",
        contact="Le directeur reçoit le lundi, jour où il n’a pas classe, et sur rendez-vous le soir.",
        sections=(
            ("La vie de l’école", "Sorties, fêtes et petites nouvelles.", False),
            ("Cantine et garderie", "Menus, horaires et inscriptions.", False),
            ("Conseil d’école", "Comptes rendus, pour les membres du conseil.", True),
        ),
        news=(
            News(
                section="La vie de l’école",
                title="Le potager a donné ses premières courgettes",
                summary="Les CE1-CE2 les ont pesées, dessinées, puis mangées.",
                body="Semées en avril sur le rebord de la fenêtre, repiquées en mai sous la pluie : "
                "les **douze pieds** ont tenu.\n\nRecette de la soupe et carnet d’observation seront affichés dans le hall "
                "jusqu’à la fin de l’année.",
                day=date(2026, 6, 18),
            ),
            News(
                section="Cantine et garderie",
                title="Inscriptions à la cantine pour l’an prochain",
                summary="Les dossiers sont à rendre à la mairie avant le 10 juillet.",
                body="Le dossier se retire à l’école ou en mairie.\n\n- la fiche de renseignements ;\n- l’attestation d’assurance ;\n"
                "- pour un régime particulier, le protocole signé.\n\nAucun dossier n’est pris par courriel.",
                day=date(2026, 6, 24),
            ),
        ),
    ),
    "college": SiteText(
        colour="#7a3b2e",
        welcome="Un collège de huit classes au bord de l’Ondaine : une chorale, un club de robotique et une section "
        "latin qui ne désemplit pas.",
        hours="Accueil ouvert de 7 h 45 à 17 h 30, le mercredi jusqu’à 12 h 30. Vie scolaire : premier étage, à droite.",
        contact="Pour une absence, appelez la vie scolaire avant 9 h. La principale reçoit sur rendez-vous.",
        sections=(
            ("Actualités du collège", "Ce qui se passe ici.", False),
            ("Préparer la rentrée", "Fournitures, dates, transports.", False),
            ("Espace des délégués", "Réservé aux délégués de parents.", True),
        ),
        news=(
            News(
                section="Actualités du collège",
                title="La chorale chante une dernière fois",
                summary="Vendredi 26 juin à 18 h, dans la cour s’il fait beau.",
                body="Quarante voix, deux solistes et un piano désaccordé : **entrée libre**, chacun apporte une chaise.",
                day=date(2026, 6, 22),
            ),
            News(
                section="Préparer la rentrée",
                title="La liste des fournitures est arrivée",
                summary="Une liste courte, la même pour toutes les classes d’un niveau.",
                body="Inutile de tout racheter : cartables et trousses de cette année conviennent.\n\n"
                "## Pour tous\n\n- un agenda ;\n- un cahier grand format par matière ;\n- une paire d’écouteurs.\n\n"
                "Les professeurs diront le reste la première semaine.",
                day=date(2026, 6, 30),
            ),
            News(
                section="Préparer la rentrée",
                title="L’espace numérique ferme quelques jours, puis les familles attendent la rentrée",
                summary="Ce qui ferme, pour qui, et jusqu’à quand.",
                body="La nouvelle année scolaire s’installe pendant l’été.\n\n- **Du 15 juillet au soir au 17 juillet au soir**, "
                "l’espace est fermé à tous.\n- **À partir du 1er août**, il reste fermé aux élèves et à leurs responsables ; il ouvre le "
                "jour de la rentrée, à 8 h.\n\nLe site public, lui, reste ouvert tout l’été : dates, contacts et avis y seront.",
                day=date(2026, 7, 10),
            ),
        ),
    ),
    "lycee": SiteText(
        colour="#4b3f72",
        welcome="Le lycée prépare aux baccalauréats général et technologique (STMG) et accueille un internat de quarante places.",
        hours="Accueil ouvert de 7 h 30 à 18 h. Secrétariat : 8 h 30 - 12 h et 13 h 30 - 17 h.",
        contact="Le secrétariat répond au téléphone et par courriel sous deux jours ouvrés.",
        sections=(
            ("Vie lycéenne", "Le conseil de la vie lycéenne et ses projets.", False),
            ("Examens et orientation", "Dates, résultats, rendez-vous.", False),
        ),
        news=(
            News(
                section="Vie lycéenne",
                title="Le ciné-club cherche sa relève",
                summary="Trois terminales s’en vont, l’écran reste.",
                body="Si vous aimez les vieux films et les fauteuils qui grincent, laissez un mot au CDI.",
                day=date(2026, 6, 16),
            ),
            News(
                section="Examens et orientation",
                title="Retirer son diplôme et ses relevés",
                summary="Au secrétariat, avec une pièce d’identité.",
                body="Les relevés de notes sont remis **du 6 au 10 juillet**. Un proche peut venir avec une procuration écrite.",
                day=date(2026, 6, 29),
            ),
        ),
    ),
}

#: The collège's practical notice, from the announcement on (SITE-8): place and hours, no class.
NOTICE = (
    "Pendant l’été, le secrétariat du collège est ouvert jusqu’au vendredi 17 juillet, puis à partir du lundi 24 août, "
    "de 9 h à 12 h. Les manuels se rendent au CDI, porte B."
)
MAINTENANCE_MESSAGE = "Les espaces de l’année qui finit sont archivés. Rien n’est perdu : chacun retrouvera ses documents à la réouverture."
FAMILIES_MESSAGE = (
    "Les classes de la nouvelle année se préparent. Élèves et responsables entrent le jour de la rentrée, à 8 h."
)
#: The collège's own words on the guardians' redirect page (GATE-7).
GUARDIANS_TEXT = (
    "Chers parents,\n\nnous préparons les classes de {année_scolaire} et l’espace vous attend {réouverture}. D’ici là, tout ce qu’il "
    "faut savoir (fournitures, horaires, transports) est sur le site public du collège.\n\n"
    "Bel été à tous, l’équipe du collège."
)
PROJECT_CONTACT = "Une question sur l’espace numérique ? Adressez-vous d’abord au secrétariat de l’établissement."
