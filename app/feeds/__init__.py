"""How the directory is fed (FEED-1, FEED-6, FEED-9).

``formats/`` one plain file a format: bytes in, records and rejects out; ``parcels`` the files of a delivery, whatever packs them;
``levels`` MEFSTAT to level (plain); ``models`` imports, rejects, structures; ``loaders`` staging and set-based application;
``actions``, ``queries``, ``commands``, ``admin_views``. Imports audit, directory, accounts.
"""
