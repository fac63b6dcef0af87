"""An ECS service on Fargate that runs exactly one task."""

import pulumi
import pytest

from moorings import FargateSingleton, FargateSingletonArgs, InvalidInput
from moorings.preview.simulated_aws import SIMULATED_TYPES

CLUSTER = "arn:aws:ecs:eu-west-1:123456789012:cluster/tools"
ROOT = "urn:pulumi:test::moorings::moorings:index:FargateSingleton"


def test_created_resources(create):
    assert create().urns == [
        f"{ROOT}$aws:cloudwatch/logGroup:LogGroup::orders-log-group",
        f"{ROOT}$aws:cloudwatch/metricAlarm:MetricAlarm::orders-memory",
        f"{ROOT}$aws:cloudwatch/metricAlarm:MetricAlarm::orders-none-running",
        f"{ROOT}$aws:ec2/securityGroup:SecurityGroup::orders-security-group",
        f"{ROOT}$aws:ecs/cluster:Cluster::orders-cluster",
        f"{ROOT}$aws:ecs/service:Service::orders-service",
        f"{ROOT}$aws:ecs/taskDefinition:TaskDefinition::orders-task",
        f"{ROOT}$aws:iam/role:Role::orders-execution-role",
        f"{ROOT}$aws:iam/role:Role::orders-task-role",
        f"{ROOT}$aws:iam/rolePolicy:RolePolicy::orders-execution-policy",
        f"{ROOT}$aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule::orders-out-https",
        f"{ROOT}$moorings:index:EncryptionKey$aws:kms/alias:Alias::orders-logs-alias",
        f"{ROOT}$moorings:index:EncryptionKey$aws:kms/key:Key::orders-logs-key",
        f"{ROOT}$moorings:index:EncryptionKey::orders-logs",
        f"{ROOT}::orders",
    ]


def test_preview_creates_the_same_resources(create):
    assert create(preview=True).urns == create().urns


def test_service_runs_a_single_task(create):
    plan = create()
    service = plan["orders-service"]
    assert service.delete_before_replace
    assert service.inputs == {
        "cluster": service.inputs["cluster"],
        "taskDefinition": service.inputs["taskDefinition"],
        "desiredCount": 1,
        "deploymentMinimumHealthyPercent": 0,
        "deploymentMaximumPercent": 100,
        "deploymentConfiguration": {"strategy": "ROLLING"},
        "deploymentController": {"type": "ECS"},
        "deploymentCircuitBreaker": {"enable": True, "rollback": True},
        "availabilityZoneRebalancing": "DISABLED",
        "waitForSteadyState": True,
        "sigintRollback": True,
        "launchType": "FARGATE",
        "platformVersion": "LATEST",
        "networkConfiguration": {
            "subnets": service.inputs["networkConfiguration"]["subnets"],
            "securityGroups": [plan["orders-security-group"].id],
            "assignPublicIp": False,
        },
        "enableExecuteCommand": False,
        "enableEcsManagedTags": True,
        "propagateTags": "SERVICE",
        "tags": {},
    }
    for property_, role in (("cluster", "orders-cluster"), ("taskDefinition", "orders-task")):
        assert plan[role].urn in service.property_dependencies[property_]


def test_existing_cluster(create):
    plan = create(cluster_arn=CLUSTER)
    assert not plan.all("aws:ecs/cluster:Cluster")
    assert plan["orders-service"].inputs["cluster"] == CLUSTER
    assert plan["orders-memory"].inputs["dimensions"]["ClusterName"] == "tools"


def test_created_cluster_has_container_insights(create):
    assert create()["orders-cluster"].inputs["settings"] == [{"name": "containerInsights", "value": "enabled"}]


def test_service_connect(create):
    namespace = "arn:aws:servicediscovery:eu-west-1:123456789012:namespace/ns-0b92d7f4a1e63c508"
    plan = create(port=3000, service_connect={"namespace_arn": namespace, "dns_name": "orders"})
    assert plan["orders-service"].inputs["serviceConnectConfiguration"] == {
        "enabled": True,
        "namespace": namespace,
        "services": [{"portName": "app", "clientAlias": [{"dnsName": "orders", "port": 3000}]}],
    }


# Deployment


def test_downtime_is_logged(create):
    ((severity, message, urn),) = create(stop_timeout_seconds=10, image_pull_seconds=60, startup_seconds=30).log
    assert (severity, urn) == ("info", f"{ROOT}::orders")
    assert message.startswith(
        "a deployment causes downtime of up to 2 min 20 s (10 s stop, 60 s image pull, 30 s startup"
    )


