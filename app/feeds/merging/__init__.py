"""Two records of one guardian become one account, and stay one whatever the sources send (KIN-4)."""
