"""Plain values read as structs, by any thread.

What msgspec knows of a struct type is built when the type is first needed.  Until it is whole, another thread that
needs it finds a part of it, and the process ends (seen with msgspec 0.22): so one thread at a time builds it here.
"""

import threading
from typing import Any, TypeVar, overload

import msgspec

T = TypeVar("T")
_lock = threading.Lock()
_built: set[Any] = set()


@overload
def convert(value: Any, kind: type[T], *, strict: bool = True) -> T: ...
@overload
def convert(value: Any, kind: Any, *, strict: bool = True) -> Any: ...
def convert(value: Any, kind: Any, *, strict: bool = True) -> Any:
    """Return *value* as *kind*, as `msgspec.convert` does; raise `msgspec.ValidationError`."""
    if kind not in _built:
        with _lock:
            msgspec.json.Decoder(kind)
            _built.add(kind)
    return msgspec.convert(value, kind, strict=strict)
