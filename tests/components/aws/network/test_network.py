"""Network: resources, routes, endpoints, tags and invalid arguments."""

import json

import pulumi
import pytest

from moorings import Network, NetworkArgs

ZONES = ["eu-west-1a", "eu-west-1b"]
URN_PREFIX = "urn:pulumi:test::moorings::moorings:index:Network"
SINGLETON_SERVICES = ["ecr.api", "ecr.dkr", "kms", "logs", "secretsmanager", "ssmmessages", "sts"]


@pytest.fixture
def deploy_network(deploy):
    """Deploy a network with arguments, and export its outputs."""

    def deploy_with(preview=False, name="main", **args):
        def program():
            network = Network(name, {"availability_zones": ZONES} | args)
            for output in Network.__annotations__:
                pulumi.export(output, getattr(network, output))

        return deploy(program, preview=preview)

    return deploy_with


def names(plan, kind):
    return [resource.name for resource in plan.all(kind)]


def test_resources_of_a_network(deploy_network):
    assert [
        urn.removeprefix(URN_PREFIX).removeprefix("$").replace("::main-", " ")
        for urn in deploy_network(flow_logs="none").urns
    ] == [
        "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup default-security-group",
        "aws:ec2/eip:Eip nat-eu-west-1a-address",
        "aws:ec2/eip:Eip nat-eu-west-1b-address",
        "aws:ec2/internetGateway:InternetGateway internet-gateway",
        "aws:ec2/natGateway:NatGateway nat-eu-west-1a",
        "aws:ec2/natGateway:NatGateway nat-eu-west-1b",
        "aws:ec2/route:Route private-eu-west-1a-internet",
        "aws:ec2/route:Route private-eu-west-1b-internet",
        "aws:ec2/route:Route public-internet",
        "aws:ec2/routeTable:RouteTable private-eu-west-1a-routes",
        "aws:ec2/routeTable:RouteTable private-eu-west-1b-routes",
        "aws:ec2/routeTable:RouteTable public-routes",
        "aws:ec2/routeTableAssociation:RouteTableAssociation private-eu-west-1a-association",
        "aws:ec2/routeTableAssociation:RouteTableAssociation private-eu-west-1b-association",
        "aws:ec2/routeTableAssociation:RouteTableAssociation public-eu-west-1a-association",
        "aws:ec2/routeTableAssociation:RouteTableAssociation public-eu-west-1b-association",
        "aws:ec2/subnet:Subnet private-eu-west-1a",
        "aws:ec2/subnet:Subnet private-eu-west-1b",
        "aws:ec2/subnet:Subnet public-eu-west-1a",
        "aws:ec2/subnet:Subnet public-eu-west-1b",
        "aws:ec2/vpc:Vpc vpc",
        "aws:ec2/vpcEndpoint:VpcEndpoint s3",
        "::main",
    ]


def test_flow_logs_have_a_key_a_log_group_and_a_role(deploy_network):
    additional = set(deploy_network().urns) - set(deploy_network(flow_logs="none").urns)
    assert sorted(urn.removeprefix(URN_PREFIX).removeprefix("$") for urn in additional) == [
        "aws:cloudwatch/logGroup:LogGroup::main-flow-logs",
        "aws:ec2/flowLog:FlowLog::main-flow-log",
        "aws:iam/role:Role::main-flow-logs",
        "aws:iam/rolePolicy:RolePolicy::main-flow-logs",
        "moorings:index:EncryptionKey$aws:kms/alias:Alias::main-flow-logs-alias",
        "moorings:index:EncryptionKey$aws:kms/key:Key::main-flow-logs-key",
        "moorings:index:EncryptionKey::main-flow-logs",
    ]


def test_a_preview_creates_the_same_resources(deploy_network):
    assert deploy_network(preview=True).urns == deploy_network().urns


def test_the_vpc_has_dns_support(deploy_network):
    assert deploy_network()["main-vpc"].inputs == {
        "cidrBlock": "10.0.0.0/16",
        "enableDnsHostnames": True,
        "enableDnsSupport": True,
        "tags": {"Name": "main"},
    }


