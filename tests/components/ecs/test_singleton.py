"""An ECS service on Fargate that runs exactly one task."""

import json

import pulumi
import pytest

from moorings import FargateSingleton, FargateSingletonArgs, InvalidInput, SingletonLoadBalancer
from moorings.preview.simulated_aws import SIMULATED_TYPES

SUBNETS = ["subnet-0a4e21f7c93d58b06", "subnet-05b8d3916ef27ac41"]
GROUP = "sg-0b92d7f4a1e63c508"
KEY = "arn:aws:kms:eu-west-1:123456789012:key/0d1c7a52-1b9a-4c58-9a54-3d1b9a4c58d1"
ALIAS = "arn:aws:kms:eu-west-1:123456789012:alias/orders"
NAMESPACE = "arn:aws:servicediscovery:eu-west-1:123456789012:namespace/ns-b92d7f4a1e63c508"
CLUSTER = "arn:aws:ecs:eu-west-1:123456789012:cluster/tools"
COMPONENT = "FargateSingleton 'orders'"
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


def test_default_task_definition(create):
    task = create()["orders-task"].inputs
    assert {key: task[key] for key in task if not key.endswith(("RoleArn", "Definitions"))} == {
        "family": "orders",
        "networkMode": "awsvpc",
        "requiresCompatibilities": ["FARGATE"],
        "cpu": "1024",
        "memory": "2048",
        "runtimePlatform": {"cpuArchitecture": "X86_64", "operatingSystemFamily": "LINUX"},
        "volumes": [],
        "skipDestroy": True,
        "tags": {},
    }


def test_execution_role_and_task_role(create):
    plan = create()
    task = plan["orders-task"]
    assert plan["orders-execution-role"].urn in task.property_dependencies["executionRoleArn"]
    assert plan["orders-task-role"].urn in task.property_dependencies["taskRoleArn"]


def test_task_size_and_architecture(create):
    task = create(
        cpu=lambda: pulumi.Output.from_input(256), memory_mib=512, cpu_architecture="ARM64", ephemeral_storage_gib=30
    )["orders-task"].inputs
    assert (task["cpu"], task["memory"]) == ("256", "512")
    assert task["runtimePlatform"]["cpuArchitecture"] == "ARM64"
    assert task["ephemeralStorage"] == {"sizeInGib": 30}


def test_log_group_is_encrypted_and_kept_for_a_year(create):
    plan = create()
    group = plan["orders-log-group"]
    assert group.protect
    assert group.inputs["retentionInDays"] == 365
    assert group.inputs["namePrefix"] == "/ecs/orders-"
    assert ":log-group:/ecs/orders-*" in plan["orders-logs-key"].inputs["policy"]


def test_created_key_serves_logs_and_secrets(create):
    plan = create(secret_environment={"A": "x"})
    assert [key.name for key in plan.all("aws:kms/key:Key")] == ["orders-key-key"]
    policy = plan["orders-key-key"].inputs["policy"]
    assert "secretsmanager.eu-west-1.amazonaws.com" in policy
    assert ":log-group:/ecs/orders-*" in policy
    assert plan["orders-key-key"].urn in plan["orders-log-group"].property_dependencies["kmsKeyId"]


@pytest.mark.parametrize(
    ("args", "keys"),
    [
        ({"log_kms_key_arn": KEY}, []),
        ({"kms_key_arn": KEY, "log_kms_key_arn": KEY, "secret_environment": {"A": "x"}}, []),
        ({"kms_key_arn": KEY, "secret_environment": {"A": "x"}}, ["orders-logs-key"]),
        ({"log_kms_key_arn": KEY, "secret_environment": {"A": "x"}}, ["orders-key-key"]),
    ],
)
def test_existing_keys(create, args, keys):
    plan = create(**args)
    assert [key.name for key in plan.all("aws:kms/key:Key")] == keys
    if "log_kms_key_arn" in args:
        assert plan["orders-log-group"].inputs["kmsKeyId"] == KEY


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
        "a deployment causes a downtime of up to 2 min 20 s (10 s stop, 60 s image pull, 30 s startup"
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


def test_update_fails_after_a_rollback(deploy, required_args, monkeypatch):
    definition = "arn:aws:ecs:eu-west-1:123456789012:task-definition/orders"
    revision = (f"{definition}:8", {"arn": f"{definition}:8"})
    monkeypatch.setitem(SIMULATED_TYPES, "aws:ecs/taskDefinition:TaskDefinition", lambda *_: revision)
    assert deploy(lambda: FargateSingleton("orders", required_args))
    with pytest.raises(InvalidInput) as rejected:
        deploy(lambda: FargateSingleton("orders", required_args, transform_service(task_definition=f"{definition}:7")))
    assert str(rejected.value) == (
        f"{COMPONENT}: ECS rolled the deployment of orders:8 back to orders:7; see the events of the service and the "
        "logs of the stopped tasks. The next update tries again"
    )


# Outputs


