"""A fictional academy, from a seed: real feed files, imported by the real importer; the demo's bar and time machine.

Plain: ``names``, ``schools`` (classes, trainings, posts), ``people`` (the kinds of people), ``families`` and ``academy`` (who they
are), ``next_year`` (the same a year later), ``tally`` (how many), ``aaf_files`` and ``aaf_entries`` (their feed files), ``cast`` (who
can be tried), ``texts`` (what their schools say), ``moments`` (the summer's interesting instants).
``actions`` writes the files, imports them and furnishes the portal; ``queries`` says whether this is a demo; ``commands``, ``hooks``
(the bar), ``views`` (the time machine and one-click sign-in). The bar and its views exist only with BASCULE_DEMO=1 and a database
marked as demo.
"""
