"""What waits for the administrators of a school, told in the hall."""
