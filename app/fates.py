"""What becomes of everything (DATA-1, DATA-2, G19). There is no second list: steps, plans and the help page are drawn from this one.

Every table of the database stands here exactly once: in ``KINDS`` (rows that a rollover decides about), in ``FOLLOWS`` (rows that
share the fate of the row they hang on) or in ``standing_tables.STANDING`` (the portal's own rows, with the reason why no rollover
touches them). A *kind* is a table and, where its rows part, the condition that tells them apart; in sections the *space* decides too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from app.words import N_, Words


class Fate(StrEnum):
    """What becomes of a row."""

    KEPT = "kept"
    ARCHIVED = "archived"
    RECOVERABLE = "recoverable"
    DELETED = "deleted"


FATE_NAMES: dict[Fate, str] = {
    Fate.KEPT: N_("conservé"),
    Fate.ARCHIVED: N_("archivé"),
    Fate.RECOVERABLE: N_("proposé à l’enseignant"),
    Fate.DELETED: N_("supprimé"),
}


class Preset(StrEnum):
    """The two sets of fates; a school's kind chooses (CAL-10)."""

    SECONDARY = "secondary"
    PRIMARY = "primary"


PRESET_NAMES: dict[Preset, str] = {
    Preset.SECONDARY: N_("collèges et lycées"),
    Preset.PRIMARY: N_("écoles"),
}


def preset_of(school_kind: str) -> Preset:
    """The preset of a school by its kind ('primary', 'college', 'lycee', 'other')."""
    return Preset.PRIMARY if school_kind == "primary" else Preset.SECONDARY


class Space(StrEnum):
    """Where a row lies, as far as that decides its fate. TEMPORARY is any temporary section that is not a class's."""

    NONE = ""
    PERSONAL = "personal"
    CLASS = "class"
    TEMPORARY = "temporary"
    GROUP = "group"
    PARTNERSHIP = "partnership"
    DEPARTMENTAL = "departmental"
    SCHOOL = "school"
    TOWN = "town"
    TRASH = "trash"


SPACE_WORDS: dict[Space, str] = {
    Space.NONE: "",
    Space.PERSONAL: N_("espace personnel"),
    Space.CLASS: N_("espace de classe"),
    Space.TEMPORARY: N_("rubrique temporaire"),
    Space.GROUP: N_("groupe de travail permanent"),
    Space.PARTNERSHIP: N_("partenariat entre classes"),
    Space.DEPARTMENTAL: N_("partenariat avec l’école départementale"),
    Space.SCHOOL: N_("rubrique permanente de l’établissement"),
    Space.TOWN: N_("espace de la commune"),
    Space.TRASH: N_("corbeille"),
}


class Retention(StrEnum):
    """How long what a step has taken can still be had; the settings give the figures."""

    NONE = ""
    UNDO = "undo"
    TRASH = "trash"
    DIARY = "diary"
    ARCHIVE = "archive"
    OFFER = "offer"
    LEAVER = "leaver"


#: Sentences that ``retention_words`` fills in.
RETENTION_NAMES: dict[Retention, str] = {
    Retention.NONE: "",
    Retention.UNDO: N_("peut être rétabli par l’exploitant jusqu’à l’effacement définitif"),
    Retention.TRASH: N_("reste dans la corbeille pendant une année scolaire"),
    Retention.DIARY: N_("l’établissement garde l’archive %(years)s ans"),
    Retention.ARCHIVE: N_("l’établissement garde l’archive pendant la durée qu’il a fixée"),
    Retention.OFFER: N_("récupérable jusqu’à la date fixée par le projet"),
    Retention.LEAVER: N_("part avec le compte, dans les trois mois après la fin du droit d’accès"),
}


def retention_words(retention: Retention, *, years: int) -> Words | None:
    """How long it can still be had, for people; None where nothing is to be said. ``years``: the setting of LAW-2."""
    return Words(RETENTION_NAMES[retention], years=years) if RETENTION_NAMES[retention] else None


