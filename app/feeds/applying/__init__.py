"""A delivery is planned, then applied: identities first, one transaction a school, then the end; resumable at every point (G5, G14)."""
