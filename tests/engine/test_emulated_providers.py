"""The emulated providers reject, replace and hide what the real ones do. These tests need no engine."""

import json

import grpc
import pytest
from emulated_providers import property_encoding
from emulated_providers.aws_provider import CLOUD, AwsProvider
from emulated_providers.random_provider import RandomProvider
from pulumi.runtime.proto import provider_pb2

from moorings.preview.secret_masking import UNKNOWN, RevealedSecret

VPC, SUBNETS = "vpc-0d1c7a52e8b94f360", ["subnet-0a4e21f7c93d58b06", "subnet-05b8d3916ef27ac41"]

GROUP = "aws:ec2/securityGroup:SecurityGroup"
RULE = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
KEY = "aws:kms/key:Key"
CLUSTER = "aws:msk/cluster:Cluster"
CONFIGURATION = "aws:msk/configuration:Configuration"
SECRET = "aws:secretsmanager/secret:Secret"
VERSION = "aws:secretsmanager/secretVersion:SecretVersion"
POLICY = "aws:secretsmanager/secretPolicy:SecretPolicy"
ASSOCIATION = "aws:msk/singleScramSecretAssociation:SingleScramSecretAssociation"
LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup"
TASK = "aws:ecs/taskDefinition:TaskDefinition"
SERVICE = "aws:ecs/service:Service"
PASSWORD = "random:index/randomPassword:RandomPassword"

ROOT = {"AWS": "arn:aws:iam::123456789012:root"}
ROOT_POLICY = {"Statement": [{"Effect": "Allow", "Principal": ROOT, "Action": "kms:*", "Resource": "*"}]}


class RejectedError(Exception):
    """An error that the engine would receive."""


class Context:
    """The server side of a call."""

    def abort(self, code: grpc.StatusCode, message: str) -> None:
        raise RejectedError(message)


class Driver:
    """Calls an emulated provider as the engine does."""

    def __init__(self, provider) -> None:
        self.provider = provider

    def check(self, type_, inputs, olds=None, name="thing"):
        """The checked inputs, or an error."""
        request = provider_pb2.CheckRequest(
            urn=f"urn:pulumi:s::p::{type_}::{name}",
            news=property_encoding.write(inputs),
            olds=property_encoding.write(olds or {}),
            randomSeed=name.encode(),
        )
        response = self.provider.Check(request, Context())
        if response.failures:
            raise RejectedError("; ".join(failure.reason for failure in response.failures))
        return property_encoding.read(response.inputs)

    def create(self, type_, inputs, name="thing", *, preview=False):
        """The ID and the outputs of a new resource, or an error."""
        urn = f"urn:pulumi:s::p::{type_}::{name}"
        checked = self.check(type_, inputs, name=name)
        request = provider_pb2.CreateRequest(urn=urn, properties=property_encoding.write(checked), preview=preview)
        response = self.provider.Create(request, Context())
        return response.id, property_encoding.read(response.properties)

    def update(self, type_, id_, olds, inputs, name="thing"):
        """The outputs after an in-place update, or an error."""
        urn = f"urn:pulumi:s::p::{type_}::{name}"
        request = provider_pb2.UpdateRequest(
            urn=urn, id=id_, olds=property_encoding.write(olds), news=property_encoding.write(inputs)
        )
        return property_encoding.read(self.provider.Update(request, Context()).properties)

    def delete(self, type_, id_, olds, name="thing"):
        """Delete a resource, or raise an error."""
        urn = f"urn:pulumi:s::p::{type_}::{name}"
        self.provider.Delete(
            provider_pb2.DeleteRequest(urn=urn, id=id_, properties=property_encoding.write(olds)), Context()
        )

    def replaces(self, type_, old, new):
        """The paths whose change replaces the resource, and whether the old one is deleted first."""
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
    """AWS with an existing VPC of two subnets."""
    monkeypatch.setenv(CLOUD, str(tmp_path))
    provider = AwsProvider()
    provider.cloud.add_existing({"aws:region": "eu-west-1", "p:vpcId": VPC, "p:subnetIds": json.dumps(SUBNETS)})
    return Driver(provider)


@pytest.fixture
def random():
    """The random provider."""
    return Driver(RandomProvider())


