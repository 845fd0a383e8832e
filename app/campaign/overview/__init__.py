"""The campaign on one page: its calendar as a picture, what needs somebody now, how far each step is."""
