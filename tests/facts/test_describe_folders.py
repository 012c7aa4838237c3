"""Answers of AWS as people and other tools keep them: every layout in use is read, what is missing stays unknown."""

import gzip
import json
import os

import msgspec
import pytest

from apidoctor.errors import NothingToJudge
from apidoctor.facts.files import read_snapshot
from apidoctor.model.inventory import Inventory

A, B, REGION = "111111111111", "222222222222", "us-east-1"
VPC, OTHER = "vpc-0123456789abcdef0", "vpc-0fedcba9876543210"
VPCS = {"Vpcs": [{"VpcId": VPC, "OwnerId": A, "CidrBlock": "10.0.0.0/16"}]}
SUBNETS = {
    "Subnets": [{"SubnetId": "subnet-1", "VpcId": VPC, "OwnerId": A, "AvailabilityZone": "us-east-1a"}]
}


def put(root, files):
    """Write *files* below *root*: objects as JSON, texts in UTF-8, bytes as they are."""
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, bytes | str):
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        else:
            path.write_text(json.dumps(content))
    return root


def read(root, files):
    snapshot, notes = read_snapshot(put(root, files))
    assert all("\n" not in note and len(note) < 300 for note in notes)
    assert len(notes) <= 8
    return snapshot.accounts, notes


def at(root, **files):
    """The answers of A in REGION, out of files that lie in a folder that says so."""
    accounts, notes = read(root, {f"{A}/{REGION}/{name}": content for name, content in files.items()})
    return accounts[A][REGION], notes


def subnet(name, vpc=VPC):
    return {"SubnetId": name, "VpcId": vpc}


# Names


@pytest.mark.parametrize(
    "name",
    [
        "describe-vpcs.json",
        "describe_vpcs.json",
        "DescribeVpcs.json",
        "describe-vpcs.JSON",
        "ec2-describe-vpcs.json",
        "aws_ec2_describe_vpcs.json",
        "aws-ec2-describe-vpcs.json",
        "Vpcs.json",
        "vpcs.json",
        "ec2-vpcs.json",
        "prod-describe-vpcs.json",
        "vpcs_output.json",
        "my network.json",
    ],
)
@pytest.mark.parametrize("folder", ["", f"{A}/{REGION}/", f"aws_configs/accounts/{A}/{REGION}/", "a/b/c/"])
def test_a_list_is_known_by_what_it_holds(folder, name, tmp_path):
    accounts, _ = read(tmp_path, {folder + name: VPCS, f"{folder}subnets.json": SUBNETS})

    assert accounts == {A: {REGION: {"describe_vpcs": VPCS, "describe_subnets": SUBNETS}}}


def test_content_has_the_last_word_against_a_wrong_name(tmp_path):
    answers, _ = at(tmp_path, **{"describe-vpcs.json": SUBNETS, "subnets.json": VPCS})

    assert answers == {"describe_vpcs": VPCS, "describe_subnets": SUBNETS}


def test_files_may_be_compressed(tmp_path):
    packed = gzip.compress(json.dumps(VPCS).encode(), mtime=0)

    assert at(tmp_path, **{"Vpcs.json.gz": packed})[0] == {"describe_vpcs": VPCS}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le"])
def test_what_windows_writes_is_read(encoding, tmp_path):
    answers, notes = at(tmp_path, **{"vpcs.json": json.dumps(VPCS, indent=4).encode(encoding)})

    assert (answers, notes) == ({"describe_vpcs": VPCS}, [])


def test_a_member_that_many_operations_share_is_told_by_the_name(tmp_path):
    apis = {"items": [{"id": "abc1234567"}]}
    answers, notes = at(tmp_path, **{"apigateway-get-rest-apis.json": apis, "things.json": apis})

    assert answers == {"get_rest_apis": apis}
    assert notes == [
        f"1 file was set aside: {A}/{REGION}/things.json (no AWS answer that apidoctor reads in them)"
    ]


def test_two_services_with_one_operation_name_are_told_apart(tmp_path):
    iam, function = {"Policy": {"Arn": "arn:aws:iam::aws:policy/X"}}, {"Policy": "{}"}
    files = {
        "iam-get-policy/arn%3Aaws%3Aiam%3A%3Aaws%3Apolicy%2FX": iam,
        "lambda-get-policy/hello": function,
        "apigatewayv2-get-vpc-links.json": {"Items": []},
    }
    accounts, _ = read(tmp_path, {f"{A}/{REGION}/{name}": content for name, content in files.items()})

    assert accounts[A] == {
        "global": {"get_policy": {"arn:aws:iam::aws:policy/X": iam}},
        REGION: {"get_policy": {"hello": function}, "apigatewayv2.get_vpc_links": {"Items": []}},
    }


def test_the_metadata_of_boto3_is_left_out(tmp_path):
    answers, _ = at(
        tmp_path, **{"vpc_raw.json": {**VPCS, "ResponseMetadata": {"RequestId": "x", "HTTPHeaders": {}}}}
    )

    assert answers == {"describe_vpcs": VPCS}


