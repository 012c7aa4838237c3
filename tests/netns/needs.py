"""What these tests need of the machine, and what of it is missing."""

import os
import shutil
import subprocess
import sys
from functools import cache

PACKAGES = {
    "ip": "iproute2",
    "nft": "nftables",
    "named": "bind9",
    "unbound": "unbound",
    "dnsmasq": "dnsmasq-base",
    "unshare": "util-linux",
    "nsenter": "util-linux",
    "setpriv": "util-linux",
    "mount": "mount",
}
"""Commands and the Debian packages that bring them."""


def command(name: str) -> str | None:
    """Path of a command; servers lie where a user's ``PATH`` may not lead."""
    return shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin:/usr/bin:/bin")


def packages() -> list[str]:
    """Debian packages that are not here yet."""
    return sorted({package for name, package in PACKAGES.items() if command(name) is None})


@cache
def missing() -> str | None:
    """Say in one line why network namespaces cannot be used here; None: they can."""
    if sys.platform != "linux":
        return "network namespaces need Linux"
    if os.geteuid() != 0:
        return "network namespaces need root"
    if packages():
        return f"not installed: {' '.join(packages())} (as root: make test-netns)"
    made = subprocess.run(
        ["unshare", "-n", "-m", "-u", "-p", "-f", "--mount-proc", "sh", "-c", TRIAL],
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode:
        said = made.stderr.strip().splitlines() or [f"exit code {made.returncode}"]
        return f"network namespaces cannot be made: {said[-1]}"
    return None


TRIAL = (
    "mount -t sysfs sysfs /sys && ip link add end1 type veth peer name end2"
    " && nft add table inet trial '{ chain c { type nat hook prerouting priority 0; }; }'"
)
"""What the worlds are made of: an own /sys, veth pairs and nftables with NAT."""


if __name__ == "__main__":
    sys.stdout.write(" ".join(packages()) + "\n")
