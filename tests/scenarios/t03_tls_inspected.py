"""A box whose CA is not trusted breaks TLS open."""

from scenarios.kit import Scenario

SCENARIO = Scenario(
    breaks="T03",
    first="T03",
    check="invoke/tls-is-trusted",
    confidence="likely",
    blocks=("invoke/call-is-admitted",),
)
