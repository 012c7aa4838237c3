"""All cases."""

from netns.cases import forwarding

CASES = [*forwarding.CASES]
