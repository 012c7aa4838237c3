"""What a host can see of names and the way, with the standard library alone (Python 3.8 and newer)."""