def cluster(group, **changes):
    """The inputs of a small cluster."""
    nodes = {
        "instanceType": "kafka.m7g.large",
        "clientSubnets": SUBNETS,
        "securityGroups": [group],
        "storageInfo": {"ebsStorageInfo": {"volumeSize": 100}},
    }
    given = {
        "kafkaVersion": "3.9.x.kraft",
        "numberOfBrokerNodes": 2,
        "brokerNodeGroupInfo": {**nodes, **changes.pop("nodes", {})},
        "clientAuthentication": {"sasl": {"scram": True}},
    }
    return {**given, **changes}


def throughput(mebibytes):
    """The storage of brokers with provisioned throughput."""
    given = {"enabled": True, "volumeThroughput": mebibytes}
    return {"storageInfo": {"ebsStorageInfo": {"volumeSize": 100, "provisionedThroughput": given}}}


def task(**changes):
    """The inputs of a small task definition."""
    container = {"name": "app", "image": "app", **changes.pop("container", {})}
    given = {"family": "app", "requiresCompatibilities": ["FARGATE"], "networkMode": "awsvpc", "cpu": "256"}
    return {**given, "memory": "512", "containerDefinitions": json.dumps([container]), **changes}


def made_group(aws):
    """Create a security group and return its ID."""
    return aws.create(GROUP, {"vpcId": VPC})[0]


BEFORE_THE_SERVICE = {
    "unknown property": (GROUP, {"vpcID": VPC}, "vpcID is not a property; there are description, egress"),
    "missing property": (VERSION, {"secretString": "x"}, "secretId is required"),
    "unknown property inside": (CLUSTER, cluster("sg", nodes={"subnets": []}), r"brokerNodeGroupInfo.subnets is not"),
    "missing property inside": (CLUSTER, cluster("sg", nodes={"securityGroups": None}), r"securityGroups is required"),
    "wrong type": (LOG_GROUP, {"retentionInDays": "30"}, "retentionInDays must be int, not str"),
    "wrong type in a list": (CLUSTER, cluster("sg", nodes={"clientSubnets": [1]}), r"clientSubnets\[0\] must be str"),
    "wrong type in a map": (GROUP, {"tags": {"a": 1}}, "tags.a must be str, not int"),
    "unknown type": ("aws:msk/topics:Topics", {}, "pulumi_aws has no msk.Topics"),
    "retention": (LOG_GROUP, {"retentionInDays": 31}, "retentionInDays must be one of"),
    "recovery": (SECRET, {"recoveryWindowInDays": 3}, "recoveryWindowInDays must be one of"),
    "deletion window": (KEY, {"deletionWindowInDays": 3}, "must be 7 to 30, not 3"),
    "policy": (KEY, {"policy": "{"}, "policy holds no JSON"),
}


@pytest.mark.parametrize(("type_", "inputs", "why"), BEFORE_THE_SERVICE.values(), ids=BEFORE_THE_SERVICE)
def test_invalid_inputs_are_rejected_in_a_preview(aws, type_, inputs, why):
    with pytest.raises(RejectedError, match=why):
        aws.check(type_, inputs)


CLUSTERS = {
    "brokers": ({"numberOfBrokerNodes": 3}, "3 brokers are no multiple of 2"),
    "one subnet": ({"nodes": {"clientSubnets": SUBNETS[:1]}}, "1 client subnets"),
    "one zone": ({"nodes": {"clientSubnets": [SUBNETS[0]] * 2}}, "another availability zone"),
    "no such subnet": ({"nodes": {"clientSubnets": [*SUBNETS[:1], "subnet-" + "0" * 17]}}, "does not exist"),
    "no such group": ({"nodes": {"securityGroups": ["sg-" + "0" * 17]}}, "NotFound"),
    "volume": ({"nodes": {"storageInfo": {"ebsStorageInfo": {"volumeSize": 20000}}}}, "EBS volume size 20000"),
    "instance": ({"nodes": {"instanceType": "kafka.t2.nano"}}, "instance type kafka.t2.nano"),
    "throughput of a small one": ({"nodes": throughput(300)}, "kafka.m7g.large takes no provisioned throughput"),
    "throughput": ({"nodes": {"instanceType": "kafka.m7g.2xlarge", **throughput(9999)}}, "invalid throughput 9999"),
    "public": ({"nodes": {"connectivityInfo": {"publicAccess": {"type": "SERVICE_PROVIDED_EIPS"}}}}, "public access"),
    "version": ({"kafkaVersion": "99.9.9"}, "Kafka version 99.9.9"),
    "nobody": ({"clientAuthentication": {}}, "no client could log in"),
    "plaintext": (
        {"encryptionInfo": {"encryptionInTransit": {"clientBroker": "TLS_PLAINTEXT"}}},
        "SASL needs encryption",
    ),
    "long name": ({"clusterName": "k" * 65}, "1 to 64 characters"),
    "name": ({"clusterName": "a!!"}, "letters, digits and hyphens"),
}


