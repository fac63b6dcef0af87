"""The emulated providers validate, replace and mask like the real ones. These tests do not require an engine."""

import json

import grpc
import pytest
from emulated_providers import property_encoding
from emulated_providers.aws_provider import CLOUD, AwsProvider
from emulated_providers.random_provider import RandomProvider
from pulumi.runtime.proto import provider_pb2

from moorings.preview.secret_masking import UNKNOWN, RevealedSecret

VPC, SUBNETS = "vpc-0d1c7a52e8b94f360", ["subnet-0a4e21f7c93d58b06", "subnet-05b8d3916ef27ac41"]

SECURITY_GROUP = "aws:ec2/securityGroup:SecurityGroup"
INGRESS_RULE = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
KEY = "aws:kms/key:Key"
CLUSTER = "aws:msk/cluster:Cluster"
CONFIGURATION = "aws:msk/configuration:Configuration"
SECRET = "aws:secretsmanager/secret:Secret"
SECRET_VERSION = "aws:secretsmanager/secretVersion:SecretVersion"
SECRET_POLICY = "aws:secretsmanager/secretPolicy:SecretPolicy"
ASSOCIATION = "aws:msk/singleScramSecretAssociation:SingleScramSecretAssociation"
LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup"
TASK_DEFINITION = "aws:ecs/taskDefinition:TaskDefinition"
SERVICE = "aws:ecs/service:Service"
RANDOM_PASSWORD = "random:index/randomPassword:RandomPassword"

ROOT = {"AWS": "arn:aws:iam::123456789012:root"}
ROOT_POLICY = {"Statement": [{"Effect": "Allow", "Principal": ROOT, "Action": "kms:*", "Resource": "*"}]}


class RejectedError(Exception):
    """An error that the engine would receive."""


class Context:
    """A gRPC context, in which the provider reports errors."""

    def abort(self, code: grpc.StatusCode, message: str) -> None:
        raise RejectedError(message)


class Client:
    """Calls an emulated provider with the requests of the engine."""

    def __init__(self, provider) -> None:
        self.provider = provider

    def check(self, type_, inputs, old_inputs=None, name="thing"):
        """The checked inputs.

        Raises:
            RejectedError: the provider rejects them.
        """
        request = provider_pb2.CheckRequest(
            urn=f"urn:pulumi:s::p::{type_}::{name}",
            news=property_encoding.write(inputs),
            olds=property_encoding.write(old_inputs or {}),
            randomSeed=name.encode(),
        )
        response = self.provider.Check(request, Context())
        if response.failures:
            raise RejectedError("; ".join(failure.reason for failure in response.failures))
        return property_encoding.read(response.inputs)

    def create(self, type_, inputs, name="thing", *, preview=False):
        """The ID and the outputs of a new resource."""
        urn = f"urn:pulumi:s::p::{type_}::{name}"
        checked = self.check(type_, inputs, name=name)
        request = provider_pb2.CreateRequest(urn=urn, properties=property_encoding.write(checked), preview=preview)
        response = self.provider.Create(request, Context())
        return response.id, property_encoding.read(response.properties)

    def update(self, type_, id_, old_outputs, inputs, name="thing"):
        """The outputs after an in-place update."""
        urn = f"urn:pulumi:s::p::{type_}::{name}"
        request = provider_pb2.UpdateRequest(
            urn=urn, id=id_, olds=property_encoding.write(old_outputs), news=property_encoding.write(inputs)
        )
        return property_encoding.read(self.provider.Update(request, Context()).properties)

    def delete(self, type_, id_, old_outputs, name="thing"):
        """Delete a resource."""
        urn = f"urn:pulumi:s::p::{type_}::{name}"
        self.provider.Delete(
            provider_pb2.DeleteRequest(urn=urn, id=id_, properties=property_encoding.write(old_outputs)), Context()
        )

    def replaces(self, type_, old, new):
        """The changed paths that require a replacement, and whether the old resource is deleted first."""
        urn = f"urn:pulumi:s::p::{type_}::thing"
        request = provider_pb2.DiffRequest(
            urn=urn, old_inputs=property_encoding.write(old), news=property_encoding.write(new)
        )
        response = self.provider.Diff(request, Context())
        return sorted(response.replaces), response.deleteBeforeReplace

    def call(self, token, **args):
        """The result of a function."""
        request = provider_pb2.InvokeRequest(tok=token, args=property_encoding.write(args))
        response = self.provider.Invoke(request, Context())
        if response.failures:
            raise RejectedError("; ".join(failure.reason for failure in response.failures))
        return property_encoding.read(getattr(response, "return"))


