"""All cases."""

from netns.cases import answers, forwarding, hosts, inbound, middle, way
from netns.cases.case import Case

CASES: list[Case] = [
    *forwarding.CASES,
    *inbound.CASES,
    *answers.CASES,
    *hosts.CASES,
    *way.CASES,
    *middle.CASES,
]
