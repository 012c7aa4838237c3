"""What tells one object of an AWS list from the others."""

from collections.abc import Hashable
from typing import Any

import msgspec

from apidoctor.model.operations import Operation

_IDS = ("GroupId", "TransitGatewayAttachmentId", "Id", "id", "stageName", "associationId", "IpId")
"""Members that are an object's id where the list's own name does not lead to one."""


def identity(row: Operation, item: Any) -> Hashable:
    """Return an object's id, else all that it says: two such objects are one only when they are equal.

    A reservation may show other instances in each answer, so its id alone does not tell it.
    """
    if row.items != "Reservations" and isinstance(item, dict):
        singular = row.items[:-1] if row.items.endswith("s") else row.items
        for field in (f"{singular}Id", f"{row.items}Id", f"{singular}Arn", *_IDS):
            if isinstance(item.get(field), str):
                return str(item[field])
    return msgspec.json.encode(item, order="sorted")
