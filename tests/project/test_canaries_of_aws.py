"""Secrets that AWS's answers, dumps of other tools, logs, options and defects can hold reach no output."""

import json

import pytest
from facts.echoes import leaks

from apidoctor.cli.app import run
from apidoctor.facts.aws.answers import clean

STAGE, CANARY_STAGE, LAMBDA, URI_USER, URI_QUERY = (
    "aQ7wE3rT5yU",
    "bW8eR4tY6uI",
    "cE9rT5yU7iO",
    "dR0tY6uI8oP",
    "eT1yU7iO9pA",
)
HEADER, BEARER, TEMPLATE, API_KEY, PLAN_KEY = (
    "fY2uI8oP0aS",
    "gU3iO9pA1sD",
    "hI4oP0aS2dF",
    "iO5pA1sD3fG",
    "jP6aS2dF4gH",
)
VPN, TUNNEL, CLIENT, LOGGED, LOGGED_KEY = (
    "kA7sD3fG5hJ",
    "lS8dF4gH6jK",
    "mD9fG5hJ7kL",
    "nF0gH6jK8lZ",
    "oG1hJ7kL9zX",
)
COOKIE, AUTHORIZER, RESPONSE, INVITATION = "pH2jK8lZ0xC", "qJ3kL9zX1cV", "rK4lZ0xC2vB", "sL5zX1cV3bN"
PEM = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC"

ANSWERS = {
    "get_stages": {
        "item": [
            {
                "stageName": "prod",
                "variables": {"dbPassword": STAGE},
                "canarySettings": {"stageVariableOverrides": {"p": CANARY_STAGE}},
            }
        ]
    },
    "get_function_configuration": {"FunctionName": "f", "Environment": {"Variables": {"DB": LAMBDA}}},
    "get_resources": {
        "items": [
            {
                "id": "r",
                "path": "/pets",
                "resourceMethods": {
                    "GET": {
                        "authorizationType": "NONE",
                        "methodIntegration": {
                            "uri": f"https://user:{URI_USER}@backend.example/x?api_key={URI_QUERY}",
                            "requestParameters": {
                                "integration.request.header.x-api-key": f"'{HEADER}'",
                                "integration.request.header.Authorization": f"'Bearer {BEARER}'",
                            },
                            "requestTemplates": {"application/json": f'{{"password": "{TEMPLATE}"}}'},
                        },
                    }
                },
            }
        ]
    },
    "get_api_keys": {"items": [{"id": "k", "value": API_KEY}]},
    "get_usage_plan_keys": {"items": [{"id": "k", "value": PLAN_KEY}]},
    "describe_vpn_connections": {
        "VpnConnections": [
            {
                "VpnConnectionId": "vpn-1",
                "CustomerGatewayConfiguration": f"<pre_shared_key>{VPN}</pre_shared_key>",
                "Options": {"TunnelOptions": [{"PreSharedKey": TUNNEL}]},
            }
        ]
    },
    "describe_user_pool_client": {"UserPoolClient": {"ClientSecret": CLIENT}},
    "filter_log_events": {
        "events": [
            {
                "message": f"headers: {{Authorization=Bearer {LOGGED}, x-api-key={LOGGED_KEY}, Cookie=sid={COOKIE}}}"
            },
            {"message": f"-----BEGIN PRIVATE KEY-----\n{PEM}\n-----END PRIVATE KEY-----"},
        ]
    },
    "get_authorizers": {"items": [{"id": "a", "authorizerUri": f"https://x/?token={AUTHORIZER}"}]},
    "get_gateway_responses": {
        "items": [{"responseParameters": {"gatewayresponse.header.x-token": f"'{RESPONSE}'"}}]
    },
    "get_resource_share_invitations": {"resourceShareInvitations": [{"token": INVITATION}]},
}
SECRETS = (
    *(
        STAGE,
        CANARY_STAGE,
        LAMBDA,
        URI_USER,
        URI_QUERY,
        HEADER,
        BEARER,
        TEMPLATE,
        API_KEY,
        PLAN_KEY,
        VPN,
        TUNNEL,
    ),
    *(CLIENT, LOGGED, LOGGED_KEY, COOKIE, AUTHORIZER, RESPONSE, INVITATION, PEM),
)
CALL = ["abc1234567", "--region", "us-east-1"]


@pytest.mark.parametrize("operation", ANSWERS)
def test_an_answer_of_aws_is_kept_without_its_secrets(operation):
    planted = leaks(json.dumps(ANSWERS[operation]), *SECRETS)

    assert planted
    assert leaks(json.dumps(clean(operation, ANSWERS[operation])), *SECRETS) == []


def test_sources_of_values_stay_readable():
    kept = clean(
        "get_resources", {"x": {"integration.request.header.x-token": "method.request.header.x-token"}}
    )

    assert kept["x"] == {"integration.request.header.x-token": "method.request.header.x-token"}


