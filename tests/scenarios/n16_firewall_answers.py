"""A firewall that breaks TLS open answers itself."""

from scenarios.kit import Scenario

SCENARIO = Scenario(
    breaks="N16",
    first="N16",
    check="invoke/call-is-admitted",
    confidence=None,
)
