"""Which faults fit a refusal, how well, and which further test call is worth its price."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apidoctor.model.faults import FAULTS
from apidoctor.model.report import Candidate
from apidoctor.model.signature import Signature
from apidoctor.reasoning.apigateway.fingerprints import Fingerprint, read_answer
from apidoctor.reasoning.attribution.circumstances import Circumstances
from apidoctor.reasoning.attribution.others import OTHERS
from apidoctor.reasoning.attribution.rank import LATE, candidates, next_rung, with_log

IDS = {"x-amzn-requestid": "r", "x-amz-apigw-id": "a"}
FORBIDDEN = read_answer(403, {**IDS, "x-amzn-errortype": "ForbiddenException"}, '{"message":"Forbidden"}')
NO_TOKEN = read_answer(
    403,
    {**IDS, "x-amzn-errortype": "MissingAuthenticationTokenException"},
    '{"message":"Missing Authentication Token"}',
)
HIDDEN_403 = read_answer(403, IDS, '{"error":"no"}')
ANSWERED = read_answer(200, IDS, "{}")
ARN = "arn:aws:execute-api:us-east-1:********1111:abc1234567/prod/GET/pets"


def denied(tail: str, who: str = "anonymous") -> Fingerprint:
    """The reading of a policy's denial."""
    text = f"User: {who} is not authorized to perform: execute-api:Invoke on resource: {ARN} {tail}"
    return read_answer(
        403, {**IDS, "x-amzn-errortype": "AccessDeniedException"}, f'{{"Message":"{text.strip()}"}}'
    )


def around(**known) -> Circumstances:
    """A call by the default name, with what is known of it."""
    return Circumstances(**{"form": "private-dns", **known})


def found(said: Fingerprint, **known) -> list[tuple[str, str]]:
    """The candidates as pairs of fault and confidence."""
    return [(each.fault, each.confidence) for each in candidates(said, around(**known))]


def faults(said: Fingerprint, **known) -> list[str]:
    """The candidates' faults."""
    return [fault for fault, _ in found(said, **known)]


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        ({}, {"D22", "D02", "H05", "H10", "H12"}),
        ({"impossible": FORBIDDEN}, {"D22", "D02", "H05", "H12"}),
        ({"impossible": NO_TOKEN}, {"H10", "H12"}),
        ({"impossible": NO_TOKEN, "key_required": False}, {"H12"}),
        ({"impossible": NO_TOKEN, "web_acl": False}, {"H10"}),
        ({"impossible": FORBIDDEN, "api_found": True, "api_private": True, "web_acl": False}, {"H05"}),
        ({"form": "endpoint-host", "sni_is_host": False}, {"T04", "D22", "H08", "H05", "H10", "H12"}),
        (
            {"form": "endpoint-host", "sni_is_host": False, "impossible": FORBIDDEN, "aligned": FORBIDDEN},
            {"D22", "H08", "H05", "H12"},
        ),
        ({"form": "endpoint-host", "names_api": False}, {"H01"}),
        ({"form": "direct-ip", "names_api": False}, {"T09"}),
        ({"form": "custom-domain"}, {"H06", "H07", "D18", "H10", "H12", "H08"}),
        (
            {"form": "custom-domain", "associated": True, "mapped": True, "impossible": NO_TOKEN},
            {"H10", "H12"},
        ),
        ({"has_stage": False}, {"H03", "D22", "D02", "H05", "H10", "H12"}),
        ({"suffix_fits": False}, {"D21", "D22", "D02", "H05", "H10", "H12"}),
        ({"leads_to": "public", "outside": True}, {"D03", "D01", "D22", "H05", "H10", "H12"}),
        (
            {"leads_to": "public", "outside": True, "api_found": True, "api_private": True},
            {"D03", "D01", "H05"},
        ),
        ({"leads_to": "public", "outside": False}, {"D01", "D22", "H05", "H10", "H12"}),
    ],
)
def test_forbidden_keeps_what_nothing_speaks_against(known, expected):
    assert set(faults(FORBIDDEN, **known)) == expected


