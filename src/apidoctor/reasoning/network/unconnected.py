"""What it may mean that an address takes no connection, where no configuration was read.

Source: fault catalogue, section 1 (*connect timeout*, *RST / refused*) and its network table.
"""

from apidoctor.model.report import possible

_GROUP = possible(
    "N01",
    "The groups of the endpoint may not admit the caller; they are the same for all its addresses.",
    "The endpoint's security groups: TCP 443 in, from the caller's address or group.",
)
_OWN = possible(
    "N02",
    "The caller's own security group, or a firewall on its host, may not let the call out.",
    "A connection to the same address from another host of the subnet; nft list ruleset on this one.",
)
_OUT = possible(
    "N04",
    "The network ACL of the caller's subnet may stop the call or the replies.",
    "That ACL: TCP 443 out, 1024-65535 in.",
)
_ACL = possible(
    "N05",
    "The network ACL of that endpoint subnet may stop the call or the replies.",
    "That ACL: TCP 443 in, 1024-65535 out; an address of another subnet.",
)
_THERE = possible(
    "N06",
    "The caller's routes may not lead there.",
    "The route table of the caller's subnet: the longest prefix that holds the address.",
)
_BACK = possible(
    "N07",
    "The routes of that endpoint subnet may not lead back to the caller.",
    "The route table of the endpoint's subnet: the longest prefix that holds the caller's address.",
)
FIREWALL = possible(
    "N11",
    "A firewall of the data centre may not be open to this address, or the VPC's prefix is not advertised there.",
    "The firewall's log for this address and port 443; the routes that Direct Connect or the VPN learned.",
)
SILENT = (_GROUP, _OWN, _OUT, _ACL, _THERE, _BACK, FIREWALL)
"""What silence at every address may mean (catalogue, section 1, *connect timeout*), the likeliest first."""
SOME = (
    _ACL,
    _BACK,
    possible(
        "N13",
        "The zone of that interface may be out of reach, or its subnet.",
        "The zonal names of the endpoint, one by one; AWS Health for the zone.",
    ),
)
"""What silence at one address beside one that connects may mean: a group is the same for all of them."""
NO_ROUTE = (_THERE, FIREWALL)
"""This host, or a router on the way, said that there is no route."""
OF_CALLERS = ("N02", "N04", "N06", "N11")
"""What a caller outside AWS has no part of, but its own firewall, which comes first."""
PASSED = (_OWN,)
"""AWS's configuration was read, and lets the call pass."""
CLOSED = (
    possible(
        "N16",
        "A firewall or proxy on the way may answer in the endpoint's place.",
        "The same connection from the endpoint's own subnet, past every firewall.",
    ),
    possible(
        "N23",
        "The address may have been one of an endpoint that was replaced.",
        "describe-network-interfaces: whose the address is now; describe-vpc-endpoints: the endpoint's interfaces.",
    ),
)
"""What a refusal may mean: an endpoint's interface refuses nothing on 443 (catalogue, section 1, *RST / refused*)."""
FIXES = {
    "N01": "Check the security groups, ACLs and routes between the caller and {alike}.",
    "N02": "AWS's configuration lets the call pass: look at the host's own firewall, then read the facts again.",
    "N05": "Check the network ACL and the routes of the endpoint's subnet of {alike}.",
    "N06": "Check the routes of the host and of its subnet to {alike}.",
    "N11": "Open TCP 443 to {alike} in the data centre's firewall, and check that its prefix is advertised.",
    "N16": "Something else answers on the way: look for a firewall, a proxy or an old address.",
}
"""What to do where a fault leads."""