@dataclass(frozen=True, kw_only=True)
class Rule:
    """What becomes of a kind in a preset: the fate, the one step (1 to 5) that acts, what remains possible afterwards.

    ``archive``: what step 2 makes of the rows before the step that acts takes them (a manifest is verified first, G9).
    """

    fate: Fate
    step: int | None = None
    retention: Retention = Retention.NONE
    archive: str = ""

    def __post_init__(self) -> None:
        if (self.fate == Fate.KEPT) != (self.step is None):
            raise ValueError("what is kept is touched by no step, everything else by exactly one")


KEPT = Rule(fate=Fate.KEPT)
#: A personal row: no rollover touches it; it goes with its account (LAW-1).
OWN = Rule(fate=Fate.KEPT, retention=Retention.LEAVER)
PURGED = Rule(fate=Fate.DELETED, step=1, retention=Retention.UNDO)
TO_TRASH = Rule(fate=Fate.ARCHIVED, step=2, retention=Retention.TRASH)
OFFERED = Rule(fate=Fate.RECOVERABLE, step=2, retention=Retention.OFFER)
GONE_WITH_CLASS = Rule(fate=Fate.DELETED, step=2, retention=Retention.UNDO)
GONE = Rule(fate=Fate.DELETED, step=3, retention=Retention.UNDO)


def _archived(archive: str, retention: Retention = Retention.ARCHIVE) -> Rule:
    """Removed by step 3, after step 2 has made and verified the archive named."""
    return Rule(fate=Fate.ARCHIVED, step=3, retention=retention, archive=archive)


@dataclass(frozen=True, kw_only=True)
class Kind:
    """Rows of ``table`` that ``where`` tells from the others (empty: all of them).

    ``rules``: by preset, then by space. ``owned``: people have some, counted on 'Mes données et la bascule'. ``safeguard``: the
    endpoint with the action that changes the fate while there is time (DATA-3, DATA-4). ``rule``: ids of the rule book.
    """

    key: str
    table: str
    label: str
    rules: Mapping[Preset, Mapping[Space, Rule]]
    where: str = ""
    owned: bool = False
    safeguard: str = ""
    rule: str = "DATA-2"
    spaces: tuple[Space, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "spaces", tuple(self.rules[Preset.SECONDARY]))
        if set(self.rules[Preset.SECONDARY]) != set(self.rules[Preset.PRIMARY]):
            raise ValueError(f"{self.key}: both presets decide about the same spaces")

    def fate(self, preset: Preset, space: Space = Space.NONE) -> Rule:
        """What becomes of the kind. Raises KeyError for a space in which there is none."""
        return self.rules[preset][space]


_SECTIONS_SECONDARY: Mapping[Space, Rule] = {
    Space.PERSONAL: OWN,
    Space.CLASS: TO_TRASH,
    Space.TEMPORARY: TO_TRASH,
    Space.GROUP: KEPT,
    Space.PARTNERSHIP: GONE,
    Space.DEPARTMENTAL: KEPT,
    Space.SCHOOL: KEPT,
    Space.TOWN: KEPT,
    Space.TRASH: PURGED,
}
#: A school's own sections stay in primary, temporary or not; a class's and a work group's go (DATA-2).
_SECTIONS_PRIMARY: Mapping[Space, Rule] = {
    **_SECTIONS_SECONDARY,
    Space.CLASS: GONE_WITH_CLASS,
    Space.TEMPORARY: KEPT,
    Space.GROUP: GONE_WITH_CLASS,
}


def _in_sections(key: str, table: str, label: str, *, offered: bool, **more: object) -> Kind:
    """A kind of content in sections; ``offered``: in primary the class's teacher may take it along (CLASS-2)."""
    primary = {**_SECTIONS_PRIMARY, Space.CLASS: OFFERED} if offered else _SECTIONS_PRIMARY
    rules = {Preset.SECONDARY: _SECTIONS_SECONDARY, Preset.PRIMARY: primary}
    return Kind(key=key, table=table, label=label, rules=rules, **more)  # type: ignore[arg-type]


