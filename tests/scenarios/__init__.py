"""Scenarios: one file is one broken (or healthy) world of the lab and the findings that must come of it."""

AWAITED: dict[str, str] = {}
_OLD = {
    "a19_bearer_token": "that a bearer token is told apart from no signature at all",
    "a22_domain_policy": "the judgement of private custom domains",
    "backend_says_403": "that a backend's own refusal is told apart from the gateway's",
    "h06_no_association": "the judgement of private custom domains",
    "h06_young_association": "the judgement of private custom domains",
    "h07_no_mapping": "the judgement of private custom domains",
    "h12_web_acl": "the judgement of web ACLs",
    "h13_cause_hidden": "the judgement of gateway responses",
    "healthy_custom_domain": "the judgement of private custom domains",
    "t02_vanity_name": "the judgement of private custom domains",
    "t06_expired_certificate": "the judgement of private custom domains",
}
"""Scenarios that no check answers yet, with what they wait for; the suite skips them and nothing else."""
