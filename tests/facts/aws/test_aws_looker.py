"""Who calls, which accounts can be read, and reading them: at moto and at endpoints that play every trick."""

import json
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import boto3
import pytest
from facts.canned import access_key, asked, canned, ec2_list, identity, query_error, role
from werkzeug import Response

from apidoctor.facts.aws.clients import Clients, _refuse_changes
from apidoctor.facts.aws.failures import NotReadOnly
from apidoctor.facts.aws.looker import ASSUME_ROLE, AwsLooker, CredentialOptions
from apidoctor.facts.looker import Looker
from apidoctor.model.missing import Gap, Lookup, Probe

READER = "arn:aws:iam::222222222222:role/reader"
IDENTITY = Probe("identity")


@pytest.fixture
def moto(moto_url, monkeypatch, keys):
    monkeypatch.setenv("AWS_ENDPOINT_URL", moto_url)


def at(server, monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)


def test_a_run_against_an_emulator_reads_two_accounts(moto):
    looker: Looker = AwsLooker(CredentialOptions(role_arns=(READER,)), region="us-east-1", vantage="office")
    seen = looker.look(IDENTITY)
    (who,) = seen.observations

    assert (who.outcome, who.account, who.region, who.vantage) == (
        "ok",
        "123456789012",
        "us-east-1",
        "office",
    )
    assert seen.accounts == ("123456789012", "222222222222")
    assert abs(who.clock_offset_ms) < 1500
    vpc = boto3.client("ec2", region_name="us-east-1").create_vpc(CidrBlock="10.77.0.0/16")["Vpc"]["VpcId"]
    wanted = Lookup("describe_vpcs", "123456789012", "us-east-1", "", "VpcId", (vpc,))
    (answer,) = looker.look(wanted).answers
    (elsewhere,) = looker.look(
        Lookup("describe_vpcs", "222222222222", "us-east-1", "", "VpcId", (vpc,))
    ).answers

    assert [one["CidrBlock"] for one in answer.body["Vpcs"]] == ["10.77.0.0/16"]
    assert (answer.account, answer.region, answer.operation) == ("123456789012", "us-east-1", "describe_vpcs")
    assert elsewhere.body == {"Vpcs": []}


def test_dates_policies_and_stages_of_an_api_are_read_and_stage_variables_hidden(moto):
    api = boto3.client("apigateway", region_name="us-east-1")
    api_id = api.create_rest_api(name="pets")["id"]
    root = api.get_resources(restApiId=api_id)["items"][0]["id"]
    api.put_method(restApiId=api_id, resourceId=root, httpMethod="GET", authorizationType="NONE")
    api.put_integration(restApiId=api_id, resourceId=root, httpMethod="GET", type="MOCK")
    api.create_deployment(restApiId=api_id, stageName="prod", variables={"password": "hunter2"})
    looker = AwsLooker(region="us-east-1")
    looker.look(IDENTITY)

    def body(operation, key):
        return looker.look(Lookup(operation, "123456789012", "us-east-1", key)).answers[0].body

    assert body("get_rest_api", api_id)["createdDate"].endswith("Z")
    assert body("get_stage", f"{api_id}/prod")["variables"] == {"password": "***"}
    assert body("get_resources", api_id)["items"][0]["resourceMethods"]["GET"]["authorizationType"] == "NONE"
    assert "hunter2" not in str(body("get_stages", api_id))
    assert body("get_rest_api", "nope000000")["error"]["Code"] == "NotFoundException"


