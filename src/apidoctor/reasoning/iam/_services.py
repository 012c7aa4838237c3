"""Facts about single services, with the day they were read: AWS extends these lists.

Source: AWS Organizations User Guide, "Resource control policies", list of services that support RCPs
(copy of late 2026); IAM User Guide, "Cross account resource access" and "Troubleshoot IAM roles".
"""

_RCP_PREFIXES = """
    aoss appconfig appstream autoscaling autoscaling-plans budgets clouddirectory cloudfront cloudsearch
    cloudtrail-data codeartifact codebuild codecommit codepipeline cognito-identity cognito-idp comprehend
    comprehendmedical compute-optimizer cost-optimization-hub dax dsql dynamodb ecr ecr-public events
    firehose fis fms gamelift health inspector-scan kendra kinesisvideo kms logs memorydb networkmonitor
    notifications opensearch pca-connector-ad personalize polly pricing resource-groups rolesanywhere s3
    secretsmanager servicediscovery signin sqs sts support swf textract timestream-influxdb transcribe
    transfer translate wafv2 workspaces xray
"""

RCP_SERVICES: frozenset[str] = frozenset(_RCP_PREFIXES.split())
"""Service prefixes whose actions resource control policies can restrict; ``execute-api`` is not one."""

TRUST_ACTIONS: frozenset[str] = frozenset(
    {
        "sts:assumerole",
        "sts:assumerolewithsaml",
        "sts:assumerolewithwebidentity",
        "sts:tagsession",
        "sts:setsourceidentity",
    }
)
"""Actions that the role's trust policy must allow, also for a caller of the role's own account."""


FREE_ACTIONS: frozenset[str] = frozenset({"sts:getcalleridentity"})
"""Actions that need no permission and that no policy can deny: STS API Reference, "GetCallerIdentity"."""


def is_key(action: str, resource: str) -> bool:
    """Whether a KMS key is acted on, whose key policy must always allow (KMS Developer Guide, "Key policies")."""
    return action.startswith("kms:") and resource.split(":", 5)[-1].startswith("key/")


def rcps_apply(action: str) -> bool:
    """Whether resource control policies cover ``action`` (lower case, ``service:name``)."""
    return action.partition(":")[0] in RCP_SERVICES
