"""A school's archives, as its head and administrators find them: by kind and class, downloaded and verified (S2-3 to S2-6, G9)."""