@pytest.mark.parametrize(
    ("known", "head"),
    [
        ({"form": "endpoint-host", "names_api": False}, ("H01", "certain")),
        ({"has_stage": False}, ("H03", "likely")),
        ({"api_private": False, "api_found": True}, ("D02", "likely")),
        ({"default_name_on": False}, ("H05", "likely")),
        ({"impossible": NO_TOKEN, "key_required": True}, ("H10", "likely")),
        ({"impossible": NO_TOKEN, "web_acl": True, "key_required": False}, ("H12", "likely")),
        ({"leads_to": "public", "outside": True}, ("D03", "likely")),
        (
            {"form": "endpoint-host", "sni_is_host": False, "impossible": FORBIDDEN, "aligned": ANSWERED},
            ("T04", "likely"),
        ),
        ({"impossible": FORBIDDEN, "api_found": False}, ("D22", "likely")),
        ({}, ("D22", "possible")),
    ],
)
def test_the_head_is_what_something_speaks_for(known, head):
    assert found(FORBIDDEN, **known)[0] == head


def test_a_key_that_is_called_invalid_leaves_nothing_else():
    said = read_answer(
        403,
        {**IDS, "x-amzn-errortype": "ForbiddenException"},
        '{"message":"Invalid API Key identifier specified"}',
    )

    assert found(said) == [("H10", "certain")]


@pytest.mark.parametrize(
    ("tail", "head", "others"),
    [
        (
            "because no resource-based policy allows the execute-api:Invoke action",
            ("A02", "likely"),
            {"A01", "A03", "A04", "A05", "A06", "A07", "A13"},
        ),
        ("with an explicit deny in a resource-based policy", ("A03", "likely"), {"A04", "A07"}),
        ("because no VPC endpoint policy allows the execute-api:Invoke action", ("A08", "likely"), {"A10"}),
        ("with an explicit deny in a VPC endpoint policy", ("A09", "likely"), set()),
        ("with an explicit deny in an identity-based policy", ("A12", "likely"), set()),
        ("with an explicit deny in a service control policy", ("A12", "likely"), set()),
        ("because no permissions boundary allows the execute-api:Invoke action", ("A12", "likely"), set()),
        ("because no identity-based policy allows the execute-api:Invoke action", ("A11", "likely"), set()),
        ("with an explicit deny", ("A03", "possible"), {"A09"}),
        ("", ("A02", "possible"), {"A01", "A03", "A04", "A05", "A06", "A07", "A08", "A09", "A10", "A13"}),
    ],
)
def test_a_denial_names_its_layer_and_the_faults_of_that_layer(tail, head, others):
    said = found(denied(tail))

    assert said[0] == head
    assert {fault for fault, _ in said[1:]} == others


SILENT_ENDPOINT = denied("because no VPC endpoint policy allows the execute-api:Invoke action")
SILENT_RESOURCE = "because no resource-based policy allows the execute-api:Invoke action"
ROLE = "arn:aws:sts::222222222222:assumed-role/app/s"


@pytest.mark.parametrize(
    ("signed", "expected"),
    [
        (ANSWERED, [("A10", "likely")]),
        (read_answer(401, {**IDS, "x-amzn-errortype": "UnauthorizedException"}, "{}"), [("A10", "likely")]),
        (denied(SILENT_RESOURCE, ROLE), [("A10", "likely")]),
        # Whoever is refused by the same policy, or before it is looked at, tells nothing of whom it names.
        (
            denied("because no VPC endpoint policy allows the execute-api:Invoke action", ROLE),
            [("A08", "likely"), ("A10", "possible")],
        ),
        (
            read_answer(403, {**IDS, "x-amzn-errortype": "InvalidSignatureException"}, "{}"),
            [("A08", "likely"), ("A10", "possible")],
        ),
        (FORBIDDEN, [("A08", "likely"), ("A10", "possible")]),
    ],
)
def test_a_signed_call_that_passes_the_endpoint_policy_leaves_only_the_principals(signed, expected):
    assert found(SILENT_ENDPOINT, signed=signed) == expected


def test_an_older_text_loses_the_endpoint_policy_that_a_signed_call_passes():
    assert "A08" in faults(denied(""))
    assert "A08" not in faults(denied(""), signed=ANSWERED)


def test_a_caller_that_the_text_names_has_the_keys_of_signed_calls():
    assert "A13" in faults(denied(SILENT_RESOURCE))
    assert "A13" not in faults(denied(SILENT_RESOURCE, ROLE))


