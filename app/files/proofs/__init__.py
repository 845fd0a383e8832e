"""Is an archive still what was made? Read back before anything is removed, and whenever somebody asks (G9)."""
