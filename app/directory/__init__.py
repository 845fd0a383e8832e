"""Who is who and where: people, profiles per school, functions, roles, schools, years, classes, groups, guardians.

``models`` the tables; ``names`` search keys and display names (plain); ``queries`` and ``actions``; ``commands`` setup and
people list. Imports audit. It knows nothing of sign-in (accounts) or of feeds, which fill it.
"""