@pytest.fixture
def aws(tmp_path, monkeypatch):
    """AWS with an existing VPC and two subnets."""
    monkeypatch.setenv(CLOUD, str(tmp_path))
    provider = AwsProvider()
    provider.cloud.add_existing({"aws:region": "eu-west-1", "p:vpcId": VPC, "p:subnetIds": json.dumps(SUBNETS)})
    return Client(provider)


@pytest.fixture
def random():
    """The random provider."""
    return Client(RandomProvider())


def cluster(group, **changes):
    """The inputs of a cluster with two brokers."""
    nodes = {
        "instanceType": "kafka.m7g.large",
        "clientSubnets": SUBNETS,
        "securityGroups": [group],
        "storageInfo": {"ebsStorageInfo": {"volumeSize": 100}},
    }
    defaults = {
        "kafkaVersion": "3.9.x.kraft",
        "numberOfBrokerNodes": 2,
        "brokerNodeGroupInfo": {**nodes, **changes.pop("nodes", {})},
        "clientAuthentication": {"sasl": {"scram": True}},
    }
    return {**defaults, **changes}


def throughput(mib_per_second):
    """Storage with provisioned throughput."""
    settings = {"enabled": True, "volumeThroughput": mib_per_second}
    return {"storageInfo": {"ebsStorageInfo": {"volumeSize": 100, "provisionedThroughput": settings}}}


def task_definition(**changes):
    """The inputs of a Fargate task definition with one container."""
    container = {"name": "app", "image": "app", **changes.pop("container", {})}
    defaults = {"family": "app", "requiresCompatibilities": ["FARGATE"], "networkMode": "awsvpc", "cpu": "256"}
    return {**defaults, "memory": "512", "containerDefinitions": json.dumps([container]), **changes}


def create_security_group(aws):
    """Create a security group and return its ID."""
    return aws.create(SECURITY_GROUP, {"vpcId": VPC})[0]


INVALID_INPUTS = {
    "unknown property": (SECURITY_GROUP, {"vpcID": VPC}, "vpcID is not a property; use one of description, egress"),
    "missing property": (SECRET_VERSION, {"secretString": "x"}, "secretId is required"),
    "unknown nested property": (CLUSTER, cluster("sg", nodes={"subnets": []}), r"brokerNodeGroupInfo.subnets is not"),
    "missing nested property": (CLUSTER, cluster("sg", nodes={"securityGroups": None}), r"securityGroups is required"),
    "wrong type": (LOG_GROUP, {"retentionInDays": "30"}, "retentionInDays must be int, got str"),
    "wrong type in a list": (CLUSTER, cluster("sg", nodes={"clientSubnets": [1]}), r"clientSubnets\[0\] must be str"),
    "wrong type in a map": (SECURITY_GROUP, {"tags": {"a": 1}}, "tags.a must be str, got int"),
    "unknown type": ("aws:msk/topics:Topics", {}, "pulumi_aws has no msk.Topics"),
    "retention": (LOG_GROUP, {"retentionInDays": 31}, "retentionInDays must be one of"),
    "recovery": (SECRET, {"recoveryWindowInDays": 3}, "recoveryWindowInDays must be one of"),
    "deletion window": (KEY, {"deletionWindowInDays": 3}, "must be between 7 and 30, got 3"),
    "policy": (KEY, {"policy": "{"}, "policy must be valid JSON"),
}


@pytest.mark.parametrize(("type_", "inputs", "message"), INVALID_INPUTS.values(), ids=INVALID_INPUTS)
def test_invalid_inputs_are_rejected_in_a_preview(aws, type_, inputs, message):
    with pytest.raises(RejectedError, match=message):
        aws.check(type_, inputs)