@pytest.mark.parametrize(("changes", "why"), CLUSTERS.values(), ids=CLUSTERS)
def test_msk_rejects_invalid_clusters(aws, changes, why):
    group = made_group(aws)
    with pytest.raises(RejectedError, match=why):
        aws.create(CLUSTER, cluster(group, **changes))


def test_large_brokers_support_provisioned_throughput(aws):
    assert aws.create(CLUSTER, cluster(made_group(aws), nodes={"instanceType": "kafka.m7g.2xlarge", **throughput(300)}))


def test_a_cluster_has_bootstrap_strings_of_its_listeners(aws):
    id_, outputs = aws.create(CLUSTER, cluster(made_group(aws)))
    assert outputs["arn"] == id_
    assert outputs["bootstrapBrokersSaslScram"].count(":9096") == 2
    assert outputs["bootstrapBrokersSaslIam"] == outputs["bootstrapBrokersTls"] == ""
    nodes = aws.call("aws:msk/getBrokerNodes:getBrokerNodes", clusterArn=id_)["nodeInfoLists"]
    assert [node["clientSubnet"] for node in nodes] == SUBNETS


def test_routes_have_bootstrap_strings_after_they_are_enabled(aws):
    group = made_group(aws)
    id_, outputs = aws.create(CLUSTER, cluster(group, clusterName="k"))
    assert outputs["bootstrapBrokersPublicSaslScram"] == outputs["bootstrapBrokersSaslScramIpv6"] == ""
    decrypted = {"publicAccess": {"type": "SERVICE_PROVIDED_EIPS"}, "networkType": "DUAL"}
    outputs = aws.update(CLUSTER, id_, outputs, cluster(group, clusterName="k", nodes={"connectivityInfo": decrypted}))
    assert outputs["bootstrapBrokersPublicSaslScram"].count(":9196") == 2
    assert outputs["bootstrapBrokersSaslScramIpv6"].count(":20096") == 2
    assert outputs["bootstrapBrokersPublicSaslIam"] == outputs["bootstrapBrokersSaslIamIpv6"] == ""


CHANGES = {
    "smaller disks": ({"nodes": {"storageInfo": {"ebsStorageInfo": {"volumeSize": 50}}}}, "only grows, from 100 GiB"),
    "little larger disks": (
        {"nodes": {"storageInfo": {"ebsStorageInfo": {"volumeSize": 109}}}},
        "you must increase it by at least 10 GiB",
    ),
    "brokers": ({"numberOfBrokerNodes": 2}, "4 brokers are more than one in each zone"),
    "older": ({"kafkaVersion": "3.8.x"}, "a cluster of 3.9.x cannot become one of 3.8.x"),
}


@pytest.mark.parametrize(("changes", "why"), CHANGES.values(), ids=CHANGES)
def test_msk_rejects_invalid_changes(aws, changes, why):
    given = {"clusterName": "k", "kafkaVersion": "3.9.x", "numberOfBrokerNodes": 6}
    group = made_group(aws)
    id_, outputs = aws.create(CLUSTER, cluster(group, **given))
    with pytest.raises(RejectedError, match=why):
        aws.update(CLUSTER, id_, outputs, cluster(group, **given | changes))