@pytest.fixture
def dump(tmp_path):
    """A folder of answers as the AWS CLI prints them, with all the secrets, and a snapshot made of them by hand."""
    by_api = ("get_stages", "get_resources", "get_authorizers", "get_gateway_responses")
    answers = {name: {"abc1234567": answer} if name in by_api else answer for name, answer in ANSWERS.items()}
    api = {"id": "abc1234567", "name": "orders", "endpointConfiguration": {"types": ["PRIVATE"]}}
    answers["get_rest_apis"] = {"items": [api]}
    folder = tmp_path / "dump" / "111111111111" / "us-east-1"
    folder.mkdir(parents=True)
    for name, answer in answers.items():
        (folder / f"{name}.json").write_text(json.dumps(answer))
    by_hand = tmp_path / "by-hand.json"
    head = {"format": "apidoctor.snapshot", "format_version": "1.0", "taken_at": "2026-11-22T10:42:07Z"}
    by_hand.write_text(json.dumps({**head, "accounts": {"111111111111": {"us-east-1": answers}}}))
    return [str(tmp_path / "dump"), str(by_hand)]


@pytest.mark.parametrize("number", [0, 1], ids=["dump", "snapshot"])
def test_what_others_left_in_a_dump_is_neither_shown_nor_written(number, dump, tmp_path, capfd):
    file, saved, merged = dump[number], tmp_path / "saved.json", tmp_path / "merged.json"
    formats = [
        word for name in ("text", "json", "junit", "markdown") for word in ("-o", f"{name}={tmp_path / name}")
    ]
    codes = [
        run(
            [
                "check",
                *CALL,
                "--stage",
                "prod",
                "--snapshot",
                file,
                "-v",
                "--save-snapshot",
                str(saved),
                *formats,
            ]
        ),
        run(["merge", file, "-o", str(merged)]),
        run(["simulate", *CALL, "--stage", "prod", "--snapshot", file]),
        run(["names", *CALL, "--snapshot", file]),
    ]
    out, err = capfd.readouterr()
    files = [saved, merged, *(tmp_path / name for name in ("text", "json", "junit", "markdown"))]

    assert 70 not in codes
    assert "Traceback" not in err
    assert "prod" in saved.read_text()
    assert leaks(out + err + "".join(path.read_text() for path in files), *SECRETS) == []


@pytest.mark.parametrize("where", ["engine", "command"])
def test_the_traceback_of_a_defect_shows_no_secret(where, monkeypatch, capfd, dump):
    key, query, password = "Dk8Fv5Gb2Hn9Jm6", "Ql7Wp4Eo1Ri8Tu5", "Pw6Zx3Cv9Bn4Lk1"
    monkeypatch.setenv("HTTPS_PROXY", f"http://me:{password}@127.0.0.1:9")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "s3cR3t/K9j8H7g6F5+d4S3a2P1o0I9u8Y7t6R5e4")

    def broken(*_, **__):
        raise ValueError(f"cannot do {key} {query} {password} s3cR3t/K9j8H7g6F5+d4S3a2P1o0I9u8Y7t6R5e4")

    place = "apidoctor.engine.runner.Runner.run" if where == "engine" else "apidoctor.cli.finish.Finish.tell"
    monkeypatch.setattr(place, broken)
    target = f"https://abc1234567.execute-api.us-east-1.amazonaws.com/prod?token={query}"
    code = run(
        [
            "check",
            target,
            "-H",
            f"x-api-key: {key}",
            "--no-aws",
            "--no-invoke",
            "--resolver",
            "127.0.0.1:9",
            "-v",
        ]
    )
    shown = "".join(capfd.readouterr())

    assert code == 70
    assert "cannot do ***" in shown
    assert leaks(shown, key, query, password, "s3cR3t/K9j8H7g6F5+d4S3a2P1o0I9u8Y7t6R5e4") == []


@pytest.mark.parametrize(
    "words",
    [
        ["check", "https://h.example/?api_key=CANARYqW3eR5tY7"],
        ["check", "ftp://h.example/?X-Amz-Signature=CANARYqW3eR5tY7"],
        ["probe", "http://h.example/?token=CANARYqW3eR5tY7"],
        ["names", "https://h.example/?client_secret=CANARYqW3eR5tY7", "--snapshot", "/nonexistent"],
        ["check", "https://u:CANARYqW3eR5tY7@h.example/"],
        ["check", "abc1234567", "--region", "us-east-1", "-H", "Authorization CANARYqW3eR5tY7"],
        ["check", "abc1234567", "--region", "us-east-1", "-H", "X-Token: CANARYqW3eR5tY7\x01"],
        [
            "check",
            "abc1234567",
            "--region",
            "us-east-1",
            "--connect-to",
            "http://u:CANARYqW3eR5tY7@proxy:3128",
        ],
        ["probe", "abc1234567", "--region", "us-east-1", "--doh", "https://u:CANARYqW3eR5tY7@dns.example/"],
        ["collect", "https://h.example/?password=CANARYqW3eR5tY7"],
    ],
)
def test_wrong_usage_is_told_without_the_secret_in_it(words, capfd):
    code = run(words)
    shown = "".join(capfd.readouterr())

    assert code in (2, 4)
    assert "apidoctor: " in shown
    assert leaks(shown, "CANARYqW3eR5tY7") == []
