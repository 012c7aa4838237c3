"""The emulator, and its own state, where it must hold what its API does not accept.

Typed as Any on purpose: what is set there are fields of answers, which the emulator's classes lack.
"""

from functools import cache
from typing import Any

from moto.apigateway.models import apigateway_backends
from moto.core import responses
from moto.ec2.models import ec2_backends
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from moto.route53.models import route53_backends

from apidoctor.lab.description import REGION


def ec2_state(account: str) -> Any:
    """EC2 of an account."""
    return ec2_backends[account][REGION]


def api_state(account: str) -> Any:
    """API Gateway of an account."""
    return apigateway_backends[account][REGION]


def zone_state(account: str) -> Any:
    """Route 53 of an account."""
    return route53_backends[account]["aws"]


@cache
def emulator() -> Any:
    """The emulator's WSGI application: one per process, as its state is."""
    return _Emulator(create_backend_app)


class _Emulator(DomainDispatcherApplication):
    """Keeps what is found out anew for each request otherwise, in half of its time."""

    def __init__(self, create_app: Any) -> None:
        super().__init__(create_app)
        self.get_backend_for_host = cache(self.get_backend_for_host)  # type: ignore[method-assign]


responses.method_names_from_class = cache(responses.method_names_from_class)  # type: ignore[attr-defined]