def test_the_objects_alone_are_read_where_the_name_tells_the_list(tmp_path):
    answers, notes = at(tmp_path, **{"vpcs.json": VPCS["Vpcs"], "subnets.json": [{"Name": "a", "Cidr": "b"}]})

    assert answers == {"describe_vpcs": VPCS}
    assert "subnets.json" in notes[0]


def test_links_between_files_of_the_folder_are_one_answer(tmp_path):
    put(tmp_path, {"DefaultVpc.json": VPCS, "subnets.json": SUBNETS})
    (tmp_path / "Vpc.json").symlink_to("DefaultVpc.json")
    accounts, _ = read(tmp_path, {})

    assert accounts[A][REGION]["describe_vpcs"] == VPCS


# Layouts of other tools


def test_batfish_with_accounts(tmp_path):
    accounts, notes = read(
        tmp_path,
        {
            f"aws_configs/accounts/{A}/{REGION}/Vpcs.json": VPCS,
            f"aws_configs/accounts/{B}/eu-west-1/Subnets.json": {"Subnets": []},
        },
    )

    assert accounts == {
        A: {REGION: {"describe_vpcs": VPCS}},
        B: {"eu-west-1": {"describe_subnets": {"Subnets": []}}},
    }
    assert notes == []


def test_batfish_without_an_account(tmp_path):
    vpcs = {"Vpcs": [{"VpcId": VPC}]}
    interfaces = {"NetworkInterfaces": [{"NetworkInterfaceId": "eni-1", "OwnerId": A}]}
    accounts, notes = read(
        tmp_path,
        {
            "aws_configs/us-west-2/Vpcs.json": vpcs,
            "aws_configs/us-west-2/NetworkInterfaces.json": interfaces,
            "aws_configs/eu-west-1/Vpcs.json": vpcs,
        },
    )

    assert accounts == {
        A: {
            "us-west-2": {"describe_vpcs": vpcs, "describe_network_interfaces": interfaces},
            "eu-west-1": {"describe_vpcs": vpcs},
        }
    }
    assert notes == [f"the account was told from the owners of the objects (aws_configs: {A})"]


def test_batfish_s_older_names_hold_the_region(tmp_path):
    accounts, _ = read(
        tmp_path,
        {
            "aws_configs/Vpcs-us-west-2.json": {"Vpcs": [{"VpcId": VPC, "OwnerId": A}]},
            "aws_configs/Vpcs-eu-west-1.json": {"Vpcs": []},
        },
    )

    assert {region: len(answers["describe_vpcs"]["Vpcs"]) for region, answers in accounts[A].items()} == {
        "us-west-2": 1,
        "eu-west-1": 0,
    }


def test_batfish_s_lists_of_answers_are_taken_apart(tmp_path):
    routes = [{"DestinationCidrBlock": "10.0.0.0/8", "Type": "static", "State": "active"}]
    spread = [{"TransitGatewayAttachmentId": "tgw-attach-1", "State": "enabled"}]
    health = [{"Target": {"Id": "10.0.0.1"}}]
    answers, notes = at(
        tmp_path,
        **{
            "TransitGatewayStaticRoutes.json": {
                "TransitGatewayStaticRoutes": [
                    {
                        "TransitGatewayRouteTableId": "tgw-rtb-1",
                        "Routes": routes,
                        "AdditionalRoutesAvailable": False,
                    },
                    {"TransitGatewayRouteTableId": "tgw-rtb-2", "Routes": []},
                ]
            },
            "TransitGatewayPropagations.json": {
                "TransitGatewayPropagations": [
                    {
                        "TransitGatewayRouteTableId": "tgw-rtb-1",
                        "TransitGatewayRouteTablePropagations": spread,
                    }
                ]
            },
            "LoadBalancerTargetHealth.json": {
                "LoadBalancerTargetHealth": [{"TargetGroupArn": "arn:tg", "TargetHealthDescriptions": health}]
            },
        },
    )

    assert answers["search_transit_gateway_routes"]["tgw-rtb-1"]["Routes"] == routes
    for table in answers["search_transit_gateway_routes"].values():
        assert table["partial"]
        assert table["asked"] == {"Type": ["static"]}  # propagated ones are not shown
    propagations = answers["get_transit_gateway_route_table_propagations"]["tgw-rtb-1"]
    assert propagations["TransitGatewayRouteTablePropagations"] == spread
    assert answers["describe_target_health"]["arn:tg"]["TargetHealthDescriptions"] == health
    assert notes == ["1 list was read in part: us-east-1 search_transit_gateway_routes"]


def test_aws_s_own_prefix_lists_come_with_their_blocks(tmp_path):
    item = {
        "PrefixListId": "pl-00a54069",
        "PrefixListName": "com.amazonaws.us-west-2.dynamodb",
        "Cidrs": ["52.94.28.0/23"],
    }
    answers, _ = at(tmp_path, **{"PrefixLists.json": {"PrefixLists": [item]}})

    assert answers == {
        "describe_managed_prefix_lists": {"PrefixLists": [item], "partial": True},
        "get_managed_prefix_list_entries": {"pl-00a54069": {"Entries": [{"Cidr": "52.94.28.0/23"}]}},
    }


