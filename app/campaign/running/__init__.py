"""How a step is planned, approved, run, paused, undone and expunged: the engine and its ledger."""
