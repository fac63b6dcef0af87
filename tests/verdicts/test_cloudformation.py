"""The view of a plan that cfn-guard judges, and what it sees in it."""

import json

import pulumi_aws as aws
import pytest
from cloudformation import logical_id, pascal, template
from conftest import write_templates
from judges import cfn_guard, rules

from moorings.preview.program import StackContext, run

SETTING = StackContext("moorings", "planted")


def seen(program):
    return template(run(program, SETTING, known=True))["Resources"]


def judged(program, tmp_path):
    return cfn_guard(write_templates({"planted": run(program, SETTING, known=True)}, tmp_path))


def test_a_value_in_pascal_case():
    given = {"kmsKeyId": "a", "deep": [{"toPort": 1}], "tags": {"costCenter": "one"}}
    shown = {"KmsKeyId": "a", "Deep": [{"ToPort": 1}], "Tags": [{"Key": "costCenter", "Value": "one"}]}
    assert pascal(given) == shown


def test_a_name_as_an_identifier():
    assert logical_id("kafka-data_key") == "KafkaDataKey"


def cluster(*, public="DISABLED", inside=True):
    return lambda: aws.msk.Cluster(
        "c",
        kafka_version="3.9.x",
        number_of_broker_nodes=2,
        broker_node_group_info={
            "instance_type": "kafka.m7g.large",
            "client_subnets": ["subnet-1", "subnet-2"],
            "security_groups": ["sg-1"],
            "connectivity_info": {"public_access": {"type": public}},
        },
        client_authentication={"sasl": {"iam": True, "scram": False}, "unauthenticated": False},
        encryption_info={"encryption_in_transit": {"client_broker": "TLS", "in_cluster": inside}},
    )


def test_a_cluster_in_cloudformations_words():
    found = seen(cluster())["C"]
    assert found["Type"] == "AWS::MSK::Cluster"
    assert found["Properties"]["ClientAuthentication"] == {
        "Sasl": {"Iam": {"Enabled": True}, "Scram": {"Enabled": False}},
        "Unauthenticated": {"Enabled": False},
    }
    assert found["Properties"]["BrokerNodeGroupInfo"]["ConnectivityInfo"] == {"PublicAccess": {"Type": "DISABLED"}}


def task(*, public=False, logs=True, **container):
    def program():
        given = {
            "name": "app",
            "image": "app",
            "memory": 512,
            "user": "1000",
            "readonlyRootFilesystem": True,
            **container,
        }
        if logs:
            given["logConfiguration"] = {"logDriver": "awslogs"}
        aws.ecs.Cluster("cluster", settings=[{"name": "containerInsights", "value": "enabled"}])
        definition = aws.ecs.TaskDefinition(
            "task", family="task", network_mode="awsvpc", container_definitions=json.dumps([given])
        )
        aws.ecs.Service(
            "service",
            launch_type="FARGATE",
            task_definition=definition.arn,
            network_configuration={"subnets": ["subnet-1"], "assign_public_ip": public},
        )

    return program


def balancer(**changed):
    def program():
        given = {
            "enable_deletion_protection": True,
            "drop_invalid_header_fields": True,
            "desync_mitigation_mode": "defensive",
        }
        aws.lb.LoadBalancer("lb", **{**given, "access_logs": {"enabled": True, "bucket": "logs"}, **changed})

    return program


def listener(**changed):
    def program():
        given = {"load_balancer_arn": "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/a/1"}
        redirect = [{"type": "redirect", "redirect": {"protocol": "HTTPS", "port": "443", "status_code": "HTTP_301"}}]
        aws.lb.LoadBalancer("lb", enable_deletion_protection=True)
        aws.lb.Listener("l", **{**given, "port": 80, "protocol": "HTTP", "default_actions": redirect, **changed})

    return program


def key(**changed):
    policy = json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"AWS": "arn:aws:iam::123456789012:root"},
                    "Action": "kms:*",
                    "Resource": "*",
                }
            ],
        }
    )
    return lambda: aws.kms.Key("k", **{"policy": policy, "enable_key_rotation": True, **changed})


@pytest.mark.parametrize(
    ("program", "rule", "thing"),
    [
        (cluster(inside=False), "CT.MSK.PR.1", "C"),
        (cluster(public="SERVICE_PROVIDED_EIPS"), "CT.MSK.PR.2", "C"),
        (task(privileged=True), "CT.ECS.PR.11", "Task"),
        (task(user="root"), "CT.ECS.PR.3", "Task"),
        (task(readonlyRootFilesystem=False), "CT.ECS.PR.6", "Task"),
        (task(logs=False), "CT.ECS.PR.5", "Task"),
        (task(environment=[{"name": "AWS_SECRET_ACCESS_KEY", "value": "a"}]), "CT.ECS.PR.12", "Task"),
        (task(public=True), "CT.ECS.PR.9", "Service"),
        (balancer(enable_deletion_protection=False), "CT.ELASTICLOADBALANCING.PR.5", "Lb"),
        (balancer(drop_invalid_header_fields=False), "CT.ELASTICLOADBALANCING.PR.4", "Lb"),
        (balancer(access_logs={"enabled": False, "bucket": "logs"}), "CT.ELASTICLOADBALANCING.PR.6", "Lb"),
        (listener(default_actions=[{"type": "forward"}]), "CT.ELASTICLOADBALANCING.PR.1", "L"),
        (listener(port=443, protocol="HTTPS"), "CT.ELASTICLOADBALANCING.PR.2", "L"),
        (key(enable_key_rotation=False), "CT.KMS.PR.1", "K"),
        (key(), "CT.KMS.PR.3", "K"),
    ],
)
def test_planted_mistakes_are_found(program, rule, thing, tmp_path):
    assert (rule, f"planted {thing}") in {(each.rule, each.where) for each in judged(program, tmp_path)}


@pytest.mark.parametrize("program", [cluster(), task(), balancer()], ids=["cluster", "task", "balancer"])
def test_good_neighbours_are_not(program, tmp_path):
    assert rules(judged(program, tmp_path)) == set()
