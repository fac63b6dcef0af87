"""Validation of resources by AWS, for each type. All inputs are known and have no secret markers.

Sources: the developer guides that the components cite for the same rules.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from emulated_providers import aws_limits, aws_network_rules
from emulated_providers.aws_network_rules import LISTENER, LISTENER_RULE, SUBNET, VPC
from emulated_providers.cloud import EXISTING, Cloud, CloudResource, references
from emulated_providers.property_encoding import Properties, plain
from emulated_providers.sdk_types import InputError
from moorings.preview.secret_masking import UNKNOWN

Validator = Callable[[Cloud, CloudResource | None, Properties], Iterator[str]]
"""Yields the errors of inputs, given the emulated cloud and, in an update, the previous resource."""

CLUSTER = "aws:msk/cluster:Cluster"
CONFIGURATION = "aws:msk/configuration:Configuration"
ASSOCIATION = "aws:msk/singleScramSecretAssociation:SingleScramSecretAssociation"
SECRET = "aws:secretsmanager/secret:Secret"
SECRET_VERSION = "aws:secretsmanager/secretVersion:SecretVersion"
SECRET_POLICY = "aws:secretsmanager/secretPolicy:SecretPolicy"
KEY = "aws:kms/key:Key"
ALIAS = "aws:kms/alias:Alias"
LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup"
GROUP = "aws:ec2/securityGroup:SecurityGroup"
INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
EGRESS = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
ROLE = "aws:iam/role:Role"
TASK = "aws:ecs/taskDefinition:TaskDefinition"
SERVICE = "aws:ecs/service:Service"
TARGET_GROUP = "aws:lb/targetGroup:TargetGroup"
LOAD_BALANCER = "aws:lb/loadBalancer:LoadBalancer"
ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
TOPIC = "aws:msk/topic:Topic"


def service_errors(cloud: Cloud, type_: str, previous: CloudResource | None, inputs: Properties) -> Iterator[str]:
    """Reasons why the service rejects the creation or the update of a resource."""
    for name in references(inputs):
        if not cloud.find(name):
            yield f"NotFound: {name} does not exist"
    validate = _VALIDATORS.get(type_)
    if validate:
        yield from validate(cloud, previous, inputs)
    for path in {"policy", "assumeRolePolicy"}.intersection(aws_limits.DOCUMENTS.get(type_, ())):
        yield from _iam_policy(inputs.get(path))


def provider_errors(type_: str, inputs: Properties) -> Iterator[InputError]:
    """Errors that the provider reports in a preview, without calling the service."""
    for path, allowed in aws_limits.ENUMS.get(type_, {}).items():
        value = _get_path(inputs, path)
        if value is not None and value is not UNKNOWN and value not in allowed:
            yield path, f"must be one of {sorted(allowed)}, got {value!r}"
    for path, (minimum, maximum) in aws_limits.RANGES.get(type_, {}).items():
        value = _get_path(inputs, path)
        if isinstance(value, int) and not minimum <= value <= maximum:
            yield path, f"must be between {minimum} and {maximum}, got {value}"
    for path in aws_limits.DOCUMENTS.get(type_, ()):
        value = _get_path(inputs, path)
        if isinstance(value, str) and not _is_json(value):
            yield path, "must be valid JSON"


def dependents(cloud: Cloud, resource: CloudResource) -> Iterator[str]:
    """Reasons why a resource cannot be deleted: resources that refer to it."""
    blocking_types = _BLOCKING_TYPES.get(resource.type, ())
    for other in cloud:
        if not other.deleted and other.type in blocking_types and resource.names & references(plain(other.inputs)):
            yield f"DependencyViolation: {resource.id} is in use by {other.id}"


def keeps_name_reserved(resource: CloudResource) -> bool:
    """Whether the name of a deleted resource stays reserved."""
    if resource.type == KEY:
        return True
    window = resource.get("recoveryWindowInDays")
    return resource.type == SECRET and (30 if window is None else window) > 0


def is_older_kafka_version(new: str, old: str) -> bool:
    """Whether the provider considers a Kafka version older. It ignores versions with ``x`` or ``.kraft``.

    Source: ``LessThan`` in https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/semver/semver.go
    """
    numbers = [[int(part) for part in text.split(".")] for text in (new, old) if re.fullmatch(r"\d+(\.\d+)*", text)]
    return len(numbers) == 2 and numbers[0] < numbers[1]


def _get_path(inputs: Any, path: str) -> Any:
    for key in path.split("."):
        inputs = inputs.get(key) if isinstance(inputs, dict) else None
    return inputs


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def _name_conflicts(cloud: Cloud, previous: CloudResource | None, type_: str, key: str, name: Any) -> Iterator[str]:
    if previous is None and name is not None:
        for other in cloud:
            if other.type == type_ and other.get(key) == name:
                state = (
                    "is scheduled for deletion, so its name is still reserved" if other.deleted else "already exists"
                )
                yield f"ResourceExistsException: {name} {state}"


def _cluster(cloud: Cloud, previous: CloudResource | None, inputs: Properties) -> Iterator[str]:
    nodes = inputs["brokerNodeGroupInfo"]
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9-]{0,63}", str(inputs["clusterName"])):
        yield "BadRequestException: the cluster name must be 1 to 64 characters: letters, digits and hyphens"
    if nodes["instanceType"] not in aws_limits.BROKER_SIZES:
        yield f"BadRequestException: unsupported instance type {nodes['instanceType']}"
    if inputs["kafkaVersion"] not in aws_limits.KAFKA_VERSIONS:
        yield f"BadRequestException: unsupported Kafka version {inputs['kafkaVersion']}"
    revision = cloud.find(str(_get_path(inputs, "configurationInfo.arn")), CONFIGURATION)
    if revision and revision.type == CONFIGURATION:
        number = inputs["configurationInfo"]["revision"]
        if not 1 <= number <= revision.outputs["latestRevision"]:
            yield f"NotFoundException: the configuration has no revision {number}"
    yield from _broker_nodes(cloud, inputs)
    removed = previous.get("numberOfBrokerNodes") - inputs["numberOfBrokerNodes"] if previous else 0
    if removed > len(nodes["clientSubnets"]):
        yield f"BadRequestException: cannot remove {removed} brokers at once, at most one in each Availability Zone"
    yield from _volume(previous, nodes)
    yield from _version_change(previous, inputs)
    yield from _client_authentication(inputs)
    if previous is None and _get_path(nodes, "connectivityInfo.publicAccess.type") not in (None, "DISABLED"):
        yield "BadRequestException: public access can only be enabled on an existing cluster"
    yield from _name_conflicts(cloud, previous, CLUSTER, "clusterName", inputs["clusterName"])


def _broker_nodes(cloud: Cloud, inputs: Properties) -> Iterator[str]:
    nodes, count = inputs["brokerNodeGroupInfo"], inputs["numberOfBrokerNodes"]
    subnets = [cloud.find(subnet_id) for subnet_id in nodes["clientSubnets"]]
    zones, vpcs = ({subnet.get(key) for subnet in subnets if subnet} for key in ("availabilityZone", "vpcId"))
    if len(subnets) not in ((3,) if str(nodes["instanceType"]).startswith("express.") else (2, 3)):
        yield f"BadRequestException: unsupported number of client subnets: {len(subnets)}"
    if count % len(subnets):
        yield f"BadRequestException: {count} brokers is not a multiple of {len(subnets)} client subnets"
    if len(zones) != len(subnets) or len(vpcs) > 1:
        yield "BadRequestException: the client subnets must be in different Availability Zones of one VPC"


def _version_change(previous: CloudResource | None, inputs: Properties) -> Iterator[str]:
    old, new = str(previous.get("kafkaVersion")) if previous else inputs["kafkaVersion"], inputs["kafkaVersion"]
    old_minor, new_minor = ([int(part) for part in version.split(".")[:2]] for version in (old, new))
    old_kraft, new_kraft = (version.endswith(".kraft") for version in (old, new))
    if new_minor < old_minor or (old_kraft and not new_kraft):
        yield f"BadRequestException: cannot downgrade a cluster from {old} to {new}"
    if new_kraft and not old_kraft and old_minor != [3, 9]:
        yield f"BadRequestException: cannot migrate a cluster of version {old} from ZooKeeper to KRaft"


def _volume(previous: CloudResource | None, nodes: Properties) -> Iterator[str]:
    size = _get_path(nodes, "storageInfo.ebsStorageInfo.volumeSize")
    old_size = previous.get("brokerNodeGroupInfo.storageInfo.ebsStorageInfo.volumeSize") if previous else None
    if size is not None and (str(nodes["instanceType"]).startswith("express.") or not 1 <= size <= 16384):
        yield f"BadRequestException: invalid EBS volume size {size}"
    throughput = _get_path(nodes, "storageInfo.ebsStorageInfo.provisionedThroughput") or {}
    if throughput.get("enabled"):
        if nodes["instanceType"] not in aws_limits.WITH_THROUGHPUT:
            yield f"BadRequestException: {nodes['instanceType']} does not support provisioned throughput"
        if throughput.get("volumeThroughput") not in aws_limits.THROUGHPUT:
            yield f"BadRequestException: invalid throughput {throughput.get('volumeThroughput')}"
    if old_size is not None and size is not None and size < old_size:
        yield f"BadRequestException: cannot reduce storage, which is {old_size} GiB"
    if old_size is not None and size is not None and old_size < size < old_size + 10:
        yield "BadRequestException: To update storage, you must increase it by at least 10 GiB."


def _client_authentication(inputs: Properties) -> Iterator[str]:
    sasl = _get_path(inputs, "clientAuthentication.sasl") or {}
    transit = _get_path(inputs, "encryptionInfo.encryptionInTransit") or {}
    certificates = bool(_get_path(inputs, "clientAuthentication.tls.certificateAuthorityArns"))
    plaintext = transit.get("clientBroker") not in (None, "TLS") or transit.get("inCluster") is False
    if any(sasl.values()) and plaintext:
        yield "BadRequestException: SASL requires encryption in transit, to clients and within the cluster"
    if not any(sasl.values()) and not certificates and not _get_path(inputs, "clientAuthentication.unauthenticated"):
        yield "BadRequestException: at least one authentication method must be enabled"


def _configuration(cloud: Cloud, previous: CloudResource | None, inputs: Properties) -> Iterator[str]:
    if not re.fullmatch(r"[0-9A-Za-z][0-9A-Za-z-]{0,}", str(inputs["name"])):
        yield "BadRequestException: the name must consist of letters, digits and hyphens"
    names = []
    for line in str(inputs["serverProperties"]).splitlines():
        name, equals, _ = line.partition("=")
        if line.strip() and not line.startswith("#"):
            names.append(name.strip())
            if not equals:
                yield f"BadRequestException: {line!r} is not a property"
    if len(names) != len(set(names)):
        yield "BadRequestException: a property is set twice"
    if "super.users" in names:
        yield "BadRequestException: super.users cannot be set"
    yield from _name_conflicts(cloud, previous, CONFIGURATION, "name", inputs["name"])


def _scram_association(cloud: Cloud, previous: CloudResource | None, inputs: Properties) -> Iterator[str]:
    cluster, secret = cloud.find(inputs["clusterArn"], CLUSTER), cloud.find(inputs["secretArn"], SECRET)
    if cluster is None or secret is None:
        yield "NotFoundException: the cluster or the secret does not exist"
        return
    if cluster.type == CLUSTER and not cluster.get("clientAuthentication.sasl.scram"):
        yield "BadRequestException: SASL/SCRAM is not enabled on the cluster"
    if secret.type == EXISTING:
        return
    if not str(secret.outputs["name"]).startswith("AmazonMSK_"):
        yield f"InvalidSecretArn: the name of the secret {secret.outputs['name']} must begin with AmazonMSK_"
    if not re.match(r"arn:[^:]+:kms:", str(secret.get("kmsKeyId"))):
        yield "InvalidSecretArn: the secret must be encrypted with a customer managed key, given by its ARN"
    users = _username(cloud, secret)
    if not users:
        yield "InvalidSecretArn: the secret must be JSON with username and password"
    if not any(secret.names & {str(policy.get("secretArn"))} for policy in cloud.all(SECRET_POLICY)):
        yield "InvalidSecretArn: the policy of the secret does not allow kafka.amazonaws.com to read it"
    for other in cloud.all(ASSOCIATION):
        other_secret = cloud.find(str(other.get("secretArn")), SECRET)
        same = (
            other.get("clusterArn") == inputs["clusterArn"]
            and other_secret is not None
            and other_secret.id != secret.id
        )
        if same and other_secret is not None and users & _username(cloud, other_secret):
            yield f"ConflictException: the cluster already has the user {', '.join(users)}"


def _username(cloud: Cloud, secret: CloudResource) -> set[str]:
    """The username in a secret, if there is one."""
    for version in cloud.all(SECRET_VERSION):
        if secret.names & {str(version.get("secretId"))}:
            text = str(version.get("secretString"))
            value = json.loads(text) if _is_json(text) else {}
            if isinstance(value, dict) and {"username", "password"} <= set(value):
                return {str(value["username"])}
    return set()


def _secret(cloud: Cloud, previous: CloudResource | None, inputs: Properties) -> Iterator[str]:
    name = inputs["name"]
    if not re.fullmatch(r"[A-Za-z0-9/_+=.@-]{1,512}", str(name)):
        yield f"InvalidParameterException: the name {name!r} must consist of letters, digits and /_+=.@-"
    yield from _name_conflicts(cloud, previous, SECRET, "name", inputs["name"])


def _secret_version(cloud: Cloud, previous: CloudResource | None, inputs: Properties) -> Iterator[str]:
    if cloud.find(inputs["secretId"]) is None:
        yield "ResourceNotFoundException: Secrets Manager can't find the specified secret"
    text = inputs.get("secretString") or inputs.get("secretBinary") or inputs.get("secretStringWo") or ""
    if not 1 <= len(text.encode()) <= 65536:
        yield "InvalidParameterException: a secret value must be between 1 byte and 64 KiB"


def _key(cloud: Cloud, previous: CloudResource | None, inputs: Properties) -> Iterator[str]:
    if inputs.get("policy") and not inputs.get("bypassPolicyLockoutSafetyCheck"):
        statements = json.loads(inputs["policy"])["Statement"]
        allowed = [statement for statement in statements if statement["Effect"] == "Allow"]
        if not any("root" in json.dumps(statement.get("Principal")) for statement in allowed):
            yield "MalformedPolicyDocumentException: the new key policy would prevent later changes of the policy"


def _alias(cloud: Cloud, previous: CloudResource | None, inputs: Properties) -> Iterator[str]:
    name = str(inputs["name"])
    if not re.fullmatch(r"alias/[A-Za-z0-9/_-]+", name) or name.startswith("alias/aws/"):
        yield f"ValidationException: {name} is not a valid alias name"
    target = str(inputs["targetKeyId"])
    if not any(target in {str(key.outputs.get("keyId")), str(key.outputs.get("arn")), key.id} for key in cloud):
        yield f"NotFoundException: key {target} does not exist"
    yield from _name_conflicts(cloud, previous, ALIAS, "name", name)


def _log_group(cloud: Cloud, previous: CloudResource | None, inputs: Properties) -> Iterator[str]:
    name = inputs["name"]
    if not re.fullmatch(r"[.\-_/#A-Za-z0-9]{1,512}", name):
        yield f"InvalidParameterException: the name {name!r} has invalid characters"
    key = cloud.find(str(inputs.get("kmsKeyId")), KEY)
    if key and key.type == KEY and f"logs.{str(key.outputs['arn']).split(':')[3]}" not in str(key.get("policy")):
        yield f"AccessDeniedException: the policy of key {key.id} does not allow CloudWatch Logs to use it"
    yield from _name_conflicts(cloud, previous, LOG_GROUP, "name", inputs["name"])


def _security_group(cloud: Cloud, previous: CloudResource | None, inputs: Properties) -> Iterator[str]:
    description = inputs.get("description", "Managed by Pulumi")
    if not re.fullmatch(r"[A-Za-z0-9. _\-:/()#,@\[\]+=&;{}!$*]{1,255}", description):
        yield f"InvalidParameterValue: invalid characters in the description {description!r}"
    if str(inputs["name"]).startswith("sg-"):
        yield "InvalidParameterValue: the name must not begin with sg-"


def _security_group_rule(type_: str, cloud: Cloud, previous: CloudResource | None, inputs: Properties) -> Iterator[str]:
    keys = ("cidrIpv4", "cidrIpv6", "prefixListId", "referencedSecurityGroupId")
    if sum(inputs.get(key) is not None for key in keys) != 1:
        yield f"InvalidParameterCombination: exactly one of {', '.join(keys)} must be set"
    if inputs["ipProtocol"] != "-1" and not 0 <= inputs.get("fromPort", -1) <= inputs.get("toPort", -1) <= 65535:
        yield "InvalidParameterValue: invalid port range"
    same = ("securityGroupId", "ipProtocol", "fromPort", "toPort", *keys)
    for other in cloud.all(type_):
        if (previous is None or other.id != previous.id) and all(other.get(key) == inputs.get(key) for key in same):
            yield f"InvalidPermission.Duplicate: the security group already has this rule: {other.id}"


def _role(cloud: Cloud, previous: CloudResource | None, inputs: Properties) -> Iterator[str]:
    name = inputs["name"]
    if not re.fullmatch(r"[\w+=,.@-]{1,64}", name):
        yield f"ValidationError: {name!r} is not a valid role name"
    yield from _name_conflicts(cloud, previous, ROLE, "name", inputs["name"])


def _task_definition(cloud: Cloud, previous: CloudResource | None, inputs: Properties) -> Iterator[str]:
    containers = json.loads(inputs["containerDefinitions"])
    if not any(container.get("essential", True) for container in containers):
        yield "ClientException: at least one container must be essential"
    if "FARGATE" in (inputs.get("requiresCompatibilities") or []):
        yield from _fargate_task(containers, inputs)
    for container in containers:
        if (container.get("stopTimeout") or 0) > 120:
            yield "ClientException: stopTimeout must be at most 120 seconds"
        if container.get("secrets") and not inputs.get("executionRoleArn"):
            yield "ClientException: secrets require an execution role"
        names = [{variable["name"] for variable in container.get(key) or []} for key in ("secrets", "environment")]
        if duplicates := set.intersection(*names):
            yield f"ClientException: {sorted(duplicates)} are set in both secrets and environment"


def _fargate_task(containers: list[Properties], inputs: Properties) -> Iterator[str]:
    sizes = {key: int(inputs.get(key) or 0) for key in ("cpu", "memory")}
    if sizes["memory"] not in aws_limits.FARGATE_MEMORY.get(sizes["cpu"], ()):
        yield f"ClientException: no Fargate configuration exists for {sizes['cpu']} CPU units and {sizes['memory']} MiB"
    if inputs.get("networkMode") != "awsvpc":
        yield "ClientException: Fargate requires the network mode awsvpc"
    for key, size in sizes.items():
        if sum(container.get(key) or 0 for container in containers) > size:
            yield f"ClientException: the containers require more {key} than the task has"


def _service(cloud: Cloud, previous: CloudResource | None, inputs: Properties) -> Iterator[str]:
    desired = inputs.get("desiredCount") or 0
    minimum, maximum = inputs.get("deploymentMinimumHealthyPercent", 100), inputs.get("deploymentMaximumPercent", 200)
    if desired and desired * maximum // 100 <= -(-desired * minimum // 100):
        yield f"InvalidParameterException: {minimum}/{maximum} percent of {desired} tasks leave no room for a deployment"
    if inputs.get("availabilityZoneRebalancing") == "ENABLED" and maximum <= 100:
        yield "InvalidParameterException: Availability Zone rebalancing requires a maximum above 100 percent"
    if inputs.get("healthCheckGracePeriodSeconds") and not inputs.get("loadBalancers"):
        yield "InvalidParameterException: a health check grace period requires a load balancer"
    for load_balancer in inputs.get("loadBalancers") or []:
        group = cloud.find(str(load_balancer.get("targetGroupArn")), TARGET_GROUP)
        if group and group.type == TARGET_GROUP:
            listeners = [other for other in cloud if other.type.startswith("aws:lb/listener")]
            if not any(group.names & references(plain(other.inputs)) for other in listeners):
                yield f"InvalidParameterException: the target group {group.id} does not have an associated load balancer"
    yield from _name_conflicts(cloud, previous, SERVICE, "name", inputs["name"])


def _alarm(cloud: Cloud, previous: CloudResource | None, inputs: Properties) -> Iterator[str]:
    if not inputs.get("metricName") and not inputs.get("metricQueries"):
        yield "MissingParameter: an alarm requires a metric"
    if (inputs.get("datapointsToAlarm") or 1) > inputs["evaluationPeriods"]:
        yield "ValidationError: datapointsToAlarm must be at most evaluationPeriods"
    period = inputs.get("period")
    if period is not None and period not in {10, 20, 30} and (period < 60 or period % 60):
        yield f"ValidationError: a period of {period} seconds is not a multiple of 60"


def _topic(cloud: Cloud, previous: CloudResource | None, inputs: Properties) -> Iterator[str]:
    if not re.fullmatch(r"(?!\.{1,2}$)[A-Za-z0-9._-]{1,249}", str(inputs["name"])):
        yield f"BadRequestException: {inputs['name']!r} is not a valid topic name"
    cluster = cloud.find(inputs["clusterArn"], CLUSTER)
    if (
        cluster
        and cluster.type == CLUSTER
        and not 1 <= inputs["replicationFactor"] <= cluster.get("numberOfBrokerNodes")
    ):
        yield f"BadRequestException: a replication factor of {inputs['replicationFactor']} requires more brokers"
    old_count = previous.get("partitionCount") if previous else 1
    if inputs["partitionCount"] < old_count:
        yield f"BadRequestException: cannot reduce the number of partitions, which is {old_count}"
    for other in cloud.all(TOPIC) if previous is None else []:
        if all(other.get(key) == inputs[key] for key in ("clusterArn", "name")):
            yield f"ConflictException: the cluster already has a topic {inputs['name']}"


def _iam_policy(text: Any) -> Iterator[str]:
    """Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html."""
    document = json.loads(text) if text else {}
    statements = document.get("Statement", [])
    if document.get("Version", "2012-10-17") not in {"2012-10-17", "2008-10-17"}:
        yield f"MalformedPolicyDocument: unknown version {document['Version']}"
    for statement in statements if isinstance(statements, list) else [statements]:
        if statement.get("Effect") not in {"Allow", "Deny"}:
            yield f"MalformedPolicyDocument: Effect must be Allow or Deny, got {statement.get('Effect')}"
        if ("Action" in statement) == ("NotAction" in statement):
            yield "MalformedPolicyDocument: a statement must have either Action or NotAction"
        if unknown := set(statement) - _STATEMENT_KEYS:
            yield f"MalformedPolicyDocument: unknown elements of a statement: {sorted(unknown)}"


_STATEMENT_KEYS = frozenset(
    ["Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition"]
)
_VALIDATORS: Mapping[str, Validator] = {
    ALARM: _alarm,
    LISTENER: aws_network_rules.listener,
    LISTENER_RULE: aws_network_rules.listener_rule,
    LOAD_BALANCER: aws_network_rules.load_balancer,
    SUBNET: aws_network_rules.subnet,
    TARGET_GROUP: aws_network_rules.target_group,
    TOPIC: _topic,
    VPC: aws_network_rules.vpc,
    ALIAS: _alias,
    ASSOCIATION: _scram_association,
    CLUSTER: _cluster,
    CONFIGURATION: _configuration,
    EGRESS: partial(_security_group_rule, EGRESS),
    GROUP: _security_group,
    INGRESS: partial(_security_group_rule, INGRESS),
    KEY: _key,
    LOG_GROUP: _log_group,
    ROLE: _role,
    SECRET: _secret,
    SECRET_VERSION: _secret_version,
    SERVICE: _service,
    TASK: _task_definition,
}
_BLOCKING_TYPES: Mapping[str, tuple[str, ...]] = {
    CONFIGURATION: (CLUSTER,),
    GROUP: (CLUSTER, SERVICE, LOAD_BALANCER, "aws:ec2/vpcEndpoint:VpcEndpoint"),
    SUBNET: (CLUSTER, SERVICE, LOAD_BALANCER, "aws:ec2/natGateway:NatGateway"),
    VPC: (SUBNET, GROUP),
    TARGET_GROUP: (LISTENER, LISTENER_RULE),
}