def test_what_the_simulation_does_not_deny_denies_nobody_for_want_of_a_key():
    hidden = read_answer(403, {**IDS, "x-amzn-errortype": "AccessDeniedException"}, "sorry")

    assert {"A13", "A20"} <= set(faults(hidden))
    assert faults(hidden, denied_layers=frozenset(), authorization="CUSTOM") == ["A20"]
    elsewhere = faults(hidden, denied_layers=frozenset({"endpoint"}), authorization="NONE")
    assert not {"A13", "A20"} & set(elsewhere)


READ = {
    "api_found": True,
    "api_private": True,
    "default_name_on": True,
    "key_required": False,
    "web_acl": False,
}


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        (READ, ["O04", "H05", "H12"]),
        (READ | {"impossible": FORBIDDEN}, ["O04", "H05", "H12"]),
        (READ | {"impossible": NO_TOKEN}, ["O04", "H12"]),
        (
            READ | {"strict": False, "form": "endpoint-host", "sni_is_host": False},
            ["O04", "T04", "H05", "H12"],
        ),
        (READ | {"strict": True}, ["O04", "H05", "H12"]),
    ],
)
def test_forbidden_against_all_that_was_read_leaves_what_configuration_lags_behind(known, expected):
    assert found(FORBIDDEN, **known) == [(fault, "possible") for fault in expected]


DOMAIN_READ = READ | {"form": "custom-domain", "associated": True, "mapped": True, "via_alias": False}


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        # AWS shows no date of an association: configuration never excludes that it is too young.
        (DOMAIN_READ, ["H06", "O04", "H12"]),
        (DOMAIN_READ | {"impossible": FORBIDDEN}, ["H06", "O04", "H12"]),
        (DOMAIN_READ | {"impossible": FORBIDDEN, "web_acl": None}, ["H12", "H06"]),
        (DOMAIN_READ | {"impossible": FORBIDDEN, "mapped": None, "web_acl": True}, ["H12", "H07", "H06"]),
        (DOMAIN_READ | {"impossible": NO_TOKEN}, ["O04", "H12"]),
        (DOMAIN_READ | {"updating": True}, ["T10", "H06"]),
        (DOMAIN_READ | {"updating": True, "impossible": NO_TOKEN}, ["O04", "H12"]),
        (DOMAIN_READ | {"updating": False}, ["H06", "O04", "H12"]),
    ],
)
def test_an_association_that_is_there_may_be_too_young(known, expected):
    told = candidates(FORBIDDEN, around(**known))

    assert [one.fault for one in told] == expected
    assert {one.confidence for one in told if one.fault != "H12"} == {"possible"}
    assert all(one.because in LATE for one in told if one.fault == "H06")


def test_what_configuration_speaks_against_says_so_and_that_it_takes_effect_late():
    told = candidates(
        FORBIDDEN, around(**READ | {"form": "endpoint-host", "strict": False, "sni_is_host": False})
    )
    late = {one.fault: one.because for one in told}
    open_ = {
        one.fault: one.because
        for one in candidates(FORBIDDEN, around(form="endpoint-host", sni_is_host=False))
    }

    assert {fault for fault, because in late.items() if because in LATE} == {"T04", "H05", "H12"}
    assert not LATE & set(open_.values())
    assert all("configuration says" in late[fault] for fault in ("T04", "H05", "H12"))


BY_NAME = {"form": "endpoint-host", "sni_is_host": False, "impossible": FORBIDDEN}


@pytest.mark.parametrize("aligned", [ANSWERED, NO_TOKEN])
def test_that_the_default_name_works_at_the_same_address_is_stronger_than_the_mode_that_was_read(aligned):
    known = READ | BY_NAME | {"strict": False, "aligned": aligned}
    first = candidates(FORBIDDEN, around(**known))[0]

    assert (first.fault, first.confidence) == ("T04", "likely")
    assert "BASIC" in first.because
    assert "15 minutes" in first.because
    assert "T04" not in faults(FORBIDDEN, **known | {"aligned": FORBIDDEN})