def test_direct_connect_is_read_in_capitals_and_in_small_letters(tmp_path):
    capital = {
        "DirectConnectGatewayId": "dx-1",
        "AssociatedGateway": {"Id": "tgw-1", "Region": REGION},
        "AllowedPrefixesToDirectConnectGateway": [{"Cidr": "10.0.0.0/8"}],
    }
    answers, _ = at(
        tmp_path,
        **{
            "DirectConnectGatewayAssociations.json": {"DirectConnectGatewayAssociations": [capital]},
            "directconnect-describe-virtual-interfaces.json": {"virtualInterfaces": [{"vlan": 1}]},
        },
    )

    assert answers == {
        "describe_direct_connect_gateway_associations": {
            "directConnectGatewayAssociations": [
                {
                    "directConnectGatewayId": "dx-1",
                    "associatedGateway": {"id": "tgw-1", "region": REGION},
                    "allowedPrefixesToDirectConnectGateway": [{"cidr": "10.0.0.0/8"}],
                }
            ]
        },
        "describe_virtual_interfaces": {"virtualInterfaces": [{"vlan": 1}]},
    }


def test_cloudmapper_names_its_accounts(tmp_path):
    groups = {"SecurityGroups": [{"GroupId": "sg-1", "OwnerId": A}]}
    zones = {"HostedZones": [{"Id": "/hostedzone/Z1"}]}
    target_group = "arn:aws:elasticloadbalancing:us-east-1:111111111111:targetgroup/t/1"
    quoted = target_group.replace(":", "%3A").replace("/", "%2F")
    health = {"TargetHealthDescriptions": [{"Target": {"Id": "i-1"}}]}
    accounts, notes = read(
        tmp_path,
        {
            "prod/describe-regions.json": {"Regions": [{"RegionName": "eu-west-1"}]},
            f"prod/{REGION}/ec2-describe-vpcs.json": {"Vpcs": [{"VpcId": VPC}]},
            f"prod/{REGION}/ec2-describe-security-groups.json": groups,
            f"prod/{REGION}/route53-list-hosted-zones.json": zones,
            f"prod/{REGION}/route53-list-hosted-zones-by-vpc/eu-west-1/{VPC}": {"HostedZoneSummaries": []},
            f"prod/{REGION}/elb-describe-load-balancers.json": {"LoadBalancerDescriptions": []},
            f"prod/{REGION}/elbv2-describe-target-health/{quoted}": health,
            f"prod/{REGION}/iam-get-role/app": {"Role": {"RoleName": "app"}},
            f"dev/{REGION}/sts-get-caller-identity.json": {"Account": B},
            f"dev/{REGION}/ec2-describe-subnets.json": {"Subnets": [{"SubnetId": "subnet-1", "OwnerId": A}]},
        },
    )

    assert accounts[A] == {
        REGION: {
            "describe_vpcs": {"Vpcs": [{"VpcId": VPC}]},
            "describe_security_groups": groups,
            "describe_target_health": {target_group: health},
        },
        "global": {
            "list_hosted_zones": zones,
            "list_hosted_zones_by_vpc": {f"{VPC}/eu-west-1": {"HostedZoneSummaries": []}},
            "get_role": {"app": {"Role": {"RoleName": "app"}}},
        },
    }
    assert set(accounts) == {A, B}
    assert notes == [
        f"the account was told from the owners of the objects (dev: {B}, prod: {A})",
        "2 files were set aside: prod/describe-regions.json, prod/us-east-1/elb-describe-load-balancers.json "
        "(no AWS answer that apidoctor reads in them)",
    ]


def test_a_viewer_s_flat_folder_with_a_file_for_each_route_table(tmp_path):
    routes = {"Routes": [{"DestinationCidrBlock": "0.0.0.0/0"}], "AdditionalRoutesAvailable": False}
    accounts, _ = read(
        tmp_path,
        {
            "vpcs.json": VPCS,
            "subnets.json": SUBNETS,
            "tgw-route-tables.json": {
                "TransitGatewayRouteTables": [{"TransitGatewayRouteTableId": "tgw-rtb-0a1"}]
            },
            "tgw-routes-tgw-rtb-0a1.json": routes,
        },
    )

    assert accounts[A][REGION]["search_transit_gateway_routes"] == {"tgw-rtb-0a1": routes}
    assert "describe_transit_gateway_route_tables" in accounts[A][REGION]


# Account and Region


def test_the_account_is_told_by_most_owners_and_the_region_by_the_zones(tmp_path):
    shared = {"Subnets": [{"SubnetId": "subnet-9", "OwnerId": B, "AvailabilityZone": "us-gov-west-1-lax-1a"}]}
    groups = {"SecurityGroups": [{"GroupId": f"sg-{n}", "OwnerId": A} for n in range(2)]}
    accounts, notes = read(tmp_path, {"subnets.json": shared, "security-groups.json": groups})

    assert {account: set(regions) for account, regions in accounts.items()} == {A: {"us-gov-west-1"}}
    assert notes == [
        f"the account was told from the owners of the objects (the folder: {A})",
        "the Region was told from the Availability Zones and ARNs of the objects (us-gov-west-1)",
    ]


