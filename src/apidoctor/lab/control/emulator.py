"""The emulator's own state, where it must hold what its API does not accept.

Typed as Any on purpose: what is set there are fields of answers, which the emulator's classes lack.
"""

from typing import Any

from moto.apigateway.models import apigateway_backends
from moto.ec2.models import ec2_backends
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
