"""Always online (SITE-1): project home, a site per school, closures as picture, table, .ics and status.json.

``models`` a school's site; ``timeline`` closures as a picture's facts (plain); ``queries``, ``views``, ``admin_views``. Public pages are
functions of host, path and public revision: no session, no cookie, no name. Imports audit, files, directory, gate, content.
"""
