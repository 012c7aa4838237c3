"""Private DNS leads the name of a public API into the endpoint."""

from scenarios.kit import Scenario

SCENARIO = Scenario(
    breaks="D02",
    first="D02",
    check="naming/private-dns-keeps-public-apis",
    blocks=("invoke/call-is-admitted",),
)
