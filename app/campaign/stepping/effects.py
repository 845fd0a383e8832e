"""What a change does, as a plan tells it: the words of each effect, the plan's summary, how it differs from the last one. Plain."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.campaign.planning.documents import Row, name_of_change
from app.campaign.steps.change import Effect
from app.fates import FATE_NAMES, Fate
from app.words import N_, Words

#: The word in the table, the sign before it, and the sentence that explains it once.
EFFECTS: dict[Effect, tuple[str, str, str]] = {
    Effect.ARCHIVE: ("+", N_("archivé"), N_("un fichier est fabriqué, relu, puis rangé")),
    Effect.MAKE: ("+", N_("créé"), N_("une ligne est ajoutée")),
    Effect.CHANGE: ("~", N_("modifié"), N_("la ligne reste, sa valeur d’avant est gardée")),
    Effect.SET_ASIDE: ("−", N_("mis de côté"), N_("la ligne n’est plus montrée ; elle est gardée pour être rétablie")),
    Effect.FEED: ("±", N_("alimenté"), N_("des lignes arrivent avec la livraison, d’autres sont mises de côté")),
    Effect.CARRIED: ("=", N_("accompagne"), N_("suit sa rubrique, sans être touché")),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class PlanRow:
    """A change in the plan's table; ``before`` is the last plan's figure, None where there was no plan."""

    row: Row
    name: Words
    fate: str
    sign: str
    effect: str
    before: int | None

    @property
    def difference(self) -> int:
        """How many more rows than in the last plan."""
        return 0 if self.before is None else self.row.count - self.before


def plan_rows(rows: Iterable[Row], before: Mapping[str, tuple[int, int, int]] | None) -> list[PlanRow]:
    """The table of a plan. ``before``: the last plan's figures by change."""
    return [
        PlanRow(
            row=row,
            name=name_of_change(row.change),
            fate="" if row.change.fate == Fate.KEPT else FATE_NAMES[row.change.fate],
            sign=EFFECTS[row.change.effect][0],
            effect=EFFECTS[row.change.effect][1],
            before=None if before is None else before.get(row.change.name, (0, 0, 0))[0],
        )
        for row in rows
    ]


def summary(rows: Iterable[PlanRow]) -> list[tuple[str, Words]]:
    """How much of each effect, as one reads it before the table: sign and sentence."""
    counts: dict[Effect, int] = {}
    for one in rows:
        counts[one.row.change.effect] = counts.get(one.row.change.effect, 0) + one.row.count
    sentences = {
        Effect.ARCHIVE: N_("%(count)s archive(s) à fabriquer"),
        Effect.MAKE: N_("%(count)s à créer"),
        Effect.CHANGE: N_("%(count)s à modifier"),
        Effect.SET_ASIDE: N_("%(count)s à mettre de côté"),
        Effect.FEED: N_("%(count)s lignes de l’annuaire à créer ou à mettre de côté"),
        Effect.CARRIED: N_("%(count)s accompagnent leur rubrique"),
    }
    return [
        (EFFECTS[effect][0], Words(sentence, count=f"{counts[effect]:,}".replace(",", "\u202f")))
        for effect, sentence in sentences.items()
        if counts.get(effect)
    ]
