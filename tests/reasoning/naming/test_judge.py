"""The second evaluator itself, against cases worked out by hand from `aws.md` section A."""

from copy import deepcopy

import pytest

from .twin.judge import resolve

HERE = "us-east-1"
ONE, TWO = "111111111111", "222222222222"
DOMAIN = "execute-api.us-east-1.amazonaws.com"
ENDPOINTS = "execute-api.us-east-1.vpce.amazonaws.com"
REGIONAL = f"vpce-0aaa-abcd1234.{ENDPOINTS}"
ZONAL = f"vpce-0aaa-abcd1234-us-east-1b.{ENDPOINTS}"


def attributes(vpc, support=True, hostnames=True):
    return {
        f"{vpc}/enableDnsSupport": {"VpcId": vpc, "EnableDnsSupport": {"Value": support}},
        f"{vpc}/enableDnsHostnames": {"VpcId": vpc, "EnableDnsHostnames": {"Value": hostnames}},
    }


def endpoint(own="vpce-0aaa", vpc="vpc-1", private=True, **more):
    names = ["", "-us-east-1a", "-us-east-1b"]
    return {
        "VpcEndpointId": own,
        "VpcEndpointType": "Interface",
        "VpcId": vpc,
        "ServiceName": "com.amazonaws.us-east-1.execute-api",
        "State": "available",
        "PrivateDnsEnabled": private,
        "IpAddressType": "ipv4",
        "NetworkInterfaceIds": ["eni-a", "eni-b"],
        "DnsEntries": [
            {"DnsName": f"{own}-abcd1234{zone}.{ENDPOINTS}", "HostedZoneId": "Z7"} for zone in names
        ],
        **more,
    }


def interface(zone, last):
    return {
        "NetworkInterfaceId": f"eni-{zone}",
        "AvailabilityZone": f"us-east-1{zone}",
        "PrivateIpAddresses": [{"PrivateIpAddress": f"10.0.0.{last}"}],
        "Ipv6Addresses": [{"Ipv6Address": f"fd00::{last}"}],
    }


def world(*endpoints, vpcs=("vpc-1", "vpc-2")):
    """VPCs of account 1 with these endpoints; account 2 has nothing."""
    empty = {
        "describe_vpc_endpoints": {"VpcEndpoints": []},
        "get_rest_apis": {"items": []},
        "list_resolver_rules": {"ResolverRules": []},
        "list_resolver_endpoints": {"ResolverEndpoints": []},
    }
    here = {
        **deepcopy(empty),
        "describe_vpc_attribute": {key: held for vpc in vpcs for key, held in attributes(vpc).items()},
        "describe_vpc_endpoints": {"VpcEndpoints": list(endpoints)},
        "describe_network_interfaces": {"NetworkInterfaces": [interface("a", 10), interface("b", 11)]},
        "list_resolver_rule_associations": {"ResolverRuleAssociations": []},
    }
    zones = {f"{vpc}/{HERE}": {"HostedZoneSummaries": []} for vpc in vpcs}
    everywhere = {"list_hosted_zones_by_vpc": zones, "list_hosted_zones": {"HostedZones": []}}
    return {"accounts": {ONE: {HERE: here, "global": everywhere}, TWO: {HERE: deepcopy(empty), "global": {}}}}


def here(snapshot):
    return snapshot["accounts"][ONE][HERE]


def add_zone(snapshot, own, name, records, vpcs=("vpc-1",), owner=ONE):
    everywhere = snapshot["accounts"][ONE]["global"]
    for vpc in vpcs:
        seen = everywhere["list_hosted_zones_by_vpc"][f"{vpc}/{HERE}"]["HostedZoneSummaries"]
        seen.append({"HostedZoneId": own, "Name": f"{name}.", "Owner": {"OwningAccount": owner}})
    of_owner = snapshot["accounts"][owner]["global"]
    of_owner.setdefault("list_resource_record_sets", {})[own] = {"ResourceRecordSets": records}