def test_files_of_two_regions_may_lie_together(tmp_path):
    europe = {"Subnets": [{"SubnetId": "subnet-2", "OwnerId": A, "AvailabilityZone": "eu-west-1b"}]}
    accounts, _ = read(tmp_path, {"subnets-us.json": SUBNETS, "subnets-eu.json": europe})

    assert accounts[A] == {REGION: {"describe_subnets": SUBNETS}, "eu-west-1": {"describe_subnets": europe}}


def test_arns_tell_where_there_are_no_zones_and_owners(tmp_path):
    stack = f"arn:aws:cloudformation:eu-central-1:{A}:stack/x/1"
    vpcs = {"Vpcs": [{"VpcId": VPC, "Tags": [{"Key": "aws:cloudformation:stack-id", "Value": stack}]}]}

    assert read(tmp_path, {"vpcs.json": vpcs})[0] == {A: {"eu-central-1": {"describe_vpcs": vpcs}}}


def test_what_nothing_tells_is_called_unknown_and_noted(tmp_path):
    accounts, notes = read(tmp_path, {"vpcs.json": {"Vpcs": []}})

    assert accounts == {"unknown": {"unknown": {"describe_vpcs": {"Vpcs": []}}}}
    assert notes == [
        "no folder's name and no OwnerId tells the account of the folder: it is called unknown",
        "nothing tells the Region of vpcs.json: it is called unknown",
    ]


def test_a_folder_with_a_name_keeps_it_where_no_owner_is_told(tmp_path):
    accounts, notes = read(
        tmp_path, {f"{name}/{REGION}/vpcs.json": {"Vpcs": [{"VpcId": name}]} for name in ("dev", "prod")}
    )

    assert set(accounts) == {"dev", "prod"}
    assert notes == ["no folder's name and no OwnerId tells the account of dev, prod: it is called dev, prod"]


def test_the_named_folder_s_own_place_counts(tmp_path):
    put(tmp_path, {f"{A}/{REGION}/vpcs.json": {"Vpcs": []}})

    assert read_snapshot(tmp_path / A)[0].accounts == {A: {REGION: {"describe_vpcs": {"Vpcs": []}}}}
    assert read_snapshot(tmp_path / A / REGION)[0].accounts == {A: {REGION: {"describe_vpcs": {"Vpcs": []}}}}


def test_names_of_files_may_hold_account_and_region(tmp_path):
    accounts, notes = read(
        tmp_path,
        {
            f"{A}_us-east-1_describe-vpcs.json": {"Vpcs": []},
            f"{B}_eu-west-1.json": {"Vpcs": [], "Subnets": []},
            f"describe-subnets/{B}/us-east-1.json": {"Subnets": []},
        },
    )

    assert accounts == {
        A: {REGION: {"describe_vpcs": {"Vpcs": []}}},
        B: {
            "eu-west-1": {"describe_vpcs": {"Vpcs": []}, "describe_subnets": {"Subnets": []}},
            REGION: {"describe_subnets": {"Subnets": []}},
        },
    }
    assert notes == []


def test_global_is_the_region_of_global_services_alone(tmp_path):
    user = {"User": {"UserName": "me"}}
    accounts, _ = read(
        tmp_path, {f"{A}/global/subnets.json": SUBNETS, f"{A}/global/get-user.json": {"me": user}}
    )

    assert accounts == {A: {REGION: {"describe_subnets": SUBNETS}, "global": {"get_user": {"me": user}}}}


@pytest.mark.parametrize(
    "near", ["us-east", "us-east-12", "xus-east-1", "11111111111", "1111111111111", "us_east_1"]
)
def test_what_only_looks_like_a_place_is_none(near, tmp_path):
    accounts, _ = read(tmp_path, {f"{near}/vpcs.json": VPCS, f"{near}/subnets.json": SUBNETS})

    assert accounts == {A: {REGION: {"describe_vpcs": VPCS, "describe_subnets": SUBNETS}}}


# One object each


KEYED = {"Routes": [{"DestinationCidrBlock": "10.0.0.0/8"}], "AdditionalRoutesAvailable": False}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("search-transit-gateway-routes.json", {"tgw-rtb-0123": KEYED}),
        ("search_transit_gateway_routes/tgw-rtb-0123.json", KEYED),
        ("ec2-search-transit-gateway-routes/tgw-rtb-0123", KEYED),
        ("search-transit-gateway-routes-tgw-rtb-0123.json", KEYED),
        ("search-transit-gateway-routes_tgw-rtb-0123.json", KEYED),
        ("tgw-rtb-0123-search-transit-gateway-routes.json", KEYED),
        ("tgw-rtb-0123.json", KEYED),
        ("routes.json", {"search-transit-gateway-routes": {"tgw-rtb-0123": KEYED}}),
    ],
)
def test_routes_of_a_transit_gateway_are_found_by_their_table(name, content, tmp_path):
    assert at(tmp_path, **{name: content})[0] == {"search_transit_gateway_routes": {"tgw-rtb-0123": KEYED}}


