"""The calendar of 2024 in a department with teaching servers (Scribe, KoXo) [004]. Data only."""

from __future__ import annotations

from datetime import date

from app.campaign.calendar import Actor, EventKind
from app.campaign.moving import Anchor, Anchors, Planned, Preset, Span, fixed, span, tied
from app.campaign.presets.beside import DUE, EXPORTS, SYSTEMS, WARNINGS
from app.words import N_


def _operation(key: str, title: str, actor: Actor, span_: Span) -> Planned:
    return Planned(key=key, title=title, actor=actor, kind=EventKind.OPERATION, span=span_)


VIENNE_2024 = Preset(
    name="vienne-2024",
    title=N_("Collèges avec serveurs pédagogiques, calendrier de 2024"),
    kind="secondary",
    anchors=Anchors(
        last_day=date(2024, 7, 5), holidays=date(2024, 7, 6), teachers=date(2024, 8, 30), first_day=date(2024, 9, 2)
    ),
    events=(
        Planned(
            key="pause",
            title=N_("Arrêt des imports : serveurs pédagogiques et portail"),
            actor=Actor.ACADEMY_IT,
            kind=EventKind.PAUSE,
            span=(tied(Anchor.LAST_DAY), None),
            automatic=True,
            targets=("portal", "servers"),
        ),
        _operation(
            "servers-on",
            N_("Les serveurs pédagogiques restent allumés tout l’été"),
            Actor.SCHOOL,
            span(tied(Anchor.LAST_DAY), tied(Anchor.FIRST_DAY)),
        ),
        _operation(
            "staff-room-cleaned",
            N_("Espaces « salle des profs » et « médias » des serveurs nettoyés"),
            Actor.SCHOOL,
            span(tied(Anchor.LAST_DAY)),
        ),
        _operation(
            "koxo-cleaned",
            N_(
                "KoXo, mi-juillet ou fin août : espaces de classe, d’option et communs nettoyés, anciens imports retirés"
            ),
            Actor.DEPARTMENT,
            span(fixed(7, 12, Anchor.LAST_DAY), fixed(8, 31)),
        ),
        _operation(
            "scribe-cleaned",
            N_("Scribe, mi-juillet ou fin août : espaces de classe et communs nettoyés, anciens imports retirés"),
            Actor.ACADEMY,
            span(fixed(7, 12, Anchor.LAST_DAY), fixed(8, 31)),
        ),
        _operation("koxo-resumes", N_("Reprise des imports de KoXo"), Actor.DEPARTMENT, span(fixed(8, 27))),
        Planned(
            key="resume-portal",
            title=N_("Reprise des imports du portail"),
            actor=Actor.ACADEMY_IT,
            kind=EventKind.RESUME,
            span=span(fixed(8, 27)),
            automatic=True,
            targets=("portal",),
        ),
        Planned(
            key="families",
            title=N_("L’espace est fermé aux élèves et aux responsables, rentrée incluse"),
            actor=Actor.PORTAL,
            kind=EventKind.FAMILIES,
            span=span(fixed(8, 27), tied(Anchor.FIRST_DAY)),
            automatic=True,
            whole=True,
            end=tied(Anchor.FIRST_DAY),
        ),
        Planned(
            key="first-day",
            title=N_("Rentrée des élèves : dernier jour de la fermeture aux familles"),
            actor=Actor.NOBODY,
            kind=EventKind.FIRST_DAY,
            span=span(tied(Anchor.FIRST_DAY)),
        ),
        Planned(
            key="scribe-resumes",
            title=N_("Reprise des imports de Scribe, le matin"),
            actor=Actor.ACADEMY_IT,
            kind=EventKind.OPERATION,
            span=span(fixed(9, 2)),
            targets=("servers",),
        ),
        _operation(
            "scribe-pupils",
            N_("Scribe : comptes des anciens élèves et groupes vides supprimés"),
            Actor.ACADEMY,
            span(fixed(9, 3), fixed(9, 6)),
        ),
        _operation(
            "verification",
            N_("Vérification avec les utilisateurs : il ne reste rien de l’an dernier"),
            Actor.SCHOOL,
            (fixed(9, 8), None),
        ),
        _operation(
            "koxo-accounts",
            N_("KoXo : comptes des anciens élèves, puis des anciens personnels, supprimés"),
            Actor.DEPARTMENT,
            span(fixed(9, 24), fixed(9, 30)),
        ),
        _operation(
            "scribe-staff",
            N_("Scribe : comptes des anciens personnels supprimés, une fois la liste validée par l’établissement"),
            Actor.ACADEMY,
            span(fixed(10, 1), fixed(11, 30)),
        ),
    ),
    beside=(*WARNINGS, *DUE, *EXPORTS, *SYSTEMS),
)
