"""Ways in which a server, an error or a log can write a secret that it was sent."""

import base64
import html
import json
import re
from collections.abc import Callable
from urllib.parse import quote, quote_plus

SPELLINGS: dict[str, Callable[[str], str]] = {
    "as it is": lambda text: text,
    "upper case": str.upper,
    "lower case": str.lower,
    "percent-encoded": lambda text: quote(text, safe=""),
    "percent-encoded, hexadecimal digits in lower case": lambda text: quote(text, safe="").replace(
        "%2F", "%2f"
    ),
    "percent-encoded twice": lambda text: quote(quote(text, safe=""), safe=""),
    "as a form": quote_plus,
    "percent-encoded, every byte": lambda text: "".join(f"%{ord(char):02x}" for char in text),
    "JSON": json.dumps,
    "JSON with escaped slashes": lambda text: json.dumps(text).replace("/", "\\/"),
    "JSON in JSON": lambda text: json.dumps({"body": json.dumps({"token": text + '"\\'})}),
    "JSON, every character": lambda text: "".join(f"\\u{ord(char):04X}" for char in text),
    "HTML": lambda text: html.escape(f"<b>{text}</b>"),
    "HTML, every character": lambda text: "".join(f"&#x{ord(char):x};" for char in text),
    "Python": lambda text: repr(text.encode()),
    "octal, every character": lambda text: "".join(f"\\{ord(char):03o}" for char in text),
    "quoted-printable, every byte": lambda text: "".join(f"={ord(char):02X}" for char in text),
    "quoted-printable in lines": lambda text: "=\r\n".join(
        text[at : at + 9].replace("=", "=3D") for at in range(0, len(text), 9)
    ),
    "RFC 2047": lambda text: f"=?utf-8?q?{''.join(f'={byte:02x}' for byte in text.encode())}?=",
    "UTF-16": lambda text: "".join(f"{char}\0" for char in text),
    "UTF-32 with the high byte first": lambda text: "".join(f"\0\0\0{char}" for char in text),
    "full width": lambda text: "".join(
        chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in text
    ),
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
    "base64 of more": lambda text: base64.b64encode(f"GET / HTTP/1.1\r\nx: {text}\r\ny: z".encode()).decode(),
    "base64 of more, moved by one": lambda text: base64.b64encode(
        f"GET / HTTP/1.1\r\nxx: {text}.".encode()
    ).decode(),
    "base64 for URLs": lambda text: base64.urlsafe_b64encode(f"ab{text}".encode()).decode().rstrip("="),
    "base64 in lines": lambda text: base64.encodebytes(f"{'x' * 50}{text}{'y' * 90}".encode()).decode(),
    "base64 in JSON in lines": lambda text: json.dumps(
        base64.encodebytes(f"{'x' * 50}{text}".encode()).decode()
    ),
    "base64, percent-encoded": lambda text: quote(base64.b64encode(f"a{text}".encode()).decode(), safe=""),
    "hexadecimal": lambda text: text.encode().hex(),
    "a fold in every tenth place": lambda text: "\n\t".join(
        text[at : at + 10] for at in range(0, len(text), 10)
    ),
    "API Gateway's words": lambda text: (
        f"'{text}' not a valid key=value pair (missing equal-sign) in Authorization header: 'Bearer {text}'."
    ),
    "a canonical request": lambda text: (
        f"The Canonical String for this request should have been\\n\\n'GET\\n/prod\\n\\n"
        f"host:h\\nx-amz-security-token:{text}\\n\\nhost;x-amz-security-token\\ne3b0'"
    ),
}
"""Each by what it does to a text."""


def views(secret: str) -> set[str]:
    """Return the texts that must not be seen, in one case: the secret, and what of it stands in other spellings."""
    halves = {secret[: len(secret) // 2], secret[len(secret) // 2 :]}
    inner = {base64.b64encode(b"x" * shift + secret.encode()).decode()[4:-4] for shift in range(3)}
    quoted = {quote(secret, safe=""), json.dumps(secret)[1:-1], secret.replace("/", "\\/")}
    wide = {SPELLINGS["full width"](secret), SPELLINGS["full width"](secret.lower())}
    every = {SPELLINGS[name](secret) for name in SPELLINGS if "every" in name}
    return {text.lower() for text in {*halves, *inner, *quoted, *every, *wide, secret.encode().hex()}}


def leaks(shown: str, *secrets: str) -> list[str]:
    """Return which of *secrets* can be read in *shown*, in any of the spellings."""
    flat = "".join(shown.lower().split())
    unfolded = flat.replace("\\n", "").replace("\\t", "")
    unfolded = re.sub(r"=(?:\\r|=)|\0|\\u0000|\\x00", "", unfolded.replace("=3d", "=="))
    unfolded = unfolded.replace("\\\\", "\\")
    return [
        secret
        for secret in secrets
        if any(view in text for view in views(secret) for text in (flat, unfolded))
    ]
