"""What is addressed to a function reaches whoever holds it, until somebody has opened it (CHECK-4, S2-6)."""
