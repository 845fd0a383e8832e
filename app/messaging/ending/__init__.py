"""What the end of a school year takes of messages, and what it tells people (DATA-2, DATA-9, PORTAL-20, S3-4)."""