@pytest.mark.parametrize(
    ("name", "balanced"), [("internal-tools", False), ("internals", True), ("my-internal-a", True), ("x" * 20, True)]
)
def test_allowed_names(create, load_balancer, name, balanced):
    assert create(name=name, port=3000, load_balancer=load_balancer if balanced else None)[f"{name}-service"]


def test_reserved_load_balancer_name_is_rejected(create, load_balancer):
    with pytest.raises(InvalidInput) as rejected:
        create(name="internal-tools", port=3000, load_balancer=load_balancer)
    assert str(rejected.value) == (
        "FargateSingleton 'internal-tools': the name must not begin with internal-, which Elastic Load Balancing "
        "reserves; choose another name"
    )


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


@pytest.mark.parametrize(
    ("zones", "message"),
    [
        (["eu-west-1a", "eu-west-1b"], None),
        (
            ["eu-west-1a", "eu-west-1a"],
            "all subnets are in eu-west-1a, so an outage of that zone would stop the service; add a subnet in another Availability Zone",
        ),
    ],
)
def test_subnets_must_be_in_several_zones(deploy, required_args, zones, message):
    def program():
        from pulumi_aws import ec2

        vpc = ec2.Vpc("vpc", cidr_block="10.80.0.0/16")
        subnets = [
            ec2.Subnet(f"s{number}", vpc_id=vpc.id, cidr_block=f"10.80.{number}.0/24", availability_zone=zone)
            for number, zone in enumerate(zones)
        ]
        FargateSingleton("orders", required_args | {"vpc_id": vpc.id, "subnet_ids": [subnet.id for subnet in subnets]})

    if message is None:
        plan = deploy(program)
        assert plan["orders-service"].inputs["networkConfiguration"]["subnets"] == [plan["s0"].id, plan["s1"].id]
        return
    with pytest.raises(InvalidInput) as rejected:
        deploy(program)
    assert str(rejected.value) == f"{COMPONENT}: subnet_ids: {message}"


# Validation

LATE = [
    (
        "image",
        "orders",
        ".image: 'orders' uses the mutable tag latest; set a version tag, or better a digest "
        "(registry.example/orders@sha256:...)",
    ),
    ("user", "root", ".user: must be a numeric user and group, such as 1001:1001, got 'root'"),
    ("cpu", 1000, ": cpu: must be one of 256, 512, 1024, 2048, 4096, 8192, 16384, 32768 CPU units, got 1000"),
    (
        "memory_mib",
        1024,
        ": memory_mib: must be 2048 to 8192 MiB in steps of 1024 with cpu 1024, got 1024; use 2048",
    ),
    ("ephemeral_storage_gib", 20, ".ephemeral_storage_gib: Input should be greater than or equal to 21"),
    ("ephemeral_storage_gib", 201, ".ephemeral_storage_gib: Input should be less than or equal to 200"),
    ("subnet_ids", SUBNETS[:1], ".subnet_ids: List should have at least 2 items after validation, not 1"),
    ("subnet_ids", SUBNETS[:1] * 2, f".subnet_ids: {SUBNETS[0]} is listed more than once; remove the duplicate"),
    (
        "vpc_id",
        "my-vpc",
        ".vpc_id: expected a VPC ID, such as vpc-0d1c7a52e8b94f360, got 'my-vpc'",
    ),
    (
        "kms_key_arn",
        ALIAS,
        ".kms_key_arn: expected the ARN of a KMS key (not of an alias), such as "
        f"arn:aws:kms:eu-west-1:123456789012:key/0d1c7a52-8b94-4f36-a0e2-1f7c93d58b06, got '{ALIAS}'",
    ),
    (
        "log_kms_key_arn",
        ALIAS,
        ".log_kms_key_arn: expected the ARN of a KMS key (not of an alias), such as "
        f"arn:aws:kms:eu-west-1:123456789012:key/0d1c7a52-8b94-4f36-a0e2-1f7c93d58b06, got '{ALIAS}'",
    ),
    (
        "cluster_arn",
        "tools",
        ".cluster_arn: expected the ARN of an ECS cluster, such as arn:aws:ecs:eu-west-1:123456789012:cluster/tools, "
        "got 'tools'",
    ),
]
PLAIN = [
    ("port", 65536, ".port: Input should be less than or equal to 65535"),
    ("stop_timeout_seconds", 121, ".stop_timeout_seconds: Input should be less than or equal to 120"),
    ("stop_timeout_seconds", 1, ".stop_timeout_seconds: Input should be greater than or equal to 2"),
    ("startup_seconds", 3601, ".startup_seconds: Input should be less than or equal to 3600"),
    (
        "restart_attempt_period_seconds",
        59,
        ".restart_attempt_period_seconds: Input should be greater than or equal to 60",
    ),
    (
        "restart_attempt_period_seconds",
        1801,
        ".restart_attempt_period_seconds: Input should be less than or equal to 1800",
    ),
    (
        "restart_ignored_exit_codes",
        list(range(51)),
        ".restart_ignored_exit_codes: List should have at most 50 items after validation, not 51",
    ),
    (
        "restart_ignored_exit_codes",
        [1],
        ": restart_ignored_exit_codes: has no effect without restart_attempt_period_seconds; set that as well",
    ),
    ("secret_recovery_window_days", 6, ".secret_recovery_window_days: Input should be greater than or equal to 7"),
    (
        "memory_alarm_threshold_percent",
        100,
        ".memory_alarm_threshold_percent: Input should be less than or equal to 99",
    ),
    ("cpu_architecture", "arm64", ".cpu_architecture: Input should be 'X86_64' or 'ARM64'"),
    (
        "log_retention_days",
        17,
        ".log_retention_days: CloudWatch keeps logs 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, "
        "1096, 1827, 2192, 2557, 2922, 3288, 3653 days, not 17",
    ),
    ("log_mode", "async", ".log_mode: Input should be 'non-blocking' or 'blocking'"),
    (
        "unchecked",
        False,
        ": health_check: required without a load_balancer; set one of them, or set unchecked=True to run the "
        "service without a health check",
    ),
    (
        "enable_execute_command",
        True,
        ": enable_execute_command: ECS Exec writes to the root file system; set read_only_root_filesystem=False, or "
        "turn enable_execute_command off",
    ),
    (
        "ephemeral_volume_paths",
        ["/tmp/cache"],
        ": tmpfs_mounts, ephemeral_volume_paths, efs_mounts: /tmp and /tmp/cache overlap; use separate paths",
    ),
    (
        "ephemeral_volume_paths",
        ["/a-b", "/a/b"],
        ": tmpfs_mounts, ephemeral_volume_paths, efs_mounts: two paths "
        "have the same volume name a-b; rename one of them",
    ),
    ("colour", "red", ".colour: there is no such argument"),
]


