"""Spaces: a school's tree of sections, class, group, partnership, town and personal spaces (PORTAL-1 to 3, SITE-2). Imports audit,
files, directory, gate, notifications, accounts.

``spaces`` is the one table of kinds, roles and verbs, ``markup`` makes safe HTML of what was typed, ``embeds`` cards of what other sites
show, ``frame`` the tabs around a space, ``slugs`` names in addresses (plain). ``access`` answers who has which role where;
``services`` is the door of every service. ``sections`` (tree, page, settings), ``roles``, ``founding``, ``trash``, ``blog`` and ``export``
are the parts that people see, beside ``media``, ``contests``, ``map``, ``minisite`` and ``links``. ``queries.public_*`` give what
everybody may read and nothing else; ``admin_views`` are a school's screens for its public sections.
"""