def add_rule(snapshot, own, domain, kind="FORWARD", targets=("192.0.2.53",), vpcs=("vpc-1",), **more):
    rule = {"Id": own, "DomainName": domain, "RuleType": kind, "Status": "COMPLETE"}
    rule["TargetIps"] = [{"Ip": each, "Port": 53} for each in targets]
    here(snapshot)["list_resolver_rules"]["ResolverRules"].append({**rule, **more})
    associations = here(snapshot)["list_resolver_rule_associations"]["ResolverRuleAssociations"]
    associations += [{"ResolverRuleId": own, "VPCId": vpc, "Status": "COMPLETE"} for vpc in vpcs]


def add_group(snapshot, own, rules, priority=101, vpc="vpc-1"):
    """A rule group; each rule has its domains beside it."""
    held = here(snapshot).setdefault("list_firewall_rules", {}).setdefault(own, {"FirewallRules": []})
    for number, (domains, rule) in enumerate(rules):
        listed = f"{own}-{number}"
        held["FirewallRules"].append({"FirewallDomainListId": listed, "Priority": number, **rule})
        here(snapshot).setdefault("list_firewall_domains", {})[listed] = {"Domains": domains}
    if vpc:
        answer = here(snapshot).setdefault("list_firewall_rule_group_associations", {})
        associations = answer.setdefault("FirewallRuleGroupAssociations", [])
        associations.append(
            {"FirewallRuleGroupId": own, "VpcId": vpc, "Priority": priority, "Status": "COMPLETE"}
        )


def add_profile(snapshot, own, resources, vpc="vpc-1", priority=None):
    answer = here(snapshot).setdefault("list_profile_associations", {"ProfileAssociations": []})
    answer["ProfileAssociations"].append({"ProfileId": own, "ResourceId": vpc, "Status": "COMPLETE"})
    if priority is not None:
        answer["ProfileAssociations"][-1]["Priority"] = priority
    brought = [
        {"Status": "COMPLETE", "ResourceType": kind, "ResourceArn": arn, **more}
        for kind, arn, more in resources
    ]
    here(snapshot).setdefault("list_profile_resource_associations", {})[own] = {
        "ProfileResourceAssociations": brought
    }


def add_inbound(snapshot, own, vpc, *addresses):
    here(snapshot)["list_resolver_endpoints"]["ResolverEndpoints"].append(
        {"Id": own, "Direction": "INBOUND", "HostVPCId": vpc}
    )
    shown = here(snapshot).setdefault("list_resolver_endpoint_ip_addresses", {})
    shown[own] = {"IpAddresses": [{"Ip": each} for each in addresses]}


def sets(owner, kind, *values, **more):
    return {
        "Name": f"{owner}.",
        "Type": kind,
        "ResourceRecords": [{"Value": each} for each in values],
        **more,
    }


def alias(owner, target, zone="Z7", kind="A"):
    return {"Name": f"{owner}.", "Type": kind, "AliasTarget": {"HostedZoneId": zone, "DNSName": f"{target}."}}


def ask(snapshot, name, record="A", vpc="vpc-1"):
    """Kind, decider, and the addresses or targets."""
    found = resolve(snapshot, vpc, ONE, HERE, name, record)
    return found["kind"], found["decided_by"], *found["addresses"], *found["targets"]


BOTH = ("addresses", "vpce-0aaa", "10.0.0.10", "10.0.0.11")


# --- A.4, A.6: the managed zone


@pytest.mark.parametrize("name", ["abc1234567", "nobodys000", "a.b", "abc1234567-vpce-0bbb"])
def test_the_managed_zone_answers_for_every_label(name):
    assert ask(world(endpoint()), f"{name}.{DOMAIN}") == BOTH


def test_the_managed_zone_answers_for_its_apex_in_any_case():
    assert ask(world(endpoint()), f"{DOMAIN.upper()}.") == BOTH


def test_an_ipv4_endpoint_has_no_aaaa():
    assert ask(world(endpoint()), f"abc1234567.{DOMAIN}", "AAAA") == ("nodata", "vpce-0aaa")


def test_dns_record_type_decides_the_family():
    four = endpoint(IpAddressType="dualstack", DnsOptions={"DnsRecordIpType": "ipv4"})
    defined = endpoint(IpAddressType="ipv6", DnsOptions={"DnsRecordIpType": "service-defined"})

    assert ask(world(four), f"x.{DOMAIN}", "AAAA") == ("nodata", "vpce-0aaa")
    assert ask(world(defined), f"x.{DOMAIN}", "AAAA") == ("addresses", "vpce-0aaa", "fd00::10", "fd00::11")
    assert ask(world(defined), f"x.{DOMAIN}") == ("nodata", "vpce-0aaa")