@pytest.mark.parametrize(
    ("was", "new", "why"),
    [
        ("3.9.x.kraft", "3.9.x", "a cluster of 3.9.x.kraft cannot become one of 3.9.x"),
        ("3.8.x", "3.8.x.kraft", "a cluster of 3.8.x cannot leave ZooKeeper"),
    ],
)
def test_metadata_mode_of_a_cluster(aws, was, new, why):
    group = made_group(aws)
    id_, outputs = aws.create(CLUSTER, cluster(group, clusterName="k", kafkaVersion=was))
    with pytest.raises(RejectedError, match=why):
        aws.update(CLUSTER, id_, outputs, cluster(group, clusterName="k", kafkaVersion=new))


def test_resources_in_use_cannot_be_deleted(aws):
    group, outputs = aws.create(GROUP, {"vpcId": VPC})
    aws.create(CLUSTER, cluster(group))
    with pytest.raises(RejectedError, match=f"DependencyViolation: {group} is in use by arn:aws:kafka"):
        aws.delete(GROUP, group, outputs)


TASKS = {
    "size": ({"memory": "3072"}, "no Fargate configuration exists for 256 CPU units and 3072 MiB"),
    "network": ({"networkMode": "bridge"}, "awsvpc"),
    "sum": ({"container": {"memory": 1024}}, "the containers need more memory"),
    "stop": ({"container": {"stopTimeout": 300}}, "120 seconds at most"),
    "secrets": ({"container": {"secrets": [{"name": "A", "valueFrom": "x"}]}}, "need an execution role"),
    "twice": (
        {
            "executionRoleArn": "arn:aws:iam::123456789012:role/r",
            "container": {"secrets": [{"name": "A"}], "environment": [{"name": "A"}]},
        },
        r"\['A'\] stand among the secrets and in the environment",
    ),
    "not essential": ({"container": {"essential": False}}, "no container is essential"),
}


@pytest.mark.parametrize(("changes", "why"), TASKS.values(), ids=TASKS)
def test_ecs_rejects_invalid_task_definitions(aws, changes, why):
    with pytest.raises(RejectedError, match=why):
        aws.create(TASK, task(**changes))


def test_revisions_of_a_family_coexist(aws):
    first_id, first = aws.create(TASK, task())
    _, second = aws.create(TASK, task(memory="1024"))
    assert (first["revision"], second["revision"]) == (1, 2)
    aws.delete(TASK, first_id, first)
    left = [thing.outputs["arn"] for thing in aws.provider.cloud.all(TASK)]
    assert left == [second["arn"]]


@pytest.mark.parametrize(
    ("inputs", "why"),
    [
        ({"deploymentMinimumHealthyPercent": 100, "deploymentMaximumPercent": 100}, "no room for a deployment"),
        (
            {
                "deploymentMinimumHealthyPercent": 0,
                "deploymentMaximumPercent": 100,
                "availabilityZoneRebalancing": "ENABLED",
            },
            "rebalancing of zones",
        ),
        ({"healthCheckGracePeriodSeconds": 60}, "needs a load balancer"),
    ],
)
def test_ecs_rejects_invalid_services(aws, inputs, why):
    with pytest.raises(RejectedError, match=why):
        aws.create(SERVICE, {"desiredCount": 1, **inputs})


@pytest.fixture
def scram(aws):
    """Create the secret of a user, with changes, and associate it."""
    key = aws.create(KEY, {"policy": json.dumps(ROOT_POLICY)})[1]["arn"]
    arn = aws.create(CLUSTER, cluster(made_group(aws)))[0]

    def associate(user="a", *, value=None, policy=True, **changes):
        given = {"name": f"AmazonMSK_{user}", "kmsKeyId": key, **changes}
        secret = aws.create(SECRET, {k: v for k, v in given.items() if v}, user)[1]["arn"]
        text = json.dumps({"username": "orders", "password": "p"}) if value is None else value
        aws.create(VERSION, {"secretId": secret, "secretString": RevealedSecret(text)}, user)
        if policy:
            aws.create(POLICY, {"secretArn": secret, "policy": "{}"}, user)
        return aws.create(ASSOCIATION, {"clusterArn": arn, "secretArn": secret}, user)

    return associate


