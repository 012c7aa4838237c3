"""Naming: the caller's resolver leads the name to the endpoint."""