@pytest.mark.parametrize(
    "made",
    [
        endpoint(private=False),
        endpoint(State="pending"),
        endpoint(vpc="vpc-2"),
        endpoint(ServiceName="com.amazonaws.us-east-1.s3"),
    ],
)
def test_other_endpoints_have_no_managed_zone_here(made):
    assert ask(world(made), f"abc1234567.{DOMAIN}") == ("public", "")


def test_the_managed_zone_does_not_cover_another_region_or_a_name_beside_it():
    assert ask(world(endpoint()), "x.execute-api.us-west-2.amazonaws.com") == ("public", "")
    assert ask(world(endpoint()), f"not{DOMAIN}") == ("public", "")


def test_without_hostnames_private_zones_are_ignored_and_rules_are_not():
    snapshot = world(endpoint())
    here(snapshot)["describe_vpc_attribute"] = attributes("vpc-1", hostnames=False)
    add_rule(snapshot, "rr", "corp.example.")

    assert ask(snapshot, f"abc1234567.{DOMAIN}") == ("public", "")
    assert ask(snapshot, "a.corp.example") == ("forwarded", "rr", "192.0.2.53:53")


def test_without_support_there_is_no_resolver():
    snapshot = world(endpoint())
    here(snapshot)["describe_vpc_attribute"] = attributes("vpc-1", support=False)

    assert ask(snapshot, "www.public.test") == ("off", "vpc-1")


# --- A.3, A.4: public names of endpoints and alias names


def test_endpoint_names_give_private_addresses_anywhere():
    snapshot = world(endpoint(private=False))

    assert ask(snapshot, REGIONAL, vpc="vpc-2") == BOTH
    assert ask(snapshot, ZONAL, vpc="vpc-2") == ("addresses", "vpce-0aaa", "10.0.0.11")


def test_an_endpoint_without_dns_entries_is_found_by_its_id():
    made = endpoint()
    del made["DnsEntries"]

    assert ask(world(made), ZONAL) == ("addresses", "vpce-0aaa", "10.0.0.11")


def test_a_name_that_is_not_among_the_dns_entries_is_of_nobody():
    assert ask(world(endpoint()), f"vpce-0aaa-ffff0000.{ENDPOINTS}") == ("public", "")


def test_alias_names_exist_for_listed_endpoints_only():
    snapshot = world(endpoint(private=False))
    here(snapshot)["get_rest_apis"]["items"] = [
        {"id": "abc", "endpointConfiguration": {"vpcEndpointIds": ["vpce-0aaa", "vpce-0fff"]}}
    ]

    assert ask(snapshot, f"abc-vpce-0aaa.{DOMAIN}") == BOTH
    assert ask(snapshot, f"abc-vpce-0bbb.{DOMAIN}") == ("nxdomain", "abc")
    assert ask(snapshot, f"abc-vpce-0fff.{DOMAIN}") == ("public", "")
    assert ask(snapshot, f"other-vpce-0aaa.{DOMAIN}") == ("public", "")


# --- A.7: the order


def test_a_rule_of_the_same_name_beats_the_managed_zone():
    snapshot = world(endpoint())
    add_rule(snapshot, "rr", f"{DOMAIN}.")

    assert ask(snapshot, f"abc1234567.{DOMAIN}") == ("forwarded", "rr", "192.0.2.53:53")


@pytest.mark.parametrize("domain", ["amazonaws.com.", "."])
def test_a_shorter_rule_does_not(domain):
    snapshot = world(endpoint())
    add_rule(snapshot, "rr", domain)

    assert ask(snapshot, f"abc1234567.{DOMAIN}") == BOTH
    assert ask(snapshot, "x.execute-api.us-west-2.amazonaws.com")[0] == "forwarded"


def test_a_system_rule_takes_names_back_from_a_forward_rule():
    snapshot = world(endpoint())
    add_rule(snapshot, "rr", "amazonaws.com.")
    add_rule(snapshot, "sys", "us-west-2.amazonaws.com.", "SYSTEM")
    add_rule(snapshot, "sys2", f"abc.{DOMAIN}", "SYSTEM")

    assert ask(snapshot, "x.execute-api.us-west-2.amazonaws.com") == ("public", "")
    assert ask(snapshot, f"abc.{DOMAIN}") == BOTH


