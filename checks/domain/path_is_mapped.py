"""A mapping or routing rule leads the path to an API.

Why it matters
--------------
A custom domain leads calls to APIs by base path mappings, by routing rules, or by both. A path that none
of them fits is answered with 403 `Forbidden` before any API is asked.

How it decides
--------------
By the domain's routing mode: routing rules by priority, all conditions of a rule together (base paths,
headers), then the mapping with the longest base path; `(none)` fits every path. A rule that only lacks a header
of the call is named. A mapping of a private domain has a base path of one segment: longer ones need a routing
rule. The API must exist in the domain's account and Region. A call that was admitted makes a failure a warning.

How to fix
----------
Call a base path that is mapped, add a mapping, or a routing rule for a base path with several segments.

References
----------
- https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-private-custom-domains.html
- https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-routing-rules.html
"""

from collections.abc import Iterator

from apidoctor.checkkit import (
    CALL_READS,
    DOMAIN_WAY_READS,
    MAPPINGS,
    PROOF,
    Case,
    Evidence,
    Finding,
    check,
    failed,
    known_domain,
    passed,
    rest_api,
    routed,
    skipped,
    unless_admitted,
)
from apidoctor.reasoning.apigateway.mapping import base_path_of, name_of, only_headers_lack
from apidoctor.reasoning.scene.rest_apis import api_elsewhere
from apidoctor.reasoning.scene.through import mappings, routing_rules


@check(
    reads=(*DOMAIN_WAY_READS, *CALL_READS),
    probes=PROOF,
    playbook="custom-domain-refused",
    needs=("domain/domain-exists",),
    faults=("H07",),
    position=100,
)
def judge(case: Case) -> Iterator[Finding]:
    """Follow the path through rules and mappings."""
    name, path = case.request.domain, case.request.path
    if name is None:
        yield skipped("No custom domain is called.")
        return
    found, target = known_domain(case).value, routed(case).value
    bases = [base_path_of(each) for each in mappings(case).value]
    value = {
        "routingMode": found.routing_mode,
        "path": path,
        "basePaths": sorted(base or "(none)" for base in bases)[:20],
        "routingRules": len(routing_rules(case).value),
    }
    evidence = [case.cite(MAPPINGS(found.account, case.region), value, name)]
    if target is None:
        yield unless_admitted(case, _unmapped(case, name, path, bases, evidence))
        return
    api = rest_api(case)
    case.expect(api.missing)
    if api.known and api.value is None:
        where = api_elsewhere(case, target.api)
        words = f"which {'is in ' + where if where else 'account ' + found.owner + ' does not have'}"
        yield unless_admitted(
            case,
            failed(
                "H07",
                f"The {target.by} of {name} leads to API {target.api}, {words} (Region {case.region}).",
                fix=f"Map {name} to an API of account {found.owner} in {case.region}.",
                subject=name,
                evidence=evidence,
            ),
        )
        return
    stage = f", stage {target.stage}" if target.stage else ""
    words = f"The {target.by} leads {path} to API {target.api}{stage}, path {target.path}."
    yield passed(words, subject=name, evidence=evidence)


def _unmapped(case: Case, name: str, path: str, bases: list[str], evidence: list[Evidence]) -> Finding:
    """Say why nothing fits: no mapping, one with several levels, a rule that wants a header, or other paths."""
    deep = [base for base in bases if "/" in base and f"{path}/".startswith(f"/{base}/")]
    if deep:
        words = f"{name} maps {deep[0]}, but mappings of private domains cannot have several segments"
        fix = f"Make a routing rule for the base path {deep[0]}."
    elif lacking := next(only_headers_lack(path, case.request.headers, routing_rules(case).value), None):
        rule, wanted = name_of(lacking[0]), " and ".join(lacking[1])
        words = (
            f"Routing rule {rule} of {name} takes {path} only with its value of {wanted}; nothing else fits"
        )
        fix = (
            f"Send {wanted} with the value in the rule (aws apigatewayv2 get-routing-rule), or add a mapping or "
            "routing rule that asks for no header."
        )
    elif not bases and not routing_rules(case).value:
        words, fix = f"{name} has no mapping and no routing rule", f"Map an API and stage to {name}."
    else:
        have = ", ".join(sorted(f"/{base}" for base in bases)) or "none"
        rules = len(routing_rules(case).value)
        ruled = f"none of its {rules} routing rules" if rules else "no routing rule"
        words = f"No mapping of {name} (base paths: {have}) and {ruled} fits {path}"
        fix = "Call a base path that is mapped, or add a mapping or routing rule for this one."
    return failed("H07", f"{words}.", fix=fix, subject=name, evidence=evidence)
