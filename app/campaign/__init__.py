"""Campaign: the rollover itself, planned, approved, scheduled, resumable, undoable.

It owns campaigns and their calendars (``dates``), plans, approvals, runs and their ledger (``running``), what becomes of archives.
It reads and writes other rooms' data through their ``rollover.py`` only, and writes windows into the gate and pauses into the feeds.

The calendar's plain modules: ``calendar`` (events, what is due, what waits), ``moving`` (days in another summer), ``order`` (what follows,
what is broken), ``ahead`` (what is written into gate and feeds), ``letters``, ``ics``; ``presets`` are data. Its parts: ``dates`` makes and
changes it, ``firing`` does what is due, once, ``families`` and ``reopening`` keep closed and let open.
"""
