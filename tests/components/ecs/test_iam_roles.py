"""Execution role and task role, and their policies."""

import json

import pulumi
import pytest

KAFKA = "arn:aws:kafka:eu-west-1:123456789012:cluster/orders/0d1c7a52-8b94-4f36-a0e2-1f7c93d58b06-2"
IAM = {
    "listener": "iam",
    "bootstrap_servers": "b-1.orders.abcdef.c2.kafka.eu-west-1.amazonaws.com:9098",
    "security_group_id": "sg-0b92d7f4a1e63c508",
    "cluster_arn": KAFKA,
}
EFS = {
    "file_system_id": "fs-0b92d7f4a1e63c508",
    "access_point_id": "fsap-0b92d7f4a1e63c508",
    "security_group_id": "sg-0b92d7f4a1e63c508",
}
STATEMENT = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::orders/*"}


@pytest.mark.parametrize("role", ["execution", "task"])
def test_trust_policy_allows_tasks_of_the_account(create, role):
    policy = json.loads(create()[f"orders-{role}-role"].inputs["assumeRolePolicy"])
    assert policy["Statement"] == [
        {
            "Effect": "Allow",
            "Principal": {"Service": "ecs-tasks.amazonaws.com"},
            "Action": "sts:AssumeRole",
            "Condition": {
                "ArnLike": {"aws:SourceArn": "arn:aws:ecs:eu-west-1:123456789012:*"},
                "StringEquals": {"aws:SourceAccount": "123456789012"},
            },
        }
    ]


def test_execution_role_may_write_logs(statements, create):
    policy = statements("execution-policy")
    assert policy["Logs"]["Action"] == ["logs:CreateLogStream", "logs:PutLogEvents"]
    group = create()["orders-log-group"].id
    assert policy["Logs"]["Resource"] == f"arn:aws:logs:eu-west-1:123456789012:log-group:{group}:*"


def test_execution_role_may_pull_from_ecr(statements):
    policy = statements("execution-policy", image="123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/orders:1")
    assert policy["Pull"]["Resource"] == "arn:aws:ecr:eu-west-1:123456789012:repository/team/orders"
    assert policy["EcrLogin"]["Resource"] == "*"


def test_task_role_has_no_permissions_by_default(create):
    names = [policy.name for policy in create().all("aws:iam/rolePolicy:RolePolicy")]
    assert names == ["orders-execution-policy"]


def test_task_role_may_connect_to_kafka_with_iam(statements):
    policy = statements(
        "task-policy",
        kafka=IAM,
        additional_kafka={
            "second": IAM | {"cluster_arn": None, "listener": "tls", "bootstrap_servers": "k.example.com:9094"}
        },
    )
    assert policy["Kafka"] == {
        "Sid": "Kafka",
        "Effect": "Allow",
        "Action": ["kafka-cluster:Connect", "kafka-cluster:DescribeCluster"],
        "Resource": [KAFKA],
    }


def test_task_role_may_use_the_topics_and_groups_of_its_connections(statements):
    permissions = {"read_topics": ["orders"], "consumer_groups": ["billing"]}
    policy = statements("task-policy", kafka=IAM | {"permissions": permissions}, additional_kafka={"audit-log": IAM})
    assert policy.keys() == {"Kafka", "ConnectKafka", "ReadKafka", "JoinKafka"}
    assert policy["Kafka"]["Resource"] == [KAFKA]
    assert policy["ReadKafka"]["Resource"] == [f"{KAFKA.replace(':cluster/', ':topic/')}/orders"]


@pytest.mark.parametrize("read_only", [False, True])
def test_task_role_may_mount_efs_through_the_access_point(statements, read_only):
    policy = statements("task-policy", efs_mounts={"/lock": EFS | {"read_only": read_only}})
    write = [] if read_only else ["elasticfilesystem:ClientWrite"]
    prefix = "arn:aws:elasticfilesystem:eu-west-1:123456789012"
    assert policy["Mount"] == {
        "Sid": "Mount",
        "Effect": "Allow",
        "Action": ["elasticfilesystem:ClientMount", *write],
        "Resource": f"{prefix}:file-system/fs-0b92d7f4a1e63c508",
        "Condition": {
            "StringEquals": {"elasticfilesystem:AccessPointArn": f"{prefix}:access-point/fsap-0b92d7f4a1e63c508"}
        },
    }


ECS_EXEC = {"enable_execute_command": True, "read_only_root_filesystem": False}


def test_created_cluster_logs_ecs_exec_to_the_log_group(statements, create):
    policy = statements("task-policy", **ECS_EXEC)
    assert list(policy) == ["EcsExec", "EcsExecLogGroups", "EcsExecLogs"]
    plan = create(**ECS_EXEC)
    assert plan["orders-cluster"].inputs["configuration"] == {
        "executeCommandConfiguration": {
            "logging": "OVERRIDE",
            "logConfiguration": {
                "cloudWatchEncryptionEnabled": True,
                "cloudWatchLogGroupName": plan["orders-log-group"].id,
            },
        }
    }
    assert plan["orders-service"].inputs["enableExecuteCommand"]


def test_existing_cluster_configures_the_logs_of_ecs_exec(statements):
    cluster = "arn:aws:ecs:eu-west-1:123456789012:cluster/tools"
    assert list(statements("task-policy", cluster_arn=cluster, **ECS_EXEC)) == ["EcsExec"]


def test_ecs_exec_needs_an_init_process(container):
    assert container(**ECS_EXEC)["linuxParameters"]["initProcessEnabled"]
    assert not container(**ECS_EXEC)["readonlyRootFilesystem"]


@pytest.mark.parametrize("statement", [STATEMENT, [STATEMENT]])
@pytest.mark.parametrize("late", [False, True])
def test_task_policy_is_added(statements, statement, late):
    task_policy = json.dumps({"Version": "2012-10-17", "Statement": statement})
    policy = statements(
        "task-policy", kafka=IAM, task_policy=lambda: pulumi.Output.from_input(task_policy) if late else task_policy
    )
    assert policy.keys() == {"Kafka", None}
    assert policy[None] == STATEMENT


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize("preview", [False, True])
def test_task_policy_must_be_a_policy(create, rejected, late, preview):
    with rejected("aws-iam-policy-elements", "task_policy.Statement"):
        create(task_policy=lambda: pulumi.Output.from_input("{}") if late else "{}", preview=preview)


def test_managed_policies_are_attached(create):
    arn = "arn:aws:iam::aws:policy/service-role/AWSLicenseManagerConsumptionPolicy"
    assert create(task_policy_arns={"license": arn})["orders-license"].inputs["policyArn"] == arn


CACHED = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/docker-hub/orders:1"


def test_pull_through_cache(statements):
    pull = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
    assert statements("execution-policy", image=CACHED)["Pull"]["Action"] == pull
    policy = statements("execution-policy", image=CACHED, pull_through_cache=True)["Pull"]
    assert policy["Action"] == [*pull, "ecr:BatchImportUpstreamImage", "ecr:CreateRepository"]
    assert policy["Resource"] == "arn:aws:ecr:eu-west-1:123456789012:repository/docker-hub/orders"


@pytest.mark.parametrize("late", [False, True])
def test_pull_through_cache_requires_ecr(create, rejected, late):
    image = "factorhouse/kpow:96.2"
    with rejected("ecs-cache-without-ecr-image", "image"):
        create(image=lambda: pulumi.Output.from_input(image) if late else image, pull_through_cache=True)


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize(
    ("statement", "rule"),
    [
        (STATEMENT | {"Sid": "EcsExec"}, "aws-iam-policy-elements"),
        (STATEMENT | {"Resource": ["arn:aws:s3:::" + "x" * 10_000]}, "aws-iam-policy-size"),
    ],
)
def test_task_policy_does_not_fit_to_the_statements_of_the_component(create, rejected, statement, rule, late):
    text = json.dumps({"Statement": [statement]})
    with rejected(rule, "task_policy"):
        create(
            task_policy=lambda: pulumi.Output.from_input(text) if late else text,
            enable_execute_command=True,
            read_only_root_filesystem=False,
        )


def test_task_policy_may_deny(statements):
    deny = {"Sid": "No", "Effect": "Deny", "NotAction": "s3:*", "NotResource": ["arn:aws:s3:::orders"]}
    assert statements("task-policy", task_policy=json.dumps({"Statement": deny}))["No"] == deny


def test_more_secrets_than_the_execution_role_may_read(create, rejected):
    arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:orders/{:03}-Xp4mQ9"
    secrets = {f"SECRET_{number}": {"secret_arn": arn.format(number)} for number in range(160)}
    with rejected("aws-iam-policy-size", "secrets"):
        create(secrets=secrets)


def test_task_policy_of_another_partition_is_rejected(create, rejected):
    statement = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws-cn:s3:::orders/*"}
    with rejected("aws-iam-policy-resource", "task_policy"):
        create(task_policy=json.dumps({"Statement": [statement]}))
