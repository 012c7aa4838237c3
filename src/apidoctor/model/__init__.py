"""Frozen values that every part shares: report, observations, facts, what is missing, the inventory of a snapshot."""
