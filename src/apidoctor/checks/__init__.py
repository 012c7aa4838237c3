"""The built-in checks: this package's modules are the files of the top-level ``checks/`` folder."""

from apidoctor._bundled import CHECKS

__path__ = [str(CHECKS)]
