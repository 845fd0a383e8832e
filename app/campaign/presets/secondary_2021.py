"""The calendar of 2021 for collèges and lycées [001 3.5, with 000]. Data only."""

from __future__ import annotations

from datetime import date, time

from app.campaign.calendar import Actor, EventKind
from app.campaign.moving import Anchor, Anchors, Planned, Preset, after, fixed, span, tied
from app.campaign.presets.beside import DUE, EXPORTS, SYSTEMS
from app.words import N_

_STEPS = Planned(
    key="steps-1-3",
    title=N_("Maintenance : étapes 1, 2 et 3, le site public reste en ligne"),
    actor=Actor.OPERATOR,
    kind=EventKind.STEPS,
    span=span(fixed(7, 12, Anchor.LAST_DAY), fixed(7, 31, Anchor.LAST_DAY)),
    automatic=True,
    steps=(1, 2, 3),
    end=after("steps-1-3", 4),
    end_hour=time(8),
)
_AUVERGNE = Planned(
    key="steps-1-3",
    title=_STEPS.title,
    actor=Actor.OPERATOR,
    kind=EventKind.STEPS,
    span=span(fixed(7, 28, Anchor.LAST_DAY), fixed(7, 31, Anchor.LAST_DAY)),
    automatic=True,
    hour=time(9),
    steps=(1, 2, 3),
    end=after("steps-1-3", 4),
    end_hour=time(8),
)

