"""Terraform plans of Pulumi plans, and misconfigurations that checkov finds in them."""

import json

import pulumi
import pulumi_aws as aws
import pytest
from conftest import write_plans
from scanners import checkov, rules
from terraform import address, argument, plan_document, snake, type_name

from moorings.preview.program import StackContext, run

CONTEXT = StackContext("moorings", "example")


@pytest.mark.parametrize(
    ("pulumi_name", "terraform_name"),
    [
        ("kmsKeyArn", "kms_key_arn"),
        ("cidrIpv4", "cidr_ipv4"),
        ("enableResourceNameDnsARecordOnLaunch", "enable_resource_name_dns_a_record_on_launch"),
        ("tags", "tags"),
    ],
)
def test_names_are_converted_to_snake_case(pulumi_name, terraform_name):
    assert snake(pulumi_name) == terraform_name


@pytest.mark.parametrize(
    ("token", "type_"),
    [
        ("aws:msk/cluster:Cluster", "aws_msk_cluster"),
        ("aws:ec2/securityGroup:SecurityGroup", "aws_security_group"),
        ("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "aws_vpc_security_group_ingress_rule"),
        ("aws:lb/loadBalancer:LoadBalancer", "aws_lb"),
        ("aws:lb/targetGroup:TargetGroup", "aws_lb_target_group"),
        ("aws:servicediscovery/service:Service", "aws_service_discovery_service"),
        ("aws:s3/bucketV2:BucketV2", "aws_s3_bucket"),
    ],
)
def test_type_names(token, type_):
    assert type_name(token) == type_


@pytest.mark.parametrize(
    ("type_", "key", "value", "name"),
    [
        ("aws_lb_listener", "defaultActions", [{}], "default_action"),
        ("aws_lb", "subnets", ["subnet-1"], "subnets"),
        ("aws_ecs_service", "capacityProviderStrategies", [{}], "capacity_provider_strategy"),
        ("aws_ecs_service", "placementConstraints", [{}], "placement_constraints"),
        ("aws_route53_record", "aliases", [{}], "alias"),
        ("aws_security_group", "ingress", [{}], "ingress"),
        ("aws_nat_gateway", "availabilityZoneAddresses", [{}], "availability_zone_address"),
        ("aws_iam_role", "inlinePolicy", [{}], "inline_policy"),
        ("aws_cloudwatch_metric_alarm", "name", "a", "alarm_name"),
    ],
)
def test_argument_names(type_, key, value, name):
    assert argument(type_, key, value) == name


def test_plan_document():
    def program():
        key = aws.kms.Key("the-key", tags={"costCenter": "one"})
        aws.lb.Listener(
            "l",
            load_balancer_arn=aws.sns.get_topic_output(name="never").arn,
            default_actions=[{"type": "forward", "forward": {"target_groups": [{"arn": key.arn}]}}],
        )

    document = plan_document(run(program, CONTEXT, known=True))
    key, listener = document["planned_values"]["root_module"]["resources"]
    assert (key["address"], key["values"]) == ("aws_kms_key.the_key", {"tags": {"costCenter": "one"}})
    arn = listener["values"]["default_action"][0]["forward"][0]["target_group"][0]["arn"]
    assert arn.startswith("arn:aws:kms:")
    assert listener["values"]["load_balancer_arn"] == "unknown-until-applied"
    (_, configured) = document["configuration"]["root_module"]["resources"]
    assert "aws_kms_key.the_key.id" in configured["expressions"]["default_action"]["references"]


def test_a_plan_document_contains_all_aws_resources(plans):
    for plan in plans.values():
        addresses = {
            address(resource) for resource in plan.resources if resource.custom and resource.type.startswith("aws:")
        }
        assert {change["address"] for change in plan_document(plan)["resource_changes"]} == addresses


def insecure():
    aws.kms.Key("key")
    aws.cloudwatch.LogGroup("log", retention_in_days=1)
    group = aws.ec2.SecurityGroup(
        "group", ingress=[{"protocol": "tcp", "from_port": 22, "to_port": 22, "cidr_blocks": ["0.0.0.0/0"]}]
    )
    aws.iam.Policy(
        "star",
        policy=json.dumps(
            {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
        ),
    )
    aws.msk.Cluster(
        "msk",
        kafka_version="3.9.x",
        number_of_broker_nodes=2,
        broker_node_group_info={
            "instance_type": "kafka.m7g.large",
            "client_subnets": ["subnet-1", "subnet-2"],
            "security_groups": [group.id],
            "connectivity_info": {"public_access": {"type": "SERVICE_PROVIDED_EIPS"}},
        },
        encryption_info={"encryption_in_transit": {"client_broker": "PLAINTEXT", "in_cluster": False}},
    )
    balancer = aws.lb.LoadBalancer("lb", load_balancer_type="application", internal=False)
    aws.lb.Listener(
        "http", load_balancer_arn=balancer.arn, port=80, protocol="HTTP", default_actions=[{"type": "forward"}]
    )
    definitions = json.dumps([{"name": "app", "image": "app", "readonlyRootFilesystem": False}])
    aws.ecs.TaskDefinition("task", family="task", container_definitions=definitions)
    aws.ecs.Cluster("cluster", settings=[{"name": "containerInsights", "value": "disabled"}])
    aws.secretsmanager.Secret("secret")


def secure():
    policy = json.dumps({
        "Version": "2012-10-17",
        "Statement": [{
            "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::123456789012:root"}, "Action": "kms:DescribeKey", "Resource": "*"
        }],
    })  # fmt: skip
    key = aws.kms.Key("key", enable_key_rotation=True, policy=policy)
    aws.cloudwatch.LogGroup("log", retention_in_days=365, kms_key_id=key.arn)


def attached():
    used = aws.ec2.SecurityGroup("used", description="used")
    aws.ec2.SecurityGroup("unused", description="unused")
    aws.ec2.NetworkInterface("eni", subnet_id="subnet-1", security_groups=pulumi.Output.all(used.id))


@pytest.fixture(scope="module")
def findings(tmp_path_factory):
    """The findings of one checkov run over all these programs."""
    plans = {program.__name__: run(program, CONTEXT, known=True) for program in (insecure, secure, attached)}
    return checkov("terraform_plan", write_plans(plans, tmp_path_factory.mktemp("example")))


def test_misconfigurations_are_found(findings):
    assert rules(finding for finding in findings if finding.location.startswith("insecure ")) >= {
        "CKV_AWS_7",  # key rotation off
        "CKV_AWS_158",  # unencrypted logs
        "CKV_AWS_338",  # short log retention
        "CKV_AWS_24",  # SSH open to the internet
        "CKV_AWS_62",  # a policy that allows everything
        "CKV_AWS_80",  # a cluster without logs
        "CKV_AWS_81",  # a cluster without encryption in transit
        "CKV_AWS_291",  # a cluster with public access
        "CKV_AWS_2",  # a listener without TLS
        "CKV_AWS_91",  # a load balancer without access logs
        "CKV_AWS_150",  # a load balancer without deletion protection
        "CKV_AWS_336",  # a writable root file system
        "CKV_AWS_65",  # an ECS cluster without Container Insights
        "CKV_AWS_149",  # a secret without a customer managed key
    }


def test_valid_configurations_have_no_findings(findings):
    assert [finding for finding in findings if finding.location.startswith("secure ")] == []


def test_references_between_resources_are_rendered(findings):
    """Checkov reports a security group without a network interface, but not one with an interface."""
    assert [
        finding.location
        for finding in findings
        if finding.rule == "CKV2_AWS_5" and finding.location.startswith("attached ")
    ] == ["attached aws_security_group.unused"]


def test_an_unreadable_file_is_an_error(tmp_path):
    (tmp_path / "example.json").write_text("no plan")
    with pytest.raises(ValueError, match="checkov"):
        checkov("terraform_plan", tmp_path)
