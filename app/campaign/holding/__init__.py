"""What a worker knows while it holds a part of a run, and how it notes what went wrong there."""