SECRETS = {
    "name": ({"name": "orders"}, "must begin with AmazonMSK_"),
    "default key": ({"kmsKeyId": None}, "customer managed key"),
    "alias": ({"kmsKeyId": "alias/orders"}, "not name it by an alias"),
    "no JSON": ({"value": "orders"}, "no JSON with username and password"),
    "no policy": ({"policy": False}, "does not let kafka.amazonaws.com"),
}


@pytest.mark.parametrize(("changes", "why"), SECRETS.values(), ids=SECRETS)
def test_msk_rejects_invalid_secrets(scram, changes, why):
    with pytest.raises(RejectedError, match=why):
        scram(**changes)


def test_a_user_is_associated_once(scram):
    scram("a")
    with pytest.raises(RejectedError, match="has a user {'orders'} already"):
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
    ("inputs", "why"),
    [
        ({"cidrIpv4": "10.0.0.0/8", "cidrIpv6": "::/0"}, "InvalidParameterCombination"),
        ({}, "InvalidParameterCombination"),
        ({"cidrIpv4": "10.0.0.0/8", "fromPort": 9096, "toPort": 9000}, "invalid range of ports"),
    ],
)
def test_ec2_rejects_invalid_rules(aws, inputs, why):
    given = {"securityGroupId": made_group(aws), "ipProtocol": "tcp", "fromPort": 9096, "toPort": 9096}
    with pytest.raises(RejectedError, match=why):
        aws.create(RULE, {**given, **inputs})


def test_duplicate_rules_are_rejected(aws):
    group = made_group(aws)
    rule = {"securityGroupId": group, "ipProtocol": "tcp", "fromPort": 1, "toPort": 2, "cidrIpv4": "10.0.0.0/8"}
    aws.create(RULE, rule)
    with pytest.raises(RejectedError, match="InvalidPermission.Duplicate"):
        aws.create(RULE, rule, "another")


def test_a_description_with_an_apostrophe_is_rejected(aws):
    with pytest.raises(RejectedError, match="invalid characters in the description"):
        aws.create(GROUP, {"vpcId": VPC, "description": "Orders' clients"})


def test_a_key_policy_must_let_the_account_administer_the_key(aws):
    with pytest.raises(RejectedError, match="MalformedPolicyDocumentException"):
        aws.create(KEY, {"policy": json.dumps({"Statement": []})})


def test_the_key_of_a_log_group_must_allow_cloudwatch_logs(aws):
    key = aws.create(KEY, {"policy": json.dumps(ROOT_POLICY)})[1]["arn"]
    with pytest.raises(RejectedError, match="does not let CloudWatch Logs use the key"):
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
        (VERSION, {"secretString": RevealedSecret("a")}, {"secretString": RevealedSecret("b")}, ["secretString"]),
        (ASSOCIATION, {"clusterArn": "a"}, {"clusterArn": UNKNOWN}, ["clusterArn"]),
        (TASK, {"cpu": "256", "tags": {}}, {"cpu": "512", "tags": {"a": "b"}}, ["cpu"]),
        (RULE, {"toPort": 1}, {"toPort": 2}, []),
    ],
)
def test_changes_that_replace(aws, type_, old, new, replaced):
    assert aws.replaces(type_, old, new)[0] == replaced


def test_resources_with_a_fixed_name_are_deleted_before_replacement(aws):
    assert aws.replaces(CONFIGURATION, {"name": "a", "kafkaVersions": []}, {"name": "a", "kafkaVersions": ["3"]})[1]
    chosen = {"name": "a", "__defaults": ["name"]}
    assert not aws.replaces(CONFIGURATION, {**chosen, "kafkaVersions": []}, {**chosen, "kafkaVersions": ["3"]})[1]


def test_generated_names_are_kept(aws):
    chosen = aws.check(GROUP, {"vpcId": VPC})
    assert chosen["name"].startswith("thing-")
    assert aws.check(GROUP, {"vpcId": VPC, "description": "d"}, chosen)["name"] == chosen["name"]


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
    found = [aws.call("aws:ec2/getSubnet:getSubnet", id=each) for each in SUBNETS]
    assert {each["vpcId"] for each in found} == {VPC}
    assert [each["availabilityZoneId"] for each in found] == ["euw1-az1", "euw1-az2"]


