"""Which endpoint carries the call, and what it takes to be sure."""

import pytest
from reasoning.scene.kit import API, NAME, A, B, case, endpoint, interface

from apidoctor.model.observation import Cloud, HostSeen
from apidoctor.reasoning.scene.endpoint import endpoint as chosen
from apidoctor.reasoning.scene.endpoint import endpoint_addresses
from apidoctor.reasoning.scene.zones import caller_zone
from apidoctor.reasoning.scene.zones import leads_to as leads

HERE = HostSeen(
    vantage="h", addresses=["10.1.8.20"], cloud=Cloud(eni="eni-9", subnet="subnet-1", vpc="vpc-1", account=A)
)
NO_ZONES = {"list_hosted_zones_by_vpc": {"vpc-1/us-east-1": {"HostedZoneSummaries": []}}}


def listed(*endpoints):
    return {"describe_vpc_endpoints": {"VpcEndpoints": list(endpoints)}}


def api(*associated):
    configuration = {"types": ["PRIVATE"], "vpcEndpointIds": list(associated)}
    return {"get_rest_api": {API: {"id": API, "endpointConfiguration": configuration}}}


def test_the_endpoint_of_the_callers_vpc_carries_the_default_name():
    found = chosen(case(listed(endpoint("vpce-2", "vpc-2"), endpoint("vpce-1")), HERE)).value

    assert (found.vpc_endpoint_id, found.account) == ("vpce-1", A)


def test_of_two_in_one_vpc_the_one_with_private_dns_answers_the_name():
    found = chosen(case(listed(endpoint("vpce-1", PrivateDnsEnabled=False), endpoint("vpce-2")), HERE)).value

    assert found.vpc_endpoint_id == "vpce-2"


def test_endpoints_of_other_services_do_not_count():
    other = endpoint("vpce-0", ServiceName="com.amazonaws.us-east-1.s3")
    found = chosen(case(listed(other, endpoint("vpce-1")), HERE)).value

    assert found.vpc_endpoint_id == "vpce-1"


@pytest.mark.parametrize(
    "call",
    [
        {"target": f"https://{API}-vpce-2.execute-api.us-east-1.amazonaws.com/prod/pets"},
        {"target": "https://vpce-2-abcdef.execute-api.us-east-1.vpce.amazonaws.com/prod/pets"},
        {"endpoint": "vpce-2"},
    ],
    ids=["alias", "endpoint name", "--via"],
)
def test_a_name_or_via_that_tells_the_endpoint_decides(call):
    found = chosen(case(listed(endpoint("vpce-1"), endpoint("vpce-2", "vpc-2")), HERE, **call)).value

    assert found.vpc_endpoint_id == "vpce-2"


def test_an_endpoint_of_another_account_is_found_there():
    found = chosen(case(listed(), other=listed(endpoint("vpce-2", "vpc-2")), endpoint="vpce-2")).value

    assert found.account == B


def test_a_named_endpoint_that_no_account_shows_is_unknown_not_absent():
    fact = chosen(case(listed(), endpoint="vpce-2"))

    assert not fact.known
    assert fact.missing[0].what.startswith("account: the one that owns vpce-2")


def test_from_outside_the_association_tells():
    both = listed(endpoint("vpce-1"), endpoint("vpce-2", "vpc-2"))
    found = chosen(case(both | api("vpce-2"), from_="ip:10.200.0.9")).value

    assert found.vpc_endpoint_id == "vpce-2"


def test_from_outside_the_only_one_is_meant_and_several_are_a_question():
    one, two = listed(endpoint("vpce-1")), listed(endpoint("vpce-1"), endpoint("vpce-2", "vpc-2"))

    assert chosen(case(one | api(), from_="ip:10.200.0.9")).value.vpc_endpoint_id == "vpce-1"
    fact = chosen(case(two | api(), from_="ip:10.200.0.9"))
    assert not fact.known
    assert "--via" in fact.missing[0].what


def test_no_endpoint_anywhere_is_known_to_be_none():
    assert chosen(case(listed() | api(), HERE, everywhere=NO_ZONES)).value is None


def test_the_addresses_of_the_endpoint_are_those_of_its_interfaces():
    eni = {
        "describe_network_interfaces": {
            "NetworkInterfaces": [interface("eni-1", "10.1.4.21"), interface("eni-2", "10.1.5.21")]
        }
    }
    both = listed(endpoint("vpce-1", NetworkInterfaceIds=["eni-1", "eni-2"]))

    assert endpoint_addresses(case(both | eni, HERE)).value == ("10.1.4.21", "10.1.5.21")
    assert not endpoint_addresses(case(both, HERE)).known


MINE = {"OwningAccount": A}
AWS = {"OwningService": "vpce.amazonaws.com"}


class TestZones:
    """The most specific zone answers alone (Route 53 developer guide, private hosted zones)."""

    @staticmethod
    def world(*zones, records=()):
        summaries = [
            {"HostedZoneId": f"Z{n}", "Name": name, "Owner": owner} for n, (name, owner) in enumerate(zones)
        ]
        return {
            "list_hosted_zones_by_vpc": {"vpc-1/us-east-1": {"HostedZoneSummaries": summaries}},
            "list_resource_record_sets": {
                f"Z{n}": {"ResourceRecordSets": list(records)} for n in range(len(zones))
            },
        }

    def zone(self, *zones):
        world = {"describe_vpc_endpoints": {"VpcEndpoints": []}}
        found = caller_zone(case(world, HERE, everywhere=self.world(*zones)), "vpc-1", A, NAME).value
        return found and found.name

    def test_the_longest_fitting_name_wins(self):
        assert (
            self.zone(
                ("amazonaws.com.", MINE),
                (f"{NAME}.", MINE),
                ("us-east-1.amazonaws.com.", MINE),
            )
            == NAME
        )

    def test_a_name_that_only_ends_alike_does_not_fit(self):
        assert self.zone(("1234567.execute-api.us-east-1.amazonaws.com.", MINE)) is None

    def test_the_zone_that_aws_manages_for_an_endpoint_is_no_customers(self):
        assert self.zone(("execute-api.us-east-1.amazonaws.com.", AWS)) is None

    @pytest.mark.parametrize(
        ("records", "leads_to"),
        [
            ([{"Name": f"{NAME}.", "Type": "A", "ResourceRecords": [{"Value": "10.1.4.21"}]}], ["10.1.4.21"]),
            (
                [
                    {
                        "Name": "\\052.execute-api.us-east-1.amazonaws.com.",
                        "Type": "A",
                        "AliasTarget": {"DNSName": "vpce-1.example."},
                    }
                ],
                ["vpce-1.example"],
            ),
            ([{"Name": f"{NAME}.", "Type": "TXT", "ResourceRecords": [{"Value": "x"}]}], None),
            ([{"Name": f"other.{NAME}.", "Type": "A", "ResourceRecords": [{"Value": "10.1.4.21"}]}], None),
            ([], None),
        ],
        ids=["exact", "wildcard alias", "another type", "another name", "empty"],
    )
    def test_a_record_answers_by_its_name_then_by_wildcard(self, records, leads_to):
        one = case(
            {"describe_vpc_endpoints": {"VpcEndpoints": []}},
            HERE,
            everywhere=self.world(("execute-api.us-east-1.amazonaws.com.", MINE), records=records),
        )
        zone = caller_zone(one, "vpc-1", A, NAME).value

        assert (list(leads(one, zone, NAME).value or ()) or None) == leads_to
