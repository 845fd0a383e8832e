"""Step 4 in a worker's hands: the delivery's people first, once for all schools, then one transaction a school (G5, G14)."""
