"""What happens in class: diary and homework, presence, results, conduct, councils; and the school's own lists for them.

Owns the rows of a school year and the parameters that survive it (DATA-8). Imports everything to its left.

Parts: ``diary`` (lessons, homework, binder), ``liaison`` (notebook, agenda), ``presence`` (roll call, absences), ``results`` (marks,
skills, report cards, reviews, councils), ``conduct`` (punishments, sanctions), ``years`` (periods, rotations, parameters),
``pupils`` (photos, interdisciplinary projects, letters), ``registers`` and ``books`` (the year's archives, by class and by pupil),
``renewals`` (support links that ended), ``closed`` (what stands where the diary is closed). ``standing`` says who may do what
(plain), ``queries`` asks it.
"""
