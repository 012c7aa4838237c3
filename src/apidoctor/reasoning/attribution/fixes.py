"""What to change where a test call is refused or gets no answer, by the fault that stands behind it."""

from apidoctor.model.report import Candidate
from apidoctor.reasoning.attribution.rank import LATE

FIXES = {
    "A01": "Give the API a resource policy that allows this endpoint, and deploy it.",
    "A02": "Let the resource policy allow this call through this endpoint, and deploy the API.",
    "A03": "Put the endpoint that carries the call into the resource policy, and deploy the API.",
    "A04": "Put the endpoint, or the VPC that it stands in, into the resource policy, and deploy the API.",
    "A05": "Use aws:VpcSourceIp in place of aws:SourceIp, and deploy the API.",
    "A06": "Widen the resource policy's ARN to this stage, method and path, and deploy the API.",
    "A07": "Deploy the API to the stage.",
    "A08": "Let the endpoint policy allow execute-api:Invoke on this API.",
    "A09": "Except this API from the Deny of the endpoint policy.",
    "A10": "Let the endpoint policy allow everybody (Principal *), or sign the call.",
    "A11": "Let the caller's policies allow execute-api:Invoke on this method.",
    "A12": "Ask the owners of the named policy to except this call.",
    "A13": "Ask for a key that unsigned calls have, such as aws:SourceVpce.",
    "A14": "Sign for service execute-api and the API's Region.",
    "A15": "Sign the Host header that is sent.",
    "A16": "Sign each request when it is sent.",
    "A17": "Get new credentials, and send their session token.",
    "A18": "Sign the call with SigV4.",
    "A19": "Sign the call with SigV4, or take the token out of Authorization.",
    "A20": "Send the token that the authorizer asks for, and look into the authorizer's log.",
    "A21": "Send a token of the user pool, for the client and scope that the method asks for.",
    "A22": "Let the custom domain's own policy allow this endpoint.",
    "A25": "Sign exactly what is sent: encoded path and query, headers and body.",
    "A26": "Keep what is on the way from changing signed headers, path or query.",
    "B04": "Look into the backend's own log for this call; let it answer within the integration's time-out.",
    "D01": "Switch private DNS on for the endpoint, or call the endpoint's own name with x-apigw-api-id.",
    "D02": "Call the public API by a custom domain name, or switch private DNS off.",
    "D03": "Forward the Region's execute-api zone to a Resolver inbound endpoint.",
    "D18": "Call the API's own name, or give it a private custom domain.",
    "D21": "Send Host with the suffix of the Region's partition.",
    "D22": "Correct API id and Region in the URL; see that the API is private and deployed.",
    "H01": "Send x-apigw-api-id, or Host with the API's default name.",
    "H02": "Call a stage, path and method that are deployed.",
    "H03": "Put the stage first in the path.",
    "H04": "Deploy the API to the stage.",
    "H05": "Call the custom domain, or switch the default name on and deploy.",
    "H06": "Create an access association of this endpoint with the domain, and wait 15 minutes.",
    "H07": "Add a base path mapping or routing rule for this path.",
    "H08": "Make the API private, or call it over the internet.",
    "H09": "Call the HTTP API over the Internet by its default name, or make a private REST API of it.",
    "H10": "Send x-api-key with a key of a usage plan that contains this stage.",
    "H11": "Slow down, or raise the throttle or quota.",
    "H12": "Read the sampled requests of the stage's web ACL, and except the call from the rule that blocks it.",
    "H13": "Read error.responseType in the access log: the body is the API's own.",
    "H14": "Make URL, headers or body smaller.",
    "H15": "Find out whose load balancer answers; call the endpoint itself.",
    "H16": "Let the resource policy allow unsigned OPTIONS on this path, and deploy the API.",
    "N14": "Call through an endpoint in the API's Region.",
    "N15": "Clamp the TCP segment size on the tunnel, or let ICMP fragmentation-needed messages through.",
    "N16": "Except the name from TLS inspection on the firewall or proxy between caller and endpoint.",
    "N17": "Let call and replies pass the same firewall: appliance mode on the transit gateway, symmetric routes.",
    "N19": "Put the API's name into NO_PROXY.",
    "O04": "Run the check again; see which endpoint and which stage the call really meets.",
    "O05": "Find the proxy or load balancer that answers.",
    "T04": "Call the API's own name, or set its access mode to BASIC and wait 15 minutes.",
    "T10": "Wait until its status is AVAILABLE and run the check again; change nothing meanwhile.",
    "T07": "Set the clock of the host (NTP).",
    "T09": "Call the API's own name.",
}
"""What to change, by fault."""
WAIT = "Change nothing, wait about 15 minutes and run the check again"
"""What to do where only configuration that takes effect late speaks against a fault (catalogue, section 6)."""


def fix_of(found: tuple[Candidate, ...]) -> str | None:
    """Return what to do first; what may only have to take effect is waited for."""
    if not found:
        return "Read the stage's logs for this request."
    fault, late = found[0].fault, [one for one in found if one.because in LATE]
    if found[0] in late:
        return f"{WAIT}. Meanwhile: call the API's own name." if fault == "T04" else f"{WAIT}."
    if fault == "O04" and late:
        return f"{WAIT}; then see which endpoint and which stage the call really meets."
    return FIXES.get(fault)
