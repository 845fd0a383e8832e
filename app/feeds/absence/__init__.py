"""What it means that a delivery does not name a structure, or names somebody in no school (FEED-7, ACCT-6)."""
