"""Rules by which AWS rejects resources, for each type. Inputs are plain and fully known.

Sources: the pages of the developer guides that the components cite for the same rules.
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

Rule = Callable[[Cloud, CloudResource | None, Properties], Iterator[str]]
"""Yields errors of inputs, for the emulated cloud and, in an update, the previous resource."""

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


def service_errors(cloud: Cloud, type_: str, before: CloudResource | None, inputs: Properties) -> Iterator[str]:
    """Reasons why the service rejects the creation or the update of a resource."""
    for name in references(inputs):
        if not cloud.find(name):
            yield f"NotFound: {name} does not exist"
    rule = _RULES.get(type_)
    if rule:
        yield from rule(cloud, before, inputs)
    for path in {"policy", "assumeRolePolicy"}.intersection(aws_limits.DOCUMENTS.get(type_, ())):
        yield from _policy(inputs.get(path))


def provider_errors(type_: str, inputs: Properties) -> Iterator[InputError]:
    """Errors that the provider reports already in a preview."""
    for path, allowed in aws_limits.ENUMS.get(type_, {}).items():
        value = _at(inputs, path)
        if value is not None and value is not UNKNOWN and value not in allowed:
            yield path, f"must be one of {sorted(allowed)}, not {value!r}"
    for path, (least, most) in aws_limits.RANGES.get(type_, {}).items():
        value = _at(inputs, path)
        if isinstance(value, int) and not least <= value <= most:
            yield path, f"must be {least} to {most}, not {value}"
    for path in aws_limits.DOCUMENTS.get(type_, ()):
        value = _at(inputs, path)
        if isinstance(value, str) and not _is_json(value):
            yield path, "holds no JSON"


def dependents(cloud: Cloud, thing: CloudResource) -> Iterator[str]:
    """Reasons why a resource cannot be deleted: others refer to it."""
    stops = _DELETED_AFTER.get(thing.type, ())
    for other in cloud:
        if not other.deleted and other.type in stops and thing.names & references(plain(other.inputs)):
            yield f"DependencyViolation: {thing.id} is in use by {other.id}"


def keeps_name_reserved(thing: CloudResource) -> bool:
    """Whether the name of a deleted resource stays reserved."""
    if thing.type == KEY:
        return True
    window = thing.get("recoveryWindowInDays")
    return thing.type == SECRET and (30 if window is None else window) > 0


def is_older_kafka_version(new: str, old: str) -> bool:
    """Whether the provider considers a Kafka version older. It ignores versions with ``x`` or ``.kraft``.

    Source: ``LessThan`` in https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/semver/semver.go
    """
    numbers = [[int(part) for part in text.split(".")] for text in (new, old) if re.fullmatch(r"\d+(\.\d+)*", text)]
    return len(numbers) == 2 and numbers[0] < numbers[1]


def _at(inputs: Any, path: str) -> Any:
    for key in path.split("."):
        inputs = inputs.get(key) if isinstance(inputs, dict) else None
    return inputs


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def _taken(cloud: Cloud, before: CloudResource | None, type_: str, key: str, name: Any) -> Iterator[str]:
    if before is None and name is not None:
        for other in cloud:
            if other.type == type_ and other.get(key) == name:
                state = "is scheduled for deletion, and its name not free yet" if other.deleted else "exists already"
                yield f"ResourceExistsException: {name} {state}"


def _cluster(cloud: Cloud, before: CloudResource | None, inputs: Properties) -> Iterator[str]:
    nodes = inputs["brokerNodeGroupInfo"]
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9-]{0,63}", str(inputs["clusterName"])):
        yield "BadRequestException: the cluster name must be 1 to 64 characters: letters, digits and hyphens"
    if nodes["instanceType"] not in aws_limits.BROKERS:
        yield f"BadRequestException: unsupported instance type {nodes['instanceType']}"
    if inputs["kafkaVersion"] not in aws_limits.KAFKA_VERSIONS:
        yield f"BadRequestException: unsupported Kafka version {inputs['kafkaVersion']}"
    revision = cloud.find(str(_at(inputs, "configurationInfo.arn")), CONFIGURATION)
    if revision and revision.type == CONFIGURATION:
        asked, latest = inputs["configurationInfo"]["revision"], revision.outputs["latestRevision"]
        if not 1 <= asked <= latest:
            yield f"NotFoundException: the configuration has no revision {asked}"
    yield from _brokers(cloud, inputs)
    taken = before.get("numberOfBrokerNodes") - inputs["numberOfBrokerNodes"] if before else 0
    if taken > len(nodes["clientSubnets"]):
        yield f"BadRequestException: {taken} brokers are more than one in each zone"
    yield from _volume(before, nodes)
    yield from _other_version(before, inputs)
    yield from _logins(inputs)
    if before is None and _at(nodes, "connectivityInfo.publicAccess.type") not in (None, "DISABLED"):
        yield "BadRequestException: public access can only be turned on for a cluster that exists"
    yield from _taken(cloud, before, CLUSTER, "clusterName", inputs["clusterName"])


def _brokers(cloud: Cloud, inputs: Properties) -> Iterator[str]:
    nodes, count = inputs["brokerNodeGroupInfo"], inputs["numberOfBrokerNodes"]
    subnets = [cloud.find(each) for each in nodes["clientSubnets"]]
    zones, vpcs = ({each.get(key) for each in subnets if each} for key in ("availabilityZone", "vpcId"))
    if len(subnets) not in ((3,) if str(nodes["instanceType"]).startswith("express.") else (2, 3)):
        yield f"BadRequestException: {len(subnets)} client subnets"
    if count % len(subnets):
        yield f"BadRequestException: {count} brokers are no multiple of {len(subnets)} client subnets"
    if len(zones) != len(subnets) or len(vpcs) > 1:
        yield "BadRequestException: each client subnet must be in another availability zone of one VPC"


def _other_version(before: CloudResource | None, inputs: Properties) -> Iterator[str]:
    was, new = str(before.get("kafkaVersion")) if before else inputs["kafkaVersion"], inputs["kafkaVersion"]
    order = [[int(part) for part in version.split(".")[:2]] for version in (was, new)]
    kraft = [version.endswith(".kraft") for version in (was, new)]
    if order[1] < order[0] or (kraft[0] and not kraft[1]):
        yield f"BadRequestException: a cluster of {was} cannot become one of {new}"
    if kraft[1] and not kraft[0] and order[0] != [3, 9]:
        yield f"BadRequestException: a cluster of {was} cannot leave ZooKeeper"


def _volume(before: CloudResource | None, nodes: Properties) -> Iterator[str]:
    size = _at(nodes, "storageInfo.ebsStorageInfo.volumeSize")
    was = before.get("brokerNodeGroupInfo.storageInfo.ebsStorageInfo.volumeSize") if before else None
    if size is not None and (str(nodes["instanceType"]).startswith("express.") or not 1 <= size <= 16384):
        yield f"BadRequestException: invalid EBS volume size {size}"
    throughput = _at(nodes, "storageInfo.ebsStorageInfo.provisionedThroughput") or {}
    if throughput.get("enabled"):
        if nodes["instanceType"] not in aws_limits.WITH_THROUGHPUT:
            yield f"BadRequestException: {nodes['instanceType']} takes no provisioned throughput"
        if throughput.get("volumeThroughput") not in aws_limits.THROUGHPUT:
            yield f"BadRequestException: invalid throughput {throughput.get('volumeThroughput')}"
    if was is not None and size is not None and size < was:
        yield f"BadRequestException: storage only grows, from {was} GiB"
    if was is not None and size is not None and was < size < was + 10:
        yield "BadRequestException: To update storage, you must increase it by at least 10 GiB."


def _logins(inputs: Properties) -> Iterator[str]:
    sasl = _at(inputs, "clientAuthentication.sasl") or {}
    transit = _at(inputs, "encryptionInfo.encryptionInTransit") or {}
    certificates = bool(_at(inputs, "clientAuthentication.tls.certificateAuthorityArns"))
    plaintext = transit.get("clientBroker") not in (None, "TLS") or transit.get("inCluster") is False
    if any(sasl.values()) and plaintext:
        yield "BadRequestException: SASL needs encryption in transit, to clients and in the cluster"
    if not any(sasl.values()) and not certificates and not _at(inputs, "clientAuthentication.unauthenticated"):
        yield "BadRequestException: no client could log in"


def _configuration(cloud: Cloud, before: CloudResource | None, inputs: Properties) -> Iterator[str]:
    if not re.fullmatch(r"[0-9A-Za-z][0-9A-Za-z-]{0,}", str(inputs["name"])):
        yield "BadRequestException: the name must be letters, digits and hyphens"
    names = []
    for line in str(inputs["serverProperties"]).splitlines():
        name, equals, _ = line.partition("=")
        if line.strip() and not line.startswith("#"):
            names.append(name.strip())
            if not equals:
                yield f"BadRequestException: {line!r} is no property"
    if len(names) != len(set(names)):
        yield "BadRequestException: a property stands twice"
    if "super.users" in names:
        yield "BadRequestException: super.users cannot be set"
    yield from _taken(cloud, before, CONFIGURATION, "name", inputs["name"])


def _association(cloud: Cloud, before: CloudResource | None, inputs: Properties) -> Iterator[str]:
    cluster, secret = cloud.find(inputs["clusterArn"], CLUSTER), cloud.find(inputs["secretArn"], SECRET)
    if cluster is None or secret is None:
        yield "NotFoundException: the cluster or the secret does not exist"
        return
    if cluster.type == CLUSTER and not cluster.get("clientAuthentication.sasl.scram"):
        yield "BadRequestException: SASL/SCRAM is off on the cluster"
    if secret.type == EXISTING:
        return
    if not str(secret.outputs["name"]).startswith("AmazonMSK_"):
        yield f"InvalidSecretArn: the name of the secret {secret.outputs['name']} must begin with AmazonMSK_"
    if not re.match(r"arn:[^:]+:kms:", str(secret.get("kmsKeyId"))):
        yield "InvalidSecretArn: the secret must be encrypted with a customer managed key, and not name it by an alias"
    users = _credentials(cloud, secret)
    if not users:
        yield "InvalidSecretArn: the secret holds no JSON with username and password"
    if not any(secret.names & {str(each.get("secretArn"))} for each in cloud.all(SECRET_POLICY)):
        yield "InvalidSecretArn: the secret's policy does not let kafka.amazonaws.com read it"
    for other in cloud.all(ASSOCIATION):
        theirs = cloud.find(str(other.get("secretArn")), SECRET)
        same = other.get("clusterArn") == inputs["clusterArn"] and theirs is not None and theirs.id != secret.id
        if same and theirs is not None and users & _credentials(cloud, theirs):
            yield f"ConflictException: the cluster has a user {users} already"


def _credentials(cloud: Cloud, secret: CloudResource) -> set[str]:
    """The username in a secret, if there is one."""
    for version in cloud.all(SECRET_VERSION):
        if secret.names & {str(version.get("secretId"))}:
            text = str(version.get("secretString"))
            found = json.loads(text) if _is_json(text) else {}
            if isinstance(found, dict) and {"username", "password"} <= set(found):
                return {str(found["username"])}
    return set()


def _secret(cloud: Cloud, before: CloudResource | None, inputs: Properties) -> Iterator[str]:
    name = inputs["name"]
    if not re.fullmatch(r"[A-Za-z0-9/_+=.@-]{1,512}", str(name)):
        yield f"InvalidParameterException: the name {name!r} has other characters than letters, digits and /_+=.@-"
    yield from _taken(cloud, before, SECRET, "name", inputs["name"])


def _secret_version(cloud: Cloud, before: CloudResource | None, inputs: Properties) -> Iterator[str]:
    if cloud.find(inputs["secretId"]) is None:
        yield "ResourceNotFoundException: Secrets Manager can't find the specified secret"
    text = inputs.get("secretString") or inputs.get("secretBinary") or inputs.get("secretStringWo") or ""
    if not 1 <= len(text.encode()) <= 65536:
        yield "InvalidParameterException: a secret holds 1 byte to 64 KiB"


def _key(cloud: Cloud, before: CloudResource | None, inputs: Properties) -> Iterator[str]:
    if inputs.get("policy") and not inputs.get("bypassPolicyLockoutSafetyCheck"):
        statements = json.loads(inputs["policy"])["Statement"]
        if not any("root" in json.dumps(each.get("Principal")) for each in statements if each["Effect"] == "Allow"):
            yield "MalformedPolicyDocumentException: the new key policy would not let you change it later"


def _alias(cloud: Cloud, before: CloudResource | None, inputs: Properties) -> Iterator[str]:
    name = str(inputs["name"])
    if not re.fullmatch(r"alias/[A-Za-z0-9/_-]+", name) or name.startswith("alias/aws/"):
        yield f"ValidationException: {name} is no name of an alias"
    target = str(inputs["targetKeyId"])
    if not any(target in {str(key.outputs.get("keyId")), str(key.outputs.get("arn")), key.id} for key in cloud):
        yield f"NotFoundException: there is no key {target}"
    yield from _taken(cloud, before, ALIAS, "name", name)


def _log_group(cloud: Cloud, before: CloudResource | None, inputs: Properties) -> Iterator[str]:
    name = inputs["name"]
    if not re.fullmatch(r"[.\-_/#A-Za-z0-9]{1,512}", name):
        yield f"InvalidParameterException: the name {name!r} has characters that CloudWatch Logs does not take"
    key = cloud.find(str(inputs.get("kmsKeyId")), KEY)
    if key and key.type == KEY and f"logs.{str(key.outputs['arn']).split(':')[3]}" not in str(key.get("policy")):
        yield f"AccessDeniedException: the policy of {key.id} does not let CloudWatch Logs use the key"
    yield from _taken(cloud, before, LOG_GROUP, "name", inputs["name"])


def _group(cloud: Cloud, before: CloudResource | None, inputs: Properties) -> Iterator[str]:
    description = inputs.get("description", "Managed by Pulumi")
    if not re.fullmatch(r"[A-Za-z0-9. _\-:/()#,@\[\]+=&;{}!$*]{1,255}", description):
        yield f"InvalidParameterValue: invalid characters in the description {description!r}"
    if str(inputs["name"]).startswith("sg-"):
        yield "InvalidParameterValue: the name must not begin with sg-"


def _rule(type_: str, cloud: Cloud, before: CloudResource | None, inputs: Properties) -> Iterator[str]:
    keys = ("cidrIpv4", "cidrIpv6", "prefixListId", "referencedSecurityGroupId")
    if sum(inputs.get(key) is not None for key in keys) != 1:
        yield f"InvalidParameterCombination: give one of {', '.join(keys)}"
    if inputs["ipProtocol"] != "-1" and not 0 <= inputs.get("fromPort", -1) <= inputs.get("toPort", -1) <= 65535:
        yield "InvalidParameterValue: invalid range of ports"
    same = ("securityGroupId", "ipProtocol", "fromPort", "toPort", *keys)
    for other in cloud.all(type_):
        if (before is None or other.id != before.id) and all(other.get(key) == inputs.get(key) for key in same):
            yield f"InvalidPermission.Duplicate: the group has this rule already, {other.id}"


def _role(cloud: Cloud, before: CloudResource | None, inputs: Properties) -> Iterator[str]:
    name = inputs["name"]
    if not re.fullmatch(r"[\w+=,.@-]{1,64}", name):
        yield f"ValidationError: {name!r} is no name of a role"
    yield from _taken(cloud, before, ROLE, "name", inputs["name"])


def _task(cloud: Cloud, before: CloudResource | None, inputs: Properties) -> Iterator[str]:
    containers = json.loads(inputs["containerDefinitions"])
    if not any(each.get("essential", True) for each in containers):
        yield "ClientException: no container is essential"
    if "FARGATE" in (inputs.get("requiresCompatibilities") or []):
        yield from _on_fargate(containers, inputs)
    for each in containers:
        if (each.get("stopTimeout") or 0) > 120:
            yield "ClientException: stopTimeout is 120 seconds at most"
        if each.get("secrets") and not inputs.get("executionRoleArn"):
            yield "ClientException: secrets need an execution role"
        names = [{one["name"] for one in each.get(key) or []} for key in ("secrets", "environment")]
        if both := set.intersection(*names):
            yield f"ClientException: {sorted(both)} stand among the secrets and in the environment"


def _on_fargate(containers: list[Properties], inputs: Properties) -> Iterator[str]:
    sizes = {key: int(inputs.get(key) or 0) for key in ("cpu", "memory")}
    if sizes["memory"] not in aws_limits.FARGATE.get(sizes["cpu"], ()):
        yield f"ClientException: no Fargate configuration exists for {sizes['cpu']} CPU units and {sizes['memory']} MiB"
    if inputs.get("networkMode") != "awsvpc":
        yield "ClientException: Fargate needs the network mode awsvpc"
    for key, size in sizes.items():
        if sum(each.get(key) or 0 for each in containers) > size:
            yield f"ClientException: the containers need more {key} than the task has"


def _service(cloud: Cloud, before: CloudResource | None, inputs: Properties) -> Iterator[str]:
    wanted = inputs.get("desiredCount") or 0
    least, most = inputs.get("deploymentMinimumHealthyPercent", 100), inputs.get("deploymentMaximumPercent", 200)
    if wanted and wanted * most // 100 <= -(-wanted * least // 100):
        yield f"InvalidParameterException: {least}/{most} percent of {wanted} tasks leave no room for a deployment"
    if inputs.get("availabilityZoneRebalancing") == "ENABLED" and most <= 100:
        yield "InvalidParameterException: rebalancing of zones needs more than 100 percent"
    if inputs.get("healthCheckGracePeriodSeconds") and not inputs.get("loadBalancers"):
        yield "InvalidParameterException: a grace period needs a load balancer"
    for each in inputs.get("loadBalancers") or []:
        group = cloud.find(str(each.get("targetGroupArn")), TARGET_GROUP)
        if group and group.type == TARGET_GROUP:
            listeners = [other for other in cloud if other.type.startswith("aws:lb/listener")]
            if not any(group.names & references(plain(other.inputs)) for other in listeners):
                yield f"InvalidParameterException: the target group {group.id} does not have an associated load balancer"
    yield from _taken(cloud, before, SERVICE, "name", inputs["name"])


def _alarm(cloud: Cloud, before: CloudResource | None, inputs: Properties) -> Iterator[str]:
    if not inputs.get("metricName") and not inputs.get("metricQueries"):
        yield "MissingParameter: an alarm needs a metric"
    if (inputs.get("datapointsToAlarm") or 1) > inputs["evaluationPeriods"]:
        yield "ValidationError: more datapoints to alarm than evaluation periods"
    period = inputs.get("period")
    if period is not None and period not in {10, 20, 30} and (period < 60 or period % 60):
        yield f"ValidationError: a period of {period} seconds is no multiple of 60"


def _topic(cloud: Cloud, before: CloudResource | None, inputs: Properties) -> Iterator[str]:
    if not re.fullmatch(r"(?!\.{1,2}$)[A-Za-z0-9._-]{1,249}", str(inputs["name"])):
        yield f"BadRequestException: {inputs['name']!r} is no name of a topic"
    cluster = cloud.find(inputs["clusterArn"], CLUSTER)
    if (
        cluster
        and cluster.type == CLUSTER
        and not 1 <= inputs["replicationFactor"] <= cluster.get("numberOfBrokerNodes")
    ):
        yield f"BadRequestException: {inputs['replicationFactor']} replicas on {cluster.get('numberOfBrokerNodes')} brokers"
    was = before.get("partitionCount") if before else 1
    if inputs["partitionCount"] < was:
        yield f"BadRequestException: the number of partitions only grows, from {was}"
    for other in cloud.all(TOPIC) if before is None else []:
        if all(other.get(key) == inputs[key] for key in ("clusterArn", "name")):
            yield f"ConflictException: the cluster has a topic {inputs['name']} already"


def _policy(text: Any) -> Iterator[str]:
    """Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html."""
    document = json.loads(text) if text else {}
    statements = document.get("Statement", [])
    if document.get("Version", "2012-10-17") not in {"2012-10-17", "2008-10-17"}:
        yield f"MalformedPolicyDocument: there is no version {document['Version']}"
    for each in statements if isinstance(statements, list) else [statements]:
        if each.get("Effect") not in {"Allow", "Deny"}:
            yield f"MalformedPolicyDocument: an effect is Allow or Deny, not {each.get('Effect')}"
        if ("Action" in each) == ("NotAction" in each):
            yield "MalformedPolicyDocument: a statement has either Action or NotAction"
        if unknown := set(each) - _IN_A_STATEMENT:
            yield f"MalformedPolicyDocument: a statement has no {sorted(unknown)}"


_IN_A_STATEMENT = frozenset(
    ["Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition"]
)
_RULES: Mapping[str, Rule] = {
    ALARM: _alarm,
    LISTENER: aws_network_rules.listener,
    LISTENER_RULE: aws_network_rules.listener_rule,
    LOAD_BALANCER: aws_network_rules.load_balancer,
    SUBNET: aws_network_rules.subnet,
    TARGET_GROUP: aws_network_rules.target_group,
    TOPIC: _topic,
    VPC: aws_network_rules.vpc,
    ALIAS: _alias,
    ASSOCIATION: _association,
    CLUSTER: _cluster,
    CONFIGURATION: _configuration,
    EGRESS: partial(_rule, EGRESS),
    GROUP: _group,
    INGRESS: partial(_rule, INGRESS),
    KEY: _key,
    LOG_GROUP: _log_group,
    ROLE: _role,
    SECRET: _secret,
    SECRET_VERSION: _secret_version,
    SERVICE: _service,
    TASK: _task,
}
_DELETED_AFTER: Mapping[str, tuple[str, ...]] = {
    CONFIGURATION: (CLUSTER,),
    GROUP: (CLUSTER, SERVICE, LOAD_BALANCER, "aws:ec2/vpcEndpoint:VpcEndpoint"),
    SUBNET: (CLUSTER, SERVICE, LOAD_BALANCER, "aws:ec2/natGateway:NatGateway"),
    VPC: (SUBNET, GROUP),
    TARGET_GROUP: (LISTENER, LISTENER_RULE),
}