def _same(key: str, table: str, label: str, rule: Rule, /, **more: object) -> Kind:
    """A kind with one fate in both presets."""
    return _both(key, table, label, rule, rule, **more)


def _both(key: str, table: str, label: str, secondary: Rule, primary: Rule, /, **more: object) -> Kind:
    rules = {Preset.SECONDARY: {Space.NONE: secondary}, Preset.PRIMARY: {Space.NONE: primary}}
    return Kind(key=key, table=table, label=label, rules=rules, **more)  # type: ignore[arg-type]


KINDS: tuple[Kind, ...] = (
    # Spaces and what they hold
    _in_sections("section", "section", N_("rubriques et espaces"), offered=True, rule="S1-1 S2-1 DATA-2"),
    _in_sections("article", "article", N_("articles de blog"), offered=True, owned=True, safeguard="content.export_blogs"),
    _in_sections("media", "media_file", N_("fichiers de médiathèque"), where="not shared", offered=True, owned=True,
                 safeguard="content_media.documents"),
    _in_sections("shared", "media_file", N_("fichiers de dossier partagé"), where="shared", offered=False, owned=True,
                 safeguard="content_media.documents", rule="DATA-5"),
    _in_sections("folder", "folder", N_("dossiers"), offered=True),
    _in_sections("contest", "contest", N_("concours scolaires"), offered=True, owned=True),
    _in_sections("contest-entry", "contest_entry", N_("participations aux concours"), offered=False, owned=True),
    _in_sections("map-point", "map_point", N_("points GPS"), offered=True, owned=True),
    _in_sections("minisite", "minisite_page", N_("pages de mini-site"), offered=False, owned=True),
    _in_sections("search-link", "search_link", N_("recherche de la classe"), offered=False),
    _in_sections("comment", "comment", N_("commentaires"), offered=False, owned=True, rule="CLASS-2"),
    _same("partnership-class", "partnership_class", N_("classes d’un partenariat"), GONE, rule="DATA-6"),
    # Messages
    _both("message-inbox", "message_copy", N_("messages reçus, non classés"), GONE, KEPT, where="place inbox", owned=True,
          safeguard="messaging.inbox", rule="DATA-2 DATA-9"),
    _same("message-filed", "message_copy", N_("messages classés dans un dossier personnel"), OWN, where="place folder",
          owned=True),
    _both("message-archived-year", "message_copy", N_("messages du dossier « Archivés », limité à l’année"), GONE, KEPT,
          where="place archived, lifetime year", owned=True, safeguard="messaging.choices"),
    _same("message-archived", "message_copy", N_("messages du dossier « Archivés »"), OWN,
          where="place archived, lifetime kept", owned=True),
    _both("message-trash", "message_copy", N_("messages mis à la corbeille"), GONE, KEPT, where="place trash", owned=True),
    _same("message-sent", "message", N_("messages envoyés"), OWN, where="sent", owned=True, rule="DATA-9"),
    _same("message-draft", "message", N_("brouillons de messages"), OWN, where="neither sent nor dated", owned=True,
          rule="DATA-9"),
    _same("message-dated", "message", N_("messages à envoi différé"), OWN, where="dated, not sent", owned=True,
          rule="DATA-9 PORTAL-20"),
    _same("announcement", "announcement", N_("communications ciblées"), KEPT, owned=True),
    # Groups, links, accounts by hand
    _same("group-year", "free_group", N_("groupes libres limités à l’année"), GONE, where="lifetime year", owned=True,
          safeguard="accounts_groups.mine", rule="S3-2 S3-4"),
    _same("group-unlimited", "free_group", N_("groupes libres sans limite"), KEPT, where="lifetime unlimited", owned=True,
          rule="S3-3"),
    _same("support-link", "support_link", N_("liens d’accompagnement (AESH, tuteur)"), GONE, rule="PORTAL-9"),
    _same("class", "school_class", N_("classes"), GONE, rule="S3-2 S3-5"),
    _same("teaching-group", "teaching_group", N_("groupes d’option"), GONE, rule="S3-2"),
    _same("account-year", "person", N_("comptes créés à la main, limités à l’année"), GONE, where="lifetime year",
          rule="S3-2 ACCT-5"),
    _same("person", "person", N_("comptes"), OWN, where="lifetime not year", rule="FEED-5 LAW-1"),
    # School life
    _both("lesson", "lesson", N_("séances du cahier de textes"), _archived("diary", Retention.DIARY), GONE,
          rule="S2-3 S3-1 LAW-2"),
    _both("homework", "homework", N_("travaux à faire"), _archived("diary", Retention.DIARY), GONE, rule="S2-3 S3-1"),
    _both("homework-state", "homework_state", N_("travaux rendus"), _archived("pupil"), GONE, owned=True, rule="S2-4"),
    _same("activity", "activity", N_("activités du classeur pédagogique"), OWN, owned=True, rule="DATA-2"),
    _both("activity-given", "activity_given", N_("activités données aux élèves"), _archived("pupil"), GONE, owned=True,
          rule="S2-4 S3-1"),
    _same("liaison", "liaison_entry", N_("mots du cahier de liaison"), GONE, owned=True, safeguard="schoollife_liaison.print_mine"),
    _both("agenda-class", "agenda_event", N_("dates de l’agenda de la classe"), GONE, GONE, where="of a class"),
    _same("agenda-school", "agenda_event", N_("dates de l’agenda de l’établissement"), KEPT, where="of a school"),
    _same("replacement", "lesson_replacement", N_("remplacements"), GONE, rule="S3-1"),
    _both("roll-call", "roll_call", N_("feuilles d’appel"), _archived("roll-calls"), GONE, rule="S2-5 S3-1"),
    _both("absence", "absence", N_("absences et retards"), _archived("absence-statistics"), GONE, rule="S2-5 S2-7 S3-1"),
    _both("assessment", "assessment", N_("évaluations"), _archived("grade-records"), GONE, rule="S2-5 S3-1"),
    _both("mark", "mark", N_("notes"), _archived("grade-records"), GONE, owned=True, rule="S2-5 S3-1"),
    _both("skill-record", "skill_record", N_("compétences"), _archived("skills-records"), GONE, owned=True, rule="S2-5"),
    _both("report-card", "report_card", N_("bulletins"), _archived("report-cards"), GONE, owned=True, rule="S2-5 S3-1"),
    _same("report-card-model", "report_card_model", N_("modèles de bulletin"), GONE, rule="S3-1"),
    _both("cycle-review", "cycle_review", N_("bilans de fin de cycle"), _archived("cycle-reviews"), GONE, owned=True,
          rule="S2-5"),
    _same("council", "class_council", N_("conseils de classe"), GONE, rule="S2-7 S3-1"),
    _both("punishment", "measure", N_("punitions"), _archived("punishments"), GONE, where="punishment", owned=True,
          rule="S2-5 S3-1"),
    _both("sanction", "measure", N_("sanctions"), _archived("sanctions-csv"), GONE, where="sanction", owned=True,
          rule="S2-6 S3-1"),
    _both("project", "interdisciplinary_project", N_("projets interdisciplinaires (EPI)"), _archived("projects"), GONE,
          rule="S2-5 S3-1"),
    _same("letter", "letter", N_("publipostages"), GONE, rule="S3-1"),
    _same("photo", "pupil_photo", N_("photos des élèves"), GONE, owned=True, rule="S2-7 S3-2"),
    _same("period", "period", N_("périodes"), GONE, rule="S3-1"),
    _same("rotation", "week_rotation", N_("alternances de semaines"), GONE, rule="S3-1"),
    _same("parameter", "school_parameter", N_("motifs, types et pôles disciplinaires"), KEPT, rule="DATA-8"),
    _same("school-life-settings", "school_life_settings", N_("paramètres de vie scolaire"), KEPT, rule="DATA-8"),
    # What is somebody's own
    _same("bookmark", "bookmark", N_("favoris"), OWN, owned=True),
    _same("preference", "preference", N_("préférences"), OWN, owned=True),
    _same("personal-event", "personal_event", N_("agenda personnel"), OWN, owned=True),
    _same("questionnaire", "questionnaire", N_("formulaires et leurs réponses"), OWN, owned=True),
    # What a year's imports have left
    _same("import-report", "feed_import", N_("bilans d’import"), GONE, rule="S3-2"),
)  # fmt: skip

