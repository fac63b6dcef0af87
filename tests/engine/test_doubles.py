"""What the doubles refuse, replace and hide, so that a stack's success on them means something. No engine is needed here."""

import json

import grpc
import pytest
from doubles import wire
from doubles.aws_provider import CLOUD, AwsProvider
from doubles.random_provider import RandomProvider
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


class RefusedError(Exception):
    """What the engine would be told."""


class Context:
    """The server's end of a call."""

    def abort(self, code: grpc.StatusCode, message: str) -> None:
        raise RefusedError(message)


class Driver:
    """Drives a double as the engine does."""

    def __init__(self, provider) -> None:
        self.provider = provider

    def check(self, type_, inputs, olds=None, name="thing"):
        """The checked inputs, or a refusal."""
        request = provider_pb2.CheckRequest(
            urn=f"urn:pulumi:s::p::{type_}::{name}",
            news=wire.write(inputs),
            olds=wire.write(olds or {}),
            randomSeed=name.encode(),
        )
        response = self.provider.Check(request, Context())
        if response.failures:
            raise RefusedError("; ".join(failure.reason for failure in response.failures))
        return wire.read(response.inputs)

    def create(self, type_, inputs, name="thing", *, preview=False):
        """The ID and the outputs of a new resource, or a refusal."""
        urn = f"urn:pulumi:s::p::{type_}::{name}"
        checked = self.check(type_, inputs, name=name)
        request = provider_pb2.CreateRequest(urn=urn, properties=wire.write(checked), preview=preview)
        response = self.provider.Create(request, Context())
        return response.id, wire.read(response.properties)

    def update(self, type_, id_, olds, inputs, name="thing"):
        """The outputs after an update in place, or a refusal."""
        urn = f"urn:pulumi:s::p::{type_}::{name}"
        request = provider_pb2.UpdateRequest(urn=urn, id=id_, olds=wire.write(olds), news=wire.write(inputs))
        return wire.read(self.provider.Update(request, Context()).properties)

    def delete(self, type_, id_, olds, name="thing"):
        """Delete, or be refused."""
        urn = f"urn:pulumi:s::p::{type_}::{name}"
        self.provider.Delete(provider_pb2.DeleteRequest(urn=urn, id=id_, properties=wire.write(olds)), Context())

    def replaces(self, type_, old, new):
        """The paths whose change makes a new resource, and whether the old one goes first."""
        urn = f"urn:pulumi:s::p::{type_}::thing"
        request = provider_pb2.DiffRequest(urn=urn, old_inputs=wire.write(old), news=wire.write(new))
        response = self.provider.Diff(request, Context())
        return sorted(response.replaces), response.deleteBeforeReplace

    def call(self, token, **args):
        """What a function answers."""
        request = provider_pb2.InvokeRequest(tok=token, args=wire.write(args))
        response = self.provider.Invoke(request, Context())
        if response.failures:
            raise RefusedError("; ".join(failure.reason for failure in response.failures))
        return wire.read(getattr(response, "return"))


@pytest.fixture
def aws(tmp_path, monkeypatch):
    """AWS, with a VPC of two subnets that was there before."""
    monkeypatch.setenv(CLOUD, str(tmp_path))
    provider = AwsProvider()
    provider.cloud.settle({"aws:region": "eu-west-1", "p:vpcId": VPC, "p:subnetIds": json.dumps(SUBNETS)})
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
    """The storage of brokers with a throughput."""
    given = {"enabled": True, "volumeThroughput": mebibytes}
    return {"storageInfo": {"ebsStorageInfo": {"volumeSize": 100, "provisionedThroughput": given}}}


def task(**changes):
    """The inputs of a small task definition."""
    container = {"name": "app", "image": "app", **changes.pop("container", {})}
    given = {"family": "app", "requiresCompatibilities": ["FARGATE"], "networkMode": "awsvpc", "cpu": "256"}
    return {**given, "memory": "512", "containerDefinitions": json.dumps([container]), **changes}


def made_group(aws):
    """The ID of a security group."""
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
def test_refused_in_a_preview(aws, type_, inputs, why):
    with pytest.raises(RefusedError, match=why):
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
def test_clusters_that_msk_refuses(aws, changes, why):
    group = made_group(aws)
    with pytest.raises(RefusedError, match=why):
        aws.create(CLUSTER, cluster(group, **changes))


