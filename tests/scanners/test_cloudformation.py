"""CloudFormation templates of plans, and misconfigurations that cfn-guard finds in them."""

import json

import pulumi_aws as aws
import pytest
from cloudformation import logical_id, pascal, template
from conftest import write_templates
from scanners import cfn_guard, rules

from moorings.preview.program import StackContext, run

CONTEXT = StackContext("moorings", "example")


def resources(program):
    return template(run(program, CONTEXT, known=True))["Resources"]


def scan(program, tmp_path):
    return cfn_guard(write_templates({"example": run(program, CONTEXT, known=True)}, tmp_path))


def test_keys_are_converted_to_pascal_case():
    inputs = {"kmsKeyId": "a", "deep": [{"toPort": 1}], "tags": {"costCenter": "one"}}
    properties = {"KmsKeyId": "a", "Deep": [{"ToPort": 1}], "Tags": [{"Key": "costCenter", "Value": "one"}]}
    assert pascal(inputs) == properties


def test_logical_ids_are_alphanumeric():
    assert logical_id("kafka-data_key") == "KafkaDataKey"


def cluster(*, public="DISABLED", in_cluster=True):
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
        encryption_info={"encryption_in_transit": {"client_broker": "TLS", "in_cluster": in_cluster}},
    )


def test_msk_cluster():
    resource = resources(cluster())["C"]
    assert resource["Type"] == "AWS::MSK::Cluster"
    assert resource["Properties"]["ClientAuthentication"] == {
        "Sasl": {"Iam": {"Enabled": True}, "Scram": {"Enabled": False}},
        "Unauthenticated": {"Enabled": False},
    }
    assert resource["Properties"]["BrokerNodeGroupInfo"]["ConnectivityInfo"] == {"PublicAccess": {"Type": "DISABLED"}}


def task(*, public=False, logs=True, **container):
    def program():
        definition = {
            "name": "app",
            "image": "app",
            "memory": 512,
            "user": "1000",
            "readonlyRootFilesystem": True,
            **container,
        }
        if logs:
            definition["logConfiguration"] = {"logDriver": "awslogs"}
        aws.ecs.Cluster("cluster", settings=[{"name": "containerInsights", "value": "enabled"}])
        task_definition = aws.ecs.TaskDefinition(
            "task", family="task", network_mode="awsvpc", container_definitions=json.dumps([definition])
        )
        aws.ecs.Service(
            "service",
            launch_type="FARGATE",
            task_definition=task_definition.arn,
            network_configuration={"subnets": ["subnet-1"], "assign_public_ip": public},
        )

    return program


def load_balancer(**changed):
    def program():
        arguments = {
            "enable_deletion_protection": True,
            "drop_invalid_header_fields": True,
            "desync_mitigation_mode": "defensive",
        }
        aws.lb.LoadBalancer("lb", **{**arguments, "access_logs": {"enabled": True, "bucket": "logs"}, **changed})

    return program


def listener(**changed):
    def program():
        arguments = {"load_balancer_arn": "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/a/1"}
        redirect = [{"type": "redirect", "redirect": {"protocol": "HTTPS", "port": "443", "status_code": "HTTP_301"}}]
        aws.lb.LoadBalancer("lb", enable_deletion_protection=True)
        aws.lb.Listener("l", **{**arguments, "port": 80, "protocol": "HTTP", "default_actions": redirect, **changed})

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
    ("program", "rule", "resource"),
    [
        (cluster(in_cluster=False), "CT.MSK.PR.1", "C"),
        (cluster(public="SERVICE_PROVIDED_EIPS"), "CT.MSK.PR.2", "C"),
        (task(privileged=True), "CT.ECS.PR.11", "Task"),
        (task(user="root"), "CT.ECS.PR.3", "Task"),
        (task(readonlyRootFilesystem=False), "CT.ECS.PR.6", "Task"),
        (task(logs=False), "CT.ECS.PR.5", "Task"),
        (task(environment=[{"name": "AWS_SECRET_ACCESS_KEY", "value": "a"}]), "CT.ECS.PR.12", "Task"),
        (task(public=True), "CT.ECS.PR.9", "Service"),
        (load_balancer(enable_deletion_protection=False), "CT.ELASTICLOADBALANCING.PR.5", "Lb"),
        (load_balancer(drop_invalid_header_fields=False), "CT.ELASTICLOADBALANCING.PR.4", "Lb"),
        (load_balancer(access_logs={"enabled": False, "bucket": "logs"}), "CT.ELASTICLOADBALANCING.PR.6", "Lb"),
        (listener(default_actions=[{"type": "forward"}]), "CT.ELASTICLOADBALANCING.PR.1", "L"),
        (listener(port=443, protocol="HTTPS"), "CT.ELASTICLOADBALANCING.PR.2", "L"),
        (key(enable_key_rotation=False), "CT.KMS.PR.1", "K"),
        (key(), "CT.KMS.PR.3", "K"),
    ],
)
def test_misconfigurations_are_found(program, rule, resource, tmp_path):
    assert (rule, f"example {resource}") in {(finding.rule, finding.location) for finding in scan(program, tmp_path)}


@pytest.mark.parametrize("program", [cluster(), task(), load_balancer()], ids=["cluster", "task", "load balancer"])
def test_valid_configurations_have_no_findings(program, tmp_path):
    assert rules(scan(program, tmp_path)) == set()
