"""Pages of interdisciplinary projects (EPI); their tables are those of ``pupils``."""
