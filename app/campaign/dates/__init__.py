"""The calendar of a campaign: made from a preset, written ahead into gate and feeds, changed, noted, fired (CAL-1 to CAL-12)."""
