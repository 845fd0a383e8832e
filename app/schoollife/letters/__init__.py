"""Letters to the families of a class, one a guardian (KIN-2); their table is that of ``pupils``."""
