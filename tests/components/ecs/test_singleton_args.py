"""Arguments of a singleton."""

import pulumi
import pytest

from moorings import (
    AdditionalListener,
    ExistingListener,
    FargateSingletonArgs,
    NetworkLoadBalancer,
    SingletonLoadBalancer,
)

SUBNETS = ["subnet-0a4e21f7c93d58b06", "subnet-05b8d3916ef27ac41"]
ALIAS = "arn:aws:kms:eu-west-1:123456789012:alias/orders"
INPUTS = [
    ("image", "Orders", "argument-format"),
    ("image", "orders", "ecs-image-latest"),
    ("cpu", 0, "argument-range"),
    ("memory_mib", 0, "argument-range"),
    ("ephemeral_storage_gib", 20, "argument-range"),
    ("vpc_id", "my-vpc", "argument-format"),
    ("kms_key_arn", ALIAS, "argument-format"),
    ("log_kms_key_arn", ALIAS, "argument-format"),
    ("cluster_arn", "tools", "argument-format"),
]
PLAIN = [
    ("port", 65536, "argument-range"),
    ("stop_timeout_seconds", 121, "argument-range"),
    ("stop_timeout_seconds", 1, "argument-range"),
    ("startup_seconds", 0, "argument-range"),
    ("startup_seconds", 3601, "ecs-implausible-duration"),
    ("image_pull_seconds", 1801, "ecs-implausible-duration"),
    ("restart_attempt_period_seconds", 59, "argument-range"),
    ("restart_attempt_period_seconds", 1801, "argument-range"),
    ("restart_ignored_exit_codes", list(range(51)), "argument-length"),
    ("restart_ignored_exit_codes", [1], "ecs-argument-without-effect"),
    ("repository_credentials_kms_key_arn", ALIAS.replace("alias", "key"), "ecs-argument-without-effect"),
    ("subnet_ids", [], "argument-length"),
    ("secret_recovery_window_days", 6, "argument-range"),
    ("memory_alarm_threshold_percent", 100, "argument-range"),
    ("cpu_architecture", "arm64", "argument-choice"),
    ("log_mode", "async", "argument-choice"),
    ("colour", "red", "argument-unknown"),
]


@pytest.mark.parametrize(("name", "value", "rule"), PLAIN + INPUTS)
def test_invalid_arguments(create, rejected, name, value, rule):
    with rejected(rule, name):
        create(**{name: value})


@pytest.mark.parametrize(("name", "value", "rule"), INPUTS)
@pytest.mark.parametrize("preview", [False, True])
def test_late_values_are_rejected_with_the_same_path(create, rejected, *, name, value, rule, preview):
    secret = {"secret_environment": {"A": "x"}} if name == "kms_key_arn" else {}
    with rejected(rule, name):
        create(**{name: lambda: pulumi.Output.from_input(value)}, **secret, preview=preview)


@pytest.mark.parametrize("missing", ["vpc_id", "subnet_ids", "image", "user"])
def test_required_arguments(create, rejected, missing):
    with rejected("argument-required", missing):
        create(**{missing: None})


def test_a_list_contains_no_subnet_twice(create, rejected):
    with rejected("argument-duplicate", "subnet_ids[1]"):
        create(subnet_ids=SUBNETS[:1] * 2)


def test_documentation_lists_the_effect_of_each_argument(check_changes_table):
    check_changes_table("fargate-singletons.md", FargateSingletonArgs)


@pytest.mark.parametrize(
    "args_class", [AdditionalListener, ExistingListener, NetworkLoadBalancer, SingletonLoadBalancer]
)
def test_documentation_lists_the_effect_of_each_argument_of_a_load_balancer(check_changes_table, args_class):
    check_changes_table("fargate-load-balancers.md", args_class)