@pytest.mark.parametrize(
    ("field", "status"), [("rule", "FAILED"), ("rule", "DELETING"), ("association", "FAILED")]
)
def test_rules_and_associations_that_are_not_in_force_do_nothing(field, status):
    snapshot = world(endpoint())
    add_rule(snapshot, "rr", f"{DOMAIN}.")
    changed = {
        "rule": here(snapshot)["list_resolver_rules"]["ResolverRules"],
        "association": here(snapshot)["list_resolver_rule_associations"]["ResolverRuleAssociations"],
    }
    changed[field][0]["Status"] = status

    assert ask(snapshot, f"abc1234567.{DOMAIN}") == BOTH


def test_a_customer_zone_with_one_api_hides_every_other_api():
    snapshot = world(endpoint(private=False))
    add_zone(snapshot, "Z1", DOMAIN, [alias(f"abc.{DOMAIN}", REGIONAL)])

    assert ask(snapshot, f"abc.{DOMAIN}") == ("addresses", "Z1", *BOTH[2:])
    assert ask(snapshot, f"abc.{DOMAIN}", "AAAA") == ("nodata", "Z1")
    assert ask(snapshot, f"def.{DOMAIN}") == ("nxdomain", "Z1")
    assert ask(snapshot, DOMAIN) == ("nodata", "Z1")


def test_a_zone_for_each_api_leaves_public_apis_alone():
    snapshot = world(endpoint(private=False))
    add_zone(snapshot, "Z1", f"abc.{DOMAIN}", [alias(f"abc.{DOMAIN}", REGIONAL)], ("vpc-2",), TWO)

    assert ask(snapshot, f"abc.{DOMAIN}", vpc="vpc-2") == ("addresses", "Z1", *BOTH[2:])
    assert ask(snapshot, f"def.{DOMAIN}", vpc="vpc-2") == ("public", "")
    assert ask(snapshot, f"abc.{DOMAIN}") == ("public", "")


# --- RFC 1034, RFC 4592: inside a zone


def corporate():
    snapshot = world(endpoint(private=False))
    records = [
        sets("\\052.corp.example", "A", "10.9.9.9"),
        sets("a.b.corp.example", "A", "10.1.1.1"),
        sets("txt.corp.example", "TXT", '"x"'),
        sets("old.corp.example", "CNAME", "a.b.corp.example."),
        sets("away.corp.example", "CNAME", "www.public.test"),
        sets("loop.corp.example", "CNAME", "loop.corp.example"),
        sets("two.corp.example", "A", "10.2.0.2", SetIdentifier="b", Weight=1),
        sets("two.corp.example", "A", "10.2.0.1", SetIdentifier="a", Weight=0),
        alias("in.corp.example", "a.b.corp.example", "ZC"),
        alias("lb.corp.example", "x.elb.amazonaws.com"),
        *(sets(f"k{n}.corp.example", "CNAME", f"k{n + 1}.corp.example") for n in range(9)),
        sets("k9.corp.example", "A", "10.3.3.3"),
    ]
    add_zone(snapshot, "ZC", "corp.example", records)
    return snapshot


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("any.corp.example", ("addresses", "ZC", "10.9.9.9")),
        ("very.far.corp.example", ("addresses", "ZC", "10.9.9.9")),
        ("b.corp.example", ("nodata", "ZC")),  # an empty non-terminal
        (
            "c.b.corp.example",
            ("nxdomain", "ZC"),
        ),  # b.corp.example is the closest encloser and has no wildcard
        ("x.a.b.corp.example", ("nxdomain", "ZC")),
        ("txt.corp.example", ("nodata", "ZC")),
        ("x.txt.corp.example", ("nxdomain", "ZC")),
        ("corp.example", ("nodata", "ZC")),
        ("example", ("public", "")),
        ("old.corp.example", ("addresses", "ZC", "10.1.1.1")),
        ("away.corp.example", ("public", "")),
        ("loop.corp.example", ("unknown", "")),
        ("two.corp.example", ("addresses", "ZC", "10.2.0.1", "10.2.0.2")),
        ("in.corp.example", ("addresses", "ZC", "10.1.1.1")),
        ("lb.corp.example", ("public", "ZC")),
        ("k1.corp.example", ("addresses", "ZC", "10.3.3.3")),  # eight CNAMEs
        ("k0.corp.example", ("unknown", "")),  # nine
        ("*.corp.example", ("addresses", "ZC", "10.9.9.9")),
    ],
)
def test_records_of_a_zone(name, said):
    assert ask(corporate(), name) == said


