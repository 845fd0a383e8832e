"""Classes that open, close, split and merge in the first weeks (CLASS-9)."""