def test_files_for_several_objects_stand_side_by_side(tmp_path):
    answers, _ = at(
        tmp_path,
        **{
            "get-managed-prefix-list-entries_pl-0aa.json": {"Entries": [{"Cidr": "10.0.0.0/8"}]},
            "get-managed-prefix-list-entries_pl-0bb.json": {"Entries": []},
            "describe-vpc-attribute-dns.json": {"VpcId": VPC, "EnableDnsSupport": {"Value": True}},
            f"describe-vpc-attribute/{VPC}/enableDnsHostnames.json": {"EnableDnsHostnames": {"Value": False}},
            "get_stages/abc1234567.json": {"item": []},
            "describe-client-vpn-routes.json": {
                "Routes": [{"ClientVpnEndpointId": "cvpn-endpoint-1", "DestinationCidr": "10.0.0.0/8"}]
            },
        },
    )

    assert answers == {
        "get_managed_prefix_list_entries": {
            "pl-0aa": {"Entries": [{"Cidr": "10.0.0.0/8"}]},
            "pl-0bb": {"Entries": []},
        },
        "describe_vpc_attribute": {
            f"{VPC}/enableDnsSupport": {"VpcId": VPC, "EnableDnsSupport": {"Value": True}},
            f"{VPC}/enableDnsHostnames": {"EnableDnsHostnames": {"Value": False}},
        },
        "get_stages": {"abc1234567": {"item": []}},
        "describe_client_vpn_routes": {
            "cvpn-endpoint-1": {
                "Routes": [{"ClientVpnEndpointId": "cvpn-endpoint-1", "DestinationCidr": "10.0.0.0/8"}]
            }
        },
    }


def test_an_answer_that_names_no_object_is_set_aside(tmp_path):
    accounts, notes = read(
        tmp_path, {f"{A}/{REGION}/Vpcs.json": VPCS, f"{A}/{REGION}/entries.json": {"Entries": []}}
    )

    assert set(accounts[A][REGION]) == {"describe_vpcs"}
    assert "entries.json" in notes[0]


# Pages and filters


def test_pages_are_joined_and_an_object_is_taken_once(tmp_path):
    answers, notes = at(
        tmp_path,
        **{
            "describe-subnets-1.json": {"Subnets": [subnet("a"), subnet("b")], "NextToken": "x"},
            "describe-subnets-2.json": {"Subnets": [subnet("b"), subnet("c")]},
        },
    )

    assert answers == {"describe_subnets": {"Subnets": [subnet("a"), subnet("b"), subnet("c")]}}
    assert notes == []


def test_numbered_pages_need_no_tokens(tmp_path):
    pages = {f"subnets-{n}.json": {"Subnets": [subnet(f"s{n}")]} for n in range(1, 4)}

    assert "partial" not in at(tmp_path, **pages)[0]["describe_subnets"]


@pytest.mark.parametrize(
    "pages",
    [
        {"describe-subnets.json": {"Subnets": [subnet("a")], "NextToken": "x"}},
        {"describe-subnets-1.json": {"Subnets": [subnet("a")], "NextToken": "x"},
         "describe-subnets-2.json": {"Subnets": [subnet("b")], "NextToken": "y"}},
        {"describe-subnets-1.json": {"Subnets": [subnet("a")], "NextToken": "x"},
         "describe-subnets-3.json": {"Subnets": [subnet("b")]}},
        {"describe-subnets-2.json": {"Subnets": [subnet("b")]}},
        {"net-a.json": {"Subnets": [subnet("a")]}, "net-b.json": {"Subnets": [subnet("b")]}},
    ],
    ids=["no second page", "no last page", "a gap", "no first page", "two parts"],
)  # fmt: skip
def test_a_list_with_a_part_missing_is_partial(pages, tmp_path):
    answers, notes = at(tmp_path, **pages)
    inventory = Inventory({A: {REGION: answers}})

    assert answers["describe_subnets"]["partial"]
    assert "NextToken" not in answers["describe_subnets"]
    assert not inventory.items(A, REGION, "describe_subnets").known
    assert not inventory.one(A, REGION, "describe_subnets", "SubnetId", "gone").known
    assert notes == ["1 list was read in part: us-east-1 describe_subnets"]


def test_a_dump_that_holds_all_others_is_whole(tmp_path):
    answers, _ = at(
        tmp_path,
        **{
            "all.json": {"Subnets": [subnet("a"), subnet("b")]},
            "of-a.json": {"Subnets": [subnet("a")]},
        },
    )

    assert answers["describe_subnets"] == {"Subnets": [subnet("a"), subnet("b")]}


