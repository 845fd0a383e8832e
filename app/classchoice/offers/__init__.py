"""What last year's class left, offered to its own teachers (CLASS-2)."""
