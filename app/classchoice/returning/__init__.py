"""What was taken along goes back where it was, unless it was edited since (CLASS-5)."""
