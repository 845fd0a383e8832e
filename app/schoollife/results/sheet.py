"""The marks sheet of a whole class: what was typed, read line by line; one wrong mark loses nothing. Plain."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from app.schoollife.results.averages import figure, read_figure
from app.words import N_, Words

LONGEST_COMMENT = 300


@dataclass(frozen=True, kw_only=True, slots=True)
class Typed:
    """A pupil's line as it was typed, and what is wrong with it, if something is."""

    student_id: int
    mark: str = ""
    reason: str = ""
    comment: str = ""
    wrong: Words | None = None
    #: Hundredths; None without a mark.
    value: int | None = None
    reason_id: int | None = None

    @property
    def filled(self) -> bool:
        """Is there anything to keep?"""
        return self.value is not None or self.reason_id is not None or bool(self.comment)


def read_sheet(
    fields: Mapping[str, str], students: Iterable[int], *, out_of: int, reasons: Collection[int]
) -> list[Typed]:
    """The lines of the form for ``students``: ``mark-7``, ``reason-7``, ``comment-7``. ``out_of`` in hundredths.

    ``reasons``: the numbers of the reasons for non-assessment that may be chosen. Other fields are not looked at.
    """
    return [_line(fields, student, out_of, reasons) for student in students]


def _line(fields: Mapping[str, str], student: int, out_of: int, reasons: Collection[int]) -> Typed:
    mark = fields.get(f"mark-{student}", "").strip()
    reason = fields.get(f"reason-{student}", "").strip()
    comment = " ".join(fields.get(f"comment-{student}", "").split())
    value, wrong, reason_id = None, None, None
    if reason:
        reason_id = int(reason) if reason.isdecimal() and len(reason) < 19 else None
        if reason_id not in reasons:
            reason_id, wrong = None, Words(N_("Choisissez un motif de la liste."))
    if mark:
        try:
            value = read_figure(mark)
        except ValueError:
            wrong = Words(N_("Écrivez une note comme 12 ou 12,5."))
        else:
            if value > out_of:
                wrong = Words(N_("La note dépasse le barème\u00a0: %(out_of)s."), out_of=figure(out_of))
            elif reason_id is not None:
                wrong = Words(N_("Une note ou un motif, pas les deux."))
    if len(comment) > LONGEST_COMMENT:
        wrong = Words(N_("L’appréciation a plus de %(most)s caractères."), most=LONGEST_COMMENT)
    return Typed(
        student_id=student,
        mark=mark,
        reason=reason,
        comment=comment,
        wrong=wrong,
        value=value,
        reason_id=reason_id,
    )