INVALID_CLUSTERS = {
    "brokers": ({"numberOfBrokerNodes": 3}, "3 brokers is not a multiple of 2"),
    "one subnet": ({"nodes": {"clientSubnets": SUBNETS[:1]}}, "unsupported number of client subnets: 1"),
    "one zone": ({"nodes": {"clientSubnets": [SUBNETS[0]] * 2}}, "different Availability Zones"),
    "unknown subnet": ({"nodes": {"clientSubnets": [*SUBNETS[:1], "subnet-" + "0" * 17]}}, "does not exist"),
    "unknown security group": ({"nodes": {"securityGroups": ["sg-" + "0" * 17]}}, "NotFound"),
    "volume": ({"nodes": {"storageInfo": {"ebsStorageInfo": {"volumeSize": 20000}}}}, "EBS volume size 20000"),
    "instance": ({"nodes": {"instanceType": "kafka.t2.nano"}}, "instance type kafka.t2.nano"),
    "throughput of a small broker": (
        {"nodes": throughput(300)},
        "kafka.m7g.large does not support provisioned throughput",
    ),
    "throughput": ({"nodes": {"instanceType": "kafka.m7g.2xlarge", **throughput(9999)}}, "invalid throughput 9999"),
    "public": ({"nodes": {"connectivityInfo": {"publicAccess": {"type": "SERVICE_PROVIDED_EIPS"}}}}, "public access"),
    "version": ({"kafkaVersion": "99.9.9"}, "Kafka version 99.9.9"),
    "no authentication": ({"clientAuthentication": {}}, "at least one authentication method must be enabled"),
    "plaintext": (
        {"encryptionInfo": {"encryptionInTransit": {"clientBroker": "TLS_PLAINTEXT"}}},
        "SASL requires encryption",
    ),
    "long name": ({"clusterName": "k" * 65}, "1 to 64 characters"),
    "name": ({"clusterName": "a!!"}, "letters, digits and hyphens"),
}


@pytest.mark.parametrize(("changes", "message"), INVALID_CLUSTERS.values(), ids=INVALID_CLUSTERS)
def test_msk_rejects_invalid_clusters(aws, changes, message):
    group = create_security_group(aws)
    with pytest.raises(RejectedError, match=message):
        aws.create(CLUSTER, cluster(group, **changes))


def test_large_brokers_support_provisioned_throughput(aws):
    assert aws.create(
        CLUSTER, cluster(create_security_group(aws), nodes={"instanceType": "kafka.m7g.2xlarge", **throughput(300)})
    )


def test_a_cluster_returns_bootstrap_brokers_of_enabled_listeners(aws):
    id_, outputs = aws.create(CLUSTER, cluster(create_security_group(aws)))
    assert outputs["arn"] == id_
    assert outputs["bootstrapBrokersSaslScram"].count(":9096") == 2
    assert outputs["bootstrapBrokersSaslIam"] == outputs["bootstrapBrokersTls"] == ""
    nodes = aws.call("aws:msk/getBrokerNodes:getBrokerNodes", clusterArn=id_)["nodeInfoLists"]
    assert [node["clientSubnet"] for node in nodes] == SUBNETS


def test_bootstrap_brokers_of_a_route_are_returned_after_it_is_enabled(aws):
    group = create_security_group(aws)
    id_, outputs = aws.create(CLUSTER, cluster(group, clusterName="k"))
    assert outputs["bootstrapBrokersPublicSaslScram"] == outputs["bootstrapBrokersSaslScramIpv6"] == ""
    connectivity = {"publicAccess": {"type": "SERVICE_PROVIDED_EIPS"}, "networkType": "DUAL"}
    outputs = aws.update(
        CLUSTER, id_, outputs, cluster(group, clusterName="k", nodes={"connectivityInfo": connectivity})
    )
    assert outputs["bootstrapBrokersPublicSaslScram"].count(":9196") == 2
    assert outputs["bootstrapBrokersSaslScramIpv6"].count(":20096") == 2
    assert outputs["bootstrapBrokersPublicSaslIam"] == outputs["bootstrapBrokersSaslIamIpv6"] == ""


INVALID_CLUSTER_CHANGES = {
    "smaller volumes": (
        {"nodes": {"storageInfo": {"ebsStorageInfo": {"volumeSize": 50}}}},
        "cannot reduce storage, which is 100 GiB",
    ),
    "slightly larger volumes": (
        {"nodes": {"storageInfo": {"ebsStorageInfo": {"volumeSize": 109}}}},
        "you must increase it by at least 10 GiB",
    ),
    "brokers": ({"numberOfBrokerNodes": 2}, "cannot remove 4 brokers at once"),
    "downgrade": ({"kafkaVersion": "3.8.x"}, "cannot downgrade a cluster from 3.9.x to 3.8.x"),
}


