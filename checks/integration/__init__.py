"""Integration: what stands behind the method can answer."""
