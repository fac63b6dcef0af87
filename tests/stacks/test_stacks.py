"""The committed stacks."""

import json
import re
from pathlib import Path

import pytest
import yaml

from moorings import InvalidInput
from moorings.preview.project import Project


def text(error):
    """Return the message without locations and rules."""
    return "\n".join(re.sub(r"^\S+:\d+: | \[[a-z-]+\]$", "", line) for line in str(error.value).splitlines())


ROOT = Path(__file__).parents[2]
STACKS = Project(ROOT).stacks


@pytest.fixture(scope="module")
def project():
    """The project of this repository."""
    return Project(ROOT)


def test_every_program_has_two_stacks():
    programs = {path.stem for path in (ROOT / "stacks").glob("*.py")} - {"__main__", "settings"}
    assert {"kafka", "kpow", "network"} <= programs
    assert sorted(f"{program}-{kind}" for program in programs for kind in ("development", "production")) == STACKS


@pytest.mark.parametrize("stack", STACKS)
def test_resources_match_the_golden_file(project, stack, golden):
    plan = project.preview(stack).plan
    states = [
        {key: value for key, value in resource.state().items() if key != "sourcePosition"}
        for resource in plan.resources
    ]
    golden(f"stacks/{stack}.json", json.dumps(states, indent=1, sort_keys=True) + "\n")


@pytest.mark.parametrize("stack", STACKS)
def test_a_stack_logs_no_warnings(project, stack):
    assert not [text for severity, text, _ in project.preview(stack).plan.log if severity != "info"]


@pytest.mark.parametrize("stack", STACKS)
def test_secrets_are_masked(project, stack):
    known = project.preview(stack).known
    versions = known.all("aws:secretsmanager/secretVersion:SecretVersion")
    assert bool(versions) == stack.startswith(("kafka-", "kpow-"))
    assert {version.inputs["secretString"] for version in versions} <= {"[secret]"}
    connections = known.outputs.get("connections", {}).values()
    assert all(connection.get("password") in (None, "[secret]") for connection in connections)


@pytest.mark.parametrize("kind", ["development", "production"])
def test_kpow_connects_to_the_cluster_of_its_kafka_stack(project, kind):
    kafka = project.preview(f"kafka-{kind}").known.outputs
    plan = project.preview(f"kpow-{kind}").known
    (container,) = json.loads(plan["kpow-task"].inputs["containerDefinitions"])
    environment = {variable["name"]: variable["value"] for variable in container["environment"]}
    servers = kafka["connections"]["kpow"]["bootstrap_servers"]
    assert environment["BOOTSTRAP"] == servers
    assert environment["REPLICATION_FACTOR"] == str(len(servers.split(",")))
    rules = plan.all("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")
    assert [
        rule.inputs["fromPort"] for rule in rules if rule.inputs["securityGroupId"] == kafka["security_group_id"]
    ] == [9096]
    assert len(plan.outputs["acl_commands"]["kafka"]) == 6


def test_the_license_is_neither_in_a_file_nor_in_the_state(project):
    plan = project.preview("kpow-production").known
    (container,) = json.loads(plan["kpow-task"].inputs["containerDefinitions"])
    references = [secret["valueFrom"] for secret in container["secrets"] if secret["name"].startswith("LICENSE")]
    assert len(references) == 5
    assert {reference.partition(":LICENSE")[0] for reference in references} == {
        plan.config["moorings:licenseSecretArn"],
    }


def test_number_of_resources_in_production(project):
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


def test_only_production_protects_its_data(project):
    assert [resource.name for resource in project.preview("kafka-production").plan.resources if resource.protect] == [
        "kafka-cluster",
        "kafka-data-key",
        "kafka-secrets-key",
    ]
    assert not [resource for resource in project.preview("kafka-development").plan.resources if resource.protect]


def container_of_constellation(project, stack):
    """Return the plan of a stack, the container of the engine, and the Secrets that it refers to."""
    plan = project.preview(stack).known
    (container,) = plan["constellation-engine-deployment"].inputs["spec"]["template"]["spec"]["containers"]
    secrets = [source["secretRef"]["name"] for source in container["envFrom"] if "secretRef" in source]
    secrets += [
        variable["valueFrom"]["secretKeyRef"]["name"]
        for variable in container.get("env", ())
        if "secretKeyRef" in variable.get("valueFrom", {})
    ]
    return plan, secrets


