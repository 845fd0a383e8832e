"""The year's periods and week rotations, and the school's lists and settings that survive it (DATA-8)."""