def test_a_large_broker_takes_provisioned_throughput(aws):
    assert aws.create(CLUSTER, cluster(made_group(aws), nodes={"instanceType": "kafka.m7g.2xlarge", **throughput(300)}))


def test_a_cluster_has_the_endpoints_of_its_listeners(aws):
    id_, outputs = aws.create(CLUSTER, cluster(made_group(aws)))
    assert outputs["arn"] == id_
    assert outputs["bootstrapBrokersSaslScram"].count(":9096") == 2
    assert outputs["bootstrapBrokersSaslIam"] == outputs["bootstrapBrokersTls"] == ""
    nodes = aws.call("aws:msk/getBrokerNodes:getBrokerNodes", clusterArn=id_)["nodeInfoLists"]
    assert [node["clientSubnet"] for node in nodes] == SUBNETS


def test_a_way_to_a_cluster_has_endpoints_once_it_is_open(aws):
    group = made_group(aws)
    id_, outputs = aws.create(CLUSTER, cluster(group, clusterName="k"))
    assert outputs["bootstrapBrokersPublicSaslScram"] == outputs["bootstrapBrokersSaslScramIpv6"] == ""
    opened = {"publicAccess": {"type": "SERVICE_PROVIDED_EIPS"}, "networkType": "DUAL"}
    outputs = aws.update(CLUSTER, id_, outputs, cluster(group, clusterName="k", nodes={"connectivityInfo": opened}))
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
def test_changes_that_msk_refuses(aws, changes, why):
    given = {"clusterName": "k", "kafkaVersion": "3.9.x", "numberOfBrokerNodes": 6}
    group = made_group(aws)
    id_, outputs = aws.create(CLUSTER, cluster(group, **given))
    with pytest.raises(RefusedError, match=why):
        aws.update(CLUSTER, id_, outputs, cluster(group, **given | changes))


@pytest.mark.parametrize(
    ("was", "new", "why"),
    [
        ("3.9.x.kraft", "3.9.x", "a cluster of 3.9.x.kraft cannot become one of 3.9.x"),
        ("3.8.x", "3.8.x.kraft", "a cluster of 3.8.x cannot leave ZooKeeper"),
    ],
)
def test_where_a_cluster_keeps_its_metadata(aws, was, new, why):
    group = made_group(aws)
    id_, outputs = aws.create(CLUSTER, cluster(group, clusterName="k", kafkaVersion=was))
    with pytest.raises(RefusedError, match=why):
        aws.update(CLUSTER, id_, outputs, cluster(group, clusterName="k", kafkaVersion=new))


def test_what_is_in_use_is_not_deleted(aws):
    group, outputs = aws.create(GROUP, {"vpcId": VPC})
    aws.create(CLUSTER, cluster(group))
    with pytest.raises(RefusedError, match=f"DependencyViolation: {group} is in use by arn:aws:kafka"):
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
def test_task_definitions_that_ecs_refuses(aws, changes, why):
    with pytest.raises(RefusedError, match=why):
        aws.create(TASK, task(**changes))


def test_revisions_of_a_family_stand_side_by_side(aws):
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
def test_services_that_ecs_refuses(aws, inputs, why):
    with pytest.raises(RefusedError, match=why):
        aws.create(SERVICE, {"desiredCount": 1, **inputs})


@pytest.fixture
def scram(aws):
    """Makes a secret of a user, with changes, and associates it."""
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
def test_secrets_that_msk_refuses(scram, changes, why):
    with pytest.raises(RefusedError, match=why):
        scram(**changes)


def test_a_user_is_associated_once(scram):
    scram("a")
    with pytest.raises(RefusedError, match="has a user {'orders'} already"):
        scram("b")


def test_a_deleted_secret_keeps_its_name_for_a_while(aws):
    id_, outputs = aws.create(SECRET, {"name": "orders"})
    aws.delete(SECRET, id_, outputs)
    with pytest.raises(RefusedError, match="scheduled for deletion"):
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
def test_rules_that_ec2_refuses(aws, inputs, why):
    given = {"securityGroupId": made_group(aws), "ipProtocol": "tcp", "fromPort": 9096, "toPort": 9096}
    with pytest.raises(RefusedError, match=why):
        aws.create(RULE, {**given, **inputs})


