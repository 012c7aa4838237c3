"""Service models cut down to the operations in use: reading the rest is most of botocore's start.

EC2's model is 4.3 MB of JSON, of which this tool uses a thirtieth.  The cut models are kept in the user's
cache folder and found by botocore through ``Loader(extra_search_paths=…)``.  They are an optimisation only:
whatever goes wrong here, the full models serve.
"""

import hashlib
import json
import os
import stat
import tempfile
from collections.abc import Iterable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from apidoctor.model.operations import OPERATIONS

_DROPPED = frozenset({"documentation", "documentationUrl", "examples"})
_WHOLE = frozenset({"clientContextParams"})
"""Members of a model in which botocore wants the documentation too (``ServiceModel.client_context_parameters``)."""
_ALSO_USED = {"sts": {"assume_role", "assume_role_with_web_identity"}}
"""Methods that are no reads of this tool: botocore's credential providers call them through the same models."""


def cache_folder(version: str, environment: Mapping[str, str] = os.environ) -> Path | None:
    """Return the folder of models cut for botocore *version*; None where none can be kept safely.

    It lies in ``$XDG_CACHE_HOME`` or ``~/.cache`` and must belong to this user alone: who can write a model
    can send requests elsewhere.
    """
    services = sorted({row.service for row in OPERATIONS.values()})
    known = json.dumps({service: sorted(_methods(service)) for service in services})
    digest = hashlib.sha256(known.encode()).hexdigest()[:12]
    base = environment.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    folder = Path(base, "apidoctor", "models", f"{version}-{digest}")
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return folder if _is_private(folder) and _is_private(folder.parent) else None
    except OSError:
        return None


def _is_private(folder: Path) -> bool:
    """Say whether only this user can write to *folder*; without user ids, the home folder is trusted."""
    if not hasattr(os, "getuid"):
        return True
    status = folder.stat()
    return status.st_uid == os.getuid() and not status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


def prepare_model(folder: Path, loader: Any, service: str) -> None:
    """Cut the model of *service* into *folder*, if it is not there; leave nothing when that fails.

    *loader* is a botocore loader; it must not have read *service* yet, or it goes on using what it read.
    """
    try:
        version = loader.determine_latest_version(service, "service-2")
        path = folder / service / version / "service-2.json"
        if path.exists():
            return
        full = import_module("botocore.loaders").create_loader().load_service_model(service, "service-2")
        _write(path, cut(full, _methods(service)))
    except (OSError, KeyError, import_module("botocore.exceptions").DataNotFoundError):
        return


def cut(model: Mapping[str, Any], methods: Iterable[str]) -> dict[str, Any]:
    """Return *model* with only the operations in *methods*, the shapes these use, and no documentation."""
    xform_name = import_module("botocore").xform_name
    wanted = set(methods)
    operations = {
        name: _plain(operation)
        for name, operation in model["operations"].items()
        if xform_name(name) in wanted
    }
    shapes: dict[str, Any] = {}
    waiting = [name for operation in operations.values() for name in _shapes_of(operation)]
    while waiting:
        name = waiting.pop()
        if name not in shapes:
            shapes[name] = _plain(model["shapes"][name])
            waiting += _shapes_of(shapes[name])
    rest = {
        name: part if name in _WHOLE else _plain(part)
        for name, part in model.items()
        if name not in ("operations", "shapes", *_DROPPED)
    }
    return {**rest, "operations": operations, "shapes": shapes}


def _methods(service: str) -> set[str]:
    used = {row.method for row in OPERATIONS.values() if row.service == service}
    return used | _ALSO_USED.get(service, set())


def _shapes_of(value: Any) -> list[str]:
    """Return the names of the shapes that a part of a model refers to."""
    if isinstance(value, list):
        return [name for item in value for name in _shapes_of(item)]
    if not isinstance(value, dict):
        return []
    own = [value["shape"]] if isinstance(value.get("shape"), str) else []
    return own + [name for item in value.values() for name in _shapes_of(item)]


def _plain(value: Any) -> Any:
    """Return a part of a model without documentation (a member may be called so: those are no texts)."""
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        name: _plain(item)
        for name, item in value.items()
        if not (name in _DROPPED and isinstance(item, str | list))
    }


def _write(path: Path, model: dict[str, Any]) -> None:
    """Write a model whole or not at all: another process may read or write it at the same moment."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(model, file, separators=(",", ":"))
        os.replace(temporary, path)
    except OSError:
        Path(temporary).unlink(missing_ok=True)
        raise