@pytest.mark.parametrize(("changes", "message"), INVALID_CLUSTER_CHANGES.values(), ids=INVALID_CLUSTER_CHANGES)
def test_msk_rejects_invalid_changes(aws, changes, message):
    defaults = {"clusterName": "k", "kafkaVersion": "3.9.x", "numberOfBrokerNodes": 6}
    group = create_security_group(aws)
    id_, outputs = aws.create(CLUSTER, cluster(group, **defaults))
    with pytest.raises(RejectedError, match=message):
        aws.update(CLUSTER, id_, outputs, cluster(group, **defaults | changes))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("3.9.x.kraft", "3.9.x", "cannot downgrade a cluster from 3.9.x.kraft to 3.9.x"),
        ("3.8.x", "3.8.x.kraft", "cannot migrate a cluster of version 3.8.x from ZooKeeper"),
    ],
)
def test_msk_rejects_unsupported_changes_of_the_metadata_mode(aws, old, new, message):
    group = create_security_group(aws)
    id_, outputs = aws.create(CLUSTER, cluster(group, clusterName="k", kafkaVersion=old))
    with pytest.raises(RejectedError, match=message):
        aws.update(CLUSTER, id_, outputs, cluster(group, clusterName="k", kafkaVersion=new))


def test_resources_in_use_cannot_be_deleted(aws):
    group, outputs = aws.create(SECURITY_GROUP, {"vpcId": VPC})
    aws.create(CLUSTER, cluster(group))
    with pytest.raises(RejectedError, match=f"DependencyViolation: {group} is in use by arn:aws:kafka"):
        aws.delete(SECURITY_GROUP, group, outputs)


INVALID_TASKS = {
    "size": ({"memory": "3072"}, "no Fargate configuration exists for 256 CPU units and 3072 MiB"),
    "network": ({"networkMode": "bridge"}, "awsvpc"),
    "sum of memory": ({"container": {"memory": 1024}}, "the containers require more memory"),
    "stop timeout": ({"container": {"stopTimeout": 300}}, "at most 120 seconds"),
    "secrets": ({"container": {"secrets": [{"name": "A", "valueFrom": "x"}]}}, "require an execution role"),
    "duplicate variable": (
        {
            "executionRoleArn": "arn:aws:iam::123456789012:role/r",
            "container": {"secrets": [{"name": "A"}], "environment": [{"name": "A"}]},
        },
        r"\['A'\] are set in both secrets and environment",
    ),
    "not essential": ({"container": {"essential": False}}, "at least one container must be essential"),
}


@pytest.mark.parametrize(("changes", "message"), INVALID_TASKS.values(), ids=INVALID_TASKS)
def test_ecs_rejects_invalid_task_definitions(aws, changes, message):
    with pytest.raises(RejectedError, match=message):
        aws.create(TASK_DEFINITION, task_definition(**changes))


def test_revisions_of_a_family_coexist(aws):
    first_id, first = aws.create(TASK_DEFINITION, task_definition())
    _, second = aws.create(TASK_DEFINITION, task_definition(memory="1024"))
    assert (first["revision"], second["revision"]) == (1, 2)
    aws.delete(TASK_DEFINITION, first_id, first)
    remaining = [resource.outputs["arn"] for resource in aws.provider.cloud.all(TASK_DEFINITION)]
    assert remaining == [second["arn"]]


@pytest.mark.parametrize(
    ("inputs", "message"),
    [
        ({"deploymentMinimumHealthyPercent": 100, "deploymentMaximumPercent": 100}, "no room for a deployment"),
        (
            {
                "deploymentMinimumHealthyPercent": 0,
                "deploymentMaximumPercent": 100,
                "availabilityZoneRebalancing": "ENABLED",
            },
            "Availability Zone rebalancing requires",
        ),
        ({"healthCheckGracePeriodSeconds": 60}, "requires a load balancer"),
    ],
)
def test_ecs_rejects_invalid_services(aws, inputs, message):
    with pytest.raises(RejectedError, match=message):
        aws.create(SERVICE, {"desiredCount": 1, **inputs})


