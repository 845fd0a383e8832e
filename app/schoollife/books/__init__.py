"""What each register is made of and tells: roll calls, marks, absences, projects, and those in which a row is a line (S2-5)."""
