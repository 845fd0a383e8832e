"""A step's page: what it does, its plan, its approval, its run (G1, G2)."""
