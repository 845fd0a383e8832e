"""What a delivery holds and changes, in figures: of the whole, and school by school (FEED-6, G20)."""