def test_the_default_security_group_has_no_rules(deploy_network):
    plan = deploy_network()
    group = plan["main-default-security-group"]
    assert (group.inputs["ingress"], group.inputs["egress"]) == ([], [])
    assert group.property_dependencies["vpcId"] == [plan["main-vpc"].urn]


def test_each_zone_has_a_private_and_a_public_subnet(deploy_network):
    subnets = {subnet.name: subnet.inputs for subnet in deploy_network().all("aws:ec2/subnet:Subnet")}
    assert {name: (inputs["availabilityZone"], inputs["cidrBlock"]) for name, inputs in subnets.items()} == {
        "main-private-eu-west-1a": ("eu-west-1a", "10.0.0.0/20"),
        "main-private-eu-west-1b": ("eu-west-1b", "10.0.32.0/20"),
        "main-public-eu-west-1a": ("eu-west-1a", "10.0.16.0/21"),
        "main-public-eu-west-1b": ("eu-west-1b", "10.0.48.0/21"),
    }
    assert {inputs["mapPublicIpOnLaunch"] for inputs in subnets.values()} == {False}
    assert subnets["main-private-eu-west-1a"]["tags"] == {"Name": "main-private-eu-west-1a"}


def test_adding_a_zone_changes_no_other_resource(deploy_network):
    two, three = deploy_network(), deploy_network(availability_zones=[*ZONES, "eu-west-1c"])
    before = {
        resource.urn: resource.inputs
        for resource in two.resources
        if resource.type != "aws:ec2/vpcEndpoint:VpcEndpoint"
    }
    assert before.items() <= {resource.urn: resource.inputs for resource in three.resources}.items()
    assert len(three["main-s3"].inputs["routeTableIds"]) == 3


@pytest.mark.parametrize(
    ("nat", "gateways", "gateway_of_second_zone"),
    [
        ("per_zone", ["main-nat-eu-west-1a", "main-nat-eu-west-1b"], "main-nat-eu-west-1b"),
        ("one", ["main-nat-eu-west-1a"], "main-nat-eu-west-1a"),
        ("none", [], None),
    ],
)
def test_private_subnets_route_to_nat_gateways(deploy_network, nat, gateways, gateway_of_second_zone):
    plan = deploy_network(nat=nat)
    assert names(plan, "aws:ec2/natGateway:NatGateway") == gateways
    assert names(plan, "aws:ec2/eip:Eip") == [f"{gateway}-address" for gateway in gateways]
    assert len(plan.outputs["nat_public_ips"]) == len(gateways)
    routes = {route.name: route for route in plan.all("aws:ec2/route:Route")}
    if gateway_of_second_zone is None:
        assert list(routes) == ["main-public-internet"]
        return
    route = routes["main-private-eu-west-1b-internet"]
    assert route.inputs["destinationCidrBlock"] == "0.0.0.0/0"
    assert route.inputs["natGatewayId"] == plan[gateway_of_second_zone].id
    assert route.inputs["routeTableId"] == plan["main-private-eu-west-1b-routes"].id


def test_nat_gateways_are_in_public_subnets(deploy_network):
    plan = deploy_network()
    gateway = plan["main-nat-eu-west-1b"]
    assert gateway.inputs["subnetId"] == plan["main-public-eu-west-1b"].id
    assert gateway.inputs["allocationId"] == plan["main-nat-eu-west-1b-address"].id
    assert plan["main-public-internet"].urn in gateway.property_dependencies["subnetId"]


def test_public_subnets_route_to_the_internet_gateway(deploy_network):
    plan = deploy_network()
    assert plan["main-public-internet"].inputs["gatewayId"] == plan["main-internet-gateway"].id
    table = plan["main-public-routes"].id
    for zone in ZONES:
        association = plan[f"main-public-{zone}-association"].inputs
        assert association == {"subnetId": plan[f"main-public-{zone}"].id, "routeTableId": table}


def test_without_nat_there_is_no_route_to_the_internet(deploy_network):
    plan = deploy_network(nat="none", public_subnets=False)
    assert not plan.all("aws:ec2/internetGateway:InternetGateway")
    assert not plan.all("aws:ec2/route:Route")
    assert names(plan, "aws:ec2/subnet:Subnet") == ["main-private-eu-west-1a", "main-private-eu-west-1b"]
    assert plan.outputs["public_subnet_ids"] == []


