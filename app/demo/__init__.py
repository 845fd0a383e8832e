"""A fictional academy, from a seed: real feed files, imported by the real importer; the demo's bar and time machine.

Plain: ``names``, ``schools`` (classes, trainings, posts), ``people`` (the kinds of people), ``families`` and ``academy`` (who they are),
``tally`` (how many), ``aaf_files`` (their feed files), ``cast`` (who can be tried), ``moments`` (the summer's interesting instants).
``actions`` writes the files, imports them and furnishes the portal; ``commands``, ``hooks`` (the bar), ``views`` (the time machine and
one-click sign-in). The bar and its views exist only with BASCULE_DEMO=1 and a database marked as demo.
"""
