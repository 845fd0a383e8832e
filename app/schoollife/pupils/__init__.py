"""Photos, interdisciplinary projects, letters to families."""
