"""What a matched delivery would change: the very rows that would come and go, counted by plans and carried out by applying (G3)."""