@pytest.fixture
def scram(aws):
    """Returns a function that creates the secret of a SCRAM user and associates it with a cluster."""
    key = aws.create(KEY, {"policy": json.dumps(ROOT_POLICY)})[1]["arn"]
    arn = aws.create(CLUSTER, cluster(create_security_group(aws)))[0]

    def associate(user="a", *, value=None, policy=True, **changes):
        defaults = {"name": f"AmazonMSK_{user}", "kmsKeyId": key, **changes}
        secret = aws.create(SECRET, {k: v for k, v in defaults.items() if v}, user)[1]["arn"]
        text = json.dumps({"username": "orders", "password": "p"}) if value is None else value
        aws.create(SECRET_VERSION, {"secretId": secret, "secretString": RevealedSecret(text)}, user)
        if policy:
            aws.create(SECRET_POLICY, {"secretArn": secret, "policy": "{}"}, user)
        return aws.create(ASSOCIATION, {"clusterArn": arn, "secretArn": secret}, user)

    return associate


INVALID_SECRETS = {
    "name": ({"name": "orders"}, "must begin with AmazonMSK_"),
    "default key": ({"kmsKeyId": None}, "customer managed key"),
    "alias": ({"kmsKeyId": "alias/orders"}, "given by its ARN"),
    "plain text": ({"value": "orders"}, "must be JSON with username and password"),
    "no policy": ({"policy": False}, "does not allow kafka.amazonaws.com"),
}


@pytest.mark.parametrize(("changes", "message"), INVALID_SECRETS.values(), ids=INVALID_SECRETS)
def test_msk_rejects_invalid_secrets(scram, changes, message):
    with pytest.raises(RejectedError, match=message):
        scram(**changes)


def test_a_username_cannot_be_associated_twice(scram):
    scram("a")
    with pytest.raises(RejectedError, match="already has the user orders"):
        scram("b")


def test_a_deleted_secret_reserves_its_name(aws):
    id_, outputs = aws.create(SECRET, {"name": "orders"})
    aws.delete(SECRET, id_, outputs)
    with pytest.raises(RejectedError, match="scheduled for deletion"):
        aws.create(SECRET, {"name": "orders"}, "another")


def test_a_deleted_secret_without_recovery_frees_its_name(aws):
    id_, outputs = aws.create(SECRET, {"name": "orders", "recoveryWindowInDays": 0})
    aws.delete(SECRET, id_, outputs)
    assert aws.create(SECRET, {"name": "orders"}, "another")


@pytest.mark.parametrize(
    ("inputs", "message"),
    [
        ({"cidrIpv4": "10.0.0.0/8", "cidrIpv6": "::/0"}, "InvalidParameterCombination"),
        ({}, "InvalidParameterCombination"),
        ({"cidrIpv4": "10.0.0.0/8", "fromPort": 9096, "toPort": 9000}, "invalid port range"),
    ],
)
def test_ec2_rejects_invalid_rules(aws, inputs, message):
    defaults = {"securityGroupId": create_security_group(aws), "ipProtocol": "tcp", "fromPort": 9096, "toPort": 9096}
    with pytest.raises(RejectedError, match=message):
        aws.create(INGRESS_RULE, {**defaults, **inputs})


def test_duplicate_rules_are_rejected(aws):
    group = create_security_group(aws)
    rule = {"securityGroupId": group, "ipProtocol": "tcp", "fromPort": 1, "toPort": 2, "cidrIpv4": "10.0.0.0/8"}
    aws.create(INGRESS_RULE, rule)
    with pytest.raises(RejectedError, match="InvalidPermission.Duplicate"):
        aws.create(INGRESS_RULE, rule, "another")


def test_a_description_with_an_apostrophe_is_rejected(aws):
    with pytest.raises(RejectedError, match="invalid characters in the description"):
        aws.create(SECURITY_GROUP, {"vpcId": VPC, "description": "Orders' clients"})


def test_a_key_policy_must_allow_the_account_to_administer_the_key(aws):
    with pytest.raises(RejectedError, match="MalformedPolicyDocumentException"):
        aws.create(KEY, {"policy": json.dumps({"Statement": []})})


def test_the_key_of_a_log_group_must_allow_cloudwatch_logs(aws):
    key = aws.create(KEY, {"policy": json.dumps(ROOT_POLICY)})[1]["arn"]
    with pytest.raises(RejectedError, match="does not allow CloudWatch Logs"):
        aws.create(LOG_GROUP, {"kmsKeyId": key})


