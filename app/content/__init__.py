"""What a school writes: sections and articles (PORTAL-1, SITE-2). Imports audit, files, directory, gate.

``markup`` makes safe HTML of what was typed, ``slugs`` names in addresses (plain). ``queries.public_*`` give what everybody
may read and nothing else. ``admin_views`` are a school's screens for both.
"""
