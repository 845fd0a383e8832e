"""Campaign: the rollover itself, planned, approved, scheduled, resumable, undoable.

It owns campaigns and their calendars (``dates``), plans, approvals, runs and their ledger (``running``), what becomes of archives.
It reads and writes other rooms' data through their ``rollover.py`` only, and writes windows into the gate and pauses into the feeds.
"""