def test_an_id_in_the_name_tells_of_what_a_list_is_whole(tmp_path):
    answers, _ = at(
        tmp_path,
        **{
            f"describe-subnets-{VPC}.json": {"Subnets": [subnet("a")]},
            f"{OTHER}/describe-subnets.json": {"Subnets": []},
        },
    )
    inventory = Inventory({A: {REGION: answers}})

    assert len(inventory.where(A, REGION, "describe_subnets", "VpcId", VPC).value) == 1
    assert inventory.where(A, REGION, "describe_subnets", "VpcId", OTHER).value == []
    assert not inventory.where(A, REGION, "describe_subnets", "VpcId", "vpc-9").known


def test_a_folder_of_a_list_by_another_list_is_partial(tmp_path):
    group = {"TargetGroups": [{"TargetGroupArn": "arn:t"}]}
    answers, _ = at(tmp_path, **{"elbv2-describe-target-groups/arn%3Alb": group})

    assert answers["describe_target_groups"] == {**group, "partial": True}


def test_a_reservation_may_show_other_instances_in_another_dump(tmp_path):
    def dump(name):
        return {"Reservations": [{"ReservationId": "r-1", "Instances": [{"InstanceId": name}]}]}

    answers, _ = at(tmp_path, **{"instances-1.json": dump("i-1"), "instances-2.json": dump("i-2")})

    assert len(answers["describe_instances"]["Reservations"]) == 2


# Refusals and broken files


REFUSED = (
    "\nAn error occurred (UnauthorizedOperation) when calling the DescribeVpcEndpoints operation: "
    "You are not authorized to perform this operation.\n"
)


