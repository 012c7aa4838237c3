"""Observability: the next failure will leave a trace."""
