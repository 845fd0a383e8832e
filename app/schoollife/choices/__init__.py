"""What a teacher chooses from: for whom, which subject, who stands in."""
