"""What an automatic event does when its instant comes, once (CAL-6, CAL-7, CAL-8, CAL-11, G18)."""
