"""Arguments of a singleton."""

import pulumi
import pytest

from moorings import FargateSingletonArgs, InvalidInput, SingletonLoadBalancer

SUBNETS = ["subnet-0a4e21f7c93d58b06", "subnet-05b8d3916ef27ac41"]
ALIAS = "arn:aws:kms:eu-west-1:123456789012:alias/orders"
COMPONENT = "FargateSingleton 'orders'"
LATE = [
    (
        "image",
        "orders",
        ".image: 'orders' uses the mutable tag latest; use a version tag, or preferably a digest "
        "(registry.example/orders@sha256:...)",
    ),
    ("user", "root", ".user: must be a numeric user and group, such as 1001:1001, got 'root'"),
    ("cpu", 1000, ": cpu: must be one of 256, 512, 1024, 2048, 4096, 8192, 16384, 32768 CPU units, got 1000"),
    (
        "memory_mib",
        1024,
        ": memory_mib: must be 2048 to 8192 MiB in steps of 1024 with cpu 1024, got 1024; use 2048",
    ),
    ("ephemeral_storage_gib", 20, ".ephemeral_storage_gib: must be at least 21"),
    ("ephemeral_storage_gib", 201, ".ephemeral_storage_gib: must be at most 200"),
    ("subnet_ids", SUBNETS[:1], ".subnet_ids: must have at least 2 items, got 1"),
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
    ("port", 65536, ".port: must be at most 65535"),
    ("stop_timeout_seconds", 121, ".stop_timeout_seconds: must be at most 120"),
    ("stop_timeout_seconds", 1, ".stop_timeout_seconds: must be at least 2"),
    ("startup_seconds", 3601, ".startup_seconds: must be at most 3600"),
    (
        "restart_attempt_period_seconds",
        59,
        ".restart_attempt_period_seconds: must be at least 60",
    ),
    (
        "restart_attempt_period_seconds",
        1801,
        ".restart_attempt_period_seconds: must be at most 1800",
    ),
    (
        "restart_ignored_exit_codes",
        list(range(51)),
        ".restart_ignored_exit_codes: must have at most 50 items, got 51",
    ),
    (
        "restart_ignored_exit_codes",
        [1],
        ": restart_ignored_exit_codes: requires restart_attempt_period_seconds; set it as well",
    ),
    ("secret_recovery_window_days", 6, ".secret_recovery_window_days: must be at least 7"),
    (
        "memory_alarm_threshold_percent",
        100,
        ".memory_alarm_threshold_percent: must be at most 99",
    ),
    ("cpu_architecture", "arm64", ".cpu_architecture: expected 'X86_64' or 'ARM64'"),
    (
        "log_retention_days",
        17,
        ".log_retention_days: must be one of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, "
        "1096, 1827, 2192, 2557, 2922, 3288, 3653 days, got 17",
    ),
    ("log_mode", "async", ".log_mode: expected 'non-blocking' or 'blocking'"),
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
    ("colour", "red", ".colour: unknown argument"),
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


@pytest.mark.parametrize("missing", ["vpc_id", "subnet_ids", "image", "user"])
def test_required_arguments(create, missing):
    with pytest.raises(InvalidInput) as rejected:
        create(**{missing: None})
    assert str(rejected.value) == f"{COMPONENT}.{missing}: this argument is required"


@pytest.mark.parametrize("args_class", [FargateSingletonArgs, SingletonLoadBalancer])
def test_documentation_lists_the_effect_of_each_argument(check_changes_table, args_class):
    check_changes_table("fargate-singletons.md", args_class)