@pytest.mark.parametrize(("name", "value", "message"), PLAIN + LATE)
def test_invalid_arguments(create, name, value, message):
    with pytest.raises(InvalidInput) as rejected:
        create(**{name: value})
    assert str(rejected.value) == f"{COMPONENT}{message}"


@pytest.mark.parametrize(("name", "value", "message"), LATE)
@pytest.mark.parametrize("preview", [False, True])
def test_late_values_are_rejected_with_the_same_message(create, name, value, message, preview):
    secret = {"secret_environment": {"A": "x"}} if name == "kms_key_arn" else {}
    with pytest.raises(InvalidInput) as rejected:
        create(**{name: lambda: pulumi.Output.from_input(value)}, **secret, preview=preview)
    assert str(rejected.value) == f"{COMPONENT}{message}"


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (
            {"health_check": {"command": ["true"]}, "startup_seconds": 301},
            "startup_seconds: must be at most 300 with a health_check, got 301; remove health_check and use that of "
            "a load_balancer, or start faster",
        ),
        (
            {"service_connect": {"namespace_arn": NAMESPACE, "dns_name": "orders"}},
            "port: required with service_connect; set it to the port that the application listens on",
        ),
        (
            {"tmpfs_mounts": {"/tmp": 2048}},
            "memory_mib: 2048 leaves nothing for the application, because tmpfs_mounts use 2048 MiB; raise "
            "memory_mib, or keep large files in ephemeral_volume_paths",
        ),
        (
            {"enable_execute_command": True, "ephemeral_volume_paths": ["/tmp"]},
            "enable_execute_command: ECS Exec writes to the root file system; set read_only_root_filesystem=False, "
            "or turn enable_execute_command off\nFargateSingleton 'orders': tmpfs_mounts, ephemeral_volume_paths, "
            "efs_mounts: /tmp and /tmp overlap; use separate paths",
        ),
    ],
)
def test_invalid_combinations(create, args, message):
    with pytest.raises(InvalidInput) as rejected:
        create(**args)
    assert str(rejected.value) == f"{COMPONENT}: {message}"


@pytest.mark.parametrize("missing", ["vpc_id", "subnet_ids", "image", "user"])
def test_required_arguments(create, missing):
    with pytest.raises(InvalidInput) as rejected:
        create(**{missing: None})
    assert str(rejected.value) == f"{COMPONENT}.{missing}: this argument is required"


@pytest.mark.parametrize("name", ["x" * 21, "two words", "-orders", "1st", "orders_1"])
def test_invalid_names(create, name):
    with pytest.raises(InvalidInput) as rejected:
        create(name=name)
    assert str(rejected.value) == (
        f"FargateSingleton {name!r}: the name must be 1 to 20 letters, digits and hyphens, and begin with a letter"
    )


def test_unchanged_program_creates_the_same_task_definition(create):
    args = {"secret_environment": {"A": "x"}, "environment": {"B": "y"}, "port": 3000}
    first, second = (json.dumps(dict(create(**args)["orders-task"].inputs), sort_keys=True) for _ in range(2))
    assert first == second


@pytest.mark.parametrize("args_class", [FargateSingletonArgs, SingletonLoadBalancer])
def test_documentation_lists_the_effect_of_each_argument(check_changes_table, args_class):
    check_changes_table("fargate-singletons.md", args_class)