def test_s3_has_a_gateway_endpoint(deploy_network):
    plan = deploy_network()
    assert plan["main-s3"].inputs == {
        "vpcId": plan["main-vpc"].id,
        "serviceName": "com.amazonaws.eu-west-1.s3",
        "vpcEndpointType": "Gateway",
        "routeTableIds": [plan["main-private-eu-west-1a-routes"].id, plan["main-private-eu-west-1b-routes"].id],
        "tags": {"Name": "main-s3"},
    }


@pytest.mark.parametrize(
    ("args", "services"),
    [
        ({}, []),
        ({"nat": "one"}, []),
        ({"nat": "none"}, SINGLETON_SERVICES),
        ({"nat": "none", "endpoints": []}, []),
        ({"endpoints": ["ecr.api", "kafka"]}, ["ecr.api", "kafka"]),
    ],
)
def test_interface_endpoints(deploy_network, args, services):
    plan = deploy_network(**args)
    endpoints = [endpoint for endpoint in plan.all("aws:ec2/vpcEndpoint:VpcEndpoint") if endpoint.name != "main-s3"]
    assert [endpoint.inputs["serviceName"] for endpoint in endpoints] == [
        f"com.amazonaws.eu-west-1.{service}" for service in services
    ]
    assert bool(plan.outputs.get("endpoint_security_group_id")) == bool(services)


def test_interface_endpoints_allow_https_from_the_vpc(deploy_network):
    plan = deploy_network(nat="none", endpoints=["logs"])
    group = plan["main-endpoints-security-group"]
    assert "egress" not in group.inputs
    assert plan["main-logs"].inputs == {
        "vpcId": plan["main-vpc"].id,
        "serviceName": "com.amazonaws.eu-west-1.logs",
        "vpcEndpointType": "Interface",
        "privateDnsEnabled": True,
        "subnetIds": [plan["main-private-eu-west-1a"].id, plan["main-private-eu-west-1b"].id],
        "securityGroupIds": [group.id],
        "tags": {"Name": "main-logs"},
    }
    assert names(plan, "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule") == ["main-endpoints-https"]
    rule = plan["main-endpoints-https"].inputs
    assert (rule["cidrIpv4"], rule["fromPort"], rule["toPort"], rule["ipProtocol"]) == ("10.0.0.0/16", 443, 443, "tcp")


def test_subnet_ids_resolve_once_the_routes_exist(deploy):
    def program():
        network = Network("main", NetworkArgs(availability_zones=ZONES))
        pulumi.export("id", network.private_subnet_ids[0])
        SubnetProbe(network.private_subnet_ids[0])

    class SubnetProbe(pulumi.CustomResource):
        def __init__(self, subnet_id):
            super().__init__("test:index:Probe", "probe", {"subnetId": subnet_id})

    plan = deploy(program)
    assert plan.outputs["id"] == plan["main-private-eu-west-1a"].id
    assert {urn.rpartition("::")[2] for urn in plan["probe"].property_dependencies["subnetId"]} == {
        "main-private-eu-west-1a",
        "main-private-eu-west-1a-association",
        "main-private-eu-west-1a-internet",
    }


def test_outputs_are_in_the_order_of_the_zones(deploy_network):
    plan = deploy_network(availability_zones=["eu-west-1b", "eu-west-1a"])
    assert plan.outputs["vpc_id"] == plan["main-vpc"].id
    for output, role in [("private_subnet_ids", "private-{}"), ("public_subnet_ids", "public-{}")]:
        assert plan.outputs[output] == [plan[f"main-{role.format(zone)}"].id for zone in ("eu-west-1b", "eu-west-1a")]
    assert plan.outputs["private_route_table_ids"] == [
        plan[f"main-private-{zone}-routes"].id for zone in ("eu-west-1b", "eu-west-1a")
    ]


