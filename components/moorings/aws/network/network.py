"""``Network``: a VPC with private and public subnets, NAT gateways, endpoints and flow logs."""

import re
from collections.abc import Mapping
from functools import partial
from types import MappingProxyType
from typing import Any

import pulumi
import pulumi_aws as aws

from moorings.aws.availability_zones import is_availability_zone
from moorings.aws.cidrs import ANY_IPV4
from moorings.aws.context import aws_context
from moorings.aws.ec2 import VpcMember
from moorings.aws.network.endpoint_services import (
    GATEWAY_ENDPOINTS,
    gateway_endpoint_service,
    interface_endpoint_service,
)
from moorings.aws.network.flow_logs import FlowLogs
from moorings.aws.network.network_args import NetworkArgs
from moorings.aws.network.network_rules import NETWORK_NAME, RULES, other_region
from moorings.aws.network.subnet_plan import ZoneSubnets, plan_subnets
from moorings.aws.network.vpc_endpoints import VpcEndpoints
from moorings.aws.security_groups import HTTPS, Peer, SecurityGroup
from moorings.overrides.binding import bind_overrides
from moorings.validation.outputs import register_declared_outputs

_Tags = Mapping[str, pulumi.Input[str]]

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
"""Logical names that are valid in the names of log groups, roles and keys."""


class DeclaredSubnet(aws.ec2.Subnet, VpcMember):
    """A subnet of a network."""

    def __init__(self, name: str, *, vpc_id: pulumi.Input[str], opts: pulumi.ResourceOptions, **inputs: Any) -> None:
        """Register the subnet, with the type and the name of `aws.ec2.Subnet`."""
        self.declared_vpc_id = vpc_id
        super().__init__(name, vpc_id=vpc_id, opts=opts, **inputs)


