"""Doors and sign-in (GATE-9), sessions, logins, passwords and resets (ACCT-1, ACCT-2, ACCT-4), roles, the own account page.

``models`` the tables; plain are ``doors`` (who enters where, what counts behind), ``sessions`` (secret, cookie, facts, end),
``passwords``, ``throttles``, ``logins``, ``welcome`` (what a home may show), ``role_table``; ``queries``, ``actions``;
``loaders`` accounts for a whole feed at once; ``hooks`` recognises the visitor before every request; ``views`` doors and
sign-in; ``commands`` accounts code, grant, revoke, link, table. Parts of the room: ``own`` the home and the own account,
``people`` who may reset whom and grant what (``privileges``, plain), shown by ``admin_views``; ``groups`` free groups, ``search`` the
directory and its cards, ``kin`` links, exits, deaths, names, ``hand`` accounts made by hand, ``phones`` numbers that guardians
change, ``sheets`` credentials sheets. Imports audit, directory, gate, notifications.
"""
