"""The teacher's first sign-in of the year: which class, what to take along from last year's, and how to put it right (CLASS-1 to CLASS-9).

``queries`` and ``actions`` hold the choice itself. Parts: ``offers`` what last year's class left, ``inheriting`` where the offers of a
school that has ended are taken up, ``carrying`` its copies, ``mending`` a choice put right and the late feed, ``partnerships`` those
that a class of the new year rejoins, ``replacing`` who stands in for a teacher, ``changing`` classes that split and merge, ``overview``
what a school's administrators see.
"""
