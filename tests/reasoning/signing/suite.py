"""The published test suite of Signature Version 4, read from ``tests/data/aws4_testsuite`` as it is."""

from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "data" / "aws4_testsuite"
ACCESS_KEY, SECRET_KEY = "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
REGION, SERVICE, STAMP = "us-east-1", "service", "20150830T123600Z"
SCOPE = f"20150830/{REGION}/{SERVICE}/aws4_request"


@dataclass(frozen=True)
class Published:
    """One case of the suite."""

    name: str
    method: str
    target: str
    headers: dict[str, str]
    body: bytes
    canonical: str
    to_sign: str
    authorization: str


def cases() -> list[Published]:
    """All cases, by name."""
    return [_read(file) for file in sorted(FOLDER.rglob("*.req"))]


def _read(file: Path) -> Published:
    head, _, body = file.read_text().partition("\n\n")
    request, *lines = head.split("\n")
    method, _, rest = request.partition(" ")
    headers: dict[str, str] = {}
    name = ""
    for line in lines:
        if line.startswith((" ", "\t")):  # a folded line goes on where the last one ended
            headers[name] += f" {line.strip()}"
            continue
        if not line:
            continue
        name, _, value = line.partition(":")
        name = name.lower()
        headers[name] = f"{headers[name]},{value.strip()}" if name in headers else value.strip()
    canonical, signed = file.with_suffix(".creq").read_text(), file.with_suffix(".sreq").read_text()
    if "x-amz-security-token:" in canonical and "x-amz-security-token" not in headers:
        token = next(line for line in signed.split("\n") if line.startswith("X-Amz-Security-Token:"))
        headers["x-amz-security-token"] = token.partition(":")[2].strip()  # the signer adds it
    return Published(
        name=file.stem,
        method=method,
        target=rest.rpartition(" ")[0],
        headers=headers,
        body=body.encode(),
        canonical=canonical,
        to_sign=file.with_suffix(".sts").read_text(),
        authorization=file.with_suffix(".authz").read_text(),
    )
