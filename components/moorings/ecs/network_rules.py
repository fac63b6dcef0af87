"""Rules of network access: clients of the task, and connections that it opens."""

import re
from collections.abc import Mapping

from moorings.aws.network.vpc_endpoints import VpcEndpoints
from moorings.aws.security_groups import HTTPS
from moorings.ecs.created_load_balancer_rules import open_networks
from moorings.ecs.singleton_args import FargateSingletonArgs
from moorings.kafka.connection import KafkaConnection
from moorings.kafka.listeners import broker_ports
from moorings.validation.container_images import is_ecr_image
from moorings.validation.findings import Path, Severity
from moorings.validation.rule_sets import RuleSet
from moorings.validation.rules import Findings

NETWORK_RULES = RuleSet(FargateSingletonArgs)

_RULES = "https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html"
_NETWORKING = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-task-networking.html"
_IAM_ACCESS = "https://docs.aws.amazon.com/msk/latest/developerguide/iam-access-control.html"
_NAMES = "https://www.pulumi.com/docs/iac/concepts/resources/names/"

_ENDPOINTS = "https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html"

_ECR_IMAGE = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/orders:1.4.2"
_VPC_ENDPOINTS = "VpcEndpoints(security_group_id='sg-00000001', s3_prefix_list_id='pl-6da54004', services={})"
_CONNECTION = "KafkaConnection(listener='iam', bootstrap_servers='b-1.example.com:9098', cluster_arn=CLUSTER_ARN{})"
_GROUP = ", security_group_id='sg-0b92d7f4a1e63c508'"

ECR_ENDPOINTS = ("ecr.api", "ecr.dkr")
"""Endpoints through which Fargate pulls an image of Amazon ECR, besides the one of Amazon S3."""

_URL = re.compile(
    r"(?<![a-z0-9+.-])(?P<scheme>[a-z][a-z0-9+.-]{0,30})://(?:[^/@\s]{0,200}@)?"
    r"(?P<host>\[[0-9a-f:]{2,45}\]|[^/:\s?#,\[\]]{1,255})(?::(?P<port>[0-9]{1,5})\b)?",
    re.IGNORECASE,
)
_LOCAL_HOST = re.compile(r"localhost|127\..*|0\.0\.0\.0|\[::1?\]", re.IGNORECASE)
_DEFAULT_PORTS = {
    "amqp": 5672,
    "amqps": 5671,
    "ldap": 389,
    "ldaps": 636,
    "mongodb": 27017,
    "mysql": 3306,
    "postgres": 5432,
    "postgresql": 5432,
    "redis": 6379,
    "rediss": 6379,
}
"""Ports of protocols whose URLs usually contain no port. HTTP is missing, because its URLs are often identifiers."""


@NETWORK_RULES.rule(
    "ecs-duplicate-peer-name",
    Severity.ERROR,
    source=_NAMES,
    invalid="port=3000, client_cidrs={'vpn': '10.80.0.0/16'}, client_security_group_ids={'vpn': 'sg-00000001'}",
    valid="port=3000, client_cidrs={'vpn': '10.80.0.0/16'}, client_security_group_ids={'jobs': 'sg-00000001'}",
)
def _duplicate_peer_names(peer_names: Mapping[Path, list[str]]) -> Findings:
    """Two clients or destinations with the same name would have security group rules with the same logical name."""
    for path, names in peer_names.items():
        for name in names:
            yield (*path, name), f"another client or destination is also named {name}; rename one of them"


@NETWORK_RULES.rule(
    "ecs-task-open-to-all",
    Severity.UNSAFE,
    source=_RULES,
    invalid="port=3000, client_cidrs={'all': '0.0.0.0/0'}",
    valid="port=3000, client_cidrs={'vpn': '10.80.0.0/16'}",
)
def _open_to_all(client_cidrs: dict[str, str]) -> Findings:
    """All hosts with a route to the task can use the application, without the login of a load balancer."""
    yield from open_networks(client_cidrs, "list the networks of the clients")


@NETWORK_RULES.rule(
    "ecs-no-https-egress",
    Severity.UNSAFE,
    source=_NETWORKING,
    invalid="allow_https_egress=False",
    valid="allow_https_egress=False, egress={'endpoints': EgressRule(port=443, cidr='10.80.0.0/16')}",
)
def _https_egress(egress_ports: frozenset[int], vpc_endpoints: VpcEndpoints | None) -> Findings:
    """ECS pulls the image, reads the secrets and writes the logs over HTTPS, from the network interface of the task."""
    if HTTPS not in egress_ports and vpc_endpoints is None:
        yield (
            "egress",
            (
                f"no rule allows port {HTTPS}, so that the task does not start; set vpc_endpoints, or set "
                "allow_https_egress=True"
            ),
        )


