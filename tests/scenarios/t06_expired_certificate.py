"""The custom domain's certificate is expired."""

from scenarios.kit import Scenario

SCENARIO = Scenario(
    breaks="T06",
    first="T06",
    check="domain/certificate-is-valid",
    blocks=("invoke/tls-is-trusted", "invoke/call-is-admitted"),
)
