"""The canonical export: what is live, one line a row, without numbers. ``natural`` says by what a row is known and what is left out."""
