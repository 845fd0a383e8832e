"""What each step does, as lists of changes drawn from the table of fates."""