@pytest.mark.parametrize(
    ("args", "seconds"),
    [
        ({}, 30 + 90 + 120 + 40),
        ({"health_check": {"command": ["true"], "interval_seconds": 20}}, 30 + 90 + 120 + 20),
    ],
)
def test_health_checks_are_part_of_the_downtime(create, args, seconds):
    minutes, rest = divmod(seconds, 60)
    assert f"downtime of up to {minutes} min {f'{rest} s' if rest else ''}".strip() in create(**args).log[0][1]


def test_timeouts_exceed_the_rollback(create):
    assert create()["orders-service"].custom_timeouts == {"create": "25m", "update": "25m", "delete": "25m"}
    assert create(startup_seconds=600)["orders-service"].custom_timeouts["update"] == "73m"


def transform_service(**changes):
    def transform(args):
        if args.type_ == "aws:ecs/service:Service":
            return pulumi.ResourceTransformationResult(args.props | changes, args.opts)
        return None

    return pulumi.ResourceOptions(transformations=[transform])


def test_transforms_of_other_properties_are_allowed(deploy, required_args):
    assert deploy(lambda: FargateSingleton("orders", required_args, transform_service(enable_ecs_managed_tags=False)))


def test_update_fails_after_a_rollback(deploy, required_args, rejected, monkeypatch):
    definition = "arn:aws:ecs:eu-west-1:123456789012:task-definition/orders"
    revision = (f"{definition}:8", {"arn": f"{definition}:8"})
    monkeypatch.setitem(SIMULATED_TYPES, "aws:ecs/taskDefinition:TaskDefinition", lambda *_: revision)
    assert deploy(lambda: FargateSingleton("orders", required_args))
    with rejected("ecs-deployment-rolled-back", ""):
        deploy(lambda: FargateSingleton("orders", required_args, transform_service(task_definition=f"{definition}:7")))


# Outputs


@pytest.mark.parametrize(
    ("name", "balanced"), [("internal-tools", False), ("internals", True), ("my-internal-a", True), ("x" * 20, True)]
)
def test_allowed_names(create, load_balancer, name, balanced):
    assert create(name=name, port=3000, load_balancer=load_balancer if balanced else None)[f"{name}-service"]


MAX_LENGTHS = {
    "cloudwatch.EventRule": 64,
    "iam.Role": 64,
    "iam.RolePolicy": 128,
    "lb.LoadBalancer": 32,
    "lb.TargetGroup": 32,
    "s3.Bucket": 63,
    "scheduler.Schedule": 64,
    "sfn.StateMachine": 80,
}
SUFFIX = len("-1a2b3c4")


@pytest.mark.parametrize("name", ["x" * 21, "orders-of-all-regions-and-products", "x" * 200])
def test_names_of_children_are_shortened(create, load_balancer, name):
    plan = create(
        name=name,
        port=3000,
        load_balancer=load_balancer,
        secrets={"A": {"secret_arn": "arn:aws:secretsmanager:eu-west-1:123456789012:secret:orders-a1B2c3"}},
        redeploy_on_secret_rotation=True,
        pause_schedule={"pause": "cron(0 20 ? * MON-FRI *)", "resume": "cron(0 7 ? * MON-FRI *)"},
        alarm_topic_arns=["arn:aws:sns:eu-west-1:123456789012:on-call"],
    )
    assert {resource.kind for resource in plan.resources} >= MAX_LENGTHS.keys()
    for resource in plan.resources:
        assert len(resource.name) + SUFFIX <= MAX_LENGTHS.get(resource.kind, 255), resource.name
    other = create(name=f"{name[:-1]}y", port=3000, load_balancer=load_balancer)
    assert not {resource.name for resource in other.all("aws:lb/loadBalancer:LoadBalancer")} & {
        resource.name for resource in plan.resources
    }


def test_reserved_load_balancer_name_is_rejected(create, load_balancer, rejected):
    with rejected("ecs-reserved-name", "name"):
        create(name="internal-tools", port=3000, load_balancer=load_balancer)


def test_outputs(deploy, required_args, load_balancer):
    components = []

    def program():
        orders = FargateSingleton(
            "orders",
            required_args | {"port": 3000, "secret_environment": {"A": "x"}}
            | {"load_balancer": load_balancer | {"domain_name": "orders.example.com"}},
        )  # fmt: skip
        components.append(orders)
        pulumi.export("url", orders.url)
        pulumi.export("group", orders.security_group_id)
        pulumi.export("secret", orders.secret_arn)

    plan = deploy(program)
    assert plan.outputs["url"] == "https://orders.example.com"
    assert plan.outputs["group"] == plan["orders-security-group"].id
    assert plan.outputs["secret"].startswith("arn:aws:secretsmanager:")
    assert components[0].downtime_seconds == 285


