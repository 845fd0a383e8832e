"""A delivery as step 4 of the campaign: which one, what it does in each school, begun, done and undone (S4-1, G8, G20)."""
