"""What the portal was told by hand and a source still says otherwise: cut links, exits, merged records (KIN-3, KIN-4, ACCT-8)."""
