"""Imports that the calendar or an operator has stopped, and the deliveries that wait for their resumption (CAL-3, FEED-4)."""
