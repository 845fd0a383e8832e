"""What a school receives: its dashboard of announcements, news taken offline, a word to the author (PORTAL-10)."""
