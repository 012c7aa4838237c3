"""What to change, as text that can be pasted: configuration with this run's real names and addresses."""