@pytest.mark.parametrize(
    ("type_", "old", "new", "replaced"),
    [
        (CLUSTER, {"tags": {"a": "b"}}, {"tags": {"a": "c"}}, []),
        (CLUSTER, {"kafkaVersion": "3.9.x"}, {"kafkaVersion": "4.0.x"}, []),
        (CLUSTER, {"kafkaVersion": "3.9.x"}, {"kafkaVersion": "3.8.x"}, []),
        (CLUSTER, {"kafkaVersion": "3.6.0"}, {"kafkaVersion": "3.5.1"}, ["kafkaVersion"]),
        (CLUSTER, {"kafkaVersion": "3.5.1"}, {"kafkaVersion": "3.6.0"}, []),
        (
            CLUSTER,
            {"brokerNodeGroupInfo": {"securityGroups": ["a"], "instanceType": "x"}},
            {"brokerNodeGroupInfo": {"securityGroups": ["b"], "instanceType": "y"}},
            ["brokerNodeGroupInfo.securityGroups[0]"],
        ),
        (CONFIGURATION, {"serverProperties": "a=1"}, {"serverProperties": "a=2"}, []),
        (CONFIGURATION, {"kafkaVersions": ["3.8.x"]}, {"kafkaVersions": ["3.9.x"]}, ["kafkaVersions[0]"]),
        (
            SECRET_VERSION,
            {"secretString": RevealedSecret("a")},
            {"secretString": RevealedSecret("b")},
            ["secretString"],
        ),
        (ASSOCIATION, {"clusterArn": "a"}, {"clusterArn": UNKNOWN}, ["clusterArn"]),
        (TASK_DEFINITION, {"cpu": "256", "tags": {}}, {"cpu": "512", "tags": {"a": "b"}}, ["cpu"]),
        (INGRESS_RULE, {"toPort": 1}, {"toPort": 2}, []),
    ],
)
def test_replacements(aws, type_, old, new, replaced):
    assert aws.replaces(type_, old, new)[0] == replaced


def test_resources_with_a_fixed_name_are_deleted_before_replacement(aws):
    assert aws.replaces(CONFIGURATION, {"name": "a", "kafkaVersions": []}, {"name": "a", "kafkaVersions": ["3"]})[1]
    generated = {"name": "a", "__defaults": ["name"]}
    assert not aws.replaces(CONFIGURATION, {**generated, "kafkaVersions": []}, {**generated, "kafkaVersions": ["3"]})[1]


def test_generated_names_are_kept(aws):
    generated = aws.check(SECURITY_GROUP, {"vpcId": VPC})
    assert generated["name"].startswith("thing-")
    assert aws.check(SECURITY_GROUP, {"vpcId": VPC, "description": "d"}, generated)["name"] == generated["name"]


def test_ids_are_unknown_in_a_preview(aws):
    id_, outputs = aws.create(KEY, {"description": "d"}, preview=True)
    assert id_ == ""
    assert outputs["arn"] is UNKNOWN
    assert outputs["description"] == "d"
    assert not aws.provider.cloud.all(KEY)


def test_functions_reject_unknown_arguments(aws):
    with pytest.raises(RejectedError, match="subnetId is not an argument"):
        aws.call("aws:ec2/getSubnet:getSubnet", subnetId=SUBNETS[0])
    with pytest.raises(RejectedError, match="not found, or not emulated"):
        aws.call("aws:ec2/getSubnet:getSubnet", id="subnet-" + "0" * 17)


def test_existing_subnets_are_found(aws):
    subnets = [aws.call("aws:ec2/getSubnet:getSubnet", id=subnet_id) for subnet_id in SUBNETS]
    assert {subnet["vpcId"] for subnet in subnets} == {VPC}
    assert [subnet["availabilityZoneId"] for subnet in subnets] == ["euw1-az1", "euw1-az2"]


def test_secret_inputs_are_secret_outputs(aws, random):
    id_, key = aws.create(KEY, {"description": RevealedSecret("d")})
    assert key["description"] == RevealedSecret("d")
    assert aws.provider.read_resource(KEY, id_, {}, key)[0]["description"] == RevealedSecret("d")
    _, password = random.create(RANDOM_PASSWORD, {"length": 20, "special": False})
    assert isinstance(password["result"], RevealedSecret)
    assert len(password["result"].value) == 20
    assert password["result"].value.isalnum()


def test_a_changed_password_is_a_replacement(random):
    assert random.replaces(RANDOM_PASSWORD, {"keepers": {"version": "1"}}, {"keepers": {"version": "2"}})[0] == [
        "keepers.version"
    ]


