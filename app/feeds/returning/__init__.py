"""Classes of year N that come back through a delivery: found, shown with the evidence, refused or accepted by a person (S4-3)."""