def test_the_longest_zone_answers_even_when_it_has_nothing():
    snapshot = corporate()
    add_zone(snapshot, "ZB", "b.corp.example", [])

    assert ask(snapshot, "a.b.corp.example") == ("nxdomain", "ZB")


def test_an_alias_in_a_custom_domain_zone_gives_the_endpoints_addresses():
    snapshot = world(endpoint(private=False))
    add_zone(snapshot, "ZD", "orders.internal.test", [alias("orders.internal.test", ZONAL)])

    assert ask(snapshot, "orders.internal.test") == ("addresses", "ZD", "10.0.0.11")
    assert ask(snapshot, "orders.internal.test", vpc="vpc-2") == ("public", "")


# --- A.7.1: DNS Firewall

BLOCK = {"Action": "BLOCK", "BlockResponse": "NXDOMAIN"}


def test_a_block_of_everything_after_a_list_of_what_is_allowed():
    snapshot = world(endpoint())
    add_group(snapshot, "frg", [([f"*.{DOMAIN.upper()}."], {"Action": "ALLOW"}), (["*"], BLOCK)])

    assert ask(snapshot, f"abc.{DOMAIN}") == BOTH
    assert ask(snapshot, DOMAIN) == ("nxdomain", "frg")
    assert ask(snapshot, "www.public.test", vpc="vpc-2") == ("public", "")


@pytest.mark.parametrize(("qtype", "kind"), [("A", "addresses"), ("AAAA", "nodata"), ("TYPE28", "nodata")])
def test_a_rule_for_a_type_blocks_that_type_only(qtype, kind):
    snapshot = world(endpoint(IpAddressType="dualstack"))
    add_group(snapshot, "frg", [(["*"], {"Action": "BLOCK", "BlockResponse": "NODATA", "Qtype": qtype})])

    assert ask(snapshot, f"abc.{DOMAIN}", "AAAA")[0] == kind
    assert (ask(snapshot, f"abc.{DOMAIN}", "AAAA")[1] == "frg") == (kind == "nodata")


def test_an_alert_lets_pass_and_groups_stand_by_priority():
    snapshot = world(endpoint())
    add_group(snapshot, "late", [(["*"], BLOCK)], 300)
    add_group(snapshot, "early", [([f"abc.{DOMAIN}"], {"Action": "ALERT"})], 200)

    assert ask(snapshot, f"abc.{DOMAIN}") == BOTH
    assert ask(snapshot, f"def.{DOMAIN}") == ("nxdomain", "late")


def test_an_override_is_followed_and_not_looked_at_again():
    snapshot = world(endpoint())
    to = {"Action": "BLOCK", "BlockResponse": "OVERRIDE", "BlockOverrideDomain": f"abc.{DOMAIN}"}
    add_group(snapshot, "frg", [(["*"], to)])

    assert ask(snapshot, "www.public.test") == BOTH


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({}, ("nxdomain", "frg")),
        ({"FirewallDomainRedirectionAction": "INSPECT_REDIRECTION_DOMAIN"}, ("nxdomain", "frg")),
        ({"FirewallDomainRedirectionAction": "TRUST_REDIRECTION_DOMAIN"}, ("addresses", "ZC", "10.1.1.1")),
    ],
)
def test_what_a_cname_leads_to_is_looked_at_unless_trusted(more, said):
    snapshot = corporate()
    add_group(snapshot, "frg", [(["old.corp.example"], {"Action": "ALLOW", **more}), (["*"], BLOCK)])

    assert ask(snapshot, "old.corp.example") == said


def test_what_an_alias_leads_to_is_not_looked_at():
    snapshot = corporate()
    add_group(snapshot, "frg", [(["a.b.corp.example"], BLOCK)])

    assert ask(snapshot, "in.corp.example") == ("addresses", "ZC", "10.1.1.1")


