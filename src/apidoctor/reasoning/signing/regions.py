"""Regions in which session tokens of every kind are valid."""

ON_BY_DEFAULT = frozenset(
    {
        "us-east-1", "us-east-2", "us-west-1", "us-west-2", "ca-central-1", "sa-east-1",
        "eu-central-1", "eu-north-1", "eu-west-1", "eu-west-2", "eu-west-3",
        "ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1", "ap-southeast-1", "ap-southeast-2",
    }
)  # fmt: skip
"""Regions of the partition ``aws`` that every account has; the list is closed, as all newer ones must be opted into.

Source: AWS Account Management guide, "Enable or disable AWS Regions in your account"; IAM user guide, "Manage AWS STS
in an AWS Region": tokens of the global STS endpoint are by default valid in these Regions only.
"""


def is_on_by_default(region: str) -> bool:
    """Say whether tokens of the global STS endpoint are valid in *region*; Regions of other partitions have none."""
    return region in ON_BY_DEFAULT or region.startswith(("cn-", "us-gov-", "us-iso", "eu-iso", "eusc-"))
