"""Where the people of a delivery stand: classes, links, profiles in schools, functions; and who is no longer there."""
