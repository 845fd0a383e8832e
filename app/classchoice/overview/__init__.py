"""What a school's head and administrators see of the choices."""
