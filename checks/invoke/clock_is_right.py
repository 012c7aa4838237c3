"""The host's clock is right.

Why it matters
--------------
A SigV4 signature is refused when its time is more than about five minutes off, and certificates seem
expired or not yet valid.

How it decides
--------------
The `Date` header of API Gateway's answer is compared with the host's clock at that moment; more than
four minutes is too much, more than one a warning.

How to fix
----------
Let the host synchronize its clock (169.254.169.123 inside AWS).

References
----------
- https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html
"""

from collections.abc import Iterator

from apidoctor.checkkit import CALL_READS, Case, Finding, check, clock_offset, failed, passed, warned

TOO_MUCH, A_LOT = 240.0, 60.0
"""Seconds: API Gateway's tolerance is about 300, so 240 will soon fail; a minute is worth knowing."""


@check(
    reads=CALL_READS,
    probes=("dns", "host", "identity", "tcp", "http"),
    faults=("T07",),
    playbook="signature-refused",
    position=40,
)
def judge(case: Case) -> Iterator[Finding]:
    """Judge the measured offset."""
    seconds, evidence = clock_offset(case).value
    text = (
        f"This host's clock is {abs(seconds):.0f} s {'behind' if seconds > 0 else 'ahead of'} API Gateway's"
    )
    if abs(seconds) > TOO_MUCH:
        yield failed(
            "T07",
            f"{text}.",
            fix="Synchronize the host's clock (NTP).",
            evidence=[evidence],
            affects=["time"],
        )
    elif abs(seconds) > A_LOT:
        yield warned("T07", f"{text}.", fix="Synchronize the host's clock (NTP).", evidence=[evidence])
    else:
        yield passed(f"The clocks differ by {abs(seconds):.0f} s.", evidence=[evidence])
