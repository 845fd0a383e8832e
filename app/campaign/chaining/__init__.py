"""The chain of primary schools: each runs its steps for itself, when its new classes have arrived, behind its own closure (CAL-10)."""