def test_two_services_with_one_name_are_told_apart_by_the_region(moto):
    iam = boto3.client("iam", region_name="us-east-1")
    statement = {"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    arn = iam.create_policy(PolicyName="p1", Path="/team/", PolicyDocument=document)
    arn = arn["Policy"]["Arn"]
    looker = AwsLooker(region="us-east-1")
    looker.look(IDENTITY)
    of_iam = looker.look(Lookup("get_policy", "123456789012", "global", arn)).answers[0]
    version = looker.look(Lookup("get_policy_version", "123456789012", "global", f"{arn}/v1")).answers[0]
    of_lambda = looker.look(Lookup("get_policy", "123456789012", "us-east-1", "no-such-function")).answers[0]

    assert of_iam.body["Policy"]["PolicyName"] == "p1"
    assert (of_iam.operation, of_iam.region) == ("get_policy", "global")
    assert version.body["PolicyVersion"]["VersionId"] == "v1"
    assert of_lambda.body["error"]["Code"] == "ResourceNotFoundException"


def test_only_identity_can_be_asked_before_the_accounts_are_known(moto):
    looker = AwsLooker(region="us-east-1")
    lookup = Lookup("describe_vpcs", "123456789012", "us-east-1")

    assert looker.can(IDENTITY)
    assert not looker.can(lookup)
    assert looker.look(lookup).answers == ()
    looker.look(IDENTITY)
    assert looker.can(lookup)
    assert not looker.can(Lookup("describe_vpcs", "999999999999", "us-east-1"))
    assert not looker.can(Probe("tcp"))
    assert not looker.can(Gap("x"))


def test_a_look_up_without_an_account_is_asked_in_all(moto):
    looker = AwsLooker(CredentialOptions(role_arns=(READER,)), region="us-east-1")
    looker.look(IDENTITY)
    answers = looker.look(Lookup("get_rest_apis", None, "us-east-1")).answers

    assert {answer.account for answer in answers} == {"123456789012", "222222222222"}


def test_the_keys_to_sign_with_are_those_of_who_calls(moto):
    keys = AwsLooker(region="us-east-1").credentials()

    assert keys.access_key == "AKIAIOSFODNN7EXAMPLE"
    assert keys.token is None


def test_a_role_that_refuses_is_an_answer_under_its_account_and_the_run_goes_on(keys, monkeypatch):
    def reply(request):
        return query_error("AccessDenied", "not you") if asked(request) == "AssumeRole" else None

    with canned(reply) as server:
        at(server, monkeypatch)
        looker = AwsLooker(CredentialOptions(role_arns=(READER,)), region="us-east-1")
        seen = looker.look(IDENTITY)

    (refusal,) = seen.answers
    assert (refusal.account, refusal.region) == ("222222222222", "global")
    assert (refusal.operation, refusal.key) == (ASSUME_ROLE, READER)
    assert refusal.body == {"error": {"Code": "AccessDenied", "Message": "not you"}}
    assert seen.accounts == ("111111111111",)
    assert seen.observations[0].outcome == "ok"
    assert READER in looker.problems[0]


def test_the_external_id_is_sent_and_the_explicit_role_wins_over_the_base_for_one_account(keys, monkeypatch):
    own = "arn:aws:iam::111111111111:role/reader"
    signers = []

    def reply(request):
        if asked(request) == "AssumeRole":
            assert request.form["ExternalId"] == "ext-1"
            return role(own, "ASIAROLEROLEROLEROLE")
        if asked(request) == "DescribeVpcs":
            signers.append(access_key(request))
            return ec2_list("DescribeVpcs", "vpcSet", [])
        return None

    with canned(reply) as server:
        at(server, monkeypatch)
        looker = AwsLooker(CredentialOptions(role_arns=(own,), external_id="ext-1"), region="us-east-1")
        seen = looker.look(IDENTITY)
        looker.look(Lookup("describe_vpcs", "111111111111", "us-east-1"))

    assert seen.accounts == ("111111111111",)
    assert seen.observations[0].principal == "arn:aws:iam::111111111111:user/ops"
    assert signers == ["ASIAROLEROLEROLEROLE"]


def test_profiles_open_their_accounts_and_the_first_is_who_calls(tmp_path, monkeypatch):
    accounts = {"AKIAAAAAAAAAAAAAAAAA": "333333333333", "AKIABBBBBBBBBBBBBBBB": "444444444444"}
    (tmp_path / "credentials").write_text(
        "".join(
            f"[{name}]\naws_access_key_id = {key}\naws_secret_access_key = s\n"
            for name, key in zip(("one", "two"), accounts, strict=True)
        )
    )

    def reply(request):
        return identity(accounts[access_key(request)]) if asked(request) == "GetCallerIdentity" else None

    with canned(reply) as server:
        at(server, monkeypatch)
        looker = AwsLooker(CredentialOptions(profiles=("two", "one", "missing")), region="eu-west-1")
        seen = looker.look(IDENTITY)

    assert set(seen.accounts) == {"333333333333", "444444444444"}
    assert seen.observations[0].account == "444444444444"
    assert looker.credentials().access_key == "AKIABBBBBBBBBBBBBBBB"
    assert len(looker.problems) == 1
    assert "missing" in looker.problems[0]


@pytest.mark.parametrize(
    ("code", "outcome", "word"),
    [
        ("ExpiredToken", "expired", "expired"),
        ("ExpiredTokenException", "expired", "expired"),
        ("InvalidClientTokenId", "invalid", "InvalidClientTokenId"),
        ("SignatureDoesNotMatch", "invalid", "SignatureDoesNotMatch"),
    ],
)
def test_bad_keys_are_told_apart_with_a_sentence(keys, monkeypatch, code, outcome, word):
    with canned(lambda request: query_error(code)) as server:
        at(server, monkeypatch)
        looker = AwsLooker(region="us-east-1")
        seen = looker.look(IDENTITY)

    assert seen.observations[0].outcome == outcome
    assert seen.accounts == ()
    assert word in looker.problems[0]
    assert seen.observations[0].clock_offset_ms is not None


def test_no_credentials_are_none_and_nothing_is_signed():
    looker = AwsLooker(region="us-east-1")
    (who,) = looker.look(IDENTITY).observations

    assert (who.outcome, who.principal) == ("none", None)
    assert looker.credentials() is None
    assert "aws configure" in looker.problems[0]


def test_an_sso_session_that_ended_names_the_command_that_renews_it(tmp_path, monkeypatch):
    (tmp_path / "config").write_text(
        "[profile work]\nsso_session = corp\nsso_account_id = 111111111111\nsso_role_name = r\n"
        "[sso-session corp]\nsso_region = us-east-1\nsso_start_url = https://example.awsapps.com/start\n"
    )
    monkeypatch.setenv("HOME", str(tmp_path))
    looker = AwsLooker(CredentialOptions(profiles=("work",)), region="us-east-1")
    (who,) = looker.look(IDENTITY).observations

    assert who.outcome == "expired"
    assert "aws sso login --profile work" in looker.problems[0]


def test_a_profile_of_the_environment_that_does_not_exist_is_invalid(monkeypatch):
    monkeypatch.setenv("AWS_PROFILE", "gone")
    looker = AwsLooker()
    (who,) = looker.look(IDENTITY).observations

    assert who.outcome == "invalid"
    assert "gone" in looker.problems[0]
    assert looker.credentials() is None


@pytest.mark.parametrize("by", ["environment", "profile"])
def test_a_pod_s_web_identity_serves_as_credentials(by, monkeypatch, tmp_path):
    arn, token, asks = "arn:aws:iam::111111111111:role/app", tmp_path / "token", []
    token.write_text("a.web.token")
    settings = {"role_arn": arn, "web_identity_token_file": str(token)}
    if by == "environment":
        for name, value in settings.items():
            monkeypatch.setenv(f"AWS_{name.upper()}", value)
    else:
        lines = [f"{name} = {value}" for name, value in settings.items()]
        (tmp_path / "config").write_text("\n".join(["[default]", *lines]))
        monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))

    def reply(request):
        asks.append(asked(request))
        if asks[-1] == "AssumeRoleWithWebIdentity":
            return role(arn, "ASIAOFTHEPOD12345678", asks[-1])
        return None

    with canned(reply) as server:
        at(server, monkeypatch)
        looker = AwsLooker(region="us-east-1")
        (who,) = looker.look(IDENTITY).observations
        given = looker.credentials()

    assert (who.outcome, looker.problems) == ("ok", ())
    assert asks == ["AssumeRoleWithWebIdentity", "GetCallerIdentity"]
    assert given.access_key == "ASIAOFTHEPOD12345678"


