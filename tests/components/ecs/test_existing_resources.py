"""Existing roles, security groups, log groups and capacity providers, and permissions boundaries."""

import json

import pulumi
import pytest

from moorings import FargateSingleton
from moorings.ecs.single_task import check_service_setting
from moorings.validation.rules import Violation

TASK_ROLE, EXECUTION_ROLE = "arn:aws:iam::123456789012:role/orders", "arn:aws:iam::123456789012:role/ecs-execution"
BOUNDARY = "arn:aws:iam::123456789012:policy/boundary"
GROUP = "sg-0b92d7f4a1e63c508"
ROLE, POLICY = "aws:iam/role:Role", "aws:iam/rolePolicy:RolePolicy"
ATTACHMENT = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
SECRET = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:orders-a1B2c3"


@pytest.mark.parametrize("late", [False, True])
def test_existing_roles_are_used_and_not_changed(create, late):
    def wrap(value):
        return pulumi.Output.from_input(value) if late else value

    plan = create(roles=lambda: {"task_role_arn": wrap(TASK_ROLE), "execution_role_arn": wrap(EXECUTION_ROLE)})
    task = plan["orders-task"].inputs
    assert (task["taskRoleArn"], task["executionRoleArn"]) == (TASK_ROLE, EXECUTION_ROLE)
    assert not [*plan.all(ROLE), *plan.all(POLICY), *plan.all(ATTACHMENT)]


def test_one_existing_role(create):
    plan = create(roles={"task_role_arn": TASK_ROLE})
    assert [role.name for role in plan.all(ROLE)] == ["orders-execution-role"]
    assert [policy.name for policy in plan.all(POLICY)] == ["orders-execution-policy"]


def test_existing_roles_are_outputs(deploy, required_args):
    def program():
        roles = {"task_role_arn": TASK_ROLE, "execution_role_arn": EXECUTION_ROLE}
        service = FargateSingleton("orders", required_args | {"roles": roles})
        pulumi.export("roles", [service.task_role_arn, service.execution_role_arn])

    assert deploy(program).outputs == {"roles": [TASK_ROLE, EXECUTION_ROLE]}


def test_every_created_role_has_the_permissions_boundary(create):
    plan = create(
        roles={"permissions_boundary_arn": BOUNDARY},
        redeploy_on_secret_rotation=True,
        secrets={"P": {"secret_arn": SECRET}},
    )
    assert {role.name: role.inputs["permissionsBoundary"] for role in plan.all(ROLE)} == {
        "orders-execution-role": BOUNDARY,
        "orders-task-role": BOUNDARY,
        "orders-rotation-role": BOUNDARY,
        "orders-rotation-event-role": BOUNDARY,
    }


def test_roles_of_another_partition(create, rejected):
    with rejected("aws-arn-region", "roles.task_role_arn"):
        create(roles={"task_role_arn": TASK_ROLE.replace("aws", "aws-cn", 1)})


IAM = {"listener": "iam", "bootstrap_servers": "k.example.com:9098", "security_group_id": GROUP}
CLUSTER = "arn:aws:kafka:eu-west-1:123456789012:cluster/orders/0d1c7a52-8b94-4f36-a0e2-1f7c93d58b06-2"
POLICY_JSON = '{"Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::a/*"}]}'
EFS = {"file_system_id": "fs-00000001", "access_point_id": "fsap-00000001", "security_group_id": GROUP}


@pytest.mark.parametrize("args", [{"task_policy": POLICY_JSON}, {"task_policy_arns": {"a": BOUNDARY}}])
def test_policies_are_not_attached_to_existing_roles(create, rejected, args):
    with rejected("ecs-existing-role-policy", next(iter(args))):
        create(roles={"task_role_arn": TASK_ROLE}, **args)


@pytest.mark.parametrize(
    ("args", "need"),
    [
        ({"kafka": {**IAM, "cluster_arn": CLUSTER}}, "connections to Kafka with IAM"),
        ({"efs_mounts": {"/data": EFS}}, "efs_mounts"),
        ({"enable_execute_command": True, "read_only_root_filesystem": False}, "ECS Exec"),
    ],
)
def test_permissions_of_existing_roles_are_recommended(create, logged, args, need):
    plan = create(roles={"task_role_arn": TASK_ROLE}, **args)
    assert ("ecs-existing-role-permissions", "roles.task_role_arn") in logged(plan)
    assert any(f"the existing role must allow {need};" in message for _, message, _ in plan.log)
    assert not plan.all(POLICY)[1:]


