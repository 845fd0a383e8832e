"""Always online (SITE-1): project home, a site per school, closures as picture, table, .ics and status.json.

Public pages are functions of host, path and public revision: no session, no cookie, no name.

    facts     what every page shows of the project (plain)
    standing  open, closed or partly, for a door or a profile, over one school or all (plain)
    timeline  closures as a picture's facts, table rows and banners (plain)
    calendar  closures as iCalendar (plain)
    status    closures for programs: status.json (plain)
    pictures  an uploaded banner is checked and made anew (plain)

``queries``, ``actions``, ``forms``, ``views`` (public) and ``admin_views`` (a school's site, the project's settings, notices).
Imports audit, files, directory, gate, accounts, content.
"""
