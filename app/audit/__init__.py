"""Who did what: append-only, chained, verifiable, and erasure-proof of names (G10).

``models`` the lines, their erasable details and the head; ``chain`` the hash of a line (plain); ``actions`` record and the
chaining at commit; ``queries`` history and verification; ``commands`` ``audit verify``;
``erasures`` what no restored backup may bring back. Imports no room.
"""