class Network(pulumi.ComponentResource):
    """A VPC with a private and a public subnet in each of two or three Availability Zones. IPv4 only.

    Nothing is reachable from the internet: public subnets assign no public IP addresses by default, and the default
    security group has no rules. The private subnets reach AWS services through the S3 gateway endpoint, the
    interface endpoints in ``endpoints`` and the NAT gateways.

    Raises:
        InvalidInput: for invalid arguments, and for Availability Zones outside the Region of the provider.

    """

    vpc_id: pulumi.Output[str]
    """ID of the VPC."""

    private_subnet_ids: list[pulumi.Output[str]]
    """IDs of the private subnets, in the order of ``availability_zones``. They resolve once the routes of the
    subnets exist."""

    public_subnet_ids: list[pulumi.Output[str]]
    """IDs of the public subnets, in the order of ``availability_zones``. Empty without ``public_subnets``."""

    private_route_table_ids: list[pulumi.Output[str]]
    """IDs of the route tables of the private subnets, in the order of ``availability_zones``, for routes to other
    networks."""

    nat_public_ips: list[pulumi.Output[str]]
    """Public IP addresses of the NAT gateways, for the allow lists of other services."""

    endpoint_security_group_id: pulumi.Output[str] | None
    """Security group of the interface endpoints, which allows HTTPS from the whole VPC. None without endpoints."""

    vpc_endpoints: VpcEndpoints | None
    """The endpoints, for ``vpc_endpoints`` of components that run tasks in the VPC. None without interface
    endpoints."""

    def __init__(self, name: str, args: NetworkArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Create the network.

        Args:
            name: logical name of 1 to 64 letters, digits and ``_.-``; children are named ``{name}-{role}``.
            args: arguments of the network.
            opts: options of the component.

        """
        args, self._reporter = RULES.check("Network", name, args)
        if not NAME.fullmatch(name):
            problem = "must be 1 to 64 letters, digits and _.-, and begin with a letter or digit; rename the network"
            self._reporter.reject(NETWORK_NAME, problem, "name")
        super().__init__(
            "moorings:index:Network", name, self._reporter.inputs, bind_overrides(self, name, self._reporter, opts)
        )
        self._name, self._args = name, args
        self._reporter.evaluate(other_region, zones=args.region, region=aws_context(self).region)
        self._opts = pulumi.ResourceOptions(parent=self)
        self._protected = pulumi.ResourceOptions(parent=self, protect=args.protect)

        vpc = aws.ec2.Vpc(
            f"{name}-vpc",
            cidr_block=args.cidr,
            enable_dns_hostnames=True,
            enable_dns_support=True,
            tags=self._tags(),
            opts=self._reporter.gate(self._protected),
        )
        self._vpc = vpc
        aws.ec2.DefaultSecurityGroup(
            f"{name}-default-security-group",
            vpc_id=vpc.id,
            ingress=[],
            egress=[],
            tags=self._tags("default-closed"),
            opts=self._opts,
        )
        plan = plan_subnets(args.cidr, args.availability_zones)
        public = self._create_public_subnets(plan) if args.public_subnets else {}
        self.nat_public_ips = []
        gateways = self._create_nat_gateways(public)
        tables = {zone: self._route_table(f"private-{zone}") for zone in args.availability_zones}
        s3 = self._create_endpoint(
            "s3",
            gateway_endpoint_service("s3", args.region),
            "Gateway",
            route_table_ids=[table.id for table in tables.values()],
        )
        private = self._create_private_subnets(plan, tables, gateways)
        self.endpoint_security_group_id = (
            self._create_interface_endpoints(private) if args.interface_endpoints else None
        )
        self.vpc_endpoints = None
        if self.endpoint_security_group_id is not None:
            self.vpc_endpoints = VpcEndpoints(
                security_group_id=self.endpoint_security_group_id,
                s3_prefix_list_id=s3.prefix_list_id,
                services=args.interface_endpoints,
            )
        if args.flow_logs != "none":
            FlowLogs(
                name,
                vpc_id=vpc.id,
                traffic_type={"rejected": "REJECT", "all": "ALL"}[args.flow_logs],
                retention_days=args.log_retention_days,
                protect=args.protect,
                tags=args.tags,
                parent=self,
            )

        self.vpc_id = vpc.id
        self.private_subnet_ids = list(private.values())
        self.public_subnet_ids = list(public.values())
        self.private_route_table_ids = [table.id for table in tables.values()]
        register_declared_outputs(self, self._reporter)

    def _tags(self, role: str | None = None, extra: Mapping[str, pulumi.Input[str]] = MappingProxyType({})) -> _Tags:
        return {"Name": f"{self._name}-{role}" if role else self._name, **self._args.tags, **extra}

    def _route_table(self, role: str) -> aws.ec2.RouteTable:
        return aws.ec2.RouteTable(
            f"{self._name}-{role}-routes", vpc_id=self._vpc.id, tags=self._tags(role), opts=self._opts
        )

    def _subnet(self, role: str, zone: str, cidr: str, tags: _Tags) -> aws.ec2.Subnet:
        return DeclaredSubnet(
            f"{self._name}-{role}-{zone}",
            vpc_id=self._vpc.id,
            availability_zone=zone,
            cidr_block=cidr,
            map_public_ip_on_launch=False,
            tags=self._tags(f"{role}-{zone}", tags),
            opts=self._opts,
        )

    def _associate(self, role: str, subnet: aws.ec2.Subnet, table: aws.ec2.RouteTable) -> aws.ec2.RouteTableAssociation:
        return aws.ec2.RouteTableAssociation(
            f"{self._name}-{role}-association", subnet_id=subnet.id, route_table_id=table.id, opts=self._opts
        )

    def _internet_route(self, role: str, table: aws.ec2.RouteTable, **target: pulumi.Input[str]) -> aws.ec2.Route:
        return aws.ec2.Route(
            f"{self._name}-{role}-internet",
            route_table_id=table.id,
            destination_cidr_block=ANY_IPV4,
            opts=self._opts,
            **target,
        )

    def _create_public_subnets(self, plan: Mapping[str, ZoneSubnets]) -> dict[str, pulumi.Output[str]]:
        gateway = aws.ec2.InternetGateway(
            f"{self._name}-internet-gateway", vpc_id=self._vpc.id, tags=self._tags(), opts=self._opts
        )
        table = self._route_table("public")
        route = self._internet_route("public", table, gateway_id=gateway.id)
        subnet_ids: dict[str, pulumi.Output[str]] = {}
        for zone, cidrs in plan.items():
            subnet = self._subnet("public", zone, str(cidrs.public), self._args.public_subnet_tags)
            subnet_ids[zone] = _after(subnet.id, self._associate(f"public-{zone}", subnet, table), route)
        return subnet_ids

    def _create_nat_gateways(self, public: Mapping[str, pulumi.Output[str]]) -> dict[str, aws.ec2.NatGateway]:
        gateways: dict[str, aws.ec2.NatGateway] = {}
        for zone in self._args.nat_zones:
            address = aws.ec2.Eip(
                f"{self._name}-nat-{zone}-address", domain="vpc", tags=self._tags(f"nat-{zone}"), opts=self._protected
            )
            self.nat_public_ips.append(address.public_ip)
            gateways[zone] = aws.ec2.NatGateway(
                f"{self._name}-nat-{zone}",
                subnet_id=public[zone],
                allocation_id=address.id,
                tags=self._tags(f"nat-{zone}"),
                opts=self._opts,
            )
        return gateways

    def _create_private_subnets(
        self,
        plan: Mapping[str, ZoneSubnets],
        tables: Mapping[str, aws.ec2.RouteTable],
        gateways: Mapping[str, aws.ec2.NatGateway],
    ) -> dict[str, pulumi.Output[str]]:
        subnet_ids: dict[str, pulumi.Output[str]] = {}
        for zone, cidrs in plan.items():
            subnet = self._subnet("private", zone, cidrs.private, self._args.private_subnet_tags)
            routes: list[pulumi.CustomResource] = [self._associate(f"private-{zone}", subnet, tables[zone])]
            gateway = gateways.get(zone) or next(iter(gateways.values()), None)
            if gateway is not None:
                routes.append(self._internet_route(f"private-{zone}", tables[zone], nat_gateway_id=gateway.id))
            subnet_ids[zone] = _after(subnet.id, *routes)
        return subnet_ids

    def _create_endpoint(
        self, service: str, service_name: pulumi.Input[str], endpoint_type: str, **args: Any
    ) -> aws.ec2.VpcEndpoint:
        return aws.ec2.VpcEndpoint(
            f"{self._name}-{service}",
            vpc_id=self._vpc.id,
            service_name=service_name,
            vpc_endpoint_type=endpoint_type,
            tags=self._tags(service),
            opts=self._opts,
            **args,
        )

    def _create_interface_endpoints(self, private: Mapping[str, pulumi.Output[str]]) -> pulumi.Output[str]:
        """Create the interface endpoints and their security group, which has no egress rules."""
        group = SecurityGroup(
            f"{self._name}-endpoints",
            reporter=self._reporter,
            description="Interface endpoints",
            vpc_id=self._vpc.id,
            tags=self._args.tags,
            opts=self._opts,
        )
        group.allow_ingress("https", Peer(cidr=self._args.cidr), HTTPS, description="The VPC to AWS services")
        for service in self._args.interface_endpoints:
            self._create_endpoint(
                "s3-interface" if service == "s3" else service,
                aws_context(self).apply(partial(interface_endpoint_service, service)),
                "Interface",
                private_dns_enabled=service not in GATEWAY_ENDPOINTS,
                subnet_ids=[id_ for zone, id_ in private.items() if is_availability_zone(zone)],
                security_group_ids=[group.id],
            )
        return group.id


def _after(id_: pulumi.Output[str], *resources: pulumi.CustomResource) -> pulumi.Output[str]:
    """Return an ID that resolves once other resources exist."""
    return pulumi.Output.all(id_, *(resource.id for resource in resources)).apply(lambda ids: str(ids[0]))
