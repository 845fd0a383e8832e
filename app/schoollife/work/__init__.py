"""Work to do: the pupil's list and its states, handing in, correcting (PORTAL-17)."""
