"""The text of a refusal and what the policies predict: where they agree, and each way to disagree."""

from pathlib import Path

import pytest
from worlds.build import API, API_ACCOUNT, REGION, World, statement
from worlds.changes import set_endpoint_policy, set_policy
from worlds.judge import judge
from worlds.layouts import same_vpc
from worlds.seen import probed, refused

ARN = f"arn:aws:execute-api:{REGION}:********{API_ACCOUNT[-4:]}:{API}/prod/GET/pets"
SILENT = " because no resource-based policy allows the execute-api:Invoke action"
EXPLICIT = " with an explicit deny in a resource-based policy"
ENDPOINT = " because no VPC endpoint policy allows the execute-api:Invoke action"
OTHERS = statement("Deny", Condition={"StringNotEquals": {"aws:SourceVpce": "vpce-0other"}})


def says(world: World, tail: str, arn: str = ARN, who: str = "anonymous") -> World:
    """The test call was refused with this text."""
    text = f"User: {who} is not authorized to perform: execute-api:Invoke on resource: {arn}{tail}"
    refused(probed(world), "AccessDeniedException", f'{{"Message":"{text}"}}')
    return world


def denies(world: World) -> World:
    set_policy(world, statement(), OTHERS)
    return world


def silent(world: World) -> World:
    set_policy(world, statement(Condition={"StringEquals": {"aws:SourceVpce": "vpce-0other"}}))
    return world


def told(world: World, folder: Path) -> tuple[list[str], list[str]]:
    """Status and words of the comparison."""
    found = [
        each
        for each in judge(world, folder).report["results"]
        if each["check"] == "invoke/refusal-fits-the-policies"
    ]
    return [each["status"] for each in found], [each["summary"] for each in found]


@pytest.mark.parametrize(
    "world",
    [
        lambda: says(denies(same_vpc()), EXPLICIT),
        lambda: says(silent(same_vpc()), SILENT),
        lambda: says(silent(same_vpc()), ""),
        lambda: says(same_vpc(), " with an explicit deny in a service control policy"),
        lambda: says(
            denies(same_vpc("AWS_IAM")), EXPLICIT, who="arn:aws:sts::111111111111:assumed-role/app/x"
        ),
    ],
    ids=["explicit", "silent", "old text", "layer that is not read", "signed"],
)
def test_a_refusal_that_the_policies_predict_fits(world, tmp_path):
    assert told(world(), tmp_path)[0] == ["pass"]


def test_a_layer_is_one_of_several_that_would_refuse(tmp_path):
    world = silent(same_vpc())
    set_endpoint_policy(world, {"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "*"})

    assert told(says(world, ENDPOINT), tmp_path)[0] == ["pass"]


@pytest.mark.parametrize(
    ("world", "words"),
    [
        (lambda: says(same_vpc(), SILENT), "the resource policy refuses; of the policies that were read, nothing does"),
        (lambda: says(silent(same_vpc()), ENDPOINT), "the endpoint policy refuses; of the policies"),
        (lambda: says(silent(same_vpc()), EXPLICIT), "denies explicitly; the one that was read denies by silence"),
        (lambda: says(silent(same_vpc()), SILENT, who="arn:aws:iam::1:user/x"), "thought to be unsigned"),
        (lambda: says(silent(same_vpc()), SILENT, ARN.replace("/prod/", "/dev/")), "dev; the call is for prod"),
        (lambda: says(silent(same_vpc()), SILENT, ARN.replace("GET/pets", "GET/v1/pets")), "the path /v1/pets"),
        (lambda: says(silent(same_vpc()), SILENT, ARN.replace(API, "zzzzzzzzzz")), "the API zzzzzzzzzz"),
    ],
    ids=["nothing refuses", "another layer", "another kind", "another caller", "stage", "path", "api"],
)  # fmt: skip
def test_a_refusal_that_contradicts_the_policies_is_a_finding(world, words, tmp_path):
    statuses, summaries = told(world(), tmp_path)

    assert set(statuses) == {"warn"}
    assert any(words in each for each in summaries)


def test_a_call_that_no_policy_refused_is_not_compared(tmp_path):
    assert told(probed(same_vpc()), tmp_path)[0] == ["skipped"]
