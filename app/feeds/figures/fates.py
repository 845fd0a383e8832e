"""What becomes of a pupil of the delivery in one school, in SQL: figures count it, samples name some, so the two cannot disagree. Plain."""

from __future__ import annotations

#: Of pupils who were here before, what changes; of those who were not, where they come from.
BECOMES = """CASE WHEN i.person_id IS NULL THEN CASE f.fate WHEN 'unchanged' THEN 'unchanged' ELSE 'changed' END
     WHEN f.fate = 'new' THEN 'created' WHEN f.fate IN ('moved', 'reappeared') THEN f.fate ELSE 'arrived' END"""
#: Every pupil ``p`` whom a school is to have, with the fate ``f`` and, of newcomers, what comes ``i``.
PUPILS = """st_profile_want p JOIN st_fate f ON f.person_id = p.person_id AND f.category = 'student'
     LEFT JOIN st_profile_in i ON i.struct = p.struct AND i.person_id = p.person_id AND i.profile = 'student'"""
#: What becomes of a pupil ``o`` whom a school loses.
LEAVES = "CASE WHEN o.absent THEN 'left' ELSE 'gone' END"
#: The profiles of those who work in a school.
WORKING = "'teacher', 'staff'"
