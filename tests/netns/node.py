"""One machine of a world: a network namespace with its own mounts, host name and process numbers.

Nothing has a name outside: the namespaces are held by one process that reads from a pipe.  When the pipe closes,
also because the tests were killed, that process ends, the kernel kills all others in its process namespace, and
links, routes and rules are gone with the last of them.
"""

import ctypes
import os
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from netns.needs import command

CLONE_NEWNET = 0x40000000
LIBC = ctypes.CDLL(None, use_errno=True)

HOLD = """
set -e
mount -t sysfs sysfs /sys
for hidden in /run/systemd /run/nscd; do
  if [ -d $hidden ]; then mount -t tmpfs tmpfs $hidden; fi
done
for file in resolv.conf hosts nsswitch.conf; do
  seen=$(readlink -m /etc/$file)
  if [ ! -e "$seen" ]; then mkdir -p "$(dirname "$seen")"; touch "$seen"; fi
  mount --bind "$1/$file" "$seen"
done
hostname "$2"
ip link set lo up
echo ready
cat
if [ -n "$3" ]; then rm -rf "$3"; fi
"""
"""Own /sys, /etc/resolv.conf, hosts and nsswitch.conf; the machine's own name services are out of reach.

What follows ``cat`` happens only where the tests ended without a word; otherwise they kill the shell."""

HOSTS = "127.0.0.1 localhost\n::1 localhost\n"


class Node:
    """A machine; *folder* keeps its files.  When the tests are killed, it removes *leftover*."""

    def __init__(self, name: str, folder: Path, leftover: Path | None = None) -> None:
        self.name = name
        self.folder = folder
        folder.mkdir(parents=True)
        self.file("resolv.conf", "")
        self.file("hosts", HOSTS)
        self.file("nsswitch.conf", "hosts: files dns\n")
        own = ["-n", "-m", "-u", "-p", "-f", "--kill-child", "--mount-proc", "--propagation", "private"]
        self._holder = subprocess.Popen(
            ["unshare", *own, "sh", "-c", HOLD, "hold", str(folder), name, str(leftover or "")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self._holder.stdout is not None
        if self._holder.stdout.readline() != "ready\n":
            _, error = self._holder.communicate(timeout=5)
            raise RuntimeError(f"{name}: {error.strip()}")
        self.pid = _only_child(self._holder.pid)
        self._net = os.open(f"/proc/{self.pid}/ns/net", os.O_RDONLY)

    def file(self, name: str, text: str) -> None:
        """Write one of the node's own files in place: it is bound over the machine's."""
        (self.folder / name).write_text(text)

    def command(self, *words: str) -> list[str]:
        """A command line that runs *words* in the node, and ends with its parent."""
        enter = ["nsenter", "-t", str(self.pid), "-n", "-m", "-u", "-p"]
        return [*enter, "setpriv", "--pdeathsig", "KILL", "--", command(words[0]) or words[0], *words[1:]]

    def run(
        self, *words: str, timeout: float = 30, env: dict[str, str] | None = None
    ) -> "subprocess.CompletedProcess[str]":
        """Run a command in the node to its end."""
        return subprocess.run(
            self.command(*words), capture_output=True, text=True, timeout=timeout, env=env, check=False
        )

    def start(self, *words: str, log: Path) -> "subprocess.Popen[bytes]":
        """Start a server in the node; what it says goes to *log*.  It leads a process group of its own."""
        with log.open("ab") as sink:
            return subprocess.Popen(
                self.command(*words),
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def ip(self, *lines: str) -> None:
        """Carry out lines of ``ip -batch``."""
        self._feed(["ip", "-batch", "-"], "\n".join(lines) + "\n")

    def nft(self, rules: str) -> None:
        """Replace all rules of the node's firewall."""
        self._feed(["nft", "-f", "-"], f"flush ruleset\n{rules}\n")

    def sysctl(self, *settings: str) -> None:
        """Set keys of the namespace, each ``net/ipv4/ip_forward=1``; older kernels lack some of them."""
        script = 'while IFS== read -r key value; do f=/proc/sys/$key; [ ! -e $f ] || echo "$value" > $f; done'
        self._feed(["sh", "-c", script], "".join(f"{setting}\n" for setting in settings), mounts=True)

    @contextmanager
    def inside(self) -> Iterator[None]:
        """Let the calling thread open sockets in the node's network; sockets stay where they were opened."""
        own = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
        try:
            _enter(self._net)
            try:
                yield
            finally:
                _enter(own)
        finally:
            os.close(own)

    def close(self) -> None:
        """End all processes of the node; its network goes with them."""
        os.close(self._net)
        self._holder.kill()
        self._holder.wait()
        for stream in (self._holder.stdin, self._holder.stdout, self._holder.stderr):
            if stream is not None:
                stream.close()

    def _feed(self, words: Sequence[str], text: str, mounts: bool = False) -> None:
        flags = ["-n", "-m", "-p"] if mounts else ["-n"]
        done = subprocess.run(
            ["nsenter", "-t", str(self.pid), *flags, command(words[0]) or words[0], *words[1:]],
            input=text,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode or done.stderr:
            raise RuntimeError(f"{self.name}: {' '.join(words)}: {done.stderr.strip()}\n{text}")


def join(one: Node, device: str, other: Node, peer: str) -> None:
    """Lay a wire between two nodes: ``device`` at one end, ``peer`` at the other."""
    one.ip(f"link add {device} type veth peer name {peer} netns {other.pid}", f"link set {device} up")
    other.ip(f"link set {peer} up")


def _enter(descriptor: int) -> None:
    if LIBC.setns(descriptor, CLONE_NEWNET):
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))


def _only_child(pid: int) -> int:
    return int(Path(f"/proc/{pid}/task/{pid}/children").read_text().split()[0])
