"""Scenarios: one file is one world, what breaks in it, and the findings that must come of it."""
