"""A run as people follow it: figures, schools, what could not be done, the report, its undo."""
