"""People under a key that is new, and who are known all the same."""
