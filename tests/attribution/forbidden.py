"""Rows of 403 ``Forbidden``: who of the dozen causes is left after the name that was called and each further answer."""

from attribution.row import (
    ADMITTED,
    BARE,
    BY_DOMAIN,
    BY_HOST,
    BY_ID,
    DIRECT,
    DOMAIN,
    FORBIDDEN,
    MISSING,
    NO_STAGE,
    PLAIN,
    SIGNED,
    WITH_KEY,
    Answer,
    Call,
    Row,
    Rung,
    denied,
    faults,
)
from worlds.build import (
    ADDRESSES,
    API,
    CALLER_ACCOUNT,
    DEFAULT_NAME,
    ENDPOINT_NAME,
    ENI_C,
    REGION,
    SUBNET_C,
    VPC_C,
    World,
)
from worlds.layouts import same_vpc
from worlds.seen import dns, of, tcp, tls, without

TREE = "faults.md 1; aws.md E.3"
DEFAULT_NAMED = faults("D02 D22 H05 H08 H10 H12")
"""What is open when the default name was called with a stage: the API is named (not H01), the stage is there (not
H03), it is no custom domain (not H06, H07, D18), and SNI is Host (not T04)."""
OTHER_NAMES = faults("H01 H03 H06 H07 D18")
OPEN = DEFAULT_NAMED - {"H08"}
"""What has to be listed of it: called by the default name, a public API is D02 (7); H08 may stand there too."""
ENDPOINT_NAMED = faults("D22 H05 H08 H10 H12 T04")
"""What is open when the endpoint's name was called and a header names the API: H08, not D02 (7)."""
UNFOUND = faults("D02 D22 H08 H05 H12")
"""What is open when an impossible path is Forbidden too; no method stands there that could ask for a key."""
POLICY = faults("A02-A13 A18 A20")
AT_FRONT_DOOR = faults("D01 D03 D22 H10 H12")
"""What has to be listed when a name led to the public side: a private API that is called there, or a public one."""
PUBLIC = ("3.218.10.11", "52.20.30.41")
CHINA = "execute-api.cn-north-1"


def to_public(world: World) -> None:
    """The name led to the public front door."""
    name = of(world, "dns")[0]["name"]
    kept = [each for each in world.observations if each["kind"] not in ("dns", "tcp", "tls")]
    world.observations = [
        *kept,
        dns(name, "answer", *PUBLIC),
        *map(tcp, PUBLIC),
        *(tls(a, name) for a in PUBLIC),
    ]
    for each in of(world, "http"):
        if each["server_name"] == name:
            each["address"] = PUBLIC[0]


def to_public_from_somewhere(world: World) -> None:
    """As before; nothing is known of the host."""
    to_public(world)
    without(world, "host")


def to_public_in_a_vpc(world: World) -> None:
    """As before; the host is in a VPC of which AWS tells nothing."""
    to_public(world)
    in_a_vpc(world)


def in_a_vpc(world: World) -> None:
    """The host knows itself in a VPC of which AWS tells nothing."""
    of(world, "host")[0]["cloud"] = {
        "instance_id": "i-0c000000000000000",
        "eni": ENI_C,
        "subnet": SUBNET_C,
        "vpc": VPC_C,
        "account": CALLER_ACCOUNT,
        "region": REGION,
    }


def to_public_from_outside(world: World) -> None:
    """As before; the configuration is known, and the host is outside AWS."""
    to_public(world)
    of(world, "host")[0]["cloud"] = None


def to_public_but_not_by_endpoint(world: World) -> None:
    """As before; the endpoint's own name leads to the endpoint."""
    to_public(world)
    world.observations += [dns(ENDPOINT_NAME), *map(tcp, ADDRESSES.values())]


def by_cname(world: World) -> None:
    """The custom name is a CNAME to the API's default name, which led to the endpoint."""
    of(world, "dns")[0]["chain"].insert(
        0, {"name": DOMAIN, "type": "CNAME", "value": DEFAULT_NAME, "ttl": 60}
    )


def in_public(world: World) -> None:
    """The name resolves to an address of API Gateway in public, and that is what was called."""
    for seen in world.observations:
        if seen.get("address"):
            seen["address"] = "52.94.1.7"
        if seen["kind"] == "dns":
            seen["addresses"] = ["52.94.1.7"]
            seen["chain"] = [seen["chain"][0] | {"value": "52.94.1.7"}]


