"""The calendar of 2018 for primary schools: the school's own chain on the night after the first day [002 3]. Data only."""

from __future__ import annotations

from datetime import date

from app.campaign.calendar import Actor, EventKind
from app.campaign.moving import EVENING, Anchor, Anchors, Planned, Preset, span, tied
from app.words import N_

PRIMARY_2018 = Preset(
    name="primary-2018",
    title=N_("Écoles, calendrier de 2018"),
    kind="primary",
    anchors=Anchors(
        last_day=date(2018, 7, 6), holidays=date(2018, 7, 7), teachers=date(2018, 8, 31), first_day=date(2018, 9, 3)
    ),
    events=(
        Planned(
            key="safeguards",
            title=N_("Dernier jour des sauvegardes à la main : médias dans l’espace personnel, blog en PDF"),
            actor=Actor.NOBODY,
            kind=EventKind.INFORMATION,
            span=(None, tied(Anchor.FIRST_DAY, -1)),
        ),
        Planned(
            key="old-class",
            title=N_("Enseignants, élèves et responsables se servent encore de la classe de l’année N"),
            actor=Actor.NOBODY,
            kind=EventKind.INFORMATION,
            span=(None, tied(Anchor.FIRST_DAY)),
        ),
        Planned(
            key="first-day",
            title=N_("Rentrée des élèves"),
            actor=Actor.NOBODY,
            kind=EventKind.FIRST_DAY,
            span=span(tied(Anchor.FIRST_DAY)),
        ),
        Planned(
            key="onde",
            title=N_("ONDE bascule : les nouvelles classes et leurs élèves arrivent dans le portail"),
            actor=Actor.ACADEMY,
            kind=EventKind.COURSE,
            span=span(tied(Anchor.FIRST_DAY), tied(Anchor.FIRST_DAY, 1)),
            automatic=True,
            hour=EVENING,
        ),
        Planned(
            key="steps-1-4",
            title=N_("Étapes 1 à 4, école par école, à mesure que les classes arrivent"),
            actor=Actor.OPERATOR,
            kind=EventKind.STEPS,
            span=span(tied(Anchor.FIRST_DAY), tied(Anchor.FIRST_DAY, 1)),
            automatic=True,
            steps=(1, 2, 3, 4),
            chain=True,
        ),
        Planned(
            key="notice-finished",
            title=N_("Les directeurs apprennent que le premier traitement est terminé"),
            actor=Actor.ACADEMY,
            kind=EventKind.MESSAGE,
            span=(tied(Anchor.FIRST_DAY, 1), None),
            automatic=True,
            undated=True,
        ),
        Planned(
            key="class-choice",
            title=N_("Les enseignants choisissent leur classe et reprennent leur travail, les familles y entrent"),
            actor=Actor.PORTAL,
            kind=EventKind.COURSE,
            span=(tied(Anchor.FIRST_DAY, 1), None),
            automatic=True,
            undated=True,
        ),
        Planned(
            key="onde-daily",
            title=N_("Chaque jour, ce qui est saisi dans ONDE arrive dans le portail"),
            actor=Actor.PORTAL,
            kind=EventKind.COURSE,
            span=(tied(Anchor.FIRST_DAY, 1), None),
            automatic=True,
        ),
    ),
)
