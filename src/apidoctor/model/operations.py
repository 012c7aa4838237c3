"""The AWS reads this tool knows: what each is called, how its answer is keyed, and which permission it needs.

One table serves everybody: the live reader builds calls from it, the snapshot reader finds objects with it, a check's
declaration of what it reads names rows of it, and ``list permissions`` prints its actions.  No row can change anything:
every operation is a Get, List, Describe, Search, Filter or BatchGet.
"""

import re

from msgspec import Struct


class Operation(Struct, frozen=True):
    """One AWS read."""

    name: str
    """Name in a snapshot: the boto3 method, with ``apigatewayv2.`` in front where two services share the name."""
    service: str
    """boto3 service name."""
    items: str = ""
    """Member of the answer that holds the list of objects; empty when the answer is about one object."""
    narrow: dict[str, str] = {}
    """For a list: item field (``Associations.SubnetId`` reaches into lists) to the filter that narrows it.

    A name in capitals is a parameter instead, and ``filterPattern`` is CloudWatch Logs' own: any of some texts.
    """
    params: tuple[str, ...] = ()
    """For an operation about one object: the call's parameters whose values, joined by ``/``, are the key."""
    fixed: dict[str, object] = {}
    """Parameters that are always sent."""
    path: str = ""
    """What an IAM policy names: API Gateway's resource path, or a log group; ``{}`` for the parts of the key."""
    window: str = ""
    """Parameter that takes a span of time (``StartTime``, ``EndTime``): the latest one that the service keeps."""
    late: float = 0.0
    """For events: seconds that they may come after what they tell of; so long an empty answer is asked for again."""
    variants: tuple[dict[str, object], ...] = ()
    """Parameters of several calls that make one answer together: their lists are joined."""

    @property
    def method(self) -> str:
        """The boto3 method's name."""
        return self.name.rpartition(".")[2]

    @property
    def action(self) -> str:
        """The IAM action that allows the call, for example ``ec2:DescribeSubnets``."""
        if self.service == "apigateway" or (self.service == "apigatewayv2" and self.method not in _NAMED):
            return "apigateway:GET"
        camel = "".join(part.capitalize() for part in self.method.split("_"))
        return f"{_PREFIXES.get(self.service, self.service)}:{_ACTIONS.get(self.method, camel)}"

    def resource(self, key: str) -> str:
        """The IAM resource to scope the action to: an API Gateway path or log group for *key*, else ``*``."""
        return (
            self.path.format(*key.split("/", self.path.count("{}") - 1))
            if self.path and key
            else self.path or "*"
        )


_PREFIXES = {"elbv2": "elasticloadbalancing", "apigatewayv2": "apigateway"}
_NAMED = frozenset({"list_routing_rules"})
"""API Gateway reads with an action of their own (Service Authorization Reference, API Gateway Management V2)."""
_OWNERS: tuple[dict[str, object], ...] = ({"resourceOwner": "SELF"}, {"resourceOwner": "OTHER_ACCOUNTS"})
"""API Gateway lists what other accounts share with this one, or have with it, only when asked for it."""
_ACTIONS = {
    "list_hosted_zones_by_vpc": "ListHostedZonesByVPC",
    "describe_vpc_attribute": "DescribeVpcAttribute",
    "get_web_acl": "GetWebACL",
    "get_web_acl_for_resource": "GetWebACLForResource",
    "get_ip_set": "GetIPSet",
    "list_vpc_association_authorizations": "ListVPCAssociationAuthorizations",
}


def _ec2(name: str, items: str, **narrow: str) -> Operation:
    fields = {field.replace("__", "."): filter_name for field, filter_name in narrow.items()}
    return Operation(name, "ec2", items, narrow=fields)


def _rest(name: str, path: str, *params: str, items: str = "", **fixed: object) -> Operation:
    return Operation(name, "apigateway", items, params=params, path=path, fixed=fixed)


def _one(name: str, service: str, *params: str, items: str = "") -> Operation:
    return Operation(name, service, items, params=params)


