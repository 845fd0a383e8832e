"""What people who have left still hold in a school or in the project, for somebody to take over after step 4 (CHECK-4)."""
