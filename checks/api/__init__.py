"""API: the API, its stage and its method exist, are private and are deployed."""
