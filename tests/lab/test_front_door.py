"""The front door speaks TLS and HTTP like API Gateway behind an endpoint."""

import base64
import hashlib
import json
import socket
import ssl

import httpx
import pytest

from apidoctor.lab.description import Plan

ACTION = "execute-api:Invoke"


def url(client, path="/prod/pets", host="<api:pets>.execute-api.us-east-1.amazonaws.com"):
    return client.lab.world.fill(f"https://{host}{path}")


def test_a_good_answer_has_the_headers_of_api_gateway(same_account):
    answer = same_account.get(url(same_account))

    assert answer.status_code == 200
    assert answer.json()["path"] == "/pets"
    assert {"x-amzn-requestid", "x-amz-apigw-id", "date"} <= set(answer.headers)
    assert "x-amzn-errortype" not in answer.headers


def test_a_request_id_that_is_a_uuid_is_taken_over(same_account):
    mine = "11111111-2222-4333-8444-555555555555"
    kept = same_account.get(url(same_account), headers={"x-amzn-requestid": mine})
    replaced = same_account.get(url(same_account), headers={"x-amzn-requestid": "mine"})

    assert kept.headers["x-amzn-requestid"] == mine
    assert len(replaced.headers["x-amzn-requestid"]) == 36


@pytest.mark.parametrize("header", ["Host", "x-apigw-api-id", "X-APIGW-API-ID"])
def test_an_endpoint_name_needs_the_api_in_a_header(same_account, header):
    value = url(same_account).split("/")[2] if header == "Host" else same_account.lab.world.api.id
    target = url(same_account, host="<host:main>")

    assert same_account.get(target, headers={header: value}).status_code == 200
    assert same_account.get(target).text == '{"message":"Forbidden"}'


def test_a_zonal_name_works_too(same_account):
    headers = {"x-apigw-api-id": same_account.lab.world.api.id}
    target = url(same_account, host="<host:main/us-east-1a>")

    assert same_account.get(target, headers=headers).status_code == 200


@pytest.mark.parametrize(
    ("path", "kind", "message"),
    [
        ("/prod", "ForbiddenException", "Forbidden"),
        ("/", "ForbiddenException", "Forbidden"),
        ("/dev/pets", "MissingAuthenticationTokenException", "Missing Authentication Token"),
        ("/prod/", "MissingAuthenticationTokenException", "Missing Authentication Token"),
        ("/prod/Pets", "MissingAuthenticationTokenException", "Missing Authentication Token"),
        ("/prod/orders", "MissingAuthenticationTokenException", "Missing Authentication Token"),
    ],
)
def test_wrong_paths_and_missing_signatures_have_their_own_texts(same_account, path, kind, message):
    answer = same_account.get(url(same_account, path))

    assert answer.status_code == 403
    assert answer.headers["x-amzn-ErrorType"] == kind
    assert answer.json() == {"message": message}


def test_another_method_is_a_missing_token(same_account):
    assert same_account.get(url(same_account), method="POST").json() == {
        "message": "Missing Authentication Token"
    }


def test_an_unknown_api_is_forbidden(same_account):
    host = "zzzzzzzzzz.execute-api.us-east-1.amazonaws.com"

    assert same_account.get(url(same_account, host=host)).json() == {"message": "Forbidden"}


def test_a_private_api_is_forbidden_on_the_public_side(same_account):
    answer = same_account.get(url(same_account), address="198.51.100.10")

    assert (answer.status_code, answer.json()) == (403, {"message": "Forbidden"})


def test_a_bearer_token_for_a_signed_method_is_hashed_not_repeated(same_account):
    sent = "Bearer very-secret-token"
    answer = same_account.get(url(same_account, "/prod/orders"), headers={"Authorization": sent})
    digest = base64.b64encode(hashlib.sha256(sent.encode()).digest()).decode()

    assert answer.headers["x-amzn-ErrorType"] == "IncompleteSignatureException"
    assert answer.json()["message"] == (
        "Invalid key=value pair (missing equal-sign) in Authorization header "
        f"(hashed with SHA-256 and encoded with Base64): '{digest}'."
    )


def test_a_denial_masks_the_account_and_spells_message_with_a_capital(lab):
    client = lab(fault="A02")
    answer = client.get(url(client))
    api = client.lab.world.api.id
    arn = f"arn:aws:execute-api:us-east-1:********1111:{api}/prod/GET/pets"

    assert answer.headers["x-amzn-ErrorType"] == "AccessDeniedException"
    assert json.loads(answer.text) == {
        "Message": f"User: anonymous is not authorized to perform: {ACTION} on resource: {arn} "
        f"because no resource-based policy allows the {ACTION} action"
    }


def test_a_denied_role_is_named_with_its_session(lab):
    client = lab(fault="A11")
    answer = client.as_asked()

    assert answer.json()["Message"].startswith(
        "User: arn:aws:sts::222222222222:assumed-role/app/lab is not authorized to perform"
    )


