"""VPC connections."""

import pulumi
import pytest

from moorings import MskVpcConnection, Network

VPC = "vpc-0d1c7a52e8b94f360"
SUBNETS = ["subnet-0a4e21f7c93d58b06", "subnet-05b8d3916ef27ac41", "subnet-01e7c4a9f36bd8255"]
GROUP = "sg-0b92d7f4a1e63c508"
CLUSTER = "arn:aws:kafka:eu-west-1:123456789012:cluster/orders/0d1c7a52-8b94-4f36-a0e2-1f7c93d58b06-2"
SECRET = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:AmazonMSK_orders-a1B2c3"
REQUIRED = {"cluster_arn": CLUSTER, "vpc_id": VPC, "subnet_ids": SUBNETS}


@pytest.fixture
def connection(deploy):
    """Returns a function that deploys a connection with the required and other arguments."""
    return lambda **args: deploy(lambda: MskVpcConnection("kafka", REQUIRED | args))


def test_a_connection_consists_of_a_security_group_and_a_vpc_connection(connection):
    root = "urn:pulumi:test::moorings::moorings:index:MskVpcConnection"
    assert connection().urns == [
        f"{root}$aws:ec2/securityGroup:SecurityGroup::kafka-security-group",
        f"{root}$aws:msk/vpcConnection:VpcConnection::kafka-connection",
        f"{root}::kafka",
    ]


def test_iam_is_the_default_authentication(connection):
    plan = connection()
    inputs = plan["kafka-connection"].inputs
    assert inputs | {"securityGroups": []} == {
        "authentication": "SASL_IAM",
        "clientSubnets": SUBNETS,
        "securityGroups": [],
        "tags": {},
        "targetClusterArn": CLUSTER,
        "vpcId": VPC,
    }
    assert plan["kafka-security-group"].urn in plan["kafka-connection"].property_dependencies["securityGroups"]


@pytest.mark.parametrize(("listener", "authentication"), [("scram", "SASL_SCRAM"), ("tls", "TLS")])
def test_other_authentication(connection, listener, authentication):
    assert connection(listener=listener)["kafka-connection"].inputs["authentication"] == authentication


def test_clients_may_connect_to_the_ports_of_the_brokers(connection):
    plan = connection(
        client_security_group_ids={"orders": GROUP}, client_cidrs={"vpn": "10.80.0.0/16"}, tags={"team": "a"}
    )
    rules = plan.all("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")
    assert {rule.name: (rule.inputs["fromPort"], rule.inputs["toPort"]) for rule in rules} == {
        "kafka-orders": (14001, 14100),
        "kafka-vpn": (14001, 14100),
    }
    assert plan["kafka-orders"].inputs["referencedSecurityGroupId"] == GROUP
    assert plan["kafka-vpn"].inputs["cidrIpv4"] == "10.80.0.0/16"
    assert plan["kafka-vpn"].inputs["tags"] == {"Name": "kafka-vpn", "team": "a"}


@pytest.mark.parametrize(
    ("args", "rule", "path"),
    [
        ({"cluster_arn": "orders"}, "argument-format", "cluster_arn"),
        ({"subnet_ids": SUBNETS[:1]}, "argument-length", "subnet_ids"),
        ({"listener": "plain"}, "argument-choice", "listener"),
    ],
)
def test_invalid_arguments_are_rejected(connection, rejected, args, rule, path):
    with rejected(rule, path):
        connection(**args)


def test_two_clients_with_the_same_name_are_rejected(connection, rejected):
    with rejected("argument-duplicate", "client_cidrs.vpn"):
        connection(client_security_group_ids={"vpn": GROUP}, client_cidrs={"vpn": "10.80.0.0/16"})


def test_kafka_connections(deploy):
    connections = []

    def program():
        kafka = MskVpcConnection("kafka", REQUIRED | {"listener": "scram"})
        connections.append(kafka.connection(username="orders", secret_arn=SECRET))
        connections.append(MskVpcConnection("iam", REQUIRED).connection())

    deploy(program)
    scram, iam = connections
    assert (scram.listener, scram.username, scram.secret_arn) == ("scram", "orders", SECRET)
    assert (iam.listener, iam.username) == ("iam", None)


def test_credentials_must_match_the_listener(deploy, rejected):
    with rejected("kafka-credentials-without-scram", "username"):
        deploy(lambda: MskVpcConnection("kafka", REQUIRED).connection(username="orders"))


@pytest.fixture
def publish(monkeypatch):
    """Returns a function that sets the addresses of the IAM listener that MSK returns."""

    class Response:
        """Response of MSK."""

        bootstrap_brokers_vpc_connectivity_sasl_scram = bootstrap_brokers_vpc_connectivity_tls = None
        servers = ""

        @property
        def bootstrap_brokers_vpc_connectivity_sasl_iam(self):
            return pulumi.Output.from_input(self.servers)

    def set_servers(servers):
        response = Response()
        response.servers = servers
        monkeypatch.setattr("pulumi_aws.msk.get_bootstrap_brokers_output", lambda **_: response)

    return set_servers


def test_bootstrap_servers_are_sorted(deploy, publish):
    hosts = [f"b-{number}.iam.orders.abc.c2.kafka.eu-west-1.amazonaws.com:1400{number}" for number in (2, 1)]
    publish(",".join(hosts))
    plan = deploy(lambda: pulumi.export("servers", MskVpcConnection("kafka", REQUIRED).bootstrap_servers))
    assert plan.outputs["servers"] == ",".join(reversed(hosts))


@pytest.mark.parametrize("servers", ["", None])
def test_a_listener_without_addresses_is_rejected(deploy, rejected, publish, servers):
    publish(servers)
    with rejected("msk-unpublished-addresses", "listener"):
        deploy(lambda: MskVpcConnection("kafka", REQUIRED))


@pytest.mark.parametrize("late", [False, True])
def test_a_cluster_of_another_region_is_rejected(deploy, rejected, late):
    arn = CLUSTER.replace("eu-west-1", "us-east-1")
    with rejected("aws-arn-region", "cluster_arn"):
        deploy(
            lambda: MskVpcConnection(
                "kafka", REQUIRED | {"cluster_arn": pulumi.Output.from_input(arn) if late else arn}
            )
        )


def test_a_cluster_of_another_account_is_accepted(connection):
    arn = CLUSTER.replace("123456789012", "210987654321")
    assert connection(cluster_arn=arn)["kafka-connection"].inputs["targetClusterArn"] == arn


@pytest.mark.parametrize("preview", [False, True])
def test_subnets_of_another_network_are_rejected(deploy, rejected, preview):
    def program():
        first, second = (Network(name, {"availability_zones": ["eu-west-1a", "eu-west-1b"]}) for name in "ab")
        MskVpcConnection(
            "kafka", {"cluster_arn": CLUSTER, "vpc_id": first.vpc_id, "subnet_ids": second.private_subnet_ids}
        )

    with rejected("aws-subnet-vpc", "subnet_ids"):
        deploy(program, preview=preview)
