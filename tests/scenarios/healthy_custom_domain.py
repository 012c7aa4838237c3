"""A private custom domain is called by its own name: nothing to find."""

from scenarios.kit import Scenario

SCENARIO = Scenario(
    world="custom-domain",
    passes=(
        "domain/domain-exists",
        "domain/endpoint-is-associated",
        "domain/certificate-is-valid",
        "domain/policy-allows-call",
        "domain/path-is-mapped",
        "invoke/call-is-admitted",
    ),
)
