"""The API exists in the Region of the URL.

Why it matters
--------------
A mistyped id or Region cannot be told from a refused call: inside a VPC with private DNS every id
resolves, and API Gateway answers 403 `Forbidden` for one that does not exist.

How it decides
--------------
The API is looked up by id in every account that can be read. When none has it, a 403 `Forbidden` from
the endpoint or NXDOMAIN says that the id is wrong (or, where private DNS leads the name there, that it is a
public API of another account); otherwise it may belong to an account that cannot be read.

How to fix
----------
Compare id and Region with `aws apigateway get-rest-apis`; name the owner's account with `--profile` or
`--role-arn`.

References
----------
- https://repost.aws/knowledge-center/api-gateway-vpc-connections
"""

from collections.abc import Iterator

from apidoctor.checkkit import (
    APIS,
    Candidate,
    Case,
    Finding,
    Gap,
    Source,
    api_id,
    check,
    failed,
    http_api,
    in_vpc,
    passed,
    place,
    reading,
    rest_api,
    system_answer,
    unknown,
)

CAPTURED = (
    Candidate(
        "D22",
        "likely",
        "No account that can be read has an API of this id in the Region.",
        "aws apigateway get-rest-apis in the account that owns the API.",
    ),
    Candidate(
        "D02",
        "possible",
        "It is a public API of another account, whose name private DNS leads into the endpoint.",
        "The same call from outside the VPC.",
    ),
)
"""What may be wrong where an endpoint does not know the API that its private DNS name names."""


@check(
    needs=("api/request-names-an-api",),
    reads=("get_rest_api", "get_rest_apis", "apigatewayv2.get_apis", "describe_vpc_endpoints"),
    probes=("dns", "tcp", "http", "host"),
    faults=("D02", "D22", "H08", "H09"),
    playbook="forbidden-403",
    position=20,
)
def judge(case: Case) -> Iterator[Finding]:
    """Look the API up; weigh the answers of name and call when no account shows it."""
    request, name = case.request, api_id(case).value
    api = rest_api(case).value
    if api is not None:
        value = {"name": api.name, "types": api.endpoint_configuration.types}
        source = APIS(api.account, case.region)
        yield passed(
            f"API {api.id} exists in account {api.account}.",
            subject=api.id,
            evidence=[case.cite(source, value, api.id)],
        )
        return
    other = http_api(case).value
    if other is not None:
        yield _is_public(case, str(other.get("ProtocolType") or "HTTP"))
        return
    known = ", ".join(case.inventory.accounts)
    text = f"No API {name} in {case.region} of account {known}"
    owned = request.account in case.inventory.accounts
    if owned or _is_refused(case):
        yield failed(
            "D22",
            f"{text}.",
            fix="Correct the API id or the Region in the URL; aws apigateway get-rest-apis lists them.",
            subject=name,
            confidence="certain" if owned else "likely",
            candidates=CAPTURED if not owned and _may_be_captured(case) else (),
            evidence=[
                case.cite(
                    APIS(case.inventory.accounts[0], case.region),
                    {"id": name, "found": False},
                    name,
                )
            ],
        )
        return
    gap = Gap(f"account: the one that owns API {name} (not {known}); add --profile or --role-arn")
    yield unknown([gap], f"{text}; another account may own it.", subject=name)


def _may_be_captured(case: Case) -> bool:
    """Say whether the name of a public API of another account would get the same answer: private DNS leads it there."""
    said = reading(case)
    case.expect(said.missing)
    return case.request.form == "private-dns" and said.known and said.value.kind == "forbidden"


def _is_public(case: Case, kind: str) -> Finding:
    """Tell of an HTTP or WebSocket API: it is public, whichever way it is called."""
    request, where, name = case.request, place(case), api_id(case).value
    case.expect(where.missing)
    vpc = where.value.vpc if where.known else None
    local = in_vpc(case, vpc, where.value.account) if vpc else None
    if local is not None:
        case.expect(local.missing)
    owner = (
        next((one for one in local.value if one.private_dns_enabled), None) if local and local.known else None
    )
    evidence = [case.cite(Source("apigatewayv2.get_apis", "", case.region), {"ProtocolType": kind}, name)]
    text = f"{name} is {'an' if kind == 'HTTP' else 'a'} {kind} API: those cannot be private"
    if request.form == "private-dns" and owner is None:
        fault, fix = "H09", "Call it over the Internet, or make a private REST API of it."
    elif request.form == "private-dns" and owner is not None:
        fault = "D02"
        text += f", and private DNS of {owner.vpc_endpoint_id} leads its name into the endpoint"
        fix = "Call it by a custom domain name, or replace private DNS by hosted zones of your own."
    else:
        fault, fix = "H08", "Call its default name over the Internet: an endpoint carries private APIs only."
    return failed(fault, f"{text}.", fix=fix, subject=name, evidence=evidence)


def _is_refused(case: Case) -> bool:
    """Say whether the outside speaks against the API: its name does not exist, or the endpoint does not know it."""
    seen = system_answer(case, case.request.name or "")
    case.expect(seen.missing)
    if seen.known and seen.value.outcome == "nxdomain":
        return True
    answer = reading(case)
    case.expect(answer.missing)
    return answer.known and answer.value.kind == "forbidden"
