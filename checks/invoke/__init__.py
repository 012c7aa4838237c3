"""Invoke: connections, TLS and test calls from the caller's host succeed."""
