"""The custom domain is not associated with the endpoint."""

from scenarios.kit import Scenario

SCENARIO = Scenario(
    breaks="H06",
    first="H06",
    check="domain/endpoint-is-associated",
    blocks=("invoke/tls-is-trusted", "invoke/call-is-admitted"),
)
