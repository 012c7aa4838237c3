"""What API Gateway itself does: its names, its authorization flow, its error texts."""
