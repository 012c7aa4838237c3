"""Pure engines: values in, values out; no clock, network, AWS or environment."""