def test_a_mode_that_takes_effect_late_is_worth_a_call_only_where_nothing_else_is_left():
    assert next_rung(FORBIDDEN, around(**READ | BY_NAME | {"strict": False})) == "aligned"
    assert next_rung(FORBIDDEN, around(**BY_NAME | {"strict": False})) is None


ALONE = {"stage_alone": True, "impossible": FORBIDDEN}


@pytest.mark.parametrize(
    ("known", "listed"),
    [
        (ALONE, True),
        (ALONE | {"stage_found": False}, True),
        (ALONE | {"stage_found": True}, False),
        (ALONE | {"stage_alone": False}, False),
        # Below a stage that is not there an API answers in other words, and without that call it is not known.
        (ALONE | {"impossible": NO_TOKEN}, False),
        (ALONE | {"impossible": None}, False),
        (ALONE | BY_NAME | {"aligned": ANSWERED}, False),
    ],
)
def test_the_only_segment_of_a_path_may_be_no_stage(known, listed):
    told = found(FORBIDDEN, **known)

    assert ("H03" in [fault for fault, _ in told]) is listed
    assert told[0][0] != "H03"
    assert not listed or told[-1] == ("H03", "possible")


def test_a_path_of_one_segment_costs_no_further_call():
    known = {"form": "endpoint-host", "sni_is_host": False, "stage_alone": True}
    for more in (
        {},
        {"impossible": FORBIDDEN},
        {"impossible": NO_TOKEN},
        {"impossible": FORBIDDEN, "aligned": ANSWERED},
    ):
        one, other = around(**known | more), around(**known | more | {"stage_alone": False})
        assert next_rung(FORBIDDEN, one) == next_rung(FORBIDDEN, other)


@pytest.mark.parametrize(
    ("known", "head"),
    [
        ({"domain_admits": True}, ("H05", "likely")),
        ({"domain_admits": True, "impossible": FORBIDDEN}, ("H05", "likely")),
        # The default name is on, or another gate is proved: then another API stands behind the domain.
        ({"domain_admits": True, "default_name_on": True}, ("D22", "possible")),
        ({"domain_admits": True, "impossible": NO_TOKEN}, ("H10", "possible")),
        ({}, ("D22", "possible")),
    ],
)
def test_a_custom_domain_that_works_speaks_for_a_default_name_that_is_off(known, head):
    assert found(FORBIDDEN, **known)[0] == head


@pytest.mark.parametrize(
    ("aligned", "listed"),
    [(None, {"H06", "H07", "D18"}), (FORBIDDEN, {"H06", "H07", "D18"}), (ANSWERED, set())],
)
def test_a_domain_that_answers_by_its_own_name_is_associated_and_mapped(aligned, listed):
    named = faults(FORBIDDEN, form="custom-domain-endpoint", sni_is_host=False, aligned=aligned)

    assert {"H06", "H07", "D18"} & set(named) == listed
    assert "T04" in named or aligned is FORBIDDEN


def test_an_older_text_about_a_signer_leaves_the_callers_own_policies_open():
    assert {"A11", "A12"} <= set(faults(denied("", who="arn:aws:iam::1:user/x")))
    assert not {"A10"} & set(faults(denied("", who="arn:aws:iam::1:user/x")))


@pytest.mark.parametrize(
    ("tail", "usual"),
    [
        ("because no resource-based policy allows the execute-api:Invoke action", "A02"),
        ("with an explicit deny in a resource-based policy", "A03"),
    ],
)
def test_a_layer_that_refuses_though_its_policy_was_read_and_would_not_runs_another_policy(tail, usual):
    another = found(denied(tail), denied_layers=frozenset())
    same = found(denied(tail), denied_layers=frozenset({"resource"}))

    assert another[0] == ("A07", "likely")
    assert (usual, "possible") in another
    assert same[0] == (usual, "likely")
    assert found(denied(tail))[0] == (usual, "likely")