def test_secret_inputs_are_secret_outputs(aws, random):
    id_, key = aws.create(KEY, {"description": RevealedSecret("d")})
    assert key["description"] == RevealedSecret("d")
    assert aws.provider.read_resource(KEY, id_, {}, key)[0]["description"] == RevealedSecret("d")
    _, password = random.create(PASSWORD, {"length": 20, "special": False})
    assert isinstance(password["result"], RevealedSecret)
    assert len(password["result"].value) == 20
    assert password["result"].value.isalnum()


def test_a_changed_password_is_a_replacement(random):
    assert random.replaces(PASSWORD, {"keepers": {"version": "1"}}, {"keepers": {"version": "2"}})[0] == [
        "keepers.version"
    ]


def test_a_resource_is_not_found_by_the_arn_of_its_parent(aws):
    id_, _ = aws.create(CLUSTER, cluster(made_group(aws)))
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


BALANCER = {"subnets": SUBNETS, "internal": True}
TARGETS = {
    "port": 80,
    "protocol": "HTTP",
    "vpcId": VPC,
    "targetType": "ip",
    "healthCheck": {"interval": 15, "timeout": 5},
}
CLOSED = {"type": "fixed-response", "fixedResponse": {"contentType": "text/plain", "statusCode": "403"}}
HTTPS = {"port": 443, "protocol": "HTTPS", "certificateArn": "arn:aws:acm:eu-west-1:123456789012:certificate/c"}
CHECKED = {"metricName": "m", "namespace": "n", "period": 60, "statistic": "Sum", "threshold": 1}
RISING = {"comparisonOperator": "GreaterThanThreshold", "evaluationPeriods": 3}
POLICY_OF_A_ROLE = {"role": "r", "policy": {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}}
GOOD = {
    "aws:lb/loadBalancer:LoadBalancer": BALANCER,
    "aws:lb/targetGroup:TargetGroup": TARGETS,
    "aws:lb/listener:Listener": {"loadBalancerArn": "made", "defaultActions": [CLOSED], **HTTPS},
    "aws:lb/listenerRule:ListenerRule": {"listenerArn": "made", "priority": 1, "actions": [CLOSED], "conditions": []},
    "aws:ec2/vpc:Vpc": {"cidrBlock": "10.40.0.0/20"},
    "aws:ec2/subnet:Subnet": {"vpcId": "made", "cidrBlock": "10.40.1.0/24"},
    "aws:cloudwatch/metricAlarm:MetricAlarm": CHECKED | RISING,
    "aws:iam/rolePolicy:RolePolicy": POLICY_OF_A_ROLE,
    "aws:msk/topic:Topic": {"clusterArn": "made", "name": "orders", "partitionCount": 12, "replicationFactor": 2},
}
MADE_BEFORE = {
    "loadBalancerArn": ("aws:lb/loadBalancer:LoadBalancer", BALANCER),
    "vpcId": ("aws:ec2/vpc:Vpc", {"cidrBlock": "10.40.0.0/20"}),
}
BAD = [
    ("aws:lb/loadBalancer:LoadBalancer", {"subnets": SUBNETS[:1]}, "At least two subnets"),
    ("aws:lb/loadBalancer:LoadBalancer", {"subnets": [SUBNETS[0]] * 2}, "At least two subnets"),
    ("aws:lb/loadBalancer:LoadBalancer", {"idleTimeout": 99999}, "must be 1 to 4000"),
    ("aws:lb/loadBalancer:LoadBalancer", {"name": "internal-orders"}, "is no name of a load balancer"),
    ("aws:lb/loadBalancer:LoadBalancer", {"loadBalancerType": "classic"}, "loadBalancerType must be one of"),
    ("aws:lb/targetGroup:TargetGroup", {"healthCheck": {"interval": 5, "timeout": 6}}, "greater than the timeout"),
    ("aws:lb/targetGroup:TargetGroup", {"healthCheck": {"interval": 1}}, "healthCheck.interval must be 5 to 300"),
    ("aws:lb/targetGroup:TargetGroup", {"port": None}, "port must be specified"),
    ("aws:lb/listener:Listener", {"certificateArn": None}, "at least one certificate"),
    ("aws:lb/listener:Listener", {"defaultActions": [{"type": "fixed-response"}]}, "needs fixedResponse"),
    ("aws:lb/listener:Listener", {"defaultActions": [{"type": "answer"}]}, "there is no action answer"),
    ("aws:lb/listener:Listener", {"defaultActions": [CLOSED, CLOSED]}, "one action must be"),
    ("aws:lb/listenerRule:ListenerRule", {"priority": 0}, "priority must be 1 to 50000"),
    ("aws:lb/listenerRule:ListenerRule", {"actions": [{"type": "redirect"}]}, "needs redirect"),
    ("aws:ec2/vpc:Vpc", {"cidrBlock": "10.0.0.0/8"}, "no network of /16 to /28"),
    ("aws:ec2/subnet:Subnet", {"cidrBlock": "10.40.1.0/29"}, "no network of /16 to /28"),
    ("aws:ec2/subnet:Subnet", {"cidrBlock": "10.41.1.0/24"}, "is not within 10.40.0.0/20"),
    ("aws:cloudwatch/metricAlarm:MetricAlarm", {"comparisonOperator": "Bigger"}, "comparisonOperator must be one of"),
    ("aws:cloudwatch/metricAlarm:MetricAlarm", {"evaluationPeriods": 0}, "evaluationPeriods must be 1 to"),
    ("aws:cloudwatch/metricAlarm:MetricAlarm", {"datapointsToAlarm": 4}, "more datapoints to alarm"),
    ("aws:cloudwatch/metricAlarm:MetricAlarm", {"period": 90}, "no multiple of 60"),
    ("aws:cloudwatch/metricAlarm:MetricAlarm", {"metricName": None}, "needs a metric"),
    ("aws:iam/rolePolicy:RolePolicy", {"policy": {"Effect": "Maybe", "Action": "*"}}, "not Maybe"),
    ("aws:iam/rolePolicy:RolePolicy", {"policy": {"Effect": "Allow"}}, "either Action or NotAction"),
    ("aws:iam/rolePolicy:RolePolicy", {"policy": {"Effect": "Allow", "Action": "*", "When": 1}}, r"no \['When'\]"),
    ("aws:msk/topic:Topic", {"replicationFactor": 3}, "3 replicas on 2 brokers"),
    ("aws:msk/topic:Topic", {"name": "a b"}, "is no name of a topic"),
]


