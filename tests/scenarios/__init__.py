"""Scenarios: one file is one broken (or healthy) world of the lab and the findings that must come of it."""