@pytest.mark.parametrize("kind", ["development", "production"])
def test_constellation_creates_the_secret_of_its_api_keys(project, kind):
    plan, secrets = container_of_constellation(project, f"constellation-{kind}")
    created = [secret.id.rpartition("/")[2] for secret in plan.all("kubernetes:core/v1:Secret")]
    assert secrets == created
    assert set(plan.outputs["api_keys"].values()) == {"[secret]"}


def test_constellation_uses_an_existing_secret(copy):
    document = yaml.safe_load((ROOT / "stacks/Pulumi.constellation-development.yaml").read_text())
    document["config"]["moorings:apiKeysSecret"] = "engine-keys/api"
    (copy / "stacks/Pulumi.constellation-development.yaml").write_text(yaml.safe_dump(document))
    plan, secrets = container_of_constellation(Project(copy), "constellation-development")
    assert secrets == ["engine-keys"]
    assert not plan.all("kubernetes:core/v1:Secret")
    assert plan.outputs["api_keys"] == {}


def test_constellation_stacks_have_different_namespaces_and_hosts(project):
    configs = [project.preview(f"constellation-{kind}").known.config for kind in ("development", "production")]
    for key in ("moorings:namespace", "moorings:host"):
        assert len({config[key] for config in configs}) == 2


@pytest.fixture
def copy(tmp_path):
    """A copy of this project without stack configurations."""
    (tmp_path / "stacks").mkdir()
    for path in (ROOT / "Pulumi.yaml", *(ROOT / "stacks").glob("*.py")):
        (tmp_path / path.relative_to(ROOT)).write_text(path.read_text())
    return tmp_path


def test_a_stack_without_configuration_reports_the_missing_keys(copy):
    (copy / "stacks/Pulumi.kafka-empty.yaml").write_text("")
    with pytest.raises(InvalidInput) as error:
        Project(copy).preview("kafka-empty")
    assert text(error).splitlines() == [
        f"moorings: {key}: this argument is required" for key in ("vpcId", "subnetIds", "kafkaVersion", "users")
    ]


def test_a_stack_name_without_a_program_is_rejected(copy):
    (copy / "stacks/Pulumi.production.yaml").write_text("")
    with pytest.raises(Exception, match="stack 'production': expected the name <program>-<environment>"):
        Project(copy).preview("production")


@pytest.mark.parametrize(
    ("stack", "acknowledge", "finding"),
    [
        ("kpow-development", {"kpow-no-logins": "none"}, "KpowOnFargate 'kpow': acknowledge['kpow-no-logins']"),
        ("kafka-development", {"msk-none": "none"}, "MskCluster 'kafka': acknowledge['msk-none']"),
        ("network-development", {"network-none": "none"}, "Network 'network': acknowledge['network-none']"),
        (
            "constellation-development",
            {"namespace": {"k8s-none": "none"}},
            "KubernetesNamespace 'constellation': acknowledge['k8s-none']",
        ),
        (
            "constellation-development",
            {"engine": {"k8s-none": "none"}},
            "KubernetesWorkload 'constellation-engine': acknowledge['k8s-none']",
        ),
        (
            "constellation-development",
            {"ingress": {"ingress-none": "none"}},
            "WorkloadIngress 'constellation': acknowledge['ingress-none']",
        ),
        ("constellation-development", {"workload": {}}, "moorings: acknowledge.workload: unknown argument"),
    ],
)
def test_acknowledgements_of_a_stack_belong_to_its_components(copy, stack, acknowledge, finding):
    document = yaml.safe_load((ROOT / f"stacks/Pulumi.{stack}.yaml").read_text())
    document["config"]["moorings:acknowledge"] = acknowledge
    (copy / f"stacks/Pulumi.{stack}.yaml").write_text(yaml.safe_dump(document))
    with pytest.raises(InvalidInput) as error:
        Project(copy).preview(stack)
    assert finding in str(error.value)
