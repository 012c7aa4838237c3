"""apidoctor finds out why a private Amazon API Gateway API cannot be called."""

__version__ = "0.1.0"
