"""The files that come with lessons, homework, what pupils hand in, activities and notebook entries."""
