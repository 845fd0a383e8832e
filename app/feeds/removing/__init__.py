"""A class of N+1 that turned out to be last year's goes again, or at least its pupils do (S4-3)."""
