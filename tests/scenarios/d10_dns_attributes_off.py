"""enableDnsHostnames of the VPC is off, so its private zones do not count."""

from scenarios.kit import Scenario

SCENARIO = Scenario(
    breaks="D10",
    first="D10",
    check="naming/vpc-dns-attributes-are-on",
    blocks=("naming/answers-are-endpoint-addresses",),
)