def test_a_resource_is_not_found_by_the_arn_of_its_parent(aws):
    id_, _ = aws.create(CLUSTER, cluster(create_security_group(aws)))
    target = {
        "resourceId": id_,
        "minCapacity": 1,
        "maxCapacity": 400,
        "scalableDimension": "kafka:broker-storage:VolumeSize",
        "serviceNamespace": "kafka",
    }
    assert aws.create("aws:appautoscaling/target:Target", target)[0] == id_
    assert aws.provider.cloud.find(id_).type == CLUSTER
    assert len(aws.call("aws:msk/getBrokerNodes:getBrokerNodes", clusterArn=id_)["nodeInfoLists"]) == 2


EXISTING = "existing"
"""Placeholder of the ID or ARN of a resource that the test creates first."""

LOAD_BALANCER = {"subnets": SUBNETS, "internal": True}
TARGET_GROUP = {
    "port": 80,
    "protocol": "HTTP",
    "vpcId": VPC,
    "targetType": "ip",
    "healthCheck": {"interval": 15, "timeout": 5},
}
FIXED_RESPONSE = {"type": "fixed-response", "fixedResponse": {"contentType": "text/plain", "statusCode": "403"}}
HTTPS = {"port": 443, "protocol": "HTTPS", "certificateArn": "arn:aws:acm:eu-west-1:123456789012:certificate/c"}
METRIC = {"metricName": "m", "namespace": "n", "period": 60, "statistic": "Sum", "threshold": 1}
THRESHOLD_EXCEEDED = {"comparisonOperator": "GreaterThanThreshold", "evaluationPeriods": 3}
ROLE_POLICY = {"role": "r", "policy": {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}}
VALID = {
    "aws:lb/loadBalancer:LoadBalancer": LOAD_BALANCER,
    "aws:lb/targetGroup:TargetGroup": TARGET_GROUP,
    "aws:lb/listener:Listener": {"loadBalancerArn": EXISTING, "defaultActions": [FIXED_RESPONSE], **HTTPS},
    "aws:lb/listenerRule:ListenerRule": {
        "listenerArn": EXISTING,
        "priority": 1,
        "actions": [FIXED_RESPONSE],
        "conditions": [],
    },
    "aws:ec2/vpc:Vpc": {"cidrBlock": "10.40.0.0/20"},
    "aws:ec2/subnet:Subnet": {"vpcId": EXISTING, "cidrBlock": "10.40.1.0/24"},
    "aws:cloudwatch/metricAlarm:MetricAlarm": METRIC | THRESHOLD_EXCEEDED,
    "aws:iam/rolePolicy:RolePolicy": ROLE_POLICY,
    "aws:msk/topic:Topic": {"clusterArn": EXISTING, "name": "orders", "partitionCount": 12, "replicationFactor": 2},
}
PREREQUISITES = {
    "loadBalancerArn": ("aws:lb/loadBalancer:LoadBalancer", LOAD_BALANCER),
    "vpcId": ("aws:ec2/vpc:Vpc", {"cidrBlock": "10.40.0.0/20"}),
}
INVALID = [
    ("aws:lb/loadBalancer:LoadBalancer", {"subnets": SUBNETS[:1]}, "At least two subnets"),
    ("aws:lb/loadBalancer:LoadBalancer", {"subnets": [SUBNETS[0]] * 2}, "At least two subnets"),
    ("aws:lb/loadBalancer:LoadBalancer", {"idleTimeout": 99999}, "must be 1 to 4000"),
    ("aws:lb/loadBalancer:LoadBalancer", {"name": "internal-orders"}, "is not a valid name of a load balancer"),
    ("aws:lb/loadBalancer:LoadBalancer", {"loadBalancerType": "classic"}, "loadBalancerType must be one of"),
    ("aws:lb/targetGroup:TargetGroup", {"healthCheck": {"interval": 5, "timeout": 6}}, "greater than the timeout"),
    (
        "aws:lb/targetGroup:TargetGroup",
        {"healthCheck": {"interval": 1}},
        "healthCheck.interval must be between 5 and 300",
    ),
    ("aws:lb/targetGroup:TargetGroup", {"port": None}, "port must be specified"),
    ("aws:lb/listener:Listener", {"certificateArn": None}, "at least one certificate"),
    ("aws:lb/listener:Listener", {"defaultActions": [{"type": "fixed-response"}]}, "requires fixedResponse"),
    ("aws:lb/listener:Listener", {"defaultActions": [{"type": "answer"}]}, "unknown action type answer"),
    ("aws:lb/listener:Listener", {"defaultActions": [FIXED_RESPONSE, FIXED_RESPONSE]}, "exactly one action must be"),
    ("aws:lb/listenerRule:ListenerRule", {"priority": 0}, "priority must be between 1 and 50000"),
    ("aws:lb/listenerRule:ListenerRule", {"actions": [{"type": "redirect"}]}, "requires redirect"),
    ("aws:ec2/vpc:Vpc", {"cidrBlock": "10.0.0.0/8"}, "must be 16 to 28"),
    ("aws:ec2/subnet:Subnet", {"cidrBlock": "10.40.1.0/29"}, "must be 16 to 28"),
    ("aws:ec2/subnet:Subnet", {"cidrBlock": "10.41.1.0/24"}, "is not within 10.40.0.0/20"),
    ("aws:cloudwatch/metricAlarm:MetricAlarm", {"comparisonOperator": "Bigger"}, "comparisonOperator must be one of"),
    ("aws:cloudwatch/metricAlarm:MetricAlarm", {"evaluationPeriods": 0}, "evaluationPeriods must be between 1 and"),
    ("aws:cloudwatch/metricAlarm:MetricAlarm", {"datapointsToAlarm": 4}, "datapointsToAlarm must be at most"),
    ("aws:cloudwatch/metricAlarm:MetricAlarm", {"period": 90}, "not a multiple of 60"),
    ("aws:cloudwatch/metricAlarm:MetricAlarm", {"metricName": None}, "requires a metric"),
    ("aws:iam/rolePolicy:RolePolicy", {"policy": {"Effect": "Maybe", "Action": "*"}}, "got Maybe"),
    ("aws:iam/rolePolicy:RolePolicy", {"policy": {"Effect": "Allow"}}, "either Action or NotAction"),
    (
        "aws:iam/rolePolicy:RolePolicy",
        {"policy": {"Effect": "Allow", "Action": "*", "When": 1}},
        r"unknown elements of a statement: \['When'\]",
    ),
    ("aws:msk/topic:Topic", {"replicationFactor": 3}, "replication factor of 3 requires more brokers"),
    ("aws:msk/topic:Topic", {"name": "a b"}, "is not a valid topic name"),
]


