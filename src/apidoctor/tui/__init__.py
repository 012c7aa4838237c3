"""The terminal interface: the same events and the same report as every other output, to walk through.

The only package that imports textual; import it only when it is used.
"""

from apidoctor.tui.app import run

__all__ = ["run"]
