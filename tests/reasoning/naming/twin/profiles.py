"""Route 53 Profiles of a VPC and what they bring along. Not asked is as if there were none."""

from .endpoints import Place
from .facts import ABSENT, Case, Thing, answer, anywhere, listed, whole

LAST = 10**9


def profiles_of(case: Case, place: Place) -> list[str]:
    """The ids of the VPC's Profiles, by priority, those without one last."""
    found = answer(case, place.account, place.region, "list_profile_associations")
    if found == ABSENT:
        case.mark("6 Profiles not asked")
        return []
    if not whole(found):
        raise case.unknown("Profiles of the VPC")
    mine = [
        each
        for each in listed(found, "ProfileAssociations")
        if each.get("ResourceId") == place.vpc and each.get("Status") == "COMPLETE"
    ]
    mine.sort(key=lambda each: LAST if each.get("Priority") is None else each["Priority"])
    if len(mine) > 1:
        case.mark("3 several Profiles")
    return [each["ProfileId"] for each in mine]


def resources(case: Case, place: Place, kind: str, before_id: str) -> list[tuple[str, int, Thing]]:
    """(id, order of the Profile, association) of each resource of this type."""
    brought = []
    for order, profile in enumerate(profiles_of(case, place)):
        found = anywhere(case, place.region, "list_profile_resource_associations", profile)
        if found == ABSENT:
            case.mark("6 resources of a Profile not asked")
            continue
        if not whole(found):
            raise case.unknown("resources of a Profile")
        for each in listed(found, "ProfileResourceAssociations"):
            if each.get("ResourceType") == kind and each.get("Status") == "COMPLETE":
                own = each["ResourceArn"].rpartition(before_id)[2]
                brought.append((own, order, each))
    return brought