@pytest.fixture
def create(aws):
    """Returns a function that creates a resource of a type with changes, after the resources that it refers to."""
    ids = {}

    def existing_id(key):
        if key not in ids:
            type_, inputs = PREREQUISITES.get(key, (CLUSTER, None))
            ids[key] = aws.create(type_, inputs or cluster(create_security_group(aws)))[0]
        return ids[key]

    def create(type_, changes, name="thing"):
        inputs = {key: value for key, value in (VALID[type_] | changes).items() if value is not None}
        if inputs.get("listenerArn") == EXISTING:
            inputs["listenerArn"] = ids.get("listenerArn") or ids.setdefault(
                "listenerArn", create("aws:lb/listener:Listener", {})[0]
            )
        inputs = {key: existing_id(key) if value == EXISTING else value for key, value in inputs.items()}
        if isinstance(inputs.get("policy"), dict):
            inputs["policy"] = json.dumps({"Version": "2012-10-17", "Statement": [inputs["policy"]]})
        return aws.create(type_, inputs, name)

    return create


@pytest.mark.parametrize("type_", VALID)
def test_valid_resources_are_created(create, type_):
    assert create(type_, {})[0]


@pytest.mark.parametrize(("type_", "changes", "message"), INVALID)
def test_aws_rejects_invalid_resources(create, type_, changes, message):
    with pytest.raises(RejectedError, match=message):
        create(type_, changes)


@pytest.mark.parametrize(
    ("type_", "message"),
    [
        ("aws:lb/listener:Listener", "already has a listener on port 443"),
        ("aws:lb/listenerRule:ListenerRule", "priority 1 is already used"),
        ("aws:ec2/subnet:Subnet", "conflicts with subnet-"),
        ("aws:msk/topic:Topic", "already has a topic orders"),
    ],
)
def test_aws_rejects_duplicates(create, type_, message):
    create(type_, {})
    with pytest.raises(RejectedError, match=message):
        create(type_, {}, "another")