def test_an_sts_that_nobody_answers_for_is_a_time_out(keys, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{port}")
    monkeypatch.setattr("apidoctor.facts.aws.clients.ATTEMPTS", 1)
    (who,) = AwsLooker(region="us-east-1").look(IDENTITY).observations

    assert who.outcome == "timeout"


def test_sts_s_clock_is_compared_with_this_host_s(keys, monkeypatch):
    with canned(lambda request: None) as server:
        server.ahead = 1200
        at(server, monkeypatch)
        (who,) = AwsLooker(region="us-east-1").look(IDENTITY).observations

    assert who.clock_offset_ms == pytest.approx(1_200_000, abs=1500)


def test_the_region_comes_from_the_profile_when_nobody_names_it(keys, monkeypatch):
    monkeypatch.setenv("AWS_REGION", "eu-central-1")
    with canned(lambda request: None) as server:
        at(server, monkeypatch)
        (who,) = AwsLooker().look(IDENTITY).observations

    assert who.region == "eu-central-1"


def test_many_threads_share_one_client_and_every_look_is_answered(keys, monkeypatch):
    makers = []

    def reply(request):
        return ec2_list("DescribeVpcs", "vpcSet", []) if asked(request) == "DescribeVpcs" else None

    original = Clients._make
    monkeypatch.setattr(Clients, "_make", lambda self, *a: makers.append(a[2]) or original(self, *a))
    with canned(reply) as server:
        at(server, monkeypatch)
        looker = AwsLooker(region="us-east-1", threads=16)
        looker.look(IDENTITY)
        lookups = [Lookup("describe_vpcs", "111111111111", "us-east-1")] * 60
        with ThreadPoolExecutor(16) as pool:
            bodies = [seen.answers[0].body for seen in pool.map(looker.look, lookups)]

    assert bodies == [{"Vpcs": []}] * 60
    assert sorted(makers) == ["ec2", "sts"]


def test_cut_models_are_used_and_without_a_cache_the_full_ones_serve(keys, monkeypatch, tmp_path):
    def reply(request):
        return ec2_list("DescribeVpcs", "vpcSet", []) if asked(request) == "DescribeVpcs" else None

    blocked = tmp_path / "blocked"
    blocked.write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(blocked))
    with canned(reply) as server:
        at(server, monkeypatch)
        looker = AwsLooker(region="us-east-1")
        looker.look(IDENTITY)
        (answer,) = looker.look(Lookup("describe_vpcs", "111111111111", "us-east-1")).answers
        methods = looker._clients.client(looker._accounts["111111111111"], "", "ec2", "us-east-1")
        full = len(methods.meta.method_to_api_mapping)
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
        small = AwsLooker(region="us-east-1")._clients
        cut = len(small.client(small.session(), "", "ec2", "us-east-1").meta.method_to_api_mapping)

    assert answer.body == {"Vpcs": []}
    assert full > 500
    assert cut < 40


