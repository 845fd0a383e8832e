"""What the home tells a teacher of their choice."""