def test_managed_lists_and_threat_rules_match_nothing():
    snapshot = world(endpoint())
    add_group(snapshot, "frg", [(["*"], BLOCK)])
    here(snapshot)["list_firewall_domains"]["frg-0"] = {"error": {"Code": "AccessDeniedException"}}
    assert ask(snapshot, "www.public.test") == ("unknown", "")

    managed = {"Id": "frg-0", "ManagedOwnerName": "Route 53 Resolver DNS Firewall"}
    here(snapshot)["list_firewall_domain_lists"] = {"FirewallDomainLists": [managed]}
    assert ask(snapshot, "www.public.test") == ("public", "")

    rule = {"FirewallThreatProtectionId": "t", "Priority": 0, **BLOCK}
    here(snapshot)["list_firewall_rules"]["frg"] = {"FirewallRules": [rule]}
    assert ask(snapshot, "www.public.test") == ("public", "")


# --- A.8: Profiles and forwarding to a VPC


def test_a_profile_brings_zones_rules_groups_and_endpoints():
    snapshot = world(endpoint(vpc="vpc-2"))
    add_zone(snapshot, "ZP", "corp.example", [sets("a.corp.example", "A", "10.5.5.5")], ())
    snapshot["accounts"][TWO]["global"]["get_hosted_zone"] = {"ZP": {"HostedZone": {"Name": "corp.example."}}}
    add_rule(snapshot, "rr", "on.prem.", vpcs=())
    add_group(snapshot, "frg", [(["bad.test"], BLOCK)], vpc=None)
    add_profile(
        snapshot,
        "rp",
        [
            ("PRIVATE_HOSTED_ZONE", "arn:aws:route53:::hostedzone/ZP", {}),
            ("RESOLVER_RULE", "arn:aws:route53resolver:us-east-1:1:resolver-rule/rr", {}),
            ("VPC_ENDPOINT", "arn:aws:ec2:us-east-1:1:vpc-endpoint/vpce-0aaa", {}),
            (
                "FIREWALL_RULE_GROUP",
                "arn:…:firewall-rule-group/frg",
                {"ResourceProperties": '{"priority": 5}'},
            ),
        ],
    )

    assert ask(snapshot, "a.corp.example") == ("addresses", "ZP", "10.5.5.5")
    assert ask(snapshot, "x.on.prem") == ("forwarded", "rr", "192.0.2.53:53")
    assert ask(snapshot, f"abc.{DOMAIN}") == BOTH
    assert ask(snapshot, "bad.test") == ("nxdomain", "frg")


def test_a_profiles_rule_beats_the_vpcs_own_zone_and_the_vpcs_own_rule_beats_it():
    snapshot = corporate()
    add_rule(snapshot, "of-profile", "corp.example", vpcs=())
    add_profile(snapshot, "rp", [("RESOLVER_RULE", "arn:aws:x:resolver-rule/of-profile", {})])
    assert ask(snapshot, "in.corp.example")[:2] == ("forwarded", "of-profile")

    add_rule(snapshot, "own", "corp.example")
    assert ask(snapshot, "in.corp.example")[:2] == ("forwarded", "own")


def test_profiles_stand_by_priority_and_those_without_one_last():
    snapshot = world()
    for own in ("r1", "r2", "r3"):
        add_rule(snapshot, own, "corp.example", vpcs=())
    for own, priority in (("r1", None), ("r2", 20), ("r3", 10)):
        add_profile(
            snapshot, f"p{own}", [("RESOLVER_RULE", f"arn:aws:x:resolver-rule/{own}", {})], priority=priority
        )

    assert ask(snapshot, "corp.example")[:2] == ("forwarded", "r3")


def test_a_rule_to_inbound_endpoints_asks_their_vpc():
    snapshot = world(endpoint(vpc="vpc-2"))
    add_inbound(snapshot, "in", "vpc-2", "10.0.0.53", "10.0.1.53")
    add_rule(snapshot, "rr", f"{DOMAIN}.", targets=("10.0.1.53", "10.0.0.53"))
    add_rule(snapshot, "some", "corp.example", targets=("10.0.1.53", "192.0.2.53"))

    assert ask(snapshot, f"abc.{DOMAIN}") == BOTH
    assert ask(snapshot, "corp.example") == ("forwarded", "some", "10.0.1.53:53", "192.0.2.53:53")


