"""Events that operators add to a campaign's calendar: operations on systems beside the portal, and free ones (EXT-1 to EXT-5)."""