def test_the_simulation_tells_the_layer_that_an_older_text_keeps_quiet_about():
    said = faults(denied("with an explicit deny"), denied_layers=frozenset({"endpoint"}))

    assert said == ["A09"]


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        ({}, [("H02", "possible"), ("A18", "possible"), ("H04", "possible")]),
        ({"signed": ANSWERED}, [("A18", "certain")]),
        ({"signed": NO_TOKEN}, [("H02", "likely"), ("H04", "possible"), ("A26", "possible")]),
        (
            {"authorization": "NONE", "method_found": True, "stage_found": True},
            [("H02", "possible"), ("H04", "possible"), ("O04", "possible")],
        ),
        ({"authorization": "AWS_IAM", "method_found": True, "stage_found": True}, [("A18", "likely")]),
        # Without an export only what is saved is seen; that it asks for a signature explains the answer by itself.
        (
            {"authorization": "AWS_IAM", "method_saved": True, "stage_found": True},
            [("A18", "likely"), ("H02", "possible"), ("H04", "possible")],
        ),
        (
            {"authorization": "AWS_IAM", "method_saved": True, "stage_found": True, "signed": NO_TOKEN},
            [("H02", "possible"), ("H04", "possible"), ("A26", "possible")],
        ),
        (
            {"authorization": "AWS_IAM", "method_found": True, "stage_found": True, "signed": NO_TOKEN},
            [("A26", "likely"), ("H02", "possible")],
        ),
        (
            {"authorization": "NONE", "method_saved": True, "stage_found": True},
            [("H04", "likely"), ("H02", "possible")],
        ),
        ({"stage_found": False}, [("H02", "likely"), ("H04", "possible")]),
        ({"signature": Signature("sigv4")}, [("H02", "likely"), ("H04", "possible"), ("A26", "possible")]),
        ({"signature": Signature("sigv4"), "stage_found": False}, [("H02", "likely"), ("H04", "possible")]),
        (
            {
                "signature": Signature("sigv4"),
                "method_found": True,
                "stage_found": True,
                "authorization": "AWS_IAM",
            },
            [("A26", "likely"), ("H02", "possible")],
        ),
    ],
)
def test_a_missing_token_is_a_missing_route_or_a_missing_signature(known, expected):
    assert found(NO_TOKEN, **known) == expected


INCOMPLETE = read_answer(
    403,
    {**IDS, "x-amzn-errortype": "IncompleteSignatureException"},
    '{"message":"Authorization header requires \'Credential\' parameter."}',
)


@pytest.mark.parametrize(
    ("signature", "expected"),
    [
        (Signature("sigv4", missing=("Signature",)), [("A19", "likely")]),
        (Signature("sigv4", scope=("20261122", "execute-api", "aws4_request")), [("A19", "likely")]),
        (Signature("sigv4", place="query"), [("A19", "likely")]),
        (Signature("sigv4", place="query", expires="0"), [("A19", "likely")]),
        (Signature("sigv4", place="query", expires="60"), [("A26", "likely"), ("A19", "possible")]),
        (Signature("sigv4"), [("A26", "likely"), ("A19", "possible")]),
        (Signature("bearer"), [("A19", "likely"), ("H02", "possible")]),
    ],
)
def test_a_whole_signature_that_arrives_in_part_was_damaged_on_the_way(signature, expected):
    assert found(INCOMPLETE, signature=signature) == expected


@pytest.mark.parametrize(
    ("said", "known", "rung"),
    [
        (FORBIDDEN, {}, "impossible"),
        (FORBIDDEN, {"impossible": NO_TOKEN}, None),
        (FORBIDDEN, {"impossible": FORBIDDEN}, None),
        (FORBIDDEN, {"form": "endpoint-host", "sni_is_host": False, "impossible": FORBIDDEN}, "aligned"),
        (FORBIDDEN, {"form": "endpoint-host", "names_api": False}, None),
        (NO_TOKEN, {}, "signed"),
        (NO_TOKEN, {"signature": Signature("sigv4")}, None),
        (NO_TOKEN, {"authorization": "AWS_IAM", "method_found": True, "stage_found": True}, None),
        (denied(""), {}, None),
        (denied("with an explicit deny in a resource-based policy"), {}, None),
        (denied("because no VPC endpoint policy allows the execute-api:Invoke action"), {}, "signed"),
        (
            denied("because no VPC endpoint policy allows the execute-api:Invoke action"),
            {"signature": Signature("other")},
            None,
        ),
        (
            denied("because no VPC endpoint policy allows the execute-api:Invoke action"),
            {"denied_layers": frozenset({"endpoint"})},
            None,
        ),
        (
            denied("because no VPC endpoint policy allows the execute-api:Invoke action"),
            {"signed": ANSWERED},
            None,
        ),
        (denied("with an explicit deny in a VPC endpoint policy"), {}, None),
        (denied("because no resource-based policy allows the execute-api:Invoke action"), {}, None),
        (read_answer(403, IDS, '{"error":"no"}'), {}, "impossible"),
        (read_answer(403, IDS, '{"error":"no"}'), {"customised": False}, None),
        (read_answer(503, IDS, '{"error":"no"}'), {}, None),
    ],
)
def test_a_further_call_is_made_only_where_it_separates(said, known, rung):
    assert next_rung(said, around(**known)) == rung


