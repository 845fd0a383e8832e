"""To which classes and groups a visitor belongs, by the door used (GATE-15). Plain."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Belonging:
    """Numbers of classes and groups: those somebody is a pupil of, teaches, has children in; groups they are in or manage.

    ``children`` are the pupils for whom the visitor stands by a link that counts (KIN-1, KIN-3).
    """

    student_of: frozenset[int] = frozenset()
    teaches: frozenset[int] = frozenset()
    children_in: frozenset[int] = frozenset()
    groups: frozenset[int] = frozenset()
    manages: frozenset[int] = frozenset()
    teaching_groups: frozenset[int] = frozenset()
    children: frozenset[int] = frozenset()

    @property
    def classes(self) -> frozenset[int]:
        """Every class, as whatever."""
        return self.student_of | self.teaches | self.children_in
