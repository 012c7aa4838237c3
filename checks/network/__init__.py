"""Network: packets get from the caller to each endpoint interface and back."""
