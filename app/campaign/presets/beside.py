"""What every campaign of a secondary school has beside its source's table: CAL-11's warnings, S3-6's exports, the systems of EXT.

Each event that a source names itself stands in its own preset and not here again.
"""

from __future__ import annotations

from app.campaign.calendar import Actor, EventKind
from app.campaign.moving import Anchor, Planned, after, fixed, span, tied
from app.words import N_

#: The new directory is due before the teachers' first day: three days and one day before, owner and heads are warned (CAL-11).
DUE = (
    Planned(
        key="directory-due-3",
        title=N_("Alerte si le nouvel annuaire manque, trois jours avant la prérentrée"),
        actor=Actor.PORTAL,
        kind=EventKind.DUE,
        span=span(tied(Anchor.TEACHERS, -3)),
        automatic=True,
    ),
    Planned(
        key="directory-due-1",
        title=N_("Alerte si le nouvel annuaire manque, la veille de la prérentrée"),
        actor=Actor.PORTAL,
        kind=EventKind.DUE,
        span=span(tied(Anchor.TEACHERS, -1)),
        automatic=True,
    ),
)
#: Where a source names no dry run, stop of imports or notice, the rules ask for them all the same (CAL-3, CAL-5, CAL-6).
ASKED = (
    Planned(
        key="notice-procedure",
        title=N_("Annonce : les imports vont s’arrêter, la procédure commence"),
        actor=Actor.ACADEMY,
        kind=EventKind.MESSAGE,
        span=span(fixed(6, 1, Anchor.LAST_DAY), fixed(6, 30, Anchor.LAST_DAY)),
        automatic=True,
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
        span=span(after("steps-1-3", 0)),
        automatic=True,
        targets=("portal",),
    ),
    Planned(
        key="notice-restriction",
        title=N_("Annonce de la restriction aux administrateurs, à la vie scolaire et aux enseignants"),
        actor=Actor.ACADEMY,
        kind=EventKind.MESSAGE,
        span=span(tied(Anchor.FIRST_DAY, -7), tied(Anchor.FIRST_DAY, -2)),
        automatic=True,
    ),
)
#: S3-6, S2-7: after step 3 the ministry's exports of the year can no longer be made; Parcoursup's are due earlier, and a lycée's.
PARCOURSUP = Planned(
    key="parcoursup-exported",
    title=N_("Parcoursup : les exports de l’année sont faits, avant sa fin (lycées)"),
    actor=Actor.SCHOOL,
    kind=EventKind.OPERATION,
    span=span(fixed(6, 1, Anchor.LAST_DAY), tied(Anchor.LAST_DAY, -1)),
)
LSL = Planned(
    key="lsl-exported",
    title=N_("Livrets scolaires (LSL, LSU) : les exports de l’année sont faits, avant l’étape 3"),
    actor=Actor.SCHOOL,
    kind=EventKind.OPERATION,
    span=span(fixed(6, 1, Anchor.LAST_DAY), tied(Anchor.LAST_DAY)),
)
EXPORTS = (PARCOURSUP, LSL)
#: S3-4: none is sent by default where the source names no day; whoever gives it one sends it.
WARNINGS = (
    Planned(
        key="group-warnings",
        title=N_("Avertissement aux gestionnaires de groupes limités à l’année"),
        actor=Actor.OPERATOR,
        kind=EventKind.WARNING,
        span=(None, None),
        automatic=True,
        undated=True,
    ),
    Planned(
        key="group-reminder",
        title=N_("Rappel aux gestionnaires de groupes limités à l’année"),
        actor=Actor.OPERATOR,
        kind=EventKind.REMINDER,
        span=(None, None),
        automatic=True,
        undated=True,
    ),
)
MOODLE_SAVED = Planned(
    key="moodle-saved",
    title=N_("Moodle : les enseignants qui partent sauvegardent leurs cours"),
    actor=Actor.SCHOOL,
    kind=EventKind.OPERATION,
    span=span(fixed(6, 1, Anchor.LAST_DAY), tied(Anchor.LAST_DAY)),
)
MOODLE_TRASH = Planned(
    key="moodle-trash",
    title=N_("Moodle : les catégories des comptes qui ne sont plus alimentés vont dans la corbeille masquée"),
    actor=Actor.OPERATOR,
    kind=EventKind.OPERATION,
    span=span(fixed(9, 1), fixed(9, 30)),
)
GAR = Planned(
    key="gar-assignments",
    title=N_("GAR et médiacentre : nommer les responsables d’affectation, refaire les affectations"),
    actor=Actor.SCHOOL,
    kind=EventKind.OPERATION,
    span=span(tied(Anchor.TEACHERS), fixed(9, 30)),
)
PRONOTE = Planned(
    key="identifiers",
    title=N_("EDT, UDT, Pronote : nouvelle version du connecteur, identifiants exportés puis importés"),
    actor=Actor.SCHOOL,
    kind=EventKind.OPERATION,
    span=span(fixed(8, 24), tied(Anchor.FIRST_DAY)),
)
SIECLE_OUT = Planned(
    key="siecle-classes",
    title=N_("SIECLE : sortir les élèves de leurs classes, vérifier les INE, ne pas conserver les groupes"),
    actor=Actor.SCHOOL,
    kind=EventKind.OPERATION,
    span=span(tied(Anchor.LAST_DAY), fixed(7, 15, Anchor.LAST_DAY)),
)
SIECLE_MERGED = Planned(
    key="siecle-guardians",
    title=N_("SIECLE : les responsables des fratries sont rapprochés"),
    actor=Actor.SCHOOL,
    kind=EventKind.OPERATION,
    span=span(tied(Anchor.LAST_DAY), fixed(8, 24)),
)
#: The systems beside the portal (EXT-1, EXT-2, EXT-4, EXT-5).
SYSTEMS = (MOODLE_SAVED, SIECLE_OUT, SIECLE_MERGED, PRONOTE, GAR, MOODLE_TRASH)
