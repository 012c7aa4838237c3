"""What a target tells, against the reader of the installed tool; and the names derived from it."""

import pytest

from apidoctor.errors import UsageError as ToolsError
from apidoctor.reasoning.apigateway import names as tool
from apidoctor.travelling import names
from apidoctor.travelling.book import UsageError
from apidoctor.travelling.names import read_target

API = "abc1234567"
TOP = "execute-api.us-east-1.amazonaws.com"
NAME = f"{API}.{TOP}"
ENDPOINT = "vpce-0ab12cd34ef56ab78"
LABEL = f"{ENDPOINT}-1a2b3c4d"
THROUGH = f"{LABEL}.execute-api.us-east-1.vpce.amazonaws.com"
ZONAL = f"{LABEL}-us-east-1a.execute-api.us-east-1.vpce.amazonaws.com"
HOST, ID = ("Host", NAME), ("X-Apigw-Api-Id", API)
CALLS = [
    (f"https://{NAME}/prod/pets?a=b", []),
    (f"{NAME.upper()}./prod", []),
    (f"https://{NAME}:8443/prod", []),
    (f"https://{API}-{ENDPOINT}.{TOP}/prod", []),
    (f"https://{THROUGH}/prod", []),
    (f"https://{THROUGH}/prod", [HOST]),
    (f"https://{THROUGH}/prod", [ID]),
    (f"https://{THROUGH}/pets", [("host", "api.corp.example")]),
    (f"https://{ZONAL}/prod", [HOST]),
    ("https://api.corp.example/pets", []),
    ("https://10.1.4.21/prod", [HOST]),
    ("https://10.1.4.21/prod", [ID]),
    ("https://[fd00::21]:8443/prod", [HOST]),
    ("https://abc1234567.execute-api.cn-north-1.amazonaws.com.cn/prod", []),
]


@pytest.mark.parametrize(("url", "headers"), CALLS)
def test_a_call_is_read_as_the_installed_tool_reads_it(url, headers):
    expected = tool.read_target(url, headers=headers)

    found = read_target(url, headers=headers)

    assert (found.form, found.port, found.api or None) == (expected.form, expected.port, expected.api_id)
    assert (found.region or None, found.endpoint or None) == (expected.region, expected.endpoint)
    assert (found.address or found.name) == expected.name
    assert found.host == expected.host or found.port != 443


@pytest.mark.parametrize(
    "target",
    [
        f"arn:aws:execute-api:us-east-1:111111111111:{API}/prod/GET/pets",
        f"arn:aws:apigateway:us-east-1::/restapis/{API}/stages/prod",
    ],
)
def test_an_arn_is_the_default_name(target):
    expected = tool.read_target(target)

    found = read_target(target)

    assert (found.name, found.api, found.region) == (expected.name, expected.api_id, expected.region)
    assert found.url.startswith(f"https://{NAME}/prod")


@pytest.mark.parametrize(
    "target",
    [
        "",
        "http://a.example/",
        "ftp://a.example",
        "https://",
        "a b",
        "https://a.example:99999/",
        f"https://{TOP[:11]}.amazonaws.com/x",
    ],
)
def test_what_the_installed_tool_refuses_is_refused(target):
    with pytest.raises(ToolsError):
        tool.read_target(target)
    with pytest.raises(UsageError):
        read_target(target)


def test_a_url_with_a_password_is_refused_without_repeating_it():
    with pytest.raises(UsageError) as refused:
        read_target("https://me:hunter2@api.corp.example/")

    assert "hunter2" not in str(refused.value)


def test_an_api_id_needs_a_region():
    with pytest.raises(UsageError, match="--region"):
        read_target(API)

    assert read_target(API, "cn-north-1").name == f"{API}.execute-api.cn-north-1.amazonaws.com.cn"


@pytest.mark.parametrize(
    "region", ["us-east-1", "us-gov-west-1", "eusc-de-east-1", "us-isob-east-1", "xx-new-9"]
)
def test_suffixes_are_those_of_the_installed_tool(region):
    assert names.PARTITIONS == tool.PARTITIONS
    assert names.suffix_of(region) == tool.partition_of(region)[1]


def further(url, *headers, **options):
    """Return the further names, with the random label as a star."""
    found = read_target(url, headers=headers, **options).further
    return ["*." + name.partition(".")[2] if name.startswith(names.RANDOM) else name for name in found]


def test_further_names_show_the_zone_and_whether_a_wildcard_answers():
    assert further(f"https://{NAME}/prod") == [TOP, f"*.{TOP}"]


def test_further_names_of_an_endpoint_are_the_api_s_default_name_and_alias():
    assert further(f"https://{THROUGH}/prod", HOST) == [NAME, TOP, f"*.{TOP}", f"{API}-{ENDPOINT}.{TOP}"]
    assert further(f"https://{ZONAL}/prod", ID)[-1] == THROUGH
    assert further(f"https://{API}-{ENDPOINT}.{TOP}/prod") == [NAME, TOP, f"*.{TOP}"]


def test_a_custom_domain_has_further_names_when_the_region_is_known():
    assert further("https://api.corp.example/pets") == []
    assert further("https://api.corp.example/pets", region="us-east-1") == [TOP, f"*.{TOP}"]
    assert further(f"https://{THROUGH}/pets", ("Host", "api.corp.example"))[0] == "api.corp.example"


def test_names_of_the_user_are_asked_for_too():
    assert further("https://api.corp.example/pets", names=["More.Example."]) == ["more.example"]
    with pytest.raises(UsageError):
        read_target(f"https://{NAME}/", names=["no name"])


def test_random_labels_differ_from_run_to_run():
    first, second = (read_target(f"https://{NAME}/").further[1] for _ in range(2))

    assert first != second


def test_behind_a_direct_address_the_host_header_names_the_call():
    found = read_target("https://10.1.4.21:8443/prod?x=1", headers=[HOST])

    assert (found.name, found.address, found.server_name) == (NAME, "10.1.4.21", NAME)
    assert found.url == f"https://{NAME}:8443/prod?x=1"
    assert read_target("https://10.1.4.21/prod").server_name == "10.1.4.21"