def test_existing_security_groups_are_added(create):
    plan = create(security_group_ids=[GROUP])
    first, second = plan["orders-service"].inputs["networkConfiguration"]["securityGroups"]
    assert (first, second) == (plan["orders-security-group"].id, GROUP)


def test_egress_of_existing_security_groups_is_not_judged(create):
    assert create(allow_https_egress=False, security_group_ids=[GROUP])


def test_too_many_security_groups_are_logged(create, logged):
    plan = create(security_group_ids=[f"sg-0000000{number}" for number in range(5)])
    assert ("ecs-security-groups", "security_group_ids") in logged(plan)


@pytest.mark.parametrize("late", [False, True])
def test_existing_log_group(create, statements, late):
    args = {"log_group_name": lambda: pulumi.Output.from_input("/ecs/orders") if late else "/ecs/orders"}
    plan = create(**args)
    (container,) = json.loads(plan["orders-task"].inputs["containerDefinitions"])
    assert container["logConfiguration"]["options"]["awslogs-group"] == "/ecs/orders"
    assert not [*plan.all("aws:cloudwatch/logGroup:LogGroup"), *plan.all("aws:kms/key:Key")]
    resource = "arn:aws:logs:eu-west-1:123456789012:log-group:/ecs/orders:*"
    assert statements("execution-policy", **args)["Logs"]["Resource"] == resource


def test_the_key_of_the_secret_does_not_serve_an_existing_log_group(create):
    plan = create(log_group_name="/ecs/orders", secret_environment={"KEY": "x"})
    (key,) = plan.all("aws:kms/key:Key")
    assert "log-group" not in key.inputs["policy"]


def test_ecs_exec_with_an_existing_log_group(create):
    plan = create(log_group_name="/ecs/orders", enable_execute_command=True, read_only_root_filesystem=False)
    configuration = plan["orders-cluster"].inputs["configuration"]["executeCommandConfiguration"]
    assert configuration["logConfiguration"] == {
        "cloudWatchEncryptionEnabled": False,
        "cloudWatchLogGroupName": "/ecs/orders",
    }


def test_retention_of_an_existing_log_group(create, rejected):
    with rejected("ecs-existing-log-group", "log_retention_days"):
        create(log_group_name="/ecs/orders", log_retention_days=90)


SPOT = {"ecs-fargate-spot": "a test", "ecs-no-health-check": "a test"}


def test_capacity_provider_of_the_created_cluster(create):
    plan = create(capacity_provider="FARGATE_SPOT", acknowledge=SPOT)
    service = plan["orders-service"].inputs
    assert "launchType" not in service
    assert service["capacityProviderStrategies"] == [{"capacityProvider": "FARGATE_SPOT", "weight": 1}]
    assert plan["orders-capacity-providers"].inputs["capacityProviders"] == ["FARGATE_SPOT"]
    assert plan["orders-capacity-providers"].urn in plan["orders-service"].property_dependencies["cluster"]


def test_capacity_provider_of_an_existing_cluster(create):
    cluster = "arn:aws:ecs:eu-west-1:123456789012:cluster/tools"
    plan = create(capacity_provider="FARGATE", cluster_arn=cluster)
    assert "orders-capacity-providers" not in {resource.name for resource in plan.resources}
    assert plan["orders-service"].inputs["capacityProviderStrategies"] == [{"capacityProvider": "FARGATE", "weight": 1}]


@pytest.mark.parametrize(
    "strategies", [[], [{"capacityProvider": "FARGATE_SPOT", "weight": 1}], [{"capacity_provider": "a"}, {"weight": 1}]]
)
def test_transforms_do_not_change_the_capacity_provider(deploy, required_args, rejected, strategies):
    def transform(args):
        if args.type_ != "aws:ecs/service:Service":
            return None
        return pulumi.ResourceTransformationResult(
            {**args.props, "capacity_provider_strategies": strategies}, args.opts
        )

    opts = pulumi.ResourceOptions(transformations=[transform])
    with rejected("ecs-transformed-service"):
        deploy(lambda: FargateSingleton("orders", required_args | {"capacity_provider": "FARGATE"}, opts))


@pytest.mark.parametrize("launch_type", [None, "", "FARGATE"])
def test_the_launch_type_of_a_service_with_a_capacity_provider_is_not_judged(launch_type):
    """The provider rejects services that have both."""
    check_service_setting("launch_type", launch_type, "FARGATE")
    with pytest.raises(Violation):
        check_service_setting("capacity_provider_strategies", [{"capacityProvider": "FARGATE_SPOT"}], "FARGATE")