def test_outputs_of_optional_resources_are_none(deploy, required_args):
    components = []
    deploy(lambda: components.append(FargateSingleton("orders", FargateSingletonArgs(**required_args))))
    (orders,) = components
    assert (orders.url, orders.load_balancer_arn, orders.secret_arn) == (None, None, None)


def test_all_resources_that_support_tags_are_tagged(create, load_balancer):
    plan = create(
        tags={"team": "data"},
        port=3000,
        client_cidrs={"vpn": "10.80.0.0/16"},
        load_balancer=load_balancer,
        secrets={"A": {"secret_arn": "arn:aws:secretsmanager:eu-west-1:123456789012:secret:orders-a1B2c3"}},
        secret_environment={"B": "x"},
        redeploy_on_secret_rotation=True,
        alarm_topic_arns=["arn:aws:sns:eu-west-1:123456789012:on-call"],
    )
    untagged = {resource.kind for resource in plan.resources if "team" not in resource.inputs.get("tags", {})}
    assert untagged == {
        "EncryptionKey", "FargateSingleton", "cloudwatch.EventTarget", "iam.RolePolicy", "kms.Alias",
        "s3.BucketLifecycleConfiguration", "s3.BucketPolicy", "s3.BucketPublicAccessBlock",
        "s3.BucketServerSideEncryptionConfiguration", "secretsmanager.SecretVersion",
    }  # fmt: skip


def test_protection_can_be_turned_off(create):
    assert {resource.name for resource in create(secret_environment={"A": "x"}).resources if resource.protect} == {
        "orders-key-key", "orders-log-group", "orders-secret",
    }  # fmt: skip
    assert not any(resource.protect for resource in create(secret_environment={"A": "x"}, protect=False).resources)


# Subnets


@pytest.fixture
def deploy_in_zones(deploy, required_args, load_balancer):
    """Deploy a singleton in subnets of the given zones."""

    def deploy_in(*zones, balanced=False, **args):
        def program():
            from pulumi_aws import ec2

            vpc = ec2.Vpc("vpc", cidr_block="10.80.0.0/16")
            subnets = [
                ec2.Subnet(f"s{number}", vpc_id=vpc.id, cidr_block=f"10.80.{number}.0/24", availability_zone=zone).id
                for number, zone in enumerate(zones)
            ]
            balancer = {"port": 3000, "load_balancer": load_balancer} if balanced else {}
            FargateSingleton("orders", {**required_args, "vpc_id": vpc.id, "subnet_ids": subnets} | balancer | args)

        return deploy(program)

    return deploy_in


def test_subnets_in_several_zones(deploy_in_zones):
    plan = deploy_in_zones("eu-west-1a", "eu-west-1b")
    assert plan["orders-service"].inputs["networkConfiguration"]["subnets"] == [plan["s0"].id, plan["s1"].id]


def test_subnets_in_one_zone(deploy_in_zones, rejected, required_args):
    for zones in (["eu-west-1a"], ["eu-west-1a", "eu-west-1a"]):
        with rejected("ecs-single-zone", "subnet_ids"):
            deploy_in_zones(*zones)
        acknowledge = required_args["acknowledge"] | {"ecs-single-zone": "development"}
        assert deploy_in_zones(*zones, acknowledge=acknowledge)["orders-service"]


def test_subnets_of_a_load_balancer(deploy_in_zones, rejected):
    assert deploy_in_zones("eu-west-1a", "eu-west-1b", balanced=True, acknowledge={})["orders-alb"]
    for zones in (["eu-west-1a"], ["eu-west-1a", "eu-west-1b", "eu-west-1a"]):
        with rejected("ecs-load-balancer-zones", "subnet_ids"):
            deploy_in_zones(*zones, balanced=True, acknowledge={})


def test_subnets_of_another_vpc(deploy_in_zones):
    with pytest.raises(InvalidInput, match="vpc-0d1c7a52e8b94f360"):
        deploy_in_zones("eu-west-1a", "eu-west-1b", vpc_id="vpc-0d1c7a52e8b94f360")


@pytest.mark.parametrize("name", ["x" * 201, "two words", "-orders", "1st", "orders_1"])
def test_invalid_names(create, rejected, name):
    with rejected("ecs-name", "name"):
        create(name=name)
