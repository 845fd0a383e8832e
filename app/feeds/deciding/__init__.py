"""What a person says of a planned delivery: thresholds lifted, classes of year N refused or accepted (S4-3, G11, FEED-7)."""
