"""How the directory is fed (FEED-1, FEED-5, FEED-6, FEED-9).

A delivery goes from left to right. ``inbox`` the watched drop folder and the rhythm of deliveries (S4-6); ``parcels`` its files,
whatever packs them; ``formats`` one plain file a format, bytes in, rows and rejects out; ``delivery`` the spool of these rows;
``complement`` what SIECLE adds to known people; ``staging`` the spool in temporary tables; ``screening`` what cannot be taken;
``identities`` structures and people; ``places`` classes, links, profiles, functions; ``differences`` what was decided here and a
source still says otherwise; ``links`` teachers' links of last year (S4-5), ``merging`` two records of one person and their undoing
(KIN-4), ``reconciling`` what a hand did and a feed says; ``absence`` what a delivery leaves out and what that means; ``pauses``
when imports are stopped (FEED-4); ``loaders`` the order of it all, who left, the counts; ``leavers`` what becomes of whoever left
(LAW-1); ``rollover`` the year's reports.

Plain: ``levels`` MEFSTAT to level, ``standing`` who stands for a pupil, ``teaching``, ``unconfirmed``, ``structures`` names and
kinds, ``thresholds``, ``reasons`` sentences kept for later, ``outcomes`` a report in words. ``models``, ``queries``, ``actions``
(``import_aaf``), ``commands``, ``admin_views``. Imports audit, directory, accounts, and what leavers need of messages and mails.
"""
