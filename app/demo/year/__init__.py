"""A believable school year for a fictional academy's schools, from a seed and of any size.

Plain: ``days`` (the calendar of 2025-2026, zone B), ``facts`` (what is known of a school), ``sheets`` (rows before they are written),
``density`` (how much of everything), ``texts_*`` (what is said), ``shelf`` with ``drawings`` and ``office`` (real files), and the
year itself: ``spaces``, ``library``, ``timetable``, ``diary``, ``notebook``, ``presence``, ``marks``, ``records``, ``mail``, ``own``,
gathered by ``whole``. ``queries`` reads the facts, ``loaders`` writes the sheets with COPY or executemany, ``actions`` keeps the files
and goes from school to school.
"""