@NETWORK_RULES.rule(
    "ecs-endpoint-missing",
    Severity.UNSAFE,
    source=_ENDPOINTS,
    invalid=f"image='{_ECR_IMAGE}', vpc_endpoints={_VPC_ENDPOINTS.format(['ecr.api', 'ecr.dkr'])}",
    valid=f"image='{_ECR_IMAGE}', vpc_endpoints={_VPC_ENDPOINTS.format(['ecr.api', 'ecr.dkr', 'logs'])}",
)
def _endpoint_missing(
    vpc_endpoints: VpcEndpoints | None, called_services: list[str], egress_ports: frozenset[int]
) -> Findings:
    """The task can use HTTPS only to VPC endpoints, and a service that it calls has no endpoint."""
    if vpc_endpoints is None or HTTPS in egress_ports:
        return
    missing = " and ".join(vpc_endpoints.missing(called_services))
    if missing:
        problem = f"the VPC has no endpoint for {missing}, which the task calls"
        yield ("vpc_endpoints", "services"), f"{problem}; add it, or set allow_https_egress=True"


@NETWORK_RULES.rule(
    "ecs-image-unreachable",
    Severity.UNSAFE,
    source=_ENDPOINTS,
    invalid=f"vpc_endpoints={_VPC_ENDPOINTS.format(['ecr.api', 'ecr.dkr', 'logs'])}",
    valid=f"image='{_ECR_IMAGE}', vpc_endpoints={_VPC_ENDPOINTS.format(['ecr.api', 'ecr.dkr', 'logs'])}",
)
def _image_unreachable(image: str, vpc_endpoints: VpcEndpoints | None, egress_ports: frozenset[int]) -> Findings:
    """Only private registries of Amazon ECR have VPC endpoints, to which the security group of the task is limited."""
    if vpc_endpoints is None or HTTPS in egress_ports:
        return
    if not is_ecr_image(image):
        yield (
            f"{image!r} is not in a private Amazon ECR repository, and other registries have no VPC endpoint; copy it "
            "to Amazon ECR, use a pull through cache, or set allow_https_egress=True"
        )
    elif vpc_endpoints.missing([*ECR_ENDPOINTS]):
        missing = " and ".join(vpc_endpoints.missing([*ECR_ENDPOINTS]))
        yield (
            ("vpc_endpoints", "services"),
            f"pulling the image from Amazon ECR requires {missing}; add it, or set allow_https_egress=True",
        )


IMAGE_UNREACHABLE = _image_unreachable
"""Rule of images that the task cannot pull, which also applies to sidecars."""


@NETWORK_RULES.rule(
    "ecs-kafka-unreachable",
    Severity.UNSAFE,
    source=_RULES,
    invalid=f"kafka={_CONNECTION.format('')}, egress={{'brokers': EgressRule(port=9092, cidr='10.80.0.0/16')}}",
    valid=f"kafka={_CONNECTION.format('')}, egress={{'brokers': EgressRule(port=9098, cidr='10.80.0.0/16')}}",
    each="bootstrap_servers_without_group",
)
def _kafka_unreachable(path: Path, bootstrap_servers: str, egress_ports: frozenset[int]) -> Findings:
    """Without the security group of the brokers, only the rules in egress allow connections to them."""
    closed = [str(port) for port in broker_ports(bootstrap_servers) if port not in egress_ports]
    if closed:
        yield (
            path,
            (
                f"no rule allows connections to the brokers on port {', '.join(closed)}; set security_group_id of the "
                "connection, or add the brokers to egress"
            ),
        )


@NETWORK_RULES.rule(
    "ecs-egress-port",
    Severity.WARNING,
    source=_RULES,
    invalid="environment={'SCHEMA_REGISTRY_URL': 'https://registry.example.com:8081'}",
    valid="environment={'SCHEMA_REGISTRY_URL': 'https://registry.example.com:8081'}, "
    "egress={'registry': EgressRule(port=8081, cidr='10.80.0.0/16')}",
    each="environment",
)
def _egress_port(_: str, value: str, egress_ports: frozenset[int], port: int | None) -> Findings:
    """The environment contains the address of a service, and no rule allows connections to its port."""
    for match in _URL.finditer(value):
        number = int(match["port"]) if match["port"] else _DEFAULT_PORTS.get(match["scheme"].lower())
        if number is None or number in egress_ports or number == port or _LOCAL_HOST.fullmatch(match["host"]):
            continue
        yield f"no rule allows connections on port {number}; add it to egress if the task connects to this address"
        return


@NETWORK_RULES.rule(
    "ecs-kafka-iam-permissions",
    Severity.WARNING,
    source=_IAM_ACCESS,
    invalid=f"kafka={_CONNECTION.format(_GROUP)}",
    valid="kafka="
    + _CONNECTION.format(
        f"{_GROUP}, permissions=KafkaPermissions(read_topics=['orders'], consumer_groups=['billing'])"
    ),
)
def _kafka_permissions(
    kafka_connections: Mapping[str, KafkaConnection], task_policy: str | None, given_arguments: frozenset[str]
) -> Findings:
    """A client with IAM may only use the topics and consumer groups that the policies of its role allow."""
    if "task_policy_arns" in given_arguments or "kafka-cluster:" in (task_policy or ""):
        return
    for name, connection in kafka_connections.items():
        if connection.uses_iam and connection.permissions is None:
            yield (
                ("kafka",) if name == "kafka" else ("additional_kafka", name),
                (
                    "the task role may connect to the cluster, but not use its topics; set permissions of the "
                    "connection, or allow the kafka-cluster actions in task_policy"
                ),
            )
