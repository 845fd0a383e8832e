"""What people are told: texts, outbox, e-mail. It asks ``gate.disclosure`` before every word about year N+1 (GATE-8).

``models`` the outbox and the wishes to be told of the reopening (SITE-7); ``actions`` queue and send, once; ``jobs`` what the
scheduler calls; ``views`` the wish's form; ``admin_views`` the outbox page.
"""
