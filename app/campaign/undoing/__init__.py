"""Taking a run back: everything it did, or what cannot be taken back and why (G8)."""