LEFT = (
    Candidate("H10", "possible", "A key.", "x"),
    Candidate("H12", "possible", "A web ACL.", "y"),
)


@pytest.mark.parametrize(
    ("faults", "confidence", "expected"),
    [
        (("H12",), "certain", [("H12", "certain")]),
        (("H12", "H10"), "likely", [("H12", "likely"), ("H10", "possible")]),
        (("H10", "H12"), "likely", [("H10", "likely"), ("H12", "possible")]),
        (("A20",), "certain", [("A20", "certain")]),
    ],
)
def test_the_log_of_the_call_is_stronger_than_its_answer(faults, confidence, expected):
    said = with_log(LEFT, faults, confidence, "the web ACL blocked it")

    assert [(each.fault, each.confidence) for each in said] == expected


@pytest.mark.parametrize(
    ("before", "fault", "expected"),
    [
        (Candidate("A20", "likely", "An authorizer.", "x"), "B01", [("A20", "certain")]),
        (Candidate("A20", "possible", "An authorizer.", "x"), "B01", [("A20", "likely")]),
        # Near misses: no words of an authorizer's, and a line that names no function.
        (Candidate("B04", "likely", "A backend.", "x"), "B01", [("B01", "certain")]),
        (Candidate("A20", "likely", "An authorizer.", "x"), "H12", [("H12", "certain")]),
    ],
)
def test_a_function_that_failed_for_an_authorizers_answer_is_the_authorizers(before, fault, expected):
    said = with_log((before,), (fault,), "certain", "Invalid permissions on Lambda function")

    assert [(each.fault, each.confidence) for each in said] == expected


def test_every_candidate_is_a_fault_of_the_catalogue_and_tells_what_would_separate_it():
    for rows in OTHERS.values():
        assert {row.fault for row in rows} <= set(FAULTS)
        assert all(row.because.endswith(".") for row in rows)
        assert len(rows) == 1 or all(row.separate for row in rows)


@given(
    said=st.builds(
        read_answer,
        st.integers(100, 599),
        st.dictionaries(st.sampled_from(["x-amzn-errortype", "x-amzn-requestid"]), st.text(max_size=20)),
        st.text(max_size=60),
    ),
    known=st.fixed_dictionaries(
        {},
        optional={
            name: st.booleans()
            for name in (
                "api_found",
                "api_private",
                "strict",
                "key_required",
                "web_acl",
                "method_found",
                "names_api",
            )
        },
    ),
)
def test_any_answer_ends_in_candidates_each_named_once(said, known):
    named = faults(said, **known)

    assert len(named) == len(set(named))


@pytest.mark.parametrize(
    ("said", "made", "fault", "expected"),
    [
        (
            FORBIDDEN,
            {},
            "H10",
            "A path that no API has: other words than Forbidden; apiKeyRequired of the method.",
        ),
        (FORBIDDEN, {"impossible": NO_TOKEN}, "H10", "apiKeyRequired of the method."),
        (NO_TOKEN, {}, "A18", "The same call with a SigV4 signature."),
        (NO_TOKEN, {"signed": NO_TOKEN}, "H02", "The stage's export."),
        (
            HIDDEN_403,
            {"impossible": HIDDEN_403},
            "H13",
            "error.responseType in the access log; the API's gateway responses.",
        ),
    ],
)
def test_what_would_tell_faults_apart_is_no_call_that_was_made(said, made, fault, expected):
    told = {each.fault: each.separate for each in candidates(said, around(**made))}

    assert told[fault] == expected
