"""``apidoctor names``, ``resolve`` and ``forwarders`` as a person types them."""

import json

import pytest
from cli.command import apidoctor
from worlds.build import API, DEFAULT_NAME, ENDPOINT, HOSTED_ZONE, REGION, VPC_C, VPC_E, ZONE_NAME
from worlds.changes import customer_zone, private_dns
from worlds.domain import DOMAIN, set_mappings, with_domain
from worlds.layouts import peered, same_vpc

PUBLIC_API = "pub7654321"


@pytest.fixture
def run(nowhere, tmp_path):
    """Runs a command on a world's snapshot; returns code and standard output."""

    def on(world, *words, stdin=None):
        file = tmp_path / "world.json"
        file.write_text(json.dumps(world.snapshot()))
        done = apidoctor(*words, "--snapshot", str(file), env=nowhere | {"COLUMNS": "100"}, stdin=stdin)
        assert "Traceback" not in done.stderr, done.stderr
        return done.returncode, done.stdout

    return on


@pytest.fixture
def off():
    """A world whose endpoint has private DNS off, and whose account has a public API too."""
    world = same_vpc()
    private_dns(world, on=False)
    world.add(
        world.api_account,
        "get_rest_apis",
        {"id": PUBLIC_API, "name": "shop", "endpointConfiguration": {"types": ["REGIONAL"]}},
    )
    return world


class TestNames:
    def test_every_way_to_call_is_listed_with_what_it_gets(self, run):
        code, text = run(same_vpc(), "names", API, "--region", REGION, "--json")
        names = json.loads(text)
        forms = {name["form"] for name in names}

        assert code == 0
        assert forms >= {
            "private-dns",
            "endpoint-host",
            "endpoint-id-header",
            "endpoint-zonal",
            "alias",
            "direct-ip",
        }
        default = next(name for name in names if name["form"] == "private-dns")
        assert default["name"] == DEFAULT_NAME
        assert {get["place"]: get["good"] for get in default["gets"]} == {VPC_E: True, "public DNS": False}

    def test_the_text_names_header_and_address(self, run):
        code, text = run(same_vpc(), "names", API, "--region", REGION)

        assert code == 0
        assert f"x-apigw-api-id: {API}" in text
        assert f"Host: {DEFAULT_NAME}" in text

    def test_a_custom_domain_is_another_name_of_the_api_it_leads_to(self, run):
        world = with_domain()
        code, text = run(world, "names", world.target, "--json")
        names = [(name["form"], name["name"]) for name in json.loads(text)]

        assert code == 0
        assert {("custom-domain", DOMAIN), ("private-dns", DEFAULT_NAME)} <= set(names)

    def test_a_custom_domain_that_leads_nowhere_is_asked_for_an_api(self, run):
        world = with_domain()
        set_mappings(world)

        assert run(world, "names", world.target)[0] == 2

    def test_other_partitions_have_their_own_suffix(self, run):
        world = same_vpc()
        code, text = run(world, "names", "abc1234567", "--region", "cn-north-1")

        assert code == 3  # no endpoint of that Region is in the snapshot
        assert "abc1234567.execute-api.cn-north-1.amazonaws.com.cn" in text


