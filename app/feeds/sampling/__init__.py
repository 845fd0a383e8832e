"""Some names of those whom a planned delivery concerns in one school (FEED-6)."""
