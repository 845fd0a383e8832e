"""Doors and sign-in (GATE-9), sessions, logins, passwords and resets (ACCT-1, ACCT-2, ACCT-4), roles, the own account page.

``models`` the tables; ``logins``, ``passwords`` and ``doors`` are plain; ``queries``, ``actions``; ``loaders`` accounts for a whole feed
at once; ``hooks`` recognises the visitor before every request; ``views`` doors, sign-in, own account; ``admin_views`` people,
resets, roles; ``commands`` accounts code, grant, revoke. Imports audit, directory, gate, notifications.
"""
