"""How a part ends: its checks, what it settles, what it lets go, or why it failed."""
