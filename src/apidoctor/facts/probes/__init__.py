"""Probes: what this host sees when it looks at names, addresses and answers."""