def test_a_strict_api_wants_the_server_name_of_its_host(lab):
    client = lab(change=lambda world: setattr(world.api, "strict", True))
    headers = {"Host": url(client).split("/")[2]}

    assert client.get(url(client)).status_code == 200
    assert client.get(url(client, host="<host:main>"), headers=headers).status_code == 403
    by_id = {"x-apigw-api-id": client.lab.world.api.id}
    assert client.get(url(client, host="<host:main>"), headers=by_id).status_code == 403


def test_an_api_key_is_asked_for_where_the_method_wants_one(lab):
    def keyed(world):
        world.api.methods[0].api_key = True
        world.plans["gold"] = Plan("111111111111", ["pets/prod"], {"partner": "0123456789abcdefghij"})

    client = lab(change=keyed)

    assert client.get(url(client)).json() == {"message": "Forbidden"}
    assert client.get(url(client), headers={"x-api-key": "0123456789abcdefghij"}).status_code == 200


def test_certificates_are_verified_for_their_own_names_only(same_account):
    host, port = same_account.book["10.1.4.21"].split(":")
    trust = ssl.create_default_context(cafile=same_account.option("--ca-file")[0])
    for name in (url(same_account).split("/")[2], same_account.lab.world.fill("<host:main>")):
        with (
            socket.create_connection((host, int(port))) as raw,
            trust.wrap_socket(raw, server_hostname=name) as tls,
        ):
            assert tls.version() in {"TLSv1.2", "TLSv1.3"}
    with (
        socket.create_connection((host, int(port))) as raw,
        pytest.raises(ssl.SSLCertVerificationError, match="Hostname mismatch"),
    ):
        trust.wrap_socket(raw, server_hostname="api.corp.example")


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion")
def test_clients_below_tls_1_2_are_refused(same_account):
    host, port = same_account.book["10.1.4.21"].split(":")
    old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
    old.minimum_version, old.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
    old.set_ciphers("DEFAULT@SECLEVEL=0")
    with socket.create_connection((host, int(port))) as raw, pytest.raises(ssl.SSLError):
        old.wrap_socket(raw, server_hostname="a.execute-api.us-east-1.amazonaws.com")


def test_an_api_of_tls_1_3_alone_refuses_a_client_of_1_2_by_an_alert(lab):
    client = lab(change=lambda world: setattr(world.api, "tls13", True))
    host, port = client.book["10.1.4.21"].split(":")
    older = ssl.create_default_context(cafile=client.option("--ca-file")[0])
    older.maximum_version = ssl.TLSVersion.TLSv1_2
    with (
        socket.create_connection((host, int(port))) as raw,
        pytest.raises(ssl.SSLError, match="ALERT_PROTOCOL_VERSION"),
    ):
        older.wrap_socket(raw, server_hostname=url(client).split("/")[2])

    assert client.get(url(client)).status_code == 200
    shown = client.aws("apigateway").get_rest_api(restApiId=client.lab.world.api.id)
    assert shown["securityPolicy"].startswith("SecurityPolicy_TLS13")


def test_one_connection_carries_several_requests(same_account):
    trust = ssl.create_default_context(cafile=same_account.option("--ca-file")[0])
    parts = url(same_account).split("/")
    where = f"https://{same_account.book['10.1.4.21']}/prod/pets"
    sni = {"sni_hostname": parts[2]}
    ports = set()
    with httpx.Client(verify=trust, trust_env=False) as client:
        for _ in range(3):
            answer = client.get(where, headers={"Host": parts[2]}, extensions=sni)
            assert answer.status_code == 200
            ports.add(answer.extensions["network_stream"].get_extra_info("client_addr")[1])

    assert len(ports) == 1


@pytest.mark.parametrize(
    ("sent", "received"),
    [
        (b"GET /prod/pets HTTP/1.1\r\nHost: a\r\nContent-Length: 1073741824\r\n\r\n", b"HTTP/1.1 413"),
        (b"GET /prod/pets HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", b"HTTP/1.1 413"),
        (b"\x00\x01\x02 nonsense\r\n\r\n", b""),
    ],
)
def test_hostile_bytes_are_refused_and_hung_up_on(same_account, sent, received):
    host, port = same_account.book["10.1.4.21"].split(":")
    trust = ssl.create_default_context(cafile=same_account.option("--ca-file")[0])
    name = url(same_account).split("/")[2]
    with (
        socket.create_connection((host, int(port)), timeout=5) as raw,
        trust.wrap_socket(raw, server_hostname=name) as tls,
    ):
        tls.sendall(sent)
        answer = b""
        while more := tls.recv(4096):
            answer += more

    assert answer[:12] == received


@pytest.mark.parametrize(
    ("packets", "error"), [("timeout", httpx.ConnectTimeout), ("refused", httpx.ConnectError)]
)
def test_an_address_can_be_silent_or_refuse(lab, packets, error):
    client = lab(change=lambda world: world.set_packets(packets, "endpoint-a"))
    with pytest.raises(error):
        client.get(url(client), address="10.1.4.21")

    assert client.get(url(client), address="10.1.5.21").status_code == 200