class TestResolve:
    def test_the_answer_names_the_object_that_decides(self, run):
        code, text = run(same_vpc(), "resolve", DEFAULT_NAME)

        assert code == 0
        assert f"endpoint {ENDPOINT}: private DNS answers" in text

    def test_a_zone_without_the_record_is_the_end_of_the_search(self, run):
        world = peered()
        customer_zone(world, ZONE_NAME, f"zzz7654321.{ZONE_NAME}")
        _, text = run(world, "resolve", DEFAULT_NAME, "--vpc", VPC_C, "--json")
        (answer,) = json.loads(text)

        assert answer["kind"] == "nxdomain"
        assert answer["decided_by"] == {"kind": "hosted-zone", "id": HOSTED_ZONE}

    def test_what_is_not_known_is_said_with_what_would_tell(self, run):
        world = same_vpc()
        del world.answers(world.caller_account)["describe_vpc_attribute"]
        code, text = run(world, "resolve", DEFAULT_NAME, "--vpc", VPC_E)

        assert code == 3
        assert "ec2:DescribeVpcAttribute" in text

    def test_private_dns_would_break_the_public_apis_of_the_vpc(self, run, off):
        code, text = run(off, "resolve", "--what-if", f"private-dns-on={ENDPOINT}", "--json")
        effects = {(effect["name"], effect["kind"]) for effect in json.loads(text)["effects"]}

        assert code == 1
        assert (f"{PUBLIC_API}.{ZONE_NAME}", "breaks") in effects
        assert (DEFAULT_NAME, "mends") in effects
        assert (f"any-other-api.{ZONE_NAME}", "captures") in effects

    def test_ec2_would_refuse_while_a_zone_owns_the_name(self, run):
        world = peered()
        private_dns(world, on=False)
        owner = {"OwningAccount": world.endpoint_account}
        zones = world.answers(world.endpoint_account, "global").setdefault("list_hosted_zones_by_vpc", {})
        zones[f"{VPC_E}/{REGION}"] = {
            "HostedZoneSummaries": [{"HostedZoneId": "Z0OTHER", "Name": f"{ZONE_NAME}.", "Owner": owner}]
        }
        code, text = run(world, "resolve", "--what-if", f"private-dns-on={ENDPOINT}")

        assert code == 1
        assert f"conflicting DNS domain for {ZONE_NAME}" in text

    def test_a_change_of_nothing_changes_nothing(self, run):
        code, text = run(same_vpc(), "resolve", "--what-if", f"private-dns-on={ENDPOINT}")

        assert (code, text) == (0, "No name that the snapshot knows would get another answer.\n")

    def test_a_batch_answers_line_by_line(self, run):
        lines = [
            {"id": 1, "name": DEFAULT_NAME, "vpc": VPC_E},
            {"id": 2, "name": DEFAULT_NAME, "vpc": "vpc-none"},
            {"name": 3},
        ]
        code, text = run(
            same_vpc(), "resolve", "--batch", "-", stdin="\n".join(json.dumps(line) for line in lines)
        )
        answers = [json.loads(line) for line in text.splitlines()]

        assert code == 0
        assert (answers[0]["id"], answers[0]["kind"]) == (1, "addresses")
        assert "vpc-none" in answers[1]["problem"]
        assert "problem" in answers[2]

    @pytest.mark.parametrize(
        ("words", "code"),
        [
            ((), 2),
            (("--what-if", "nonsense"), 2),
            (("--what-if", "private-dns-on=vpce-none"), 2),
            (("--what-if", "associate-zone=Z1"), 2),
            ((DEFAULT_NAME, "--vpc", "vpc-none"), 4),
        ],
    )
    def test_wrong_usage_has_its_code(self, run, words, code):
        assert run(same_vpc(), "resolve", *words)[0] == code


class TestForwarders:
    def test_the_stanza_of_one_software_is_printed(self, nowhere):
        done = apidoctor(
            "forwarders",
            ZONE_NAME,
            "--to",
            "10.1.0.10",
            "--to",
            "10.1.1.10",
            "--software",
            "unbound",
            env=nowhere,
        )

        assert done.returncode == 0
        assert "forward-addr: 10.1.0.10" in done.stdout
        assert "forward-addr: 10.1.1.10" in done.stdout
        assert "BIND" not in done.stdout

    @pytest.mark.parametrize(
        "words", [("com", "--to", "10.1.0.10"), ("a.example", "--to", "ns.example"), ("a.example",)]
    )
    def test_what_is_no_zone_or_address_is_refused(self, nowhere, words):
        done = apidoctor("forwarders", *words, env=nowhere)

        assert done.returncode == 2
        assert "Traceback" not in done.stderr