@pytest.mark.parametrize(("flow_logs", "traffic"), [("rejected", "REJECT"), ("all", "ALL")])
def test_the_role_of_flow_logs_can_only_write_to_the_log_group(deploy_network, flow_logs, traffic):
    plan = deploy_network(flow_logs=flow_logs)
    group = plan.all("aws:cloudwatch/logGroup:LogGroup")[0]
    assert group.inputs["retentionInDays"] == 365
    assert group.inputs["namePrefix"] == "/aws/vpc/main-"
    assert "kmsKeyId" in group.inputs
    log = plan["main-flow-log"]
    assert log.inputs["trafficType"] == traffic
    policy = plan.all("aws:iam/rolePolicy:RolePolicy")[0]
    assert policy.urn in log.dependencies
    arn = log.inputs["logDestination"]
    write, describe = json.loads(policy.inputs["policy"])["Statement"]
    assert write["Resource"] == [arn, f"{arn}:*"]
    assert write["Action"] == ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]
    assert (describe["Action"], describe["Resource"]) == (["logs:DescribeLogGroups"], "*")
    role = plan.all("aws:iam/role:Role")[0]
    (trust,) = json.loads(role.inputs["assumeRolePolicy"])["Statement"]
    assert trust["Principal"] == {"Service": "vpc-flow-logs.amazonaws.com"}
    assert trust["Condition"] == {
        "StringEquals": {"aws:SourceAccount": "123456789012"},
        "ArnLike": {"aws:SourceArn": "arn:aws:ec2:eu-west-1:123456789012:vpc-flow-log/*"},
    }


@pytest.mark.parametrize("protect", [True, False])
def test_protected_resources(deploy_network, protect):
    protected = [resource.name for resource in deploy_network(protect=protect).resources if resource.protect]
    assert protected == (
        [
            "main-flow-logs",
            "main-nat-eu-west-1a-address",
            "main-nat-eu-west-1b-address",
            "main-vpc",
            "main-flow-logs-key",
        ]
        if protect
        else []
    )


def test_tags(deploy_network):
    plan = deploy_network(
        tags={"team": "streaming"},
        private_subnet_tags={"kubernetes.io/role/internal-elb": "1"},
        public_subnet_tags={"kubernetes.io/role/elb": "1"},
        nat="none",
        endpoints=["logs"],
    )
    untagged = {"aws:ec2/route:Route", "aws:ec2/routeTableAssociation:RouteTableAssociation", "aws:kms/alias:Alias", "aws:iam/rolePolicy:RolePolicy"}  # fmt: skip
    for resource in plan.resources:
        if resource.custom and resource.type not in untagged:
            assert resource.inputs["tags"]["team"] == "streaming", resource.name
    assert plan["main-private-eu-west-1a"].inputs["tags"]["kubernetes.io/role/internal-elb"] == "1"
    assert "kubernetes.io/role/elb" in plan["main-public-eu-west-1a"].inputs["tags"]


@pytest.mark.parametrize(
    ("args", "rule", "path"),
    [
        ({"availability_zones": []}, "argument-length", "availability_zones"),
        ({"availability_zones": ["eu-west-1"]}, "argument-format", "availability_zones[0]"),
        ({"availability_zones": ["eu-west-1a", "eu-west-1a"]}, "argument-duplicate", "availability_zones[1]"),
        ({"cidr": "10.0.0.1/16"}, "aws-cidr-host-bits", "cidr"),
        ({"cidr": "10.0.0.0/29"}, "network-vpc-cidr", "cidr"),
        ({"cidr": "127.0.0.0/16"}, "network-vpc-cidr", "cidr"),
        ({"cidr": "10.0.0.0/27"}, "network-no-room", "cidr"),
        ({"cidr": "10.0.0.0/28", "availability_zones": ["eu-west-1a"]}, "network-no-room", "cidr"),
        (
            {"connected_cidrs": {"lan": "10.1.0.0/16", "vpn": "10.0.0.0/8"}},
            "network-overlapping-cidrs",
            "connected_cidrs.vpn",
        ),
        ({"endpoints": ["logs", "logs"]}, "argument-duplicate", "endpoints[1]"),
        *(
            ({"endpoints": [service]}, "argument-format", "endpoints[0]")
            for service in ("ECR", "...", "", "ecr.", "com.amazonaws.logs", "aws.sagemaker.studio")
        ),
        ({"endpoints": ["kms", "cn.com.amazonaws.cn-north-1.ecr.api"]}, "network-endpoint-region", "endpoints[1]"),
        ({"nat": "two"}, "argument-choice", "nat"),
        ({"vlan": 3}, "argument-unknown", "vlan"),
        ({"endpoints_elsewhere": True}, "argument-unknown", "endpoints_elsewhere"),
    ],
)
def test_invalid_arguments_are_rejected(deploy_network, rejected, args, rule, path):
    with rejected(rule, path):
        deploy_network(**args)


