"""The engine: which checks there are, in what order they run, what they still need, and what it all means."""