@pytest.fixture
def make(aws):
    """Create a resource of a type with changes, after the resources that it refers to."""
    made = {}

    def before(key):
        if key not in made:
            type_, inputs = MADE_BEFORE.get(key, (CLUSTER, None))
            made[key] = aws.create(type_, inputs or cluster(made_group(aws)))[0]
        return made[key]

    def make(type_, changes, name="thing"):
        inputs = {key: value for key, value in (GOOD[type_] | changes).items() if value is not None}
        if inputs.get("listenerArn") == "made":
            inputs["listenerArn"] = made.get("l") or made.setdefault("l", make("aws:lb/listener:Listener", {})[0])
        inputs = {key: before(key) if value == "made" else value for key, value in inputs.items()}
        if isinstance(inputs.get("policy"), dict):
            inputs["policy"] = json.dumps({"Version": "2012-10-17", "Statement": [inputs["policy"]]})
        return aws.create(type_, inputs, name)

    return make


@pytest.mark.parametrize("type_", GOOD)
def test_valid_resources_are_created(make, type_):
    assert make(type_, {})[0]


@pytest.mark.parametrize(("type_", "changes", "why"), BAD)
def test_aws_rejects_invalid_resources(make, type_, changes, why):
    with pytest.raises(RejectedError, match=why):
        make(type_, changes)


@pytest.mark.parametrize(
    ("type_", "why"),
    [
        ("aws:lb/listener:Listener", "a listener on port 443 already"),
        ("aws:lb/listenerRule:ListenerRule", "priority 1 is taken"),
        ("aws:ec2/subnet:Subnet", "conflicts with subnet-"),
        ("aws:msk/topic:Topic", "has a topic orders already"),
    ],
)
def test_aws_rejects_duplicates(make, type_, why):
    make(type_, {})
    with pytest.raises(RejectedError, match=why):
        make(type_, {}, "another")
