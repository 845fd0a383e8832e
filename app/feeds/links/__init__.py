"""Teachers' links that a source repeats from last year: found, shown, confirmed (S4-5)."""