@pytest.mark.parametrize("name", ["describe-vpc-endpoints.json", "VpcEndpoints.json", "out.json"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_the_text_of_a_refused_call_is_a_refusal(name, encoding, tmp_path):
    answers, notes = at(tmp_path, **{name: REFUSED.encode(encoding)})

    assert answers["describe_vpc_endpoints"]["error"] == {
        "Code": "UnauthorizedOperation",
        "Message": "You are not authorized to perform this operation.",
    }
    fact = Inventory({A: {REGION: answers}}).items(A, REGION, "describe_vpc_endpoints")
    assert fact.missing[0].refused
    assert notes == [
        f"1 file was read as an error of AWS: {A}/{REGION}/{name} (UnauthorizedOperation) (the answer is unknown)"
    ]


def test_a_refusal_about_one_object_is_kept_with_it(tmp_path):
    text = REFUSED.replace("DescribeVpcEndpoints", "SearchTransitGatewayRoutes")
    answers, _ = at(
        tmp_path,
        **{
            "search-transit-gateway-routes-tgw-rtb-01.json": text,
            "search-transit-gateway-routes-tgw-rtb-02.json": KEYED,
        },
    )

    assert answers["search_transit_gateway_routes"]["tgw-rtb-01"]["error"]["Code"] == "UnauthorizedOperation"
    assert answers["search_transit_gateway_routes"]["tgw-rtb-02"] == KEYED


def test_an_answer_beats_a_refusal(tmp_path):
    error = {"error": {"Code": "UnauthorizedOperation"}}
    answers, _ = at(
        tmp_path, **{"describe-vpcs.json": error, "vpcs.json": VPCS, "describe-subnets.json": error}
    )

    assert answers == {"describe_vpcs": VPCS, "describe_subnets": error}


@pytest.mark.parametrize("empty", [b"", b"\n", "﻿".encode(), "\n".encode("utf-16")])
@pytest.mark.parametrize("name", ["describe-subnets.json", "Subnets.json"])
def test_an_empty_file_is_a_call_that_failed(name, empty, tmp_path):
    answers, notes = at(tmp_path, **{"describe-vpcs.json": VPCS, name: empty})

    assert answers == {"describe_vpcs": VPCS}
    assert notes == [
        f"1 file was left out as empty: {A}/{REGION}/{name} "
        "(a call that failed leaves an empty file; it counts as not asked)"
    ]


def test_other_files_are_set_aside_in_one_line(tmp_path):
    others = {
        "package.json": {"name": "x", "dependencies": {"a": "1"}, "items": [{"id": 1}]},
        "template.json": {"Resources": {"Vpc": {"Type": "AWS::EC2::VPC", "Subnets": ["subnet-1"]}}},
        "deep/us-east-1.json": {"region": "us-east-1"},
        "account.json": {"name": "me"},
        "list.json": [1, 2, 3],
        "number.json": "17",
        "describe-everything.json": {"Vpcs": {"VpcId": VPC}},
        "strings.json": {"Vpcs": ["vpc-1"]},
    }
    accounts, notes = read(tmp_path, {"vpcs.json": VPCS, "subnets.json": SUBNETS, "notes.md": "x", **others})

    assert accounts == {A: {REGION: {"describe_vpcs": VPCS, "describe_subnets": SUBNETS}}}
    assert notes[-1] == (
        "8 files were set aside: account.json, describe-everything.json, list.json, … "
        "(no AWS answer that apidoctor reads in them)"
    )


@pytest.mark.parametrize(
    "broken", [b"{", b"Unable to locate credentials", b"[" * 100_000, b"\x1f\x8b" + b"x", b"\xff\xfe{}\xff"]
)
def test_a_broken_file_is_set_aside_outside_the_exact_layout(broken, tmp_path):
    accounts, notes = read(tmp_path, {"vpcs.json": VPCS, "subnets.json": SUBNETS, "broken.json": broken})

    assert set(accounts[A][REGION]) == {"describe_vpcs", "describe_subnets"}
    assert notes[-1] == "1 file was set aside: broken.json (not JSON)"


def test_a_snapshot_in_the_folder_is_not_mixed_in(tmp_path):
    snapshot = {"format": "apidoctor.snapshot", "format_version": "1.0", "accounts": {B: {REGION: VPCS}}}
    accounts, notes = read(tmp_path, {f"{A}/{REGION}/vpcs.json": VPCS, "old.json": snapshot})

    assert set(accounts) == {A}
    assert notes == ["1 file was set aside: old.json (a snapshot of its own; name it instead of the folder)"]


def test_a_folder_with_nothing_of_aws_is_refused(tmp_path):
    put(tmp_path, {"package.json": {"name": "x"}, "describe-vpcs.json": b""})

    with pytest.raises(NothingToJudge, match="no other answers of AWS"):
        read_snapshot(tmp_path)


@pytest.mark.parametrize(
    "odd",
    [
        {"Vpcs": [{}]},
        {"Subnets": [{"SubnetId": 5, "VpcId": []}, {"SubnetId": None}]},
        {
            "Reservations": [
                {"Instances": [{"InstanceId": 1}, {"InstanceId": "i-1", "NetworkInterfaces": [5]}]}
            ]
        },
        {"Reservations": [{"Instances": "x"}, {}]},
        {"PrefixLists": [{"PrefixListId": 5, "Cidrs": "x"}]},
        {"TransitGatewayStaticRoutes": [{"Routes": 5}, {"TransitGatewayRouteTableId": "t", "Routes": [5]}]},
        {"TransitGatewayStaticRoutes": {}},
        {"describe_vpcs": {"describe_vpcs": {"Vpcs": []}}},
        {"accounts": {"accounts": {A: {REGION: {"Vpcs": []}}}}},
        {"Vpcs": [], "NextToken": 5, "partial": "x", "asked": 7},
        {"error": {"Code": 5}},
        {"error": {}},
        {"Routes": [{"ClientVpnEndpointId": 5}]},
        {A: {A: {REGION: {REGION: {"Vpcs": []}}}}},
    ],
)
@pytest.mark.parametrize("name", ["x.json", "describe-vpcs.json", "search-transit-gateway-routes.json"])
def test_odd_shapes_never_stop_the_reading(odd, name, tmp_path):
    healthy = {"DhcpOptions": []}
    put(tmp_path, {f"{A}/eu-west-1/DhcpOptions.json": healthy, f"a/{name}": odd, f"b/{name}": odd})
    accounts = read_snapshot(tmp_path)[0].accounts

    assert accounts[A]["eu-west-1"]["describe_dhcp_options"] == healthy


def test_names_of_files_never_break_a_note_or_a_snapshot(tmp_path):
    odd = os.fsdecode(b"\xff\n\x1b[31m")
    put(tmp_path, {f"{odd}/{REGION}/vpcs.json": {"Vpcs": []}, f"{odd}/{'long' * 50}.json": {}})
    accounts, notes = read(tmp_path, {f"get-role/{odd}": {"Role": {}}})

    assert json.dumps(accounts).isprintable()
    assert msgspec.json.encode(accounts)
    assert "".join(notes).isprintable()


# Interfaces of instances


def test_instances_show_some_of_the_interfaces(tmp_path):
    interface = {
        "NetworkInterfaceId": "eni-1",
        "VpcId": VPC,
        "PrivateIpAddress": "10.0.0.9",
        "Attachment": {"DeviceIndex": 0, "Status": "attached"},
    }
    instance = {
        "InstanceId": "i-1",
        "Placement": {"AvailabilityZone": "us-east-1a"},
        "NetworkInterfaces": [interface],
    }
    answers, notes = at(
        tmp_path, **{"Reservations.json": {"Reservations": [{"OwnerId": A, "Instances": [instance]}]}}
    )
    inventory = Inventory({A: {REGION: answers}})
    found = inventory.one(A, REGION, "describe_network_interfaces", "NetworkInterfaceId", "eni-1").value

    assert found["Attachment"] == {
        "DeviceIndex": 0,
        "Status": "attached",
        "InstanceId": "i-1",
        "InstanceOwnerId": A,
    }
    assert found["AvailabilityZone"] == "us-east-1a"
    assert not inventory.one(A, REGION, "describe_network_interfaces", "NetworkInterfaceId", "eni-2").known
    of_instance = inventory.where(A, REGION, "describe_network_interfaces", "Attachment.InstanceId", "i-1")
    assert of_instance.value == [found]
    assert "Attachment" not in instance
    assert notes == [
        f"1 Region was read with the interfaces of instances alone: {A} {REGION} "
        "(describe-instances; those of endpoints and functions are not among them)"
    ]


def test_interfaces_that_were_asked_for_are_left_alone(tmp_path):
    interfaces = {"NetworkInterfaces": []}
    reservations = {
        "Reservations": [
            {"Instances": [{"InstanceId": "i-1", "NetworkInterfaces": [{"NetworkInterfaceId": "eni-1"}]}]}
        ]
    }
    answers, _ = at(
        tmp_path, **{"instances.json": reservations, "describe-network-interfaces.json": interfaces}
    )

    assert answers["describe_network_interfaces"] == interfaces


# One file


@pytest.mark.parametrize(
    "document",
    [
        {**VPCS, **SUBNETS},
        {"describe_vpcs": VPCS, "describe_subnets": SUBNETS},
        {"describe-vpcs": VPCS, "ec2.describe-subnets": SUBNETS},
        {REGION: {**VPCS, **SUBNETS}},
        {A: {REGION: {"describe_vpcs": VPCS, "Subnets": SUBNETS["Subnets"]}}},
        {"accounts": {A: {REGION: {"describe_vpcs": VPCS, "describe_subnets": SUBNETS}}}},
    ],
)
@pytest.mark.parametrize("inside", [False, True])
def test_one_file_may_hold_a_whole_account(document, inside, tmp_path):
    put(tmp_path, {"aws.json": document})
    accounts = read_snapshot(tmp_path if inside else tmp_path / "aws.json")[0].accounts

    assert accounts == {A: {REGION: {"describe_vpcs": VPCS, "describe_subnets": SUBNETS}}}


def test_a_single_answer_is_read_too(tmp_path):
    put(tmp_path, {"subnets.json": json.dumps(SUBNETS).encode("utf-16")})

    assert read_snapshot(tmp_path / "subnets.json")[0].accounts == {
        A: {REGION: {"describe_subnets": SUBNETS}}
    }


def test_a_file_of_another_program_is_no_snapshot(tmp_path):
    put(tmp_path, {"package.json": {"name": "x", "items": []}})

    with pytest.raises(NothingToJudge, match='not a snapshot \\(no "format"'):
        read_snapshot(tmp_path / "package.json")


# Bounds


def test_links_out_of_the_folder_are_not_followed(tmp_path):
    put(tmp_path, {"outside/subnets.json": SUBNETS, "outside/deep/x.json": VPCS, "inside/vpcs.json": VPCS})
    (tmp_path / "inside" / "subnets.json").symlink_to("../outside/subnets.json")
    (tmp_path / "inside" / "deep").symlink_to("../outside/deep")
    (tmp_path / "inside" / "gone.json").symlink_to("nowhere.json")
    (tmp_path / "inside" / "loop").symlink_to(".")
    snapshot, notes = read_snapshot(tmp_path / "inside")

    assert set(snapshot.accounts[A]["unknown"]) == {"describe_vpcs"}
    assert notes[-1] == (
        "1 file was not read: subnets.json (links that lead out of the folder, or folders nested too deep)"
    )


def test_hidden_files_and_pipes_are_never_opened(tmp_path):
    put(tmp_path, {".git/subnets.json": SUBNETS, ".subnets.json": SUBNETS, f"{A}/{REGION}/vpcs.json": VPCS})
    os.mkfifo(tmp_path / "pipe.json")

    assert read(tmp_path, {}) == ({A: {REGION: {"describe_vpcs": VPCS}}}, [])


def test_folders_nested_too_deep_are_noted(tmp_path):
    put(tmp_path, {f"{A}/{REGION}/vpcs.json": VPCS, "d/" * 30 + "subnets.json": SUBNETS})
    accounts, notes = read(tmp_path, {})

    assert set(accounts[A][REGION]) == {"describe_vpcs"}
    assert "folders nested too deep" in notes[0]


def test_the_wrong_folder_is_given_up_early(tmp_path, monkeypatch):
    monkeypatch.setattr("apidoctor.facts.files.MAX_FILES", 2)
    put(tmp_path, {f"{name}.txt": "" for name in range(30)})

    with pytest.raises(NothingToJudge, match="more than 2 files"):
        read_snapshot(tmp_path)


def test_a_large_folder_is_read_whole(tmp_path):
    interfaces = [
        {
            "NetworkInterfaceId": f"eni-{n:017x}",
            "OwnerId": A,
            "VpcId": VPC,
            "AvailabilityZone": "us-east-1a",
            "PrivateIpAddresses": [
                {"PrivateIpAddress": f"10.{n >> 16}.{n >> 8 & 255}.{n & 255}", "Primary": True}
            ],
            "Groups": [{"GroupId": "sg-1", "GroupName": "all"}],
            "TagSet": [{"Key": "Name", "Value": f"host {n}"}],
        }
        for n in range(20_000)
    ]
    pages = {
        f"describe-network-interfaces-{n // 1000 + 1}.json": {"NetworkInterfaces": interfaces[n : n + 1000]}
        for n in range(0, 20_000, 1000)
    }
    accounts, _ = read(tmp_path, pages)

    assert accounts[A][REGION]["describe_network_interfaces"] == {"NetworkInterfaces": interfaces}