@pytest.mark.parametrize(
    ("args", "findings"),
    [
        ({"cidr": "10.0.0.0/24"}, []),
        ({"cidr": "10.0.0.0/25", "public_subnets": False, "nat": "none"}, []),
        ({"cidr": "10.0.0.0/28", "availability_zones": ["eu-west-1a"], "public_subnets": False, "nat": "none"}, []),
        ({"availability_zones": [f"eu-west-1{letter}" for letter in "abcdef"]}, []),
        ({"log_retention_days": 366}, [("network-log-retention", "log_retention_days")]),
        ({"endpoints": ["logs", "dynamodb", "s3"]}, [("network-gateway-endpoint", f"endpoints[{i}]") for i in (1, 2)]),
        ({"endpoints": ["com.amazonaws.eu-west-1.kms", "aws.sagemaker.eu-west-1.studio"]}, []),
        ({"availability_zones": [*ZONES, "eu-west-1-ber-1a"]}, [("network-local-zone", "availability_zones[2]")]),
        (
            {"nat": "none", "public_subnets": False, "public_subnet_tags": {"a": "b"}},
            [("network-argument-without-effect", "public_subnet_tags")],
        ),
    ],
)
def test_unusual_networks(deploy_network, logged, args, findings):
    acknowledge = {"network-single-zone": "development"} if len(args.get("availability_zones", ZONES)) == 1 else {}
    assert logged(deploy_network(acknowledge=acknowledge, **args)) == findings


@pytest.mark.parametrize("preview", [False, True])
def test_zones_outside_the_region_of_the_provider_are_rejected(deploy_network, rejected, preview):
    with rejected("network-other-region", "availability_zones"):
        deploy_network(availability_zones=["cn-north-1a", "cn-north-1b"], preview=preview)


def test_a_network_in_one_zone(deploy_network):
    plan = deploy_network(availability_zones=["eu-west-1a"], acknowledge={"network-single-zone": "development"})
    assert names(plan, "aws:ec2/subnet:Subnet") == ["main-private-eu-west-1a", "main-public-eu-west-1a"]
    assert plan["main"].inputs == {"acknowledge": {"network-single-zone": "development"}}


def test_interface_endpoints_are_in_availability_zones(deploy_network):
    plan = deploy_network(availability_zones=[*ZONES, "eu-west-1-ber-1a"], endpoints=["logs", "s3"])
    assert len(plan["main-logs"].inputs["subnetIds"]) == 2
    assert plan["main-s3-interface"].inputs["privateDnsEnabled"] is False


@pytest.mark.parametrize("name", ["-main", "main network", "x" * 65])
def test_an_invalid_name_is_rejected(deploy_network, rejected, name):
    with rejected("network-name", "name"):
        deploy_network(name=name)


@pytest.mark.parametrize(
    ("args", "findings"),
    [
        ({"nat": "none"}, []),
        ({"endpoints": []}, []),
        ({"nat": "none", "endpoints": ["logs", "ecr.dkr", "ecr.api"]}, []),
        (
            {
                "nat": "none",
                "endpoints": [f"com.amazonaws.eu-west-1.{name}" for name in ("logs", "ecr.dkr", "ecr.api")],
            },
            [],
        ),
        ({"nat": "none", "endpoints": [], "acknowledge": {"network-missing-endpoints": "no task runs here"}}, []),
        ({"nat": "none", "endpoints": []}, [("network-missing-endpoints", "endpoints")]),
        ({"nat": "none", "endpoints": ["ecr.api", "logs"]}, [("network-missing-endpoints", "endpoints")]),
    ],
)
def test_missing_endpoints_cause_a_warning(deploy_network, logged, args, findings):
    assert logged(deploy_network(**args)) == findings
