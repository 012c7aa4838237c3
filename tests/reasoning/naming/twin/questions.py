"""What is asked in a generated world: names that matter, names around every zone, and names of nobody."""

from .draft import Draft, Vpc
from .facts import Thing, suffix_of

NAMES_PER_VPC = 20


def questions_of(draft: Draft) -> list[Thing]:
    return [
        {
            "vpc": vpc.id,
            "account": vpc.account,
            "region": vpc.region,
            "name": spelled(draft, name),
            "record": record,
        }
        for vpc in draft.vpcs
        for name in some_names(draft, vpc)
        for record in ("A", "AAAA")
    ]


def spelled(draft: Draft, name: str) -> str:
    chance = draft.rng.random()
    name = name.upper() if chance < 0.05 else name.title() if chance < 0.1 else name
    return f"{name}." if draft.rng.random() < 0.2 else name


def some_names(draft: Draft, vpc: Vpc) -> list[str]:
    rng = draft.rng
    own, names = own_names(draft, vpc), list(dict.fromkeys(draft.names))
    chosen = rng.sample(own, min(7, len(own))) + rng.sample(names, min(7, len(names))) + nearby(draft)
    chosen += rng.sample(draft.chaining, min(2, len(draft.chaining))) + rng.sample(
        draft.chained, min(1, len(draft.chained))
    )
    return list(dict.fromkeys(chosen))[:NAMES_PER_VPC]


def own_names(draft: Draft, vpc: Vpc) -> list[str]:
    """The forms of `aws.md` A.3, of APIs and endpoints that are there and that are not."""
    region, suffix = vpc.region, suffix_of(vpc.region)
    bare = f"execute-api.{region}.{suffix}"
    apis = [api for where, api in draft.apis if where == region]
    endpoints = [
        endpoint["VpcEndpointId"] for where, endpoint, _ in draft.endpoints if where.region == region
    ]
    draft.rng.shuffle(endpoints)
    names = [bare, f"nobodys000.{bare}", f"a.b.{bare}", f"nobodys000-vpce-0eeee.{bare}"]
    names += [f"{api}.{bare}" for api in apis[:3]]
    names += [f"{api}-{endpoint}.{bare}" for api in apis for endpoint in (*endpoints[:3], "vpce-0ffff")]
    names += [f"nobodys000-{endpoint}.{bare}" for endpoint in endpoints[:1]]
    for _, _, held in draft.endpoints:
        names += held
    names.append(f"vpce-0eeee-abcd1234.execute-api.{region}.vpce.{suffix}")
    return names


def nearby(draft: Draft) -> list[str]:
    """Names in and around a zone, and of nobody."""
    rng = draft.rng
    _, zone = rng.choice(draft.zones)
    above = zone.partition(".")[2]
    names = [zone, f"no.such.{zone}", f"not{zone}", above, f"beside.{above}", f"*.{zone}"]
    others = [
        "www.public.test",
        "public.test",
        "www.example.org",
        "blocked.public.test",
        "api.example",
        "corp.example",
    ]
    return rng.sample(names, 2) + rng.sample(others, 1)
