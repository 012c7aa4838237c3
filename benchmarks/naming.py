"""Names through the resolver engine in a snapshot with 500 zones, beside a plain evaluator; and a live look at names.

    python -m benchmarks.naming [NAMES [ZONES]]

The plain evaluator is the one that the tests use as the engine's twin (tests/reasoning/naming/twin): dictionaries and
loops, straight from the definition.  Both answer the same questions in one run, and must say the same.

The live part asks DNS servers on loopback that answer late, each by its own delay, and compares the wall time of the
whole look at the names with its slowest single question.
"""

import socketserver
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from apidoctor.reasoning.naming.resolver import Resolver
from apidoctor.travelling.names import read_target
from apidoctor.travelling.survey import survey
from apidoctor.travelling.ways import Plan
from benchmarks.naming_world import ACCOUNT, REGION, Question, questions, snapshot

PLAIN = 300
"""Questions that the plain evaluator is asked: it is slow."""
DELAYS = (0.03, 0.08, 0.15, 0.25)
"""Seconds after which each server answers."""


def main() -> None:
    """Print rates, ratios and differences."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    zones = int(sys.argv[2]) if len(sys.argv) > 2 else 500
    world = snapshot(zones)
    asked = questions(count, zones)
    started = time.process_time()
    resolver = Resolver(world["accounts"])
    answers = [resolver.resolve(vpc, ACCOUNT, REGION, name, record) for vpc, name, record in asked]
    cold = time.process_time() - started
    started = time.process_time()
    for vpc, name, record in asked:
        resolver.resolve(vpc, ACCOUNT, REGION, name, record)
    warm = time.process_time() - started
    print(f"{count} names on {zones} zones: {cold:.3f} s cold ({count / cold:,.0f}/s), {warm:.3f} s warm")
    print("  kinds: " + ", ".join(f"{kind} {number}" for kind, number in sorted(_count(answers).items())))
    _beside_plain(world, asked[:PLAIN], [answer.kind for answer in answers[:PLAIN]], cold / count)
    _live()


def _count(answers: list[Any]) -> dict[str, int]:
    found: dict[str, int] = {}
    for answer in answers:
        found[answer.kind] = found.get(answer.kind, 0) + 1
    return found


def _beside_plain(world: Any, asked: list[Question], ours: list[str], each: float) -> None:
    sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "reasoning" / "naming"))
    from twin.judge import resolve

    started = time.process_time()
    theirs = [resolve(world, vpc, ACCOUNT, REGION, name, record)["kind"] for vpc, name, record in asked]
    plain = (time.process_time() - started) / len(asked)
    differ = sum(one != other for one, other in zip(ours, theirs, strict=True))
    print(
        f"  plain evaluator {plain * 1e3:.1f} ms a name, engine {each * 1e6:.0f} us (cold): {plain / each:,.0f} x"
    )
    print(f"  of {len(asked)} compared answers {differ} differ")


class _Late(socketserver.BaseRequestHandler):
    """Answers every A question with 10.0.1.10, after the server's delay."""

    def handle(self) -> None:
        import dns.message
        import dns.rdatatype
        import dns.rrset

        data, sock = self.request
        query = dns.message.from_wire(data)
        answer = dns.message.make_response(query)
        question = query.question[0]
        if question.rdtype == dns.rdatatype.A:
            answer.answer.append(dns.rrset.from_text(question.name, 60, "IN", "A", "10.0.1.10"))
        time.sleep(self.server.delay)  # type: ignore[attr-defined]
        sock.sendto(answer.to_wire(), self.client_address)


@contextmanager
def _servers() -> Iterator[list[str]]:
    made = []
    for delay in DELAYS:
        server = socketserver.ThreadingUDPServer(("127.0.0.1", 0), _Late)
        server.daemon_threads = True
        server.delay = delay  # type: ignore[attr-defined]
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        made.append(server)
    try:
        yield [f"127.0.0.1:{server.server_address[1]}" for server in made]
    finally:
        for server in made:
            server.shutdown()
            server.server_close()


def _live() -> None:
    target = read_target("https://abc1234567.execute-api.us-east-1.amazonaws.com/prod", "", (), ())
    with _servers() as addresses:
        for _ in range(3):
            started = time.perf_counter()
            # No address is looked at: 10.0.1.10 is nobody's here, and only names are timed.
            seen = survey(Plan(target=target, resolvers=tuple(addresses), timeout=20))
            wall = time.perf_counter() - started
            asked = [one for one in seen if one["kind"] == "dns"]
            slowest = max(one["elapsed_ms"] for one in asked) / 1000
            print(
                f"live: {len(asked)} questions in {wall:.3f} s, the slowest single one {slowest:.3f} s "
                f"({wall / slowest:.2f} x); one after the other {sum(one['elapsed_ms'] for one in asked) / 1000:.1f} s"
            )


if __name__ == "__main__":
    main()
