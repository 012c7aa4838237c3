"""The embedded world: AWS's control plane, DNS, an execute-api front door and instance metadata, on loopback.

It lets a newcomer try the tool without an AWS account, and the test suite break things for real.  Nothing
here uses the tool's own reasoning: whoever judges must not also be the world.
"""

from apidoctor.lab.faults import Fault, faults
from apidoctor.lab.running import Lab, LabExtraMissingError
from apidoctor.lab.worlds import worlds

__all__ = ["Fault", "Lab", "LabExtraMissingError", "faults", "worlds"]
