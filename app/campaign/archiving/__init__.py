"""Making the archives of step 2, filing them, and reading them back before anything is removed (G9)."""
