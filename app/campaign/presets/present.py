"""The present calendar, of October 2025 for the summer of 2026 [003]. Data only."""

from __future__ import annotations

from datetime import date, time

from app.campaign.calendar import Actor, EventKind
from app.campaign.moving import EVENING, Anchor, Anchors, Planned, Preset, after, fixed, span, tied
from app.campaign.presets.beside import ASKED, DUE, EXPORTS, GAR, MOODLE_SAVED, MOODLE_TRASH, PRONOTE, WARNINGS
from app.words import N_

PRESENT = Preset(
    name="present",
    title=N_("Collèges et lycées, calendrier actuel"),
    kind="secondary",
    anchors=Anchors(
        last_day=date(2026, 7, 4), holidays=date(2026, 7, 5), teachers=date(2026, 8, 31), first_day=date(2026, 9, 1)
    ),
    events=(
        Planned(
            key="siecle-prepared",
            title=N_("SIECLE préparé : ni dossier bloquant ou incomplet, responsables des fratries rapprochés"),
            actor=Actor.SCHOOL,
            kind=EventKind.OPERATION,
            span=span(fixed(7, 1, Anchor.LAST_DAY), fixed(7, 31, Anchor.LAST_DAY)),
        ),
        Planned(
            key="year-end",
            title=N_("Fin officielle de l’année, prolongeable dans le logiciel d’emploi du temps"),
            actor=Actor.SCHOOL,
            kind=EventKind.OPERATION,
            span=span(tied(Anchor.LAST_DAY), tied(Anchor.LAST_DAY, 11)),
        ),
        Planned(
            key="steps-1-3",
            title=N_("Maintenance : archive des cahiers de textes et des espaces de classe (étapes 1 à 3)"),
            actor=Actor.OPERATOR,
            kind=EventKind.STEPS,
            span=span(fixed(7, 12, Anchor.LAST_DAY), fixed(7, 18, Anchor.LAST_DAY)),
            automatic=True,
            steps=(1, 2, 3),
            end=after("steps-1-3", 4),
            end_hour=time(8),
        ),
        Planned(
            key="families",
            title=N_("L’espace est fermé aux élèves et aux responsables jusqu’à la rentrée"),
            actor=Actor.PORTAL,
            kind=EventKind.FAMILIES,
            span=span(fixed(8, 1), tied(Anchor.FIRST_DAY)),
            automatic=True,
            whole=True,
            end=tied(Anchor.FIRST_DAY),
            end_hour=time(8),
        ),
        Planned(
            key="newcomers",
            title=N_("Les nouveaux élèves et leurs responsables arrivent par l’annuaire"),
            actor=Actor.ACADEMY_IT,
            kind=EventKind.OPERATION,
            span=span(fixed(8, 25), fixed(8, 31)),
        ),
        Planned(
            key="guide",
            title=N_("Le guide de rentrée est publié"),
            actor=Actor.OPERATOR,
            kind=EventKind.OPERATION,
            span=span(fixed(8, 25), fixed(8, 31)),
        ),
        Planned(
            key="step-4",
            title=N_("Maintenance : étape 4, l’annuaire de la nouvelle année"),
            actor=Actor.OPERATOR,
            kind=EventKind.STEPS,
            span=span(tied(Anchor.FIRST_DAY, -7), tied(Anchor.FIRST_DAY, -1)),
            automatic=True,
            steps=(4,),
            end=after("step-4", 2),
            end_hour=time(8),
        ),
        Planned(
            key="notice-new-year",
            title=N_("Annonce : l’annuaire de la nouvelle année est en place"),
            actor=Actor.OPERATOR,
            kind=EventKind.MESSAGE,
            span=span(after("step-4", 2), tied(Anchor.FIRST_DAY, -1)),
            automatic=True,
        ),
        Planned(
            key="teachers-first-day",
            title=N_("Rentrée des enseignants"),
            actor=Actor.NOBODY,
            kind=EventKind.FIRST_DAY,
            span=span(tied(Anchor.TEACHERS)),
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
            key="timetables",
            title=N_("Premier import manuel de l’emploi du temps, puis imports automatiques ; groupes remplis"),
            actor=Actor.SCHOOL,
            kind=EventKind.OPERATION,
            span=span(fixed(9, 1), fixed(9, 30)),
        ),
        Planned(
            key="leavers",
            title=N_("Les partants peuvent encore reprendre leurs données, puis quittent l’annuaire"),
            actor=Actor.PORTAL,
            kind=EventKind.COURSE,
            span=span(fixed(10, 17), fixed(10, 31)),
            automatic=True,
            hour=EVENING,
        ),
    ),
    beside=(*ASKED, *WARNINGS, *DUE, *EXPORTS, MOODLE_SAVED, PRONOTE, GAR, MOODLE_TRASH),
)
