"""Who is who and where: people, profiles per school, functions, roles, schools, years, classes, groups, guardians.

``models`` the tables; ``names`` search keys and display names (plain); ``queries`` and ``actions``; ``groups`` free groups; ``kin``
who stands for a pupil and what changes in mid-year; ``support`` who follows a pupil; ``leaving`` who is in no school any more and
the law's clock; ``rollover`` what goes with the year and what somebody has here; ``jobs`` exits on their day.
Imports audit. It knows nothing of sign-in (accounts) or of feeds, which fill it.
"""
