"""Who may come in now. Everything that closes the portal, for whom, until when, and with which words.

Plain modules, from the facts to the answer:

- ``windows``        what somebody wrote down: windows, amendments, limits; reading and checking them (GATE-3, 4)
- ``effective``      what a window comes to for one school, level or class, clamped and released (GATE-4, 13, 14, 17)
- ``decision``       ``decide(visitor, at, closures)``: the answer with its rule and reason (GATE-1, 2, 6, 11, 15)
- ``closures``       all windows compiled into sorted boundaries, so that a decision costs about a microsecond
- ``disclosure``     may this profile know of year N+1 yet? Every later room asks before every word (GATE-8)
- ``answers``        the decision as an HTTP answer, per kind of request
- ``redirect_text``  the words on the redirect page and their places (GATE-7, 16)
- ``plain_text``     texts that people write are words, never HTML
- ``strips``         open, partly, closed over the weeks, for the pictures of 'Qui entre, quand ?'
- ``announced``      what is closed or will be, as everybody may know it (SITE-4)
- ``snapshot``       what the gate knows at one revision, so that a page costs no query
- ``door_notice``    what stands on the door: redirect page and closed page; ``notice_text`` a school's practical notice
- ``moving``         what follows when a first day moves (GATE-17); ``running`` whether a maintenance closes anybody now
- ``overview``       the windows as tables show them; ``pictures`` their pictures; ``what_if`` the preview; ``changes`` the history
- ``documents``      the shapes that the commands print, a stable contract
- ``draft_fields``, ``problems``, ``written``  a late form's fields, refusals field by field, rows as the audit tells them

A part of its own: ``services`` closes one service while the rest stays open, the class diary between two years (GATE-10).

``models`` keeps windows, texts, notices and drafts; the other uniforms read, change and show them. ``hooks`` stands before every
request. Four parts have a folder of their own: ``project``, ``school`` and ``asking`` are screens of administration, ``drafts``
keeps the texts of forms that came too late. Imports audit, files and directory.
"""
