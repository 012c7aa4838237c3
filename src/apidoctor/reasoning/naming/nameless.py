"""What it may mean that a name does not exist, or has no address, where nothing else that was seen tells.

Source: catalogue of faults, section 1 (*NXDOMAIN*) and its DNS table; which id is meant when two fit: section 7.
"""

from apidoctor.model.report import Candidate, possible

_ROUTE_53 = "route53 list-hosted-zones-by-vpc of the caller's VPC"


_FORWARD = possible(
    "D03",
    "The DNS servers of a data centre may not forward the name to a Resolver inbound endpoint.",
    "The same question to an inbound endpoint: apidoctor probe --inbound ADDRESS.",
)
_OFF = possible(
    "D01",
    "Private DNS of the endpoint may be off: then only the endpoint's own names and aliases lead to it.",
    "PrivateDnsEnabled of the endpoint: ec2 describe-vpc-endpoints.",
)
_ELSEWHERE = possible(
    "D06",
    "The caller may be in a VPC without the endpoint, and the endpoint's own zone is seen in its VPC alone.",
    "The same question from a host in the endpoint's VPC.",
)
_MISTYPED = possible(
    "D22",
    "API id or Region in the URL may be wrong: without private DNS only the names of APIs exist.",
    "apigateway get-rest-api in the account and Region that own the API.",
)
_NO_RECORD = possible(
    "D07",
    "A private hosted zone may answer without a record for this name: no other zone is asked then.",
    "The SOA of the answer, and the records of the zone that it names.",
)
_NOT_ASSOCIATED = possible(
    "D09",
    "The private hosted zone may not be associated with the caller's VPC.",
    f"{_ROUTE_53}.",
)
_ATTRIBUTES = possible(
    "D10",
    "DNS support or DNS host names of the caller's VPC may be off.",
    "ec2 describe-vpc-attribute: enableDnsSupport and enableDnsHostnames.",
)
_OTHER_SERVER = possible(
    "D11",
    "A host in a VPC may ask another server than the VPC's own, which does not forward the name.",
    "The same question to 169.254.169.253.",
)
_RULE = possible(
    "D12",
    "A Resolver rule of the caller's VPC may lead the name away.",
    "route53resolver list-resolver-rule-associations of that VPC.",
)
_FIREWALL = possible(
    "D13",
    "DNS Firewall of the caller's VPC may block the name.",
    "route53resolver list-firewall-rule-group-associations of that VPC.",
)
_ALIAS = possible(
    "D15",
    "The endpoint may not be associated with the API, which makes the alias.",
    "vpcEndpointIds of the API: apigateway get-rest-api.",
)
_DROPPED = possible(
    "D17",
    "The resolver may drop private addresses from public names (rebinding protection).",
    "The same question to a public resolver, such as 1.1.1.1.",
)
_GONE = possible(
    "N12",
    "The endpoint may be pending, failed or being deleted.",
    "State of the endpoint: ec2 describe-vpc-endpoints.",
)
_NO_SUCH_ENDPOINT = possible(
    "D22",
    "The API's or endpoint's id, or the Region, in the name may be wrong.",
    "The names of the endpoint: ec2 describe-vpc-endpoints, DnsEntries.",
)

_IN_VPC = (
    _OTHER_SERVER,
    _OFF,
    _ELSEWHERE,
    _NO_RECORD,
    _NOT_ASSOCIATED,
    _ATTRIBUTES,
    _RULE,
    _FIREWALL,
    _MISTYPED,
)
_ANYWHERE = (_FORWARD, _OFF, _ELSEWHERE, _MISTYPED, _NO_RECORD, _NOT_ASSOCIATED, _OTHER_SERVER, _ATTRIBUTES)
_OUTSIDE = (_FORWARD, _OFF, _ELSEWHERE, _MISTYPED)


def unexplained(form: str, where: str) -> tuple[Candidate, ...]:
    """Return the faults that give a name of this form no address, the likeliest first.

    *where* is ``inside`` a VPC, ``outside`` AWS, or ``""``: a host that does not know itself in AWS, which a container,
    a function or a host without its metadata does not either.
    """
    if form == "alias":
        return (_ALIAS, _NO_SUCH_ENDPOINT, _DROPPED)
    if form.startswith("endpoint"):
        return (_DROPPED, _NO_SUCH_ENDPOINT, _GONE)
    if form == "private-dns":
        return {"inside": _IN_VPC, "outside": _OUTSIDE}.get(where, _ANYWHERE)
    zones = (_NOT_ASSOCIATED, _NO_RECORD, _OTHER_SERVER)
    return {"inside": zones, "outside": (_FORWARD, _NO_RECORD)}.get(where, (_FORWARD, *zones))
