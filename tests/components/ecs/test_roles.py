"""What ECS may do for the task, and what the application may do."""

import json

import pulumi
import pytest

from moorings import InvalidInput

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
OWN = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::orders/*"}


@pytest.mark.parametrize("role", ["execution", "task"])
def test_tasks_of_this_account_take_a_role(made, role):
    policy = json.loads(made()[f"orders-{role}-role"].inputs["assumeRolePolicy"])
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


def test_ecs_writes_logs_and_nothing_else(statements, made):
    found = statements("execution-policy")
    assert found["Logs"]["Action"] == ["logs:CreateLogStream", "logs:PutLogEvents"]
    group = made()["orders-log-group"].id
    assert found["Logs"]["Resource"] == f"arn:aws:logs:eu-west-1:123456789012:log-group:{group}:*"


def test_an_image_in_ecr_may_be_pulled(statements):
    found = statements("execution-policy", image="123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/orders:1")
    assert found["Pull"]["Resource"] == "arn:aws:ecr:eu-west-1:123456789012:repository/team/orders"
    assert found["EcrLogin"]["Resource"] == "*"


def test_the_application_may_do_nothing(made):
    names = [each.name for each in made().all("aws:iam/rolePolicy:RolePolicy")]
    assert names == ["orders-execution-policy"]


def test_the_application_connects_to_kafka_as_its_role(statements):
    found = statements(
        "task-policy",
        kafka=IAM,
        additional_kafka={
            "second": IAM | {"cluster_arn": None, "listener": "tls", "bootstrap_servers": "k.example.com:9094"}
        },
    )
    assert found["Kafka"] == {
        "Sid": "Kafka",
        "Effect": "Allow",
        "Action": ["kafka-cluster:Connect", "kafka-cluster:DescribeCluster"],
        "Resource": [KAFKA],
    }


@pytest.mark.parametrize("read_only", [False, True])
def test_files_are_mounted_through_their_access_point(statements, read_only):
    found = statements("task-policy", efs_mounts={"/lock": EFS | {"read_only": read_only}})
    write = [] if read_only else ["elasticfilesystem:ClientWrite"]
    here = "arn:aws:elasticfilesystem:eu-west-1:123456789012"
    assert found["Mount"] == {
        "Sid": "Mount",
        "Effect": "Allow",
        "Action": ["elasticfilesystem:ClientMount", *write],
        "Resource": f"{here}:file-system/fs-0b92d7f4a1e63c508",
        "Condition": {
            "StringEquals": {"elasticfilesystem:AccessPointArn": f"{here}:access-point/fsap-0b92d7f4a1e63c508"}
        },
    }


SHELL = {"enable_execute_command": True, "read_only_root_filesystem": False}


def test_a_shell_is_written_down_in_a_cluster_of_its_own(statements, made):
    found = statements("task-policy", **SHELL)
    assert list(found) == ["Shell", "ShellLogGroups", "ShellLogs"]
    plan = made(**SHELL)
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


def test_another_cluster_says_itself_what_is_written_down(statements):
    cluster = "arn:aws:ecs:eu-west-1:123456789012:cluster/tools"
    assert list(statements("task-policy", cluster_arn=cluster, **SHELL)) == ["Shell"]


def test_a_shell_has_an_init_process(container):
    assert container(**SHELL)["linuxParameters"]["initProcessEnabled"]
    assert not container(**SHELL)["readonlyRootFilesystem"]


@pytest.mark.parametrize("given", [OWN, [OWN]])
@pytest.mark.parametrize("late", [False, True])
def test_the_callers_own_statements_are_added(statements, given, late):
    policy = json.dumps({"Version": "2012-10-17", "Statement": given})
    found = statements(
        "task-policy", kafka=IAM, task_policy=lambda: pulumi.Output.from_input(policy) if late else policy
    )
    assert found.keys() == {"Kafka", None}
    assert found[None] == OWN


@pytest.mark.parametrize("given", ["{", "[]", "{}", '"Statement"'])
@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize("preview", [False, True])
def test_a_text_that_is_no_policy_is_refused(made, given, late, preview):
    with pytest.raises(InvalidInput) as refused:
        made(task_policy=lambda: pulumi.Output.from_input(given) if late else given, preview=preview)
    assert str(refused.value) == (
        "FargateSingleton 'orders': task_policy is not an IAM policy: it must be a JSON object with a Statement"
    )


def test_managed_policies_are_attached(made):
    arn = "arn:aws:iam::aws:policy/service-role/AWSLicenseManagerConsumptionPolicy"
    assert made(task_policy_arns={"license": arn})["orders-license"].inputs["policyArn"] == arn


CACHED = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/docker-hub/orders:1"


def test_an_image_may_come_through_ecrs_cache(statements):
    pull = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
    assert statements("execution-policy", image=CACHED)["Pull"]["Action"] == pull
    found = statements("execution-policy", image=CACHED, pull_through_cache=True)["Pull"]
    assert found["Action"] == [*pull, "ecr:BatchImportUpstreamImage", "ecr:CreateRepository"]
    assert found["Resource"] == "arn:aws:ecr:eu-west-1:123456789012:repository/docker-hub/orders"


@pytest.mark.parametrize("late", [False, True])
def test_an_image_of_another_registry_comes_through_no_cache(made, late):
    image = "factorhouse/kpow:96.2"
    with pytest.raises(InvalidInput) as refused:
        made(image=lambda: pulumi.Output.from_input(image) if late else image, pull_through_cache=True)
    assert str(refused.value) == (
        "FargateSingleton 'orders': pull_through_cache is on, and factorhouse/kpow:96.2 is of no registry of ECR; name it "
        "as ECR does, such as 123456789012.dkr.ecr.eu-west-1.amazonaws.com/docker-hub/library/redis:7"
    )


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize(
    ("policy", "message"),
    [
        ({"Statement": []}, "task_policy has no statements, which IAM refuses; leave it out"),
        *(
            (
                {"Statement": [OWN, wrong]},
                "Statement[1] of task_policy is none that IAM takes for a role: it must be an object with Effect (Allow or "
                "Deny), Action or NotAction, and Resource or NotResource",
            )
            for wrong in (
                "x",
                {"Action": "s3:*", "Resource": "*"},
                {**OWN, "Effect": "allow"},
                {**OWN, "NotAction": "s3:*"},
                {"Effect": "Deny", "Action": "s3:*"},
            )
        ),
        (
            {"Statement": [OWN | {"Sid": "Shell"}]},
            "Shell is named twice; name each Sid of task_policy and of what the task needs once",
        ),
    ],
)
def test_a_policy_that_iam_would_refuse_is_refused(made, policy, message, late):
    text = json.dumps(policy)
    with pytest.raises(InvalidInput) as refused:
        made(
            task_policy=lambda: pulumi.Output.from_input(text) if late else text,
            enable_execute_command=True,
            read_only_root_filesystem=False,
        )
    assert str(refused.value) == f"FargateSingleton 'orders': {message}"


def test_a_policy_may_deny_and_except(statements):
    deny = {"Sid": "No", "Effect": "Deny", "NotAction": "s3:*", "NotResource": ["arn:aws:s3:::orders"]}
    assert statements("task-policy", task_policy=json.dumps({"Statement": deny}))["No"] == deny
