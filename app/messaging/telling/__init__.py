"""Who is told by e-mail that something has arrived, without a word of it (PORTAL-21)."""