SECONDARY_2021 = Preset(
    name="secondary-2021",
    title=N_("Collèges et lycées, calendrier de 2021"),
    kind="secondary",
    anchors=Anchors(
        last_day=date(2021, 7, 6), holidays=date(2021, 7, 7), teachers=date(2021, 9, 1), first_day=date(2021, 9, 2)
    ),
    events=(
        Planned(
            key="nomenclatures",
            title=N_("Nouvelles nomenclatures du ministère ; les emplois du temps de l’année N+1 peuvent commencer"),
            actor=Actor.ACADEMY,
            kind=EventKind.OPERATION,
            span=span(fixed(5, 24, Anchor.LAST_DAY), fixed(5, 31, Anchor.LAST_DAY)),
        ),
        Planned(
            key="siecle-begins",
            title=N_("SIECLE de l’année N+1 commence à être rempli (identifiants nationaux vérifiés)"),
            actor=Actor.SCHOOL,
            kind=EventKind.OPERATION,
            span=span(fixed(6, 1, Anchor.LAST_DAY), fixed(6, 7, Anchor.LAST_DAY)),
        ),
        Planned(
            key="notice-procedure",
            title=N_("Annonce : les imports vont s’arrêter, la procédure commence"),
            actor=Actor.ACADEMY,
            kind=EventKind.MESSAGE,
            span=span(fixed(6, 1, Anchor.LAST_DAY), fixed(6, 30, Anchor.LAST_DAY)),
            automatic=True,
        ),
        Planned(
            key="group-warnings",
            title=N_("Avertissement aux gestionnaires de groupes limités à l’année"),
            actor=Actor.OPERATOR,
            kind=EventKind.WARNING,
            span=span(tied(Anchor.LAST_DAY, -6)),
            automatic=True,
        ),
        Planned(
            key="group-reminder",
            title=N_("Rappel aux gestionnaires de groupes limités à l’année"),
            actor=Actor.OPERATOR,
            kind=EventKind.REMINDER,
            span=span(after("steps-1-3", -3)),
            automatic=True,
        ),
        Planned(
            key="end-colleges",
            title=N_("Fin de l’année des collèges, réputés fermés le dernier jour ; emplois du temps prolongeables"),
            actor=Actor.SCHOOL,
            kind=EventKind.OPERATION,
            span=span(tied(Anchor.LAST_DAY, -12), tied(Anchor.LAST_DAY, -6)),
            more={"closed": 0, "prolonged": 12},
        ),
        Planned(
            key="dry-run",
            title=N_("Passage à blanc de tous les traitements"),
            actor=Actor.OPERATOR,
            kind=EventKind.DRY_RUN,
            span=span(tied(Anchor.LAST_DAY, -12), tied(Anchor.LAST_DAY, 1)),
            automatic=True,
        ),
        Planned(
            key="pause",
            title=N_("Arrêt des imports de l’annuaire, avant l’étape 1"),
            actor=Actor.ACADEMY_IT,
            kind=EventKind.PAUSE,
            span=span(fixed(7, 1, Anchor.LAST_DAY), fixed(7, 31, Anchor.LAST_DAY)),
            automatic=True,
            targets=("portal",),
        ),
        Planned(
            key="end-lycees",
            title=N_("Fin de l’année des lycées"),
            actor=Actor.SCHOOL,
            kind=EventKind.OPERATION,
            span=span(tied(Anchor.LAST_DAY, 6), tied(Anchor.LAST_DAY, 12)),
        ),
        _STEPS,
        Planned(
            key="siecle-flips",
            title=N_("SIECLE bascule, l’import complet d’initialisation est fait, les imports réguliers reprennent"),
            actor=Actor.ACADEMY_IT,
            kind=EventKind.OPERATION,
            span=span(fixed(8, 1), fixed(8, 31)),
        ),
        Planned(
            key="step-4",
            title=N_("Maintenance : étape 4, l’annuaire de la nouvelle année"),
            actor=Actor.OPERATOR,
            kind=EventKind.STEPS,
            span=span(tied(Anchor.FIRST_DAY, -17), tied(Anchor.FIRST_DAY, -2)),
            automatic=True,
            steps=(4,),
            end=after("step-4", 2),
            end_hour=time(8),
        ),
        Planned(
            key="families",
            title=N_("L’espace est fermé aux élèves et aux responsables, dès l’étape 4"),
            actor=Actor.PORTAL,
            kind=EventKind.FAMILIES,
            span=span(after("step-4", 0)),
            automatic=True,
            end=tied(Anchor.FIRST_DAY),
            end_hour=time(8),
        ),
        Planned(
            key="notice-restriction",
            title=N_("Annonce de la restriction aux administrateurs, à la vie scolaire et aux enseignants"),
            actor=Actor.ACADEMY,
            kind=EventKind.MESSAGE,
            span=span(tied(Anchor.FIRST_DAY, -7), tied(Anchor.FIRST_DAY, -2)),
            automatic=True,
        ),
        Planned(
            key="step-5",
            title=N_("Étape 5 : initialisation de la vie scolaire"),
            actor=Actor.SCHOOL,
            kind=EventKind.OPERATION,
            span=span(tied(Anchor.FIRST_DAY, -7), tied(Anchor.FIRST_DAY, -2)),
            steps=(5,),
        ),
        Planned(
            key="teachers-first-day",
            title=N_("Rentrée des enseignants"),
            actor=Actor.ACADEMY,
            kind=EventKind.FIRST_DAY,
            span=span(tied(Anchor.TEACHERS)),
        ),
        Planned(
            key="notice-sts",
            title=N_("Annonce de la campagne STS aux enseignants"),
            actor=Actor.ACADEMY,
            kind=EventKind.MESSAGE,
            span=span(tied(Anchor.TEACHERS)),
            automatic=True,
        ),
        Planned(
            key="first-day",
            title=N_("Rentrée des élèves : fin de la fermeture aux familles"),
            actor=Actor.PORTAL,
            kind=EventKind.FIRST_DAY,
            span=span(tied(Anchor.FIRST_DAY)),
            automatic=True,
        ),
        Planned(
            key="deactivations-suspended",
            title=N_(
                "Avis de désactivation aux élèves et responsables suspendus, jusqu’à la mi-septembre au plus tard"
            ),
            actor=Actor.OWNER,
            kind=EventKind.COURSE,
            span=span(after("step-4", 0), fixed(9, 18)),
            automatic=True,
            hour=time(20),
            end=fixed(9, 18),
        ),
        Planned(
            key="old-classes",
            title=N_("Certains enseignants portent encore des classes de l’année N"),
            actor=Actor.NOBODY,
            kind=EventKind.INFORMATION,
            span=span(fixed(10, 12), fixed(10, 31)),
        ),
    ),
    beside=(*DUE, *EXPORTS, *SYSTEMS),
    variants={"auvergne-rhone-alpes": (_AUVERGNE,)},
)
