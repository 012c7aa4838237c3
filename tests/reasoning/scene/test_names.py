"""TARGET in all its forms.

Source: API Gateway developer guide, "Invoke a private API" and "Custom domain names for private APIs".
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apidoctor.errors import UsageError
from apidoctor.reasoning.apigateway.names import PARTITIONS, partition_of, read_target

API = "abc1234567"
DEFAULT = f"{API}.execute-api.us-east-1.amazonaws.com"
THROUGH = "vpce-0aaa1111bbbb2222c-3dddeeee.execute-api.us-east-1.vpce.amazonaws.com"
ZONAL = "vpce-0aaa1111bbbb2222c-3dddeeee-us-east-1a.execute-api.us-east-1.vpce.amazonaws.com"
ALIAS = f"{API}-vpce-0aaa1111bbbb2222c.execute-api.us-east-1.amazonaws.com"
ENDPOINT = "vpce-0aaa1111bbbb2222c"


@pytest.mark.parametrize(
    ("url", "headers", "form", "api", "endpoint", "stage", "path"),
    [
        (f"https://{DEFAULT}/prod/pets", {}, "private-dns", API, None, "prod", "/pets"),
        (f"https://{THROUGH}/prod/pets", {"Host": DEFAULT}, "endpoint-host", API, ENDPOINT, "prod", "/pets"),
        (
            f"https://{THROUGH}/prod/pets",
            {"x-apigw-api-id": API},
            "endpoint-id-header",
            API,
            ENDPOINT,
            "prod",
            "/pets",
        ),
        (
            f"https://{THROUGH}/prod/pets",
            {"X-APIGW-API-ID": API},
            "endpoint-id-header",
            API,
            ENDPOINT,
            "prod",
            "/pets",
        ),
        (f"https://{THROUGH}/prod/pets", {}, "endpoint-host", None, ENDPOINT, "prod", "/pets"),
        (f"https://{ZONAL}/prod/pets", {"Host": DEFAULT}, "endpoint-zonal", API, ENDPOINT, "prod", "/pets"),
        (f"https://{ALIAS}/prod/pets", {}, "alias", API, ENDPOINT, "prod", "/pets"),
        ("https://api.corp.example/pets/7", {}, "custom-domain", None, None, None, "/pets/7"),
        (
            f"https://{THROUGH}/pets",
            {"Host": "api.corp.example"},
            "custom-domain-endpoint",
            None,
            ENDPOINT,
            None,
            "/pets",
        ),
        ("https://10.1.4.21/prod/pets", {"Host": DEFAULT}, "direct-ip", API, None, "prod", "/pets"),
        ("https://10.1.4.21/prod/pets", {}, "direct-ip", None, None, "prod", "/pets"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_each_way_to_invoke_is_recognised_with_what_it_says(url, headers, form, api, endpoint, stage, path):
    request = read_target(url, headers=tuple(headers.items()))

    assert request.form == form
    assert (request.api_id, request.endpoint) == (api, endpoint)
    assert (request.stage, request.path) == (stage, path)


@pytest.mark.parametrize(
    "target",
    [
        f"https://{DEFAULT}/prod/pets",
        f"{DEFAULT}/prod/pets",
        f"HTTPS://{DEFAULT.upper()}/prod/pets",
        f"https://{DEFAULT}./prod/pets",
        f"https://{DEFAULT}:443/prod/pets",
        f"  https://{DEFAULT}/prod/pets  ",
        f"https://{DEFAULT}//prod/pets",
    ],
)
def test_small_differences_in_writing_mean_the_same_call(target):
    request = read_target(target)

    assert (request.name, request.port, request.region) == (DEFAULT, 443, "us-east-1")
    assert (request.api_id, request.stage, request.path) == (API, "prod", "/pets")
    assert request.url == f"https://{DEFAULT}/prod/pets"


def test_stage_path_query_and_port_are_kept_apart():
    request = read_target(f"https://{DEFAULT}:8443/prod/a/b%2Fc/?x=1&y=2")

    assert (request.port, request.stage, request.path, request.query) == (
        8443,
        "prod",
        "/a/b%2Fc/",
        "x=1&y=2",
    )
    assert request.url == f"https://{DEFAULT}:8443/prod/a/b%2Fc/?x=1&y=2"


@pytest.mark.parametrize("url", [f"https://{DEFAULT}", f"https://{DEFAULT}/"])
def test_a_url_without_a_stage_names_none(url):
    assert read_target(url).stage is None


def test_an_id_with_its_region_is_a_call_of_the_default_name():
    request = read_target(API, region="eu-west-1", stage="prod", path="/pets")

    assert request.name == f"{API}.execute-api.eu-west-1.amazonaws.com"
    assert (request.form, request.stage, request.path) == ("private-dns", "prod", "/pets")


def test_an_id_alone_names_no_url():
    request = read_target(API)

    assert (request.api_id, request.name, request.url) == (API, None, None)


@pytest.mark.parametrize(
    ("arn", "account", "stage", "method", "path"),
    [
        (
            f"arn:aws:execute-api:us-east-1:111111111111:{API}/prod/POST/pets/7",
            "111111111111",
            "prod",
            "POST",
            "/pets/7",
        ),
        (f"arn:aws:execute-api:us-east-1:111111111111:{API}/*/*/*", "111111111111", None, "GET", "/"),
        (f"arn:aws:execute-api:us-east-1:111111111111:{API}", "111111111111", None, "GET", "/"),
        (f"arn:aws:apigateway:us-east-1::/restapis/{API}", None, None, "GET", "/"),
        (f"arn:aws:apigateway:us-east-1::/restapis/{API}/stages/prod", None, "prod", "GET", "/"),
    ],
)
def test_an_arn_tells_account_region_stage_and_method(arn, account, stage, method, path):
    request = read_target(arn)

    assert (request.api_id, request.region, request.account) == (API, "us-east-1", account)
    assert (request.stage, request.method, request.path) == (stage, method, path)


@pytest.mark.parametrize(
    ("region", "partition", "suffix"),
    [
        ("us-east-1", "aws", "amazonaws.com"),
        ("ap-southeast-5", "aws", "amazonaws.com"),
        ("us-gov-west-1", "aws-us-gov", "amazonaws.com"),
        ("cn-north-1", "aws-cn", "amazonaws.com.cn"),
        ("us-iso-east-1", "aws-iso", "c2s.ic.gov"),
        ("us-isob-east-1", "aws-iso-b", "sc2s.sgov.gov"),
        ("eusc-de-east-1", "aws-eusc", "amazonaws.eu"),
        ("moon-base-1", "aws", "amazonaws.com"),
    ],
)
def test_a_region_tells_its_partition_and_its_names(region, partition, suffix):
    assert partition_of(region) == (partition, suffix)
    assert read_target(API, region=region).name == f"{API}.execute-api.{region}.{suffix}"


def test_the_partitions_are_those_of_botocore():
    import json

    from botocore.session import get_session

    known = get_session().get_component("data_loader").load_data("partitions")["partitions"]
    ours = {partition: suffix for partition, suffix, _ in PARTITIONS}
    assert {each["id"]: each["outputs"]["dnsSuffix"] for each in known} == ours, json.dumps(ours)
    for each in known:
        for region in each["regions"]:
            if not region.endswith("-global"):
                assert partition_of(region)[0] == each["id"]


@pytest.mark.parametrize(
    "target",
    [
        "",
        "   ",
        "http://[::1",
        "https://",
        "https:///prod",
        f"http://{DEFAULT}/prod",
        f"ftp://{DEFAULT}/prod",
        "javascript:alert(1)",
        "file:///etc/passwd",
        f"https://user:secret99@{DEFAULT}/prod",
        "https://a b.example/prod",
        "https://a\tb.example/prod",
        "https://a.example/\x1b[31m",
        f"https://{DEFAULT}:99999/prod",
        f"https://{DEFAULT}:x/prod",
        "https://-a.example",
        "https://" + "a" * 64 + ".example",
        "https://" + ".".join(["a" * 60] * 5),
        "arn:aws:s3:::bucket",
        "arn:aws:apigateway:us-east-1::/apis/abc1234567",
        "arn:aws:execute-api:us-east-1:111111111111:ABC/prod",
        "https://abc1234567.execute-api.us-east-1.amazonaws.com.cn.amazonaws.com/x y",
    ],
)  # fmt: skip
def test_what_is_no_target_is_refused_in_a_line_that_says_what_to_give(target):
    with pytest.raises(UsageError) as caught:
        read_target(target)

    assert "\n" not in str(caught.value)
    assert "secret99" not in str(caught.value)


def test_lines_of_one_header_are_one_list():
    given = [("X-Multi", "a"), ("Cookie", "a=1"), ("x-multi", "b"), ("X-One", "c"), ("cookie", "b=2")]
    request = read_target(f"https://{DEFAULT}/prod", headers=given)

    assert request.headers == (("X-Multi", "a,b"), ("Cookie", "a=1; b=2"), ("X-One", "c"))


@pytest.mark.parametrize("name", ["Host", "Authorization", "X-Apigw-Api-Id", "X-Api-Key"])
def test_a_header_that_is_no_list_is_given_once(name):
    with pytest.raises(UsageError, match=f"--header: give {name.lower()} only once"):
        read_target(f"https://{DEFAULT}/prod", headers=[(name, DEFAULT), (name.lower(), "s3cr3t-value")])


@given(st.text(max_size=80) | st.from_regex(r"https?://[\w.\-:@/\[\]%]{0,60}", fullmatch=True))
def test_any_text_is_read_or_refused(text):
    try:
        request = read_target(text)
    except UsageError:
        return
    assert request.api_id or request.name


@pytest.mark.parametrize("method", ["get", "GET", "Post"])
def test_methods_may_be_written_in_any_case(method):
    assert read_target(f"https://{DEFAULT}/prod", method=method).method == method.upper()


@pytest.mark.parametrize("method", ["FETCH", "GET /", "", "GET\r\nX: y"])
def test_no_other_methods_are_taken(method):
    with pytest.raises(UsageError):
        read_target(f"https://{DEFAULT}/prod", method=method)


def test_a_blank_in_a_url_is_told_as_such():
    with pytest.raises(UsageError, match="no blanks; write one as %20"):
        read_target("https://abc1234567.execute-api.us-east-1.amazonaws.com/prod/pets?a=x y")
