"""Pages of class councils; their tables are those of ``results``, what is done with them stands in ``reports``."""
