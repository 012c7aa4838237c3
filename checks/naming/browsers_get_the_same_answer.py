"""DNS over HTTPS gives the same answer as the host's own DNS.

Why it matters
--------------
Browsers and some programs ask a public resolver over HTTPS. That one never sees private zones, so the browser fails
while curl works.

How it decides
--------------
Only where the same question was asked over HTTPS or TLS (`--doh`, `--dot`): a different answer is a warning while the
host's own resolution is right.

How to fix
----------
Switch DNS over HTTPS off in the browser by policy, or name the company's own DoH server in it.

References
----------
- https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resolver.html
"""

from collections.abc import Iterator

from apidoctor.checkkit import (
    BLAME_READS,
    Case,
    Finding,
    check,
    is_good,
    others,
    passed,
    skipped,
    system_answer,
    warned,
)


@check(
    reads=BLAME_READS,
    probes=("dns", "host"),
    faults=("D23",),
    required=False,
    playbook="name-does-not-resolve",
    position=88,
)
def judge(case: Case) -> Iterator[Finding]:
    """Compare encrypted DNS with the host's own."""
    name = case.request.name
    if name is None or case.request.form == "direct-ip":
        yield skipped("No name is called.")
        return
    private = [seen for seen in others(case, name).value if seen.transport in ("doh", "dot")]
    if not private:
        yield skipped("Nobody was asked over HTTPS or TLS.")
        return
    own = system_answer(case, name).value
    for seen in private:
        evidence = [
            case.show(one, "server", "transport", "outcome", "addresses", subject=name) for one in (seen, own)
        ]
        if seen.outcome in ("timeout", "error") or not is_good(case, own):
            yield skipped(f"{seen.server} or the host's own DNS gave nothing to compare.")
            continue
        if is_good(case, seen):
            yield passed(
                f"{seen.server} does not lead away from the host's own answer.",
                subject=name,
                evidence=evidence,
            )
            continue
        said = ", ".join(seen.addresses) or seen.outcome.upper()
        yield warned(
            "D23",
            f"Programs that ask {seen.server} over {seen.transport.upper()} get {said}, this host's own DNS gives "
            f"{', '.join(own.addresses)}.",
            fix="Switch DNS over HTTPS off in browsers on this network, or point it at the company's own server.",
            subject=name,
            evidence=evidence,
        )
