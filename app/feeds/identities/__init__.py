"""Which structures and which people a delivery speaks of: known ones, new ones, and those that contradict each other."""
