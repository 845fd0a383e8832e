"""'Année précédente': last year's diaries, read by those who could read them then (S2-3), out of the school's archives."""
