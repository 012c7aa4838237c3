"""What the path of a file tells of the answer in it: operation, object, page, account, Region.

Names are read generously, because content has the last word: ``ec2-describe-vpcs.json``, ``DescribeVpcs.json``,
``Vpcs-us-west-2.json`` and ``search-transit-gateway-routes/tgw-rtb-0123.json`` are all understood.
"""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

from msgspec import Struct

from apidoctor.model.operations import OPERATIONS, READ_ONLY, Operation

REGION_CODE = (
    r"(?:af|ap|ca|cn|eu|eusc|il|me|mx|sa|us)(?:-(?:gov|iso[a-z]?|de))?"
    r"-(?:central|(?:north|south)(?:east|west)?|east|west)-\d"
)
"""Pattern of a Region's code."""
REGION = re.compile(rf"(?<![a-z0-9])({REGION_CODE})(?![a-z0-9])")
"""A Region's code, alone or in a longer name."""
ACCOUNT = re.compile(r"(?<!\d)(\d{12})(?!\d)")
"""An account's number, alone or in a longer name."""
CONTAINERS = frozenset({"aws_configs", "accounts", "account-data", "regions"})
"""Folders of other tools that hold accounts or Regions: no account's name."""

# Prefixes that are words of operations as well need an id's full length: "subnet-1" may be a page.
_KINDS = {
    "TransitGatewayRouteTableId": r"tgw-rtb-[0-9a-f]+",
    "ClientVpnEndpointId": r"cvpn-endpoint-[0-9a-f]+",
    "ResolverEndpointId": r"rslvr-(?:in|out)-[0-9a-f]+",
    "PrefixListId": r"pl-[0-9a-f]+",
    "TransitGatewayAttachmentId": r"tgw-attach-[0-9a-f]{8,}",
    "TransitGatewayId": r"tgw-[0-9a-f]{8,}",
    "VpcEndpointId": r"vpce-[0-9a-f]{8,}",
    "VpcId": r"vpc-[0-9a-f]{8,}",
    "SubnetId": r"subnet-[0-9a-f]{8,}",
    "NetworkInterfaceId": r"eni-[0-9a-f]{8,}",
    "GroupId": r"sg-[0-9a-f]{8,}",
}
_IDS = re.compile("(?<![a-z0-9])(?:" + "|".join(f"(?P<{k}>{p})" for k, p in _KINDS.items()) + ")(?![a-z0-9])")
_TOKEN = re.compile(r"[^-_. ]+")
_VERB = re.compile(r"get|list|describe|search")
_PAGE = re.compile(r"[-_. ]*(?:page|part)?[-_. ]*(\d{1,4})")
_SUFFIX = re.compile(r"\.json(?:\.gz)?$", re.IGNORECASE)


def _squeezed(name: str) -> str:
    return re.sub(r"[-_. ]", "", name).lower()


def _by_method() -> dict[str, list[Operation]]:
    rows: dict[str, list[Operation]] = {}
    for row in OPERATIONS.values():
        rows.setdefault(_squeezed(row.method), []).append(row)
    return rows


def _by_noun() -> dict[str, Operation]:
    """Map what a list is of (``vpcs``, ``reservations``) to the operation, where only one lists it."""
    found: dict[str, list[Operation]] = {}
    for row in OPERATIONS.values():
        for noun in {_squeezed(row.items), _squeezed(row.method.partition("_")[2])}:
            if row.items and not row.params:
                found.setdefault(noun, []).append(row)
    return {noun: rows[0] for noun, rows in found.items() if len(rows) == 1}


_METHODS = _by_method()
_NOUNS = _by_noun()
SERVICES = frozenset(row.service for row in OPERATIONS.values())
"""boto3 names of the services that the table knows."""
_BEFORE = SERVICES | {"aws"}


class Hint(Struct, frozen=True):
    """What a path tells; whatever it does not tell is empty."""

    operation: Operation | None = None
    """The operation that the name or a folder's name is of."""
    key: str = ""
    """The object that the rest of the name is about."""
    ids: dict[str, str] = {}
    """Ids in the path by the field that holds such an id: ``{"VpcId": "vpc-0123456789abcdef0"}``."""
    page: int | None = None
    """The number behind the operation's name."""
    labelled: bool = False
    """Whether the file is one of a list's folder (``describe-target-groups/NAME``): the list was filtered."""
    account: str = ""
    """The account's number."""
    region: str = ""
    """The Region, or ``global``."""
    group: tuple[str, ...] = ()
    """Folders whose files are of one account."""
    named: str = ""
    """Name of an account's folder that is no number."""


def is_answer_file(parts: tuple[str, ...]) -> bool:
    """Say whether a path may hold an answer: JSON, or any file below a folder that is named as an operation."""
    return bool(_SUFFIX.search(parts[-1])) or _operation_folder(parts[:-1]) is not None


