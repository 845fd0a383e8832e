"""The watched drop folder: deliveries are taken when they stand still, and missed when they do not come (S4-6, FEED-4)."""
