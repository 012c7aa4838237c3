"""What is typed may be hostile too: one line, code 2, and nothing is sent, asked or connected to."""

import io
import socket

import pytest

from apidoctor.cli.app import run

NAME = "abc1234567.execute-api.us-east-1.amazonaws.com"
URL = f"https://{NAME}/prod/pets"
CANARY = "Cn4Ry7Tk9Wz2"


@pytest.fixture
def command(monkeypatch, capfd, tmp_path):
    """Run a command in this process, with every way to a network noted and closed."""
    went: list[object] = []

    def closed(*arguments, **_):
        went.append(arguments)
        raise OSError(101, "the test has no network")

    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, closed)
    monkeypatch.setattr(socket, "getaddrinfo", closed)
    monkeypatch.setattr("sys.stdin", io.StringIO())
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)

    def command(verb, *words):
        own = {
            "check": ["--no-aws", "--no-invoke", "-q"],
            "probe": ["-q", "--save-snapshot", str(tmp_path / "seen.json")],
        }
        code = run([verb, *words, *own[verb], "--timeout", "2"])
        out, err = capfd.readouterr()
        return code, out, [line for line in err.splitlines() if line.startswith("apidoctor: ")], err, went

    return command


BOTH = {
    "a line break in a header": [URL, "-H", f"X: {CANARY}\r\nY: b"],
    "a line break in a header's name": [URL, "-H", f"X\r\nY: {CANARY}"],
    "NUL in a header": [URL, "-H", f"X: {CANARY}\0"],
    "a header without a colon": [URL, "-H", f"X-Api-Key {CANARY}"],
    "a header without a name": [URL, "-H", f": {CANARY}"],
    "a header's name with a space": [URL, "-H", f"X Y: {CANARY}"],
    "a header that is not ASCII": [URL, "-H", f"X: é{CANARY}"],
    "a header of 200 KB": [URL, "-H", "X: " + "y" * 200_000],
    "a header's name of 300": [URL, "-H", "x" * 300 + ": b"],
    "a Host that is none": [URL, "-H", "Host: evil.example/x"],
    "a Host with ESC": [URL, "-H", "Host: evil\x1b[2J"],
    "an empty Host": [URL, "-H", "Host: "],
    "a path of a megabyte": [f"https://{NAME}/" + "x" * 1_000_000],
    "a name of a megabyte": ["https://" + "a." * 500_000 + "com/"],
    "a word of a megabyte": ["x" * 1_000_000],
    "a line break in the URL": [f"{URL}\r\nX: y"],
    "NUL in the URL": [f"{URL}?a=b\0"],
    "a name that is not ASCII": ["https://bücher.example/prod", "--region", "us-east-1"],
    "a name with a bidi override": ["https://ex\u202eample.com/", "--region", "us-east-1"],
    "no name": ["https:///prod", "--region", "us-east-1"],
    "a terminal's escape": ["\x1b]0;x\x07"],
    "nothing": [""],
    "a user and a password": [f"https://me:{CANARY}@{NAME}/prod"],
    "a password with @": [f"https://me:{CANARY}@{CANARY}@{NAME}/prod"],
    "a password with http": [f"http://me:{CANARY}@{NAME}/prod"],
    "a token as the user": [f"ftp://{CANARY}@{NAME}/prod"],
    "another host behind a backslash": [f"https://{NAME}\\@169.254.169.254/"],
    "a port of five digits": [f"https://{NAME}:99999/prod"],
    "port 0": [f"https://{NAME}:0/prod"],
    "an address with a zone": ["https://[fe80::1%25eth0]/prod", "--region", "us-east-1"],
    "an address in one number": ["https://2130706433/prod", "--region", "us-east-1"],
    "an address in hexadecimal": ["https://0x7f.1/", "--region", "us-east-1"],
    "localhost": ["https://localhost/prod", "--region", "us-east-1"],
    "a custom domain without a Region": ["https://api.example/prod"],
    "another host in the Region": ["abc1234567", "--region", "x.evil.example/"],
    "a user in the Region": ["abc1234567", "--region", "us-east-1@169.254.169.254"],
    "a line break in the Region": [URL, "--region", "us-east-1\r\nx"],
    "a connection to the metadata service": [URL, "--connect-to", f"{NAME}:443=169.254.169.254:80"],
    "the same over IPv6": [URL, "--connect-to", f"{NAME}:443=[fd00:ec2::254]:80"],
    "the same, mapped": [URL, "--connect-to", f"{NAME}:443=[::ffff:a9fe:a9fe]:80"],
    "a connection to the container's credentials": [URL, "--connect-to", f"{NAME}:443=169.254.170.2:80"],
    "a connection to the link": [URL, "--connect-to", f"{NAME}:443=[fe80::1%lo]:443"],
    "a connection to everybody": [URL, "--connect-to", f"{NAME}:443=224.0.0.1:80"],
    "a connection to nowhere": [URL, "--connect-to", f"{NAME}:443=0.0.0.0:80"],
    "a connection to a name": [URL, "--connect-to", f"{NAME}:443=evil.example:80"],
    "a connection of a megabyte": [URL, "--connect-to", "x" * 1_000_000],
    "a line break in a connection": [URL, "--connect-to", "a\r\nb:443=10.1.2.3:80"],
    "a resolver that is none": [URL, "--resolver", "x\r\ny"],
    "a resolver's port": [URL, "--resolver", "10.1.2.3:99999"],
    "an authority that is none": [URL, "--ca-file", "/nonexistent\x1b[2J"],
}
ONLY_CHECK = {
    "a method with a line break": [URL, "--method", "GET\r\nX: y"],
    "a method that nobody has": [URL, "--method", "TRACE"],
    "another host in the path": [f"https://{NAME}", "--path", "@169.254.169.254/"],
    "another zone in the path": [f"https://{NAME}", "--path", ".evil.example/"],
    "a line break in the path": [URL, "--path", "/a\r\nb"],
    "another host in the stage": [f"https://{NAME}", "--stage", "@169.254.169.254"],
    "a line break in the stage": [f"https://{NAME}", "--stage", "a\r\nb"],
    "a line break in the Host to sign": [URL, "--sign-host", "a\r\nb"],
    "a principal with ESC": [URL, "--as", "arn:aws:iam::1:x\x1b"],
    "an endpoint with a line break": [URL, "--via", "vpce-1\n"],
}


