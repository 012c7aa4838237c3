"""What is hidden from a snapshot, and the flows to ask about."""

from random import Random

from .parts import Bench
from .shapes import Thing, addresses


def hide(rng: Random, snapshot: Thing) -> None:
    """Take something out of a snapshot: an operation, a permission, part of a list, a whole account."""
    accounts = snapshot["accounts"]
    account = rng.choice(sorted(accounts))
    if len(accounts) > 1 and rng.random() < 0.25:
        del accounts[account]
        return
    region = rng.choice(sorted(accounts[account]))
    answers = accounts[account][region]
    useful = sorted(name for name, value in answers.items() if any(value.values()))
    if not useful:
        return
    operation = rng.choice(useful)
    how = rng.randrange(3)
    if how == 0:
        del answers[operation]
    elif how == 1:
        answers[operation] = {"error": {"Code": "UnauthorizedOperation", "Message": "not allowed"}}
    else:
        value = answers[operation]
        member = next(iter(value))
        if isinstance(value[member], list):
            value["partial"] = True
            value[member].pop(rng.randrange(len(value[member])))
        else:
            del value[rng.choice(sorted(value))]


def flows(maker: Bench) -> list[Thing]:
    """Some flows, mostly from callers to endpoints."""
    rng = maker.rng
    enis = maker.all("describe_network_interfaces")
    goals = [one for one in enis if one["InterfaceType"] == "vpc_endpoint"]
    callers = [one for one in enis if one["InterfaceType"] != "vpc_endpoint"]
    found = []
    for _ in range(rng.randint(3, 6)):
        target = rng.choice(goals if rng.random() < 0.85 else callers)
        how = rng.random()
        if maker.outside and how < 0.35 and rng.random() < 0.8:
            target = rng.choice(goals)
        flow: Thing = {"dst_ip": target["PrivateIpAddress"], "protocol": "tcp", "dst_port": 443}
        if maker.dual and rng.random() < 0.4:
            flow["dst_ip"] = addresses(target)[-1]
        if rng.random() < 0.03:
            flow["dst_ip"] = rng.choice(("10.10.1.77", "10.20.1.77", "10.99.1.1", "2600:1f00:10::77"))
        source = rng.choice(callers)
        if maker.outside and how < 0.35:
            flow["src_ip"] = rng.choice(("192.168.7.9", "192.168.7.9", "192.168.99.4", "172.31.0.9"))
            if rng.random() < 0.5:
                flow["src_at"] = rng.choice(("vgw-1", "tgw-attach-vpn")) if rng.random() < 0.2 else (
                    "vgw-1" if maker.outside[0] == "vgw" else "tgw-attach-vpn")  # fmt: skip
                if flow["src_at"] == "tgw-attach-vpn" and rng.random() < 0.2:
                    flow["src_at"] = "tgw-attach-vpn2"
        elif how < 0.4:
            flow["src_ip"] = rng.choice(
                (source["PrivateIpAddress"], addresses(source)[-1], "10.20.1.77", "10.30.2.78", "10.10.1.79")
            )
        elif how < 0.75:
            flow["src_eni"] = source["NetworkInterfaceId"]
        elif how < 0.87 and "Attachment" in source:
            flow["src_instance"] = source["Attachment"]["InstanceId"]
        else:
            flow["src_subnet"] = source["SubnetId"]
            if rng.random() < 0.5:
                flow["src_groups"] = [one["GroupId"] for one in source["Groups"]]
        if rng.random() < 0.02:
            for key in ("src_eni", "src_instance", "src_subnet"):
                if key in flow:
                    flow[key] += "-gone"
        if rng.random() < 0.07:
            flow["protocol"] = rng.choice(("udp", "icmp", "6", "50"))
        if rng.random() < 0.15:
            flow["src_port"] = rng.choice((49152, [49152, 65535], [1024, 65535], 50000))
        if rng.random() < 0.05:
            flow["dst_port"] = rng.choice((80, 8443))
        found.append(flow)
    return found