def exact_name(parts: tuple[str, ...]) -> str:
    """Return the operation of ``<account>/<region>/<operation>.json``, known or not; empty for any other path."""
    if len(parts) != 3 or not ACCOUNT.fullmatch(parts[0]) or not _SUFFIX.search(parts[2]):
        return ""
    if parts[1] != "global" and not REGION.fullmatch(parts[1]):
        return ""
    name = _SUFFIX.sub("", parts[2]).replace("-", "_")
    return name if READ_ONLY.match(name.rpartition(".")[2]) else ""


def find_operation(name: str, service: str = "") -> Operation | None:
    """Return the operation of exactly this name, however it is written: ``DescribeVpcs``, ``describe-vpcs``."""
    prefix, _, method = name.rpartition(".")
    return _chosen(_METHODS.get(_squeezed(method), []), service or prefix)


def read_path(parts: tuple[str, ...]) -> Hint:
    """Say what the path of a file tells; *parts* are the folders, outermost first, and the file's name."""
    folder = _operation_folder(parts[:-1])
    stem = _SUFFIX.sub("", parts[-1])
    if folder is None:
        row, rest = _named(stem)
        page = _PAGE.fullmatch(_without_place(rest).rstrip("-_. "))
        key = _key(row, rest.strip("-_. "))
        return Hint(row, key, page=int(page[1]) if page else None, **_place(parts[:-1], stem))
    row, _ = _named(parts[folder])
    inner = (*parts[folder + 1 : -1], stem)
    if row is not None and row.params:
        key = _key(row, "/".join(unquote(part) for part in inner))
        return Hint(row, key, **_place(parts[:folder], ""))
    page = _PAGE.fullmatch(stem)
    labelled = not page and bool(_TOKEN.findall(_without_place(stem)))
    place = _place((*parts[:folder], *inner[:-1]), stem)
    return Hint(row, page=int(page[1]) if page else None, labelled=labelled, **place)


def _place(above: tuple[str, ...], stem: str) -> dict[str, Any]:
    """Read account and Region: the innermost folder that is named so, or the file's own name."""
    at = {part: index for index, part in enumerate(above)}
    regions = [part for part in above if REGION.fullmatch(part) or part == "global"]
    accounts = [part for part in above if ACCOUNT.fullmatch(part)]
    group = above[: at[regions[-1]]] if regions else above
    own_region, own_account = REGION.search(stem), ACCOUNT.search(stem)
    named = group[-1] if regions and group and group[-1] not in CONTAINERS else ""
    return {
        "ids": {kind: value for part in (*above, stem) for kind, value in _ids(part)},
        "account": own_account[1] if own_account else accounts[-1] if accounts else "",
        "region": own_region[1] if own_region else regions[-1] if regions else "",
        "group": group,
        "named": named,
    }


def _operation_folder(folders: tuple[str, ...]) -> int | None:
    for index in reversed(range(len(folders))):
        row, rest = _named(folders[index])
        if row is not None and not rest and _VERB.search(folders[index].lower()):
            return index
    return None


def _named(name: str) -> tuple[Operation | None, str]:
    """Return the operation in a name and what follows it: ``ec2-describe-vpcs-2`` gives (…, ``-2``)."""
    tokens = [(match[0].lower(), match.end()) for match in _TOKEN.finditer(name)]
    for first, (word, _) in enumerate(tokens):
        if not _VERB.match(word):
            continue
        service = tokens[first - 1][0] if first else ""
        joined, found = "", None
        for token, end in tokens[first:]:
            joined += token
            found = (_chosen(_METHODS[joined], service), name[end:]) if joined in _METHODS else found
        if found:
            return found
    bare = _without_place(name)
    words = _TOKEN.findall(bare.lower())
    while words and words[0] in _BEFORE:
        del words[0]
    number = words.pop() if len(words) > 1 and words[-1].isdigit() else ""
    return _NOUNS.get("".join(words)), number


def _without_place(name: str) -> str:
    for pattern in (REGION, ACCOUNT, _IDS):
        name = pattern.sub("", name)
    return name


def _chosen(rows: list[Operation], service: str) -> Operation | None:
    return next((row for row in rows if row.service == service), rows[0] if rows else None)


def _ids(part: str) -> Iterator[tuple[str, str]]:
    for match in _IDS.finditer(part):
        yield str(match.lastgroup), match[0]


def _key(row: Operation | None, rest: str) -> str:
    """Return the key in the rest of a name: an id of the wanted kind wherever it stands, else all of it."""
    if row is None or not row.params:
        return ""
    wanted = [value for kind, value in _ids(rest) if kind == row.params[0]]
    if len(row.params) == 1 and wanted:
        return wanted[0]
    parts = rest.split("/")
    if row.params == ("VPCId", "VPCRegion") and len(parts) == 2 and REGION.fullmatch(parts[0]):
        return f"{parts[1]}/{parts[0]}"  # CloudMapper's folders: the Region's, in it the VPC's
    return rest
