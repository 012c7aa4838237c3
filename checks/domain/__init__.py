"""Custom domain: the domain that is called exists, admits the call and leads it to an API."""