ROWS = [
    Row("default name", TREE, FORBIDDEN, DEFAULT_NAMED, "possible", "possible", OPEN,
        OTHER_NAMES | POLICY | {"T04"}),
    Row("default name, signed", TREE, FORBIDDEN, DEFAULT_NAMED, "possible", "possible", OPEN,
        OTHER_NAMES | POLICY | {"T04"}, SIGNED),
    Row("default name, a key was sent", TREE, FORBIDDEN, DEFAULT_NAMED, "possible", "possible", OPEN,
        OTHER_NAMES | POLICY | {"T04"}, WITH_KEY),
    Row("default name, the impossible path is Forbidden too", TREE, FORBIDDEN, UNFOUND,
        "possible", "possible", UNFOUND - {"H08"},
        OTHER_NAMES | POLICY | faults("H10 T04"), rungs=(Rung("impossible", FORBIDDEN),)),
    Row("default name, a path of one segment below which nothing is found either", "faults.md 1, H03", FORBIDDEN,
        UNFOUND, "possible", "possible", UNFOUND - {"H08"} | {"H03"}, faults("H01 H02 H06 H07 D18 H10 T04") | POLICY,
        Call(f"https://{DEFAULT_NAME}/pets/"), (Rung("impossible", FORBIDDEN),),
        says=("no stage of the API is reached",)),
    Row("default name, a stage alone below which the API answers", "faults.md 1, H03", FORBIDDEN, faults("H10 H12"),
        "possible", "possible", faults("H10 H12"), faults("D22 D02 H08 H03 H01"), Call(f"https://{DEFAULT_NAME}/prod/"),
        (Rung("impossible", MISSING),)),
    # Doubt: E.3 leaves 5-10 open after this pair; a name that is switched off would refuse every path alike, so
    # that H05 and T04 are neither asked for nor forbidden here.
    Row("default name, the impossible path is Missing Authentication Token", TREE, FORBIDDEN, faults("H10 H12"),
        "possible", "possible", faults("H10 H12"), faults("D02 D22 H08 H01 H03 H06"), rungs=(Rung("impossible",
            MISSING),)),
    Row("default name, the impossible path is answered in the owner's words", TREE + "; aws.md E.1", FORBIDDEN,
        faults("H10 H12"), "possible", "possible", faults("H10 H12"), faults("D02 D22 H08 H01 H03 H06"),
        rungs=(Rung("impossible", Answer('{"error":"no such page"}', None, 404)),)),
    Row("default name, the impossible path is answered by nobody known", TREE + "; aws.md E.1", FORBIDDEN,
        DEFAULT_NAMED, "possible", "possible", OPEN, OTHER_NAMES,
        rungs=(Rung("impossible", Answer('{"error":"no such page"}', None, 404, ids=False)),)),
    # A private API answers nobody at a public address (E.3.1).
    Row("a public address, the impossible path is Missing Authentication Token", TREE, FORBIDDEN, faults("H10 H12"),
        "possible", "possible", faults("H10 H12"), faults("D01 D03 D02 D22 H05"), rungs=(Rung("impossible", MISSING),),
        change=in_public),
    Row("a public address, the key is refused", TREE, Answer('{"message":"Invalid API Key identifier specified"}'),
        faults("H10"), "possible", "certain", frozenset(), faults("D01 D03 D02 D22 H05"), change=in_public),
    Row("a public address, the impossible path is Forbidden too", TREE, FORBIDDEN, faults("D03 D01"),
        "possible", "likely", faults("D03 D01"), faults("H10"), rungs=(Rung("impossible", FORBIDDEN),),
        change=in_public),
    Row("default name, the impossible path is denied by a policy", TREE + ", caution", FORBIDDEN, faults("H10 H12"),
        "possible", "possible", faults("H10 H12"), faults("D02 D22 H08 H01 H03 H06"),
        rungs=(Rung("impossible",
            denied(" because no resource-based policy allows the execute-api:Invoke action")),)),
    Row("default name, Forbidden unsigned, admitted signed", "aws.md B.4 (a web ACL or key does not care)",
        FORBIDDEN,
        faults("H10 H12"), "possible", "possible", frozenset(), faults("D02 D22 H05 H08 H01 H03"),
        rungs=(Rung("signed", ADMITTED),)),
    Row("default name; the custom domain is admitted", "faults.md H05: custom domain fine", FORBIDDEN, faults("H05"),
        "possible", "likely", faults("H05 D22"), OTHER_NAMES | POLICY, rungs=(Rung("", ADMITTED, BY_DOMAIN),)),
    Row("default name; the custom domain is refused too", TREE, FORBIDDEN, DEFAULT_NAMED, "possible", "possible", OPEN,
        OTHER_NAMES | POLICY, rungs=(Rung("", FORBIDDEN, BY_DOMAIN),)),
    Row("default name; the custom domain admits another path", TREE, FORBIDDEN, DEFAULT_NAMED, "possible", "possible",
        OPEN, OTHER_NAMES | POLICY,
        rungs=(Rung("", ADMITTED, Call(f"https://{DOMAIN}/cats", "custom-domain")),)),
    Row("empty body", "faults.md H12; aws.md W1", Answer(""), DEFAULT_NAMED, "possible", "possible",
        frozenset({"H12"}), OTHER_NAMES | POLICY),
    Row("message null", TREE, Answer('{"message":null}'), DEFAULT_NAMED, "possible", "possible", OPEN,
        OTHER_NAMES | POLICY),
    Row("endpoint name with Host", TREE, FORBIDDEN, ENDPOINT_NAMED, "possible", "possible", ENDPOINT_NAMED,
        OTHER_NAMES | POLICY | {"D02"}, BY_HOST),
    Row("endpoint name with the id header", TREE, FORBIDDEN, ENDPOINT_NAMED, "possible", "possible", ENDPOINT_NAMED,
        OTHER_NAMES | POLICY | {"D02"}, BY_ID),
    Row("endpoint name without either", TREE + " line 3", FORBIDDEN, faults("H01"), "likely", "certain",
        frozenset(),
        POLICY | faults("D02 H03 H05 H06 H07 H10"), BARE),
    Row("endpoint name without either; with Host it is admitted", TREE + " line 3", FORBIDDEN, faults("H01"),
        "likely",
        "certain", frozenset(), POLICY | faults("D02 D22 H03 H05 H06 H07 H10 H12 T04"), BARE,
        rungs=(Rung("", ADMITTED, BY_HOST),)),
    Row("endpoint name with Host; SNI = Host = default name is admitted", "faults.md T04, 4.3", FORBIDDEN,
        faults("T04"),
        "likely", "certain", frozenset(), faults("D22 H08 H05 H01 H10 D02"), BY_HOST,
        rungs=(Rung("", ADMITTED, DIRECT),)),
    Row("endpoint name with the id header; SNI = Host = default name is admitted", "faults.md T04, 4.3", FORBIDDEN,
        faults("T04"), "likely", "certain", frozenset(), faults("D22 H08 H05 H01 H10 D02"), BY_ID,
        rungs=(Rung("", ADMITTED, DIRECT),)),
    Row("endpoint name with Host; SNI = Host = default name finds the API", "faults.md T04, 4.3", FORBIDDEN,
        faults("T04"), "likely", "certain", frozenset(), faults("D22 H08 H05 H01 D02"), BY_HOST,
        rungs=(Rung("impossible", FORBIDDEN), Rung("impossible", MISSING,
            Call(f"https://{DEFAULT_NAME}/prod/apidoctor-0a1b2c3d4e5f", "direct-ip")))),
    Row("endpoint name with Host; the other form is Forbidden too", "faults.md 4.4", FORBIDDEN,
        faults("D22 H05 H08 H10 H12"), "possible", "possible", faults("D22 H05 H08 H10 H12"), OTHER_NAMES | {"T04",
            "D02"},
        BY_HOST, rungs=(Rung("", FORBIDDEN, DIRECT),)),
    Row("no stage in the URL", "faults.md H03 and 7", FORBIDDEN, faults("H03"), "possible", "likely",
        faults("H03 D22"), POLICY | faults("H01 H06 H07 T04"), NO_STAGE),
    Row("custom domain", TREE + " line 6", FORBIDDEN, faults("H06 H07 H10 H12"), "possible", "possible",
        faults("H06 H07 H10 H12"), POLICY | faults("H01 H03 H05 D22 D02"), BY_DOMAIN),
    Row("custom domain, the impossible path is Missing Authentication Token", TREE, FORBIDDEN, faults("H10 H12"),
        "possible", "possible", faults("H10 H12"), POLICY | faults("H06 H01 H05 D22"), BY_DOMAIN,
        (Rung("impossible", MISSING),)),
    Row("custom domain by the endpoint's name", TREE + " lines 6 and 7", FORBIDDEN, faults("H06 H07 H10 H12 T04"),
        "possible", "possible", faults("H06 H07 H10 H12 T04"), POLICY | faults("H01 H03 H05"),
        Call(f"https://{ENDPOINT_NAME}/pets", "custom-domain-endpoint", headers={"Host": DOMAIN})),
    Row("custom domain by the endpoint's name; by its own name it is admitted", "aws.md A.9, E.3 lines 6 and 7",
        FORBIDDEN, faults("T04"), "likely", "certain", frozenset(), POLICY | faults("H01 H03 H05 H06 H07 D18 H10"),
        Call(f"https://{ENDPOINT_NAME}/pets", "custom-domain-endpoint", headers={"Host": DOMAIN}),
        rungs=(Rung("", ADMITTED, BY_DOMAIN),)),
    Row("custom name that is a CNAME to the default name", "faults.md D18", FORBIDDEN, faults("D18"), "possible",
        "certain",
        frozenset(), POLICY | faults("H01 H03 H05"), BY_DOMAIN, change=by_cname),
    Row("default name that led to public addresses", TREE + " line 1; faults.md D03", FORBIDDEN,
        faults("D03 D01"), "possible", "likely", AT_FRONT_DOOR, faults("D02 H01 H03 T04 H08"), change=to_public),
    Row("default name that led to public addresses; where the caller is nobody knows", TREE + " line 1", FORBIDDEN,
        faults("D03 D01"), "possible", "possible", AT_FRONT_DOOR, faults("D02 H01 H03 T04 H08"),
        change=to_public_from_somewhere, says=("where private APIs answer nobody",)),
    Row("default name that led to public addresses in a VPC", TREE + " line 1; aws.md E.5", FORBIDDEN,
        faults("D01 D11 D06"), "possible", "likely", faults("D01 D11 D22 H10 H12"),
        faults("D02 D03 H01 H03 T04 H08"), change=to_public_in_a_vpc),
    Row("default name that led to public addresses, and no call was made", "faults.md D01, D03", None,
        faults("D03 D01"), "possible", "likely", faults("D03 D01"), faults("D02 H01 H05 H10 H12"), change=to_public),
    # Only a public API answers there in other words than Forbidden: its name leads where it should.
    Row("default name that led to public addresses, and a policy denies", TREE + " line 1; aws.md A.4",
        denied(" because no resource-based policy allows the execute-api:Invoke action"), faults("A01-A07 A13"),
        "possible", "likely", faults("A02"), faults("D01 D03 D11 D02 H12"), change=to_public),
    Row("default name that led to public addresses, and there it is admitted", TREE + " line 1; aws.md A.4", ADMITTED,
        frozenset(), excluded=faults("D01 D03 D11 D02 H12"), change=to_public),
    Row("a private API's name that led to public addresses", TREE + " line 1; configuration tells the type",
        FORBIDDEN, faults("D03"), "likely", "certain", frozenset(), faults("D02 D22 H05 H08 H10 H12"),
        layout=same_vpc, change=to_public_from_outside),
    Row("default name that led to public addresses; by the endpoint's name it is admitted",
        TREE + " line 1; faults.md D03",
        FORBIDDEN, faults("D03 D01"), "likely", "certain", frozenset(),
        faults("D02 H01 H03 H05 H10 H12 D22 H08 T04"),
        rungs=(Rung("", ADMITTED, BY_HOST),), change=to_public_but_not_by_endpoint),
    Row("Host with another partition's suffix", "faults.md D21", FORBIDDEN, faults("D21"), "possible", "certain",
        frozenset(), POLICY | faults("H01 H03 D02"),
        Call(f"https://{ENDPOINT_NAME.split('.')[0]}.{CHINA}.vpce.amazonaws.com.cn/prod/pets", "endpoint-host",
             headers={"Host": f"{API}.{CHINA}.amazonaws.com"})),
    Row("Host of another Region than the endpoint", "faults.md N14", FORBIDDEN, faults("N14"), "possible",
        "certain",
        frozenset(), POLICY | faults("H01 H03 D02"),
        Call(f"https://{ENDPOINT_NAME}/prod/pets", "endpoint-host",
             headers={"Host": f"{API}.execute-api.eu-west-1.amazonaws.com"})),
    Row("bad API key", "faults.md 1; aws.md K1", Answer('{"message":"Invalid API Key identifier specified"}'),
        faults("H10"), "likely", "certain", frozenset(), DEFAULT_NAMED - {"H10"}, WITH_KEY),
    Row("bad API key, none was sent", "faults.md 1; aws.md K1",
        Answer('{"message":"Invalid API Key identifier specified"}'),
        faults("H10"), "likely", "certain", frozenset(), DEFAULT_NAMED - {"H10"}, PLAIN),
]  # fmt: skip