def test_forwarding_in_a_circle_has_no_answer():
    snapshot = world()
    add_inbound(snapshot, "in1", "vpc-1", "10.0.1.53")
    add_inbound(snapshot, "in2", "vpc-2", "10.0.2.53")
    add_rule(snapshot, "to2", "corp.example", targets=("10.0.2.53",))
    add_rule(snapshot, "to1", "corp.example", targets=("10.0.1.53",), vpcs=("vpc-2",))

    assert ask(snapshot, "a.corp.example") == ("unknown", "")


# --- A.2: other partitions


@pytest.mark.parametrize(
    ("region", "suffix"),
    [
        ("cn-north-1", "amazonaws.com.cn"),
        ("eusc-de-east-1", "amazonaws.eu"),
        ("us-gov-west-1", "amazonaws.com"),
        ("us-iso-east-1", "c2s.ic.gov"),
    ],
)
def test_names_end_with_the_suffix_of_their_partition(region, suffix):
    snapshot = world(endpoint(ServiceName=f"cn.com.amazonaws.{region}.execute-api", DnsEntries=[]))
    for account in (ONE, TWO):
        snapshot["accounts"][account][region] = snapshot["accounts"][account].pop(HERE)
    seen = snapshot["accounts"][ONE]["global"]["list_hosted_zones_by_vpc"]
    seen[f"vpc-1/{region}"] = seen[f"vpc-1/{HERE}"]

    def said(name):
        return resolve(snapshot, "vpc-1", ONE, region, name, "A")["kind"]

    assert said(f"abc.execute-api.{region}.{suffix}") == "addresses"
    assert said(f"vpce-0aaa-abcd1234.execute-api.{region}.vpce.{suffix}") == "addresses"
    assert said(f"abc.execute-api.{region}.amazonaws.org") == "public"


# --- what nobody saw


def refuse(snapshot, operation, key=None, account=ONE, where=HERE):
    holder, name = snapshot["accounts"][account][where], operation
    if key:
        holder, name = holder[operation], key
    holder[name] = {"error": {"Code": "AccessDeniedException", "Message": "no"}}


def test_without_the_list_of_endpoints_default_names_are_unknown_and_others_are_not():
    snapshot = world(endpoint())
    refuse(snapshot, "describe_vpc_endpoints")

    assert ask(snapshot, f"abc.{DOMAIN}") == ("unknown", "")
    assert ask(snapshot, REGIONAL) == ("unknown", "")
    assert ask(snapshot, "www.public.test") == ("public", "")


def test_a_rule_for_the_name_itself_wins_against_zones_that_nobody_listed():
    snapshot = world()
    add_rule(snapshot, "rr", "a.corp.example")
    refuse(snapshot, "list_hosted_zones_by_vpc", f"vpc-1/{HERE}", where="global")

    assert ask(snapshot, "a.corp.example")[:2] == ("forwarded", "rr")
    assert ask(snapshot, "b.a.corp.example") == ("unknown", "")


def test_rules_refused_make_everything_unknown_in_that_vpc():
    snapshot = world(endpoint())
    refuse(snapshot, "list_resolver_rule_associations")

    assert ask(snapshot, f"abc.{DOMAIN}") == ("unknown", "")


def test_firewall_and_profiles_refused_are_unknown_and_not_asked_are_none():
    assert ask(world(endpoint()), f"abc.{DOMAIN}") == BOTH
    for operation in ("list_firewall_rule_group_associations", "list_profile_associations"):
        snapshot = world(endpoint())
        refuse(snapshot, operation)
        assert ask(snapshot, f"abc.{DOMAIN}") == ("unknown", "")


def test_records_and_attributes_that_nobody_read():
    snapshot = corporate()
    del snapshot["accounts"][ONE]["global"]["list_resource_record_sets"]["ZC"]
    del here(snapshot)["describe_vpc_attribute"]["vpc-1/enableDnsHostnames"]

    assert ask(snapshot, "in.corp.example") == ("unknown", "")
    assert ask(snapshot, "www.public.test") == ("public", "")
    del here(snapshot)["describe_vpc_attribute"]["vpc-1/enableDnsSupport"]
    assert ask(snapshot, "www.public.test") == ("unknown", "")