def test_a_rule_stands_once_in_a_group(aws):
    group = made_group(aws)
    rule = {"securityGroupId": group, "ipProtocol": "tcp", "fromPort": 1, "toPort": 2, "cidrIpv4": "10.0.0.0/8"}
    aws.create(RULE, rule)
    with pytest.raises(RefusedError, match="InvalidPermission.Duplicate"):
        aws.create(RULE, rule, "another")


def test_a_description_has_no_apostrophe(aws):
    with pytest.raises(RefusedError, match="invalid characters in the description"):
        aws.create(GROUP, {"vpcId": VPC, "description": "Orders' clients"})


def test_a_key_policy_leaves_the_account_in_charge(aws):
    with pytest.raises(RefusedError, match="MalformedPolicyDocumentException"):
        aws.create(KEY, {"policy": json.dumps({"Statement": []})})


def test_a_log_group_needs_a_key_that_lets_it(aws):
    key = aws.create(KEY, {"policy": json.dumps(ROOT_POLICY)})[1]["arn"]
    with pytest.raises(RefusedError, match="does not let CloudWatch Logs use the key"):
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
def test_what_is_replaced(aws, type_, old, new, replaced):
    assert aws.replaces(type_, old, new)[0] == replaced


def test_a_name_of_ones_own_makes_the_old_one_go_first(aws):
    assert aws.replaces(CONFIGURATION, {"name": "a", "kafkaVersions": []}, {"name": "a", "kafkaVersions": ["3"]})[1]
    chosen = {"name": "a", "__defaults": ["name"]}
    assert not aws.replaces(CONFIGURATION, {**chosen, "kafkaVersions": []}, {**chosen, "kafkaVersions": ["3"]})[1]


def test_a_name_that_was_chosen_stays(aws):
    chosen = aws.check(GROUP, {"vpcId": VPC})
    assert chosen["name"].startswith("thing-")
    assert aws.check(GROUP, {"vpcId": VPC, "description": "d"}, chosen)["name"] == chosen["name"]


def test_a_preview_knows_no_ids(aws):
    id_, outputs = aws.create(KEY, {"description": "d"}, preview=True)
    assert id_ == ""
    assert outputs["arn"] is UNKNOWN
    assert outputs["description"] == "d"
    assert not aws.provider.cloud.all(KEY)


def test_a_function_refuses_what_it_does_not_take(aws):
    with pytest.raises(RefusedError, match="subnetId is not an argument"):
        aws.call("aws:ec2/getSubnet:getSubnet", subnetId=SUBNETS[0])
    with pytest.raises(RefusedError, match="nothing of that kind"):
        aws.call("aws:ec2/getSubnet:getSubnet", id="subnet-" + "0" * 17)


def test_a_subnet_that_was_there_before_is_known(aws):
    found = [aws.call("aws:ec2/getSubnet:getSubnet", id=each) for each in SUBNETS]
    assert {each["vpcId"] for each in found} == {VPC}
    assert [each["availabilityZoneId"] for each in found] == ["euw1-az1", "euw1-az2"]


def test_secrets_stay_secret(aws, random):
    id_, key = aws.create(KEY, {"description": RevealedSecret("d")})
    assert key["description"] == RevealedSecret("d")
    assert aws.provider.look(KEY, id_, {}, key)[0]["description"] == RevealedSecret("d")
    _, password = random.create(PASSWORD, {"length": 20, "special": False})
    assert isinstance(password["result"], RevealedSecret)
    assert len(password["result"].value) == 20
    assert password["result"].value.isalnum()


def test_a_password_is_never_changed_in_place(random):
    assert random.replaces(PASSWORD, {"keepers": {"version": "1"}}, {"keepers": {"version": "2"}})[0] == [
        "keepers.version"
    ]


def test_a_thing_is_not_taken_for_what_it_belongs_to(aws):
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
    """Makes a thing of a type with changes, and what it refers to before."""
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
def test_what_is_right_is_made(make, type_):
    assert make(type_, {})[0]


@pytest.mark.parametrize(("type_", "changes", "why"), BAD)
def test_what_aws_refuses(make, type_, changes, why):
    with pytest.raises(RefusedError, match=why):
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
def test_what_is_there_only_once(make, type_, why):
    make(type_, {})
    with pytest.raises(RefusedError, match=why):
        make(type_, {}, "another")
