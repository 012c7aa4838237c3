"""A name leads to the endpoint that no custom domain has."""

from scenarios.kit import Scenario

SCENARIO = Scenario(
    breaks="T02",
    first="T02",
    check="invoke/tls-is-trusted",
    blocks=("invoke/call-is-admitted",),
)
