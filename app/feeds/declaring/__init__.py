"""A school that closes, merges, splits or gets a new UAI is declared by one operator and confirmed by another (FEED-7)."""
