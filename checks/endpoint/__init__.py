"""Endpoint: the interface VPC endpoint stands, works and serves the API's Region."""