@pytest.mark.parametrize("verb", ["check", "probe"])
@pytest.mark.parametrize("name", BOTH)
def test_a_hostile_option_is_one_line_and_nothing_is_sent(name, verb, command):
    assert_refused(command(verb, *BOTH[name]))


@pytest.mark.parametrize("name", ONLY_CHECK)
def test_a_hostile_part_of_the_call_is_one_line_and_nothing_is_sent(name, command):
    assert_refused(command("check", *ONLY_CHECK[name]))


def assert_refused(ended):
    code, out, told, err, went = ended

    assert (code, out, len(told), went) == (2, "", 1, [])
    assert len(err) < 4500
    assert all(char.isprintable() or char == "\n" for char in err)
    assert CANARY not in err


@pytest.mark.parametrize(
    "address", ["169.254.169.254", "127.0.0.1", "[::1]", "[fd00:ec2::254]", "[::ffff:169.254.169.254]"]
)
def test_an_address_of_this_host_or_link_is_not_connected_to(address, command):
    *_, went = command("check", f"https://{address}/latest/meta-data/", "--region", "us-east-1")
    streams = [one for one in went if isinstance(one[0], socket.socket) and one[0].type == socket.SOCK_STREAM]

    assert streams == []  # sockets for datagrams are only asked which route the kernel would take


def test_a_name_in_punycode_is_asked_for_as_it_is(command):
    code, *_ = command("check", "https://xn--bcher-kva.example/prod", "--region", "us-east-1")

    assert code in (1, 3)
