"""A fictional academy, from a seed: real feed files, imported by the real importer; the demo's bar and time machine.

``cast`` who can be tried, ``academy`` the fictional people (plain), ``aaf_files`` their feed files (plain), ``moments`` the
summer's interesting instants (plain); ``actions``, ``commands``, ``hooks``, ``views``. It exists only with BASCULE_DEMO=1 and a database marked as demo.
"""
