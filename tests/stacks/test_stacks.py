"""Every committed stack, as it stands."""

import json
from pathlib import Path

import pytest

from moorings import InvalidInput
from moorings.preview.project import Project

ROOT = Path(__file__).parents[2]
STACKS = Project(ROOT).stacks


@pytest.fixture(scope="module")
def project():
    """The project of this repository."""
    return Project(ROOT)


def test_there_are_stacks():
    assert STACKS == ["kafka-development", "kafka-production"]


@pytest.mark.parametrize("stack", STACKS)
def test_what_a_stack_makes_is_what_was_reviewed(project, stack, golden):
    plan = project.preview(stack).plan
    states = [{key: value for key, value in each.state().items() if key != "sourcePosition"} for each in plan.resources]
    golden(f"stacks/{stack}.json", json.dumps(states, indent=1, sort_keys=True) + "\n")


@pytest.mark.parametrize("stack", STACKS)
def test_a_stack_warns_of_nothing(project, stack):
    assert not project.preview(stack).plan.log


@pytest.mark.parametrize("stack", STACKS)
def test_a_stacks_secrets_are_masked(project, stack):
    known = project.preview(stack).known
    versions = known.all("aws:secretsmanager/secretVersion:SecretVersion")
    assert versions
    assert {version.inputs["secretString"] for version in versions} == {"[secret]"}
    assert all(connection.get("password") in (None, "[secret]") for connection in known.outputs["connections"].values())


def test_production_makes_what_was_meant_and_nothing_else(project):
    kinds = {}
    for resource in project.preview("kafka-production").plan.resources:
        if resource.custom:
            kinds[resource.kind] = kinds.get(resource.kind, 0) + 1
    assert kinds == {
        "RandomPassword": 3,
        "cloudwatch.LogGroup": 1,
        "ec2.SecurityGroup": 1,
        "kms.Alias": 2,
        "kms.Key": 2,
        "msk.Cluster": 1,
        "msk.Configuration": 1,
        "msk.SingleScramSecretAssociation": 3,
        "secretsmanager.Secret": 3,
        "secretsmanager.SecretPolicy": 3,
        "secretsmanager.SecretVersion": 3,
        "vpc.SecurityGroupIngressRule": 4,
    }


def test_production_protects_its_data_and_development_does_not(project):
    assert [each.name for each in project.preview("kafka-production").plan.resources if each.protect] == [
        "kafka-cluster",
        "kafka-data-key",
        "kafka-secrets-key",
    ]
    assert not [each for each in project.preview("kafka-development").plan.resources if each.protect]


@pytest.fixture
def copy(tmp_path):
    """The project of this repository, without its stacks."""
    for name in ("Pulumi.yaml", "stacks/__main__.py", "stacks/kafka.py", "stacks/settings.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text((ROOT / name).read_text())
    return tmp_path


def test_a_stack_without_config_names_the_missing_keys(copy):
    (copy / "stacks/Pulumi.kafka-empty.yaml").write_text("")
    with pytest.raises(InvalidInput) as refused:
        Project(copy).preview("kafka-empty")
    assert str(refused.value).splitlines() == [
        f"moorings.{key}: this argument is required" for key in ("vpcId", "subnetIds", "kafkaVersion", "users")
    ]


def test_a_stack_of_no_program_says_how_it_is_named(copy):
    (copy / "stacks/Pulumi.production.yaml").write_text("")
    with pytest.raises(Exception, match="stack 'production' names no program: call it <program>-<environment>"):
        Project(copy).preview("production")
