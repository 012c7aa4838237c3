"""Which reads belong together: what checks of one subject declare, so that all of them name the same operations."""

ZONE_READS = (
    "list_hosted_zones_by_vpc",
    "list_hosted_zones",
    "get_hosted_zone",
    "list_resource_record_sets",
    "list_profile_associations",
    "list_profile_resource_associations",
)
"""Operations that tell which private zones a VPC sees, and what they say."""

FIREWALL_READS = (
    "list_firewall_rule_group_associations",
    "list_firewall_rules",
    "list_firewall_domains",
    "list_firewall_domain_lists",
    "list_profile_associations",
    "list_profile_resource_associations",
)
"""Operations that tell what DNS Firewall does to a name."""

FORWARDING_READS = (
    "list_resolver_rules",
    "list_resolver_rule_associations",
    "list_resolver_endpoints",
    "list_resolver_endpoint_ip_addresses",
    "describe_vpc_attribute",
    *ZONE_READS,
    *(name for name in FIREWALL_READS if name not in ZONE_READS),
)
"""Operations that tell where Resolver rules lead a name, and what it gets there."""

DOMAIN_READS = (
    "get_domain_names",
    "get_domain_name",
    "get_domain_name_access_associations",
    "get_base_path_mappings",
    "apigatewayv2.list_routing_rules",
)
"""Operations that tell which custom domain is called, and which API it leads to."""

ENDPOINT_READS = (
    "get_rest_api",
    "get_rest_apis",
    "describe_vpc_endpoints",
    "describe_network_interfaces",
    "get_domain_name_access_associations",
    *ZONE_READS,
)
"""Operations that tell which endpoint carries the call: by name, VPC, zone, API or custom domain."""

BLAME_READS = (
    *ENDPOINT_READS,
    "describe_vpcs",
    "list_resolver_endpoints",
    "list_resolver_endpoint_ip_addresses",
)
"""Operations that tell whose answer is right: for checks of what resolvers answered."""

CALL_READS = (
    "get_rest_api",
    "get_rest_apis",
    "get_stage",
    "get_stages",
    "get_resources",
    "get_export",
    "get_deployment",
    "get_gateway_responses",
    "describe_vpc_endpoints",
    "describe_network_interfaces",
    "describe_subnets",
    *DOMAIN_READS,
    *ZONE_READS,
)
"""Operations that tell which call to make and through which endpoint: for checks of the answer and of policies."""

LOG_READS = ("filter_log_events", "batch_get_traces")
"""Operations that tell what API Gateway logged of the test call: for checks that use `logged`."""

DOMAIN_WAY_READS = (*DOMAIN_READS, *ENDPOINT_READS)
"""Operations that tell through which custom domain a call goes: that which its endpoint is associated with."""

CALLER_READS = (
    "get_role",
    "list_role_policies",
    "get_role_policy",
    "list_attached_role_policies",
    "iam.get_policy",
    "get_policy_version",
    "get_user",
    "list_user_policies",
    "get_user_policy",
    "list_attached_user_policies",
    "list_groups_for_user",
)
"""Operations that tell the policies attached to the caller."""

BACKEND_READS = (*CALL_READS, *CALLER_READS)
"""Operations that tell which integration answers, and whether a call proves that it does."""