#: Rows that share the fate of the row they hang on: child table -> the tables of the rows that it may hang on.
FOLLOWS: Mapping[str, tuple[str, ...]] = {
    "section_role": ("section",),
    "category": ("section",),
    "article_attachment": ("article",),
    "message_attachment": ("message",),
    "message_folder": ("person",),
    "messaging_choice": ("person",),
    "announcement_copy": ("announcement",),
    "announcement_offline": ("announcement",),
    "free_group_member": ("free_group",),
    "class_membership": ("school_class",),
    "class_choice": ("person",),
    "class_offer": ("person",),
    "chosen_class": ("school_class",),
    "class_carry": ("school_class",),
    "closed_class": ("school_class",),
    "class_level": ("school_class",),
    "class_replacement": ("school_class",),
    "class_roster": ("school_class",),
    "class_change": ("school_class",),
    "group_membership": ("teaching_group",),
    "affiliation": ("person",),
    "person_function": ("person",),
    "guardianship": ("person",),
    "link_cut": ("guardianship",),
    "pupil_exit": ("person",),
    "phone_change": ("person",),
    "account": ("person",),
    "leaver": ("person",),
    "foreign_identity": ("person",),
    "school_life_file": ("lesson", "homework", "homework_state", "activity", "liaison_entry", "class_council"),
    "liaison_receipt": ("liaison_entry",),
    "absence_explanation": ("absence",),
    "report_line": ("report_card",),
    "project_pupil": ("interdisciplinary_project",),
    "questionnaire_answer": ("questionnaire",),
    "feed_reject": ("feed_import",),
    "feed_import_school": ("feed_import",),
    "sign_in_session": ("person",),
    "email_token": ("person",),
    "draft": ("person",),
    "audit_detail": ("audit_line",),
    "window_amendment": ("closing_window",),
}


@dataclass(frozen=True, kw_only=True)
class Scope:
    """Of which rollover a room is asked: year N (``year_id``, ``begins``), and two instants of portal time.

    Nothing that came after ``cutoff`` is taken (DATA-9); what a step makes is dated ``now``.
    """

    year_id: int
    begins: int
    cutoff: datetime
    now: datetime


def kinds_of(table: str) -> tuple[Kind, ...]:
    """The kinds whose rows stand in ``table``."""
    return tuple(kind for kind in KINDS if kind.table == table)


def kind_called(key: str) -> Kind:
    """The kind with that key. Raises KeyError."""
    return _BY_KEY[key]


def owned_kinds() -> tuple[Kind, ...]:
    """The kinds that people have some of."""
    return tuple(kind for kind in KINDS if kind.owned)


def lines(preset: Preset) -> Iterator[tuple[Kind, Space, Rule]]:
    """Every line of the table in a preset: kind, space, what becomes of it."""
    for kind in KINDS:
        for space, rule in kind.rules[preset].items():
            yield kind, space, rule


_BY_KEY = {kind.key: kind for kind in KINDS}
