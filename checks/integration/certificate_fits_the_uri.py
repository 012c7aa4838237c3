"""The certificate of the private backend fits the host in the integration's URI.

Why it matters
--------------
For a private integration over https the host in the `uri` is the name that API Gateway verifies the
backend's certificate against. With another name, or the load balancer's own, every call ends with 500, and
the execution log says that the host name does not match the certificate subject.

How it decides
--------------
For an https URI behind a VPC link: the certificate of a listener that ends TLS must have the host among its
names; a load balancer's own name (`….elb.amazonaws.com`) can have no certificate of yours. It is a hint:
listeners may have more certificates, and a listener that passes TLS on shows none. Nothing is asked where
the integration skips the verification.

How to fix
----------
Write a name of the certificate into the `uri`, and deploy; the name need not resolve.

References
----------
- https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-private-integration.html
- https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-extensions-integration-tls-config.html
"""

from collections.abc import Iterator

from apidoctor.checkkit import BACKEND_READS, Case, Finding, Source, check, passed, skipped, warned
from apidoctor.reasoning.scene.integration import backend, integration, is_proved
from apidoctor.reasoning.scene.load_balancers import LISTENER_READS, balancer, certificate_mismatch


@check(
    needs=("api/exists", "api/method-is-deployed", "integration/stage-variables-are-set"),
    reads=(*BACKEND_READS, *LISTENER_READS, "describe_certificate"),
    probes=("identity", "tcp", "http"),
    faults=("B03",),
    required=False,
    playbook="backend-errors",
    position=19,
)
def judge(case: Case) -> Iterator[Finding]:
    """Compare the host with the names of the certificate."""
    own = integration(case).value
    if own is None or not own.is_private or own.skips_verification:
        yield skipped("No certificate of a private backend is verified.")
        return
    parts, place = backend(case).value, balancer(case)
    case.expect(place.missing)
    if parts is None or parts.scheme != "https" or not place.known or place.value is None:
        yield skipped("The integration does not speak https to a load balancer that is known.")
        return
    host = parts.hostname or ""
    if is_proved(case):
        yield passed("The backend answered the call.", subject=host)
        return
    wrong = certificate_mismatch(case)
    case.expect(wrong.missing)
    if not wrong.known:
        yield skipped("The certificate of the backend was not read.", subject=host)
    elif wrong.value is None:
        yield passed(f"Nothing is known against {host} as the name of the backend.", subject=host)
    else:
        value = {"uri host": host, "certificate": list(wrong.value)[:20]}
        source = Source("describe_listeners", place.value.account, place.value.region)
        names = ", ".join(wrong.value[:5]) or "none of its own"
        yield warned(
            "B03",
            f"The integration's URI names {host}, and the certificate of the backend names {names}.",
            fix="Write a name of the certificate into the integration's uri, and deploy.",
            subject=host,
            evidence=[case.cite(source, value, host)],
        )