def test_even_a_client_used_directly_refuses_to_change_anything(keys, monkeypatch):
    with canned(lambda request: None) as server:
        at(server, monkeypatch)
        monkeypatch.setattr("apidoctor.facts.aws.clients.cache_folder", lambda version: None)
        made = Clients("us-east-1", None, 4)
        ec2 = made.client(made.session(), "", "ec2", "us-east-1")
        with pytest.raises(NotReadOnly):
            ec2.delete_vpc(VpcId="vpc-1")

    assert server.requests == []
    assert _refuse_changes.__doc__


def test_the_user_agent_names_the_tool(keys, monkeypatch):
    agents = []

    def reply(request):
        agents.append(request.headers["User-Agent"])

    with canned(reply) as server:
        at(server, monkeypatch)
        AwsLooker(region="us-east-1").look(IDENTITY)

    assert "apidoctor/" in agents[0]


def test_making_a_looker_does_not_wait_for_botocore():
    before = threading.active_count()
    started = time.perf_counter()
    AwsLooker(region="us-east-1")

    assert time.perf_counter() - started < 0.2
    assert threading.active_count() >= before


def test_all_sources_of_credentials_are_asked_at_once(keys, monkeypatch):
    together = threading.Barrier(4, timeout=10)

    def reply(request):
        if asked(request) != "AssumeRole":
            return None
        together.wait()  # broken, and so an error, unless all four roles are asked at the same time
        return role(request.form["RoleArn"], "ASIAROLEROLEROLEROLE")

    roles = tuple(f"arn:aws:iam::{number}{number:011}:role/r" for number in range(5, 9))
    with canned(reply) as server:
        at(server, monkeypatch)
        seen = AwsLooker(CredentialOptions(role_arns=roles), region="us-east-1").look(IDENTITY)

    assert len(seen.accounts) == 5
    assert seen.answers == ()


def test_no_secret_of_the_credentials_or_of_an_answer_is_in_anything_returned(monkeypatch):
    token, secret, canary = "IQoJb3JpZ2luX2VjEJr-the-token", "wJalrXUtnFEMI-the-secret", "c4nary-value"
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "ASIAIOSFODNN7EXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", secret)
    monkeypatch.setenv("AWS_SESSION_TOKEN", token)
    vpn = (
        f"<customerGatewayConfiguration>{canary}</customerGatewayConfiguration><options><tunnelOptionSet>"
        f"<item><preSharedKey>{canary}</preSharedKey></item></tunnelOptionSet></options>"
    )
    stage = {"item": [{"stageName": "prod", "variables": {"key": canary}}]}
    echo = f"{token} x-amz-security-token:{token} AWS4-HMAC-SHA256 Credential=ASIAIOSFODNN7EXAMPLE/x"

    def reply(request):
        if asked(request) == "DescribeVpnConnections":
            return ec2_list("DescribeVpnConnections", "vpnConnectionSet", [vpn])
        if "stages" in request.path:
            return Response(json.dumps(stage), content_type="application/json")
        return query_error("AccessDenied", echo) if asked(request) == "AssumeRole" else None

    with canned(reply) as server:
        at(server, monkeypatch)
        looker = AwsLooker(CredentialOptions(role_arns=(READER,)), region="us-east-1")
        shown = [repr(looker.look(IDENTITY)), *looker.problems, repr(looker.credentials())]
        for operation, key in (("describe_vpn_connections", ""), ("get_stages", "abc")):
            shown.append(repr(looker.look(Lookup(operation, "111111111111", "us-east-1", key))))

    assert "VpnConnections" in shown[-2]
    assert "stageName" in shown[-1]
    for hidden in (secret, canary, "ASIAIOSFODNN7EXAMPLE", token):
        assert not [text for text in shown if hidden in text]