_TABLE = (
    _ec2("describe_vpc_endpoints", "VpcEndpoints", VpcEndpointId="VpcEndpointIds", VpcId="vpc-id"),
    _ec2("describe_vpcs", "Vpcs", VpcId="vpc-id"),
    _ec2("describe_subnets", "Subnets", SubnetId="subnet-id", VpcId="vpc-id"),
    _ec2(
        "describe_network_interfaces",
        "NetworkInterfaces",
        NetworkInterfaceId="network-interface-id",
        PrivateIpAddresses__PrivateIpAddress="addresses.private-ip-address",
        Attachment__InstanceId="attachment.instance-id",
        SubnetId="subnet-id",
        VpcId="vpc-id",
    ),
    _ec2("describe_security_groups", "SecurityGroups", GroupId="group-id", VpcId="vpc-id"),
    _ec2("describe_security_group_rules", "SecurityGroupRules", GroupId="group-id"),
    _ec2(
        "describe_network_acls", "NetworkAcls", VpcId="vpc-id", Associations__SubnetId="association.subnet-id"
    ),
    _ec2(
        "describe_route_tables", "RouteTables", VpcId="vpc-id", Associations__SubnetId="association.subnet-id"
    ),
    _ec2("describe_managed_prefix_lists", "PrefixLists", PrefixListId="prefix-list-id"),
    _ec2(
        "describe_vpc_peering_connections",
        "VpcPeeringConnections",
        VpcPeeringConnectionId="vpc-peering-connection-id",
    ),
    _ec2("describe_transit_gateways", "TransitGateways", TransitGatewayId="transit-gateway-id"),
    _ec2(
        "describe_transit_gateway_attachments",
        "TransitGatewayAttachments",
        TransitGatewayAttachmentId="transit-gateway-attachment-id",
        TransitGatewayId="transit-gateway-id",
        ResourceId="resource-id",
    ),
    _ec2(
        "describe_transit_gateway_vpc_attachments",
        "TransitGatewayVpcAttachments",
        TransitGatewayId="transit-gateway-id",
        VpcId="vpc-id",
    ),
    _ec2(
        "describe_transit_gateway_peering_attachments",
        "TransitGatewayPeeringAttachments",
        TransitGatewayAttachmentId="transit-gateway-attachment-id",
    ),
    _ec2(
        "describe_transit_gateway_route_tables",
        "TransitGatewayRouteTables",
        TransitGatewayRouteTableId="transit-gateway-route-table-id",
    ),
    _ec2("describe_vpn_gateways", "VpnGateways", VpnGatewayId="vpn-gateway-id"),
    _ec2(
        "describe_vpn_connections",
        "VpnConnections",
        VpnGatewayId="vpn-gateway-id",
        VpnConnectionId="vpn-connection-id",
    ),
    # DescribeNatGateways calls its filters "Filter", unlike all others: only ids narrow it.
    _ec2("describe_nat_gateways", "NatGateways", NatGatewayId="NatGatewayIds"),
    _ec2("describe_instances", "Reservations", Instances__InstanceId="instance-id"),
    _ec2("describe_client_vpn_endpoints", "ClientVpnEndpoints", ClientVpnEndpointId="endpoint-id"),
    _one(
        "describe_client_vpn_target_networks", "ec2", "ClientVpnEndpointId", items="ClientVpnTargetNetworks"
    ),
    _one("describe_client_vpn_routes", "ec2", "ClientVpnEndpointId", items="Routes"),
    _one("describe_client_vpn_authorization_rules", "ec2", "ClientVpnEndpointId", items="AuthorizationRules"),
    _ec2("describe_dhcp_options", "DhcpOptions", DhcpOptionsId="dhcp-options-id"),
    _ec2("describe_availability_zones", "AvailabilityZones"),
    _one("describe_vpc_attribute", "ec2", "VpcId", "Attribute"),
    _one("get_managed_prefix_list_entries", "ec2", "PrefixListId", items="Entries"),
    Operation(
        "search_transit_gateway_routes",
        "ec2",
        "Routes",
        params=("TransitGatewayRouteTableId",),
        fixed={"Filters": [{"Name": "state", "Values": ["active", "blackhole"]}]},
    ),
    _one(
        "get_transit_gateway_route_table_associations",
        "ec2",
        "TransitGatewayRouteTableId",
        items="Associations",
    ),
    _one(
        "get_transit_gateway_route_table_propagations",
        "ec2",
        "TransitGatewayRouteTableId",
        items="TransitGatewayRouteTablePropagations",
    ),
    _one("describe_direct_connect_gateways", "directconnect", items="directConnectGateways"),
    _one(
        "describe_direct_connect_gateway_associations",
        "directconnect",
        items="directConnectGatewayAssociations",
    ),
    _one("describe_virtual_interfaces", "directconnect", items="virtualInterfaces"),
    _rest("get_rest_apis", "/restapis", items="items"),
    _rest("get_rest_api", "/restapis/{}", "restApiId"),
    _rest("get_stages", "/restapis/{}/stages", "restApiId", items="item"),
    _rest("get_stage", "/restapis/{}/stages/{}", "restApiId", "stageName"),
    _rest("get_deployments", "/restapis/{}/deployments", "restApiId", items="items"),
    _rest(
        "get_deployment",
        "/restapis/{}/deployments/{}",
        "restApiId",
        "deploymentId",
        embed=["apisummary"],
    ),
    _rest("get_resources", "/restapis/{}/resources", "restApiId", items="items", embed=["methods"]),
    _rest("get_authorizers", "/restapis/{}/authorizers", "restApiId", items="items"),
    _rest("get_gateway_responses", "/restapis/{}/gatewayresponses", "restApiId", items="items"),
    _rest(
        "get_export",
        "/restapis/{}/stages/{}/exports/{}",
        "restApiId",
        "stageName",
        "exportType",
        parameters={"extensions": "apigateway"},
    ),
    _rest("get_usage_plans", "/usageplans", items="items"),
    _rest("get_usage_plan_keys", "/usageplans/{}/keys", "usagePlanId", items="items"),
    _rest("get_api_keys", "/apikeys", items="items"),
    _rest("get_account", "/account"),
    Operation("get_domain_names", "apigateway", "items", path="/domainnames", variants=_OWNERS),
    _rest("get_domain_name", "/domainnames/{}", "domainName", "domainNameId"),
    _rest(
        "get_base_path_mappings",
        "/domainnames/{}/basepathmappings",
        "domainName",
        "domainNameId",
        items="items",
    ),
    Operation(
        "get_domain_name_access_associations",
        "apigateway",
        "items",
        path="/domainnameaccessassociations",
        variants=_OWNERS,
    ),
    Operation(
        "apigatewayv2.list_routing_rules",
        "apigatewayv2",
        "RoutingRules",
        params=("DomainName", "DomainNameId"),
        path="/domainnames/{}/routingrules",
    ),
    _one("get_resource_share_invitations", "ram", items="resourceShareInvitations"),
    Operation(
        "get_resource_share_associations",
        "ram",
        "resourceShareAssociations",
        variants=({"associationType": "RESOURCE"}, {"associationType": "PRINCIPAL"}),
    ),
    Operation(
        "get_resource_shares",
        "ram",
        "resourceShares",
        variants=({"resourceOwner": "SELF"}, {"resourceOwner": "OTHER-ACCOUNTS"}),
    ),
    _rest("get_vpc_links", "/vpclinks", items="items"),
    _rest("get_vpc_link", "/vpclinks/{}", "vpcLinkId"),
    Operation("apigatewayv2.get_vpc_links", "apigatewayv2", "Items", path="/vpclinks"),
    Operation("apigatewayv2.get_apis", "apigatewayv2", "Items", path="/apis"),
    _one("list_hosted_zones_by_vpc", "route53", "VPCId", "VPCRegion", items="HostedZoneSummaries"),
    _one("list_hosted_zones", "route53", items="HostedZones"),
    _one("get_hosted_zone", "route53", "Id"),
    _one("list_resource_record_sets", "route53", "HostedZoneId", items="ResourceRecordSets"),
    _one("list_resolver_rules", "route53resolver", items="ResolverRules"),
    _one("list_resolver_rule_associations", "route53resolver", items="ResolverRuleAssociations"),
    _one("list_resolver_endpoints", "route53resolver", items="ResolverEndpoints"),
    _one("list_resolver_endpoint_ip_addresses", "route53resolver", "ResolverEndpointId", items="IpAddresses"),
    _one("list_firewall_rule_group_associations", "route53resolver", items="FirewallRuleGroupAssociations"),
    _one("list_firewall_rules", "route53resolver", "FirewallRuleGroupId", items="FirewallRules"),
    _one("list_firewall_domains", "route53resolver", "FirewallDomainListId", items="Domains"),
    _one("list_firewall_domain_lists", "route53resolver", items="FirewallDomainLists"),
    _one("get_firewall_config", "route53resolver", "ResourceId"),
    _one("list_profile_associations", "route53profiles", items="ProfileAssociations"),
    _one(
        "list_profile_resource_associations",
        "route53profiles",
        "ProfileId",
        items="ProfileResourceAssociations",
    ),
    Operation(
        "describe_load_balancers",
        "elbv2",
        "LoadBalancers",
        narrow={"LoadBalancerArn": "LoadBalancerArns"},
    ),
    _one("describe_target_groups", "elbv2", items="TargetGroups"),
    _one("describe_listeners", "elbv2", "LoadBalancerArn", items="Listeners"),
    _one("describe_rules", "elbv2", "ListenerArn", items="Rules"),
    _one("describe_target_health", "elbv2", "TargetGroupArn", items="TargetHealthDescriptions"),
    _one("describe_certificate", "acm", "CertificateArn"),
    _one("get_web_acl_for_resource", "wafv2", "ResourceArn"),
    _one("get_web_acl", "wafv2", "Name", "Scope", "Id"),
    _one("get_ip_set", "wafv2", "Name", "Scope", "Id"),
    Operation(
        "get_sampled_requests",
        "wafv2",
        "SampledRequests",
        params=("WebAclArn", "RuleMetricName", "Scope"),
        fixed={"MaxItems": 500},
        window="TimeWindow",
    ),
    _one("get_function_configuration", "lambda", "FunctionName"),
    _one("get_policy", "lambda", "FunctionName"),
    # AWS gives no promise how late events are; what is not there after these seconds is taken for not found.
    Operation(
        "filter_log_events",
        "logs",
        "events",
        narrow={"message": "filterPattern"},
        params=("logGroupName",),
        fixed={"limit": 100},
        path="log-group:{}",
        late=20.0,
    ),
    Operation("batch_get_traces", "xray", "Traces", narrow={"Id": "TraceIds"}, late=6.0),
    _one("get_caller_identity", "sts"),
    _one("get_role", "iam", "RoleName"),
    _one("get_user", "iam", "UserName"),
    _one("list_role_policies", "iam", "RoleName", items="PolicyNames"),
    _one("get_role_policy", "iam", "RoleName", "PolicyName"),
    _one("list_attached_role_policies", "iam", "RoleName", items="AttachedPolicies"),
    _one("list_user_policies", "iam", "UserName", items="PolicyNames"),
    _one("get_user_policy", "iam", "UserName", "PolicyName"),
    _one("list_attached_user_policies", "iam", "UserName", items="AttachedPolicies"),
    _one("list_groups_for_user", "iam", "UserName", items="Groups"),
    _one("get_policy_version", "iam", "PolicyArn", "VersionId"),
    Operation("iam.get_policy", "iam", params=("PolicyArn",)),
    _one("describe_organization", "organizations"),
    _one("list_parents", "organizations", "ChildId", items="Parents"),
    _one("list_policies_for_target", "organizations", "TargetId", "Filter", items="Policies"),
    _one("describe_policy", "organizations", "PolicyId"),
)

OPERATIONS: dict[str, Operation] = {row.name: row for row in _TABLE}
"""Every read, by its name."""

GLOBAL_SERVICES = frozenset({"iam", "sts", "organizations", "route53"})
"""Services whose answers stand under the Region ``global``."""

READ_ONLY = re.compile(r"(get|list|describe|search|filter|batch_get)_")
"""What the boto3 method of every row begins with."""


def operation(name: str, region: str = "") -> Operation:
    """Return the row for *name*; one that is not in the table counts as a plain list of its service.

    IAM's and Lambda's ``get_policy`` share a name in snapshots and are told apart by the Region ``global``.
    """
    if name == "get_policy" and region == "global":
        return OPERATIONS["iam.get_policy"]
    return OPERATIONS.get(name) or Operation(name, name.partition(".")[0] if "." in name else "ec2")
