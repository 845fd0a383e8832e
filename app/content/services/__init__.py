"""How one comes to a service of a section: its media library, contests, map, minisite, search. Shared by those parts."""
