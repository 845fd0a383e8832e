"""The school-life archives of year N (S2-5, S2-6): registers that are read from disk, without the portal."""
