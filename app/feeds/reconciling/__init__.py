"""What was done by hand before a feed came, and what the feed says now: agree, conflict or unknown; nothing follows by itself."""
