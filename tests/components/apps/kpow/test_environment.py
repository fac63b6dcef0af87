"""Environment variables of kPow."""

import re

import pulumi
import pytest

from moorings import KpowOnKubernetesArgs
from moorings.apps.kpow.environment import KpowEnvironment
from moorings.apps.kpow.environment_rules import ARGUMENT_OF_VARIABLES
from moorings.apps.kpow.license import LICENSE_KEYS
from moorings.validation.reporter import Reporter

SCRAM = {"listener": "scram", "bootstrap_servers": "b-1:9096,b-2:9096", "username": "kpow", "password": "hidden"}
IAM = {
    "listener": "iam",
    "bootstrap_servers": "c-1:9098",
    "cluster_arn": "arn:aws:kafka:eu-west-1:123456789012:cluster/payments/0d1c7a52-8b94-4f36-a0e2-1f7c93d58b06-2",
}
ONE_CLUSTER = {"kafka": SCRAM, "image": "factorhouse/kpow:96.2", "license": dict.fromkeys(LICENSE_KEYS, "hidden")}
THREE_CLUSTERS = {
    **ONE_CLUSTER,
    "environment_name": "Trades",
    "schema_registry": {
        "url": "https://registry",
        "display_name": "Registry",
        "username": "reader",
        "password": "hidden first",
    },
    "kafka_connect": {
        "url": "https://connect",
        "display_name": "Connect",
        "username": "runner",
        "password": "hidden second",
    },
    "additional_clusters": {
        "payments": {"kafka": IAM, "environment_name": "Payments"},
        "refunds": {"kafka": SCRAM, "kafka_connect": {"url": "http://connect:8083"}},
    },
    "replication_factor": 2,
    "num_partitions": 6,
    "streams_error_strategy": "LOG_AND_EXIT",
    "allow": ["TOPIC_INSPECT", "GROUP_EDIT"],
    "auth_provider": "okta",
    "data_policy_configuration_file": "/etc/kpow/data.yaml",
    "https": True,
    "prometheus": True,
    "java_options": ["-Djava.security.auth.login.config=/etc/kpow/jaas.conf", "-Duser.timezone=UTC"],
    "environment": {"SNAPSHOT_PARALLELISM": "4"},
    "secret_environment": {"OPENID_CLIENT_SECRET": "hidden third"},
}


@pytest.fixture
def render(deploy):
    """Render the environment variables, by whether they are plain or secret."""

    def rendered(args, *, behind_proxy=False):
        def program():
            settings = KpowOnKubernetesArgs(namespace="tools", **args)
            reporter = Reporter("kPow", {}, {})
            environment = KpowEnvironment.from_settings("kpow", settings, reporter, behind_proxy=behind_proxy)
            assert "hidden" not in repr(environment)
            pulumi.export("plain", environment.plain)
            pulumi.export("secret", environment.secret)

        outputs = deploy(program).outputs
        return {kind: getattr(outputs[kind], "value", outputs[kind]) for kind in ("plain", "secret")}

    return rendered


def table(variables):
    rows = [
        (name, kind, getattr(value, "value", value)) for kind in variables for name, value in variables[kind].items()
    ]
    return "".join(f"{name:<40} {kind:<6} {value}\n" for name, kind, value in sorted(rows))


def test_variables_of_one_cluster(golden, render):
    golden("kpow/one-cluster.txt", table(render(ONE_CLUSTER)))


def test_variables_of_three_clusters_with_all_settings(golden, render):
    golden("kpow/three-clusters.txt", table(render(THREE_CLUSTERS, behind_proxy=True)))


def test_roles_replace_allowed_actions(render):
    settings = {**THREE_CLUSTERS, "rbac_configuration_file": "/etc/kpow/rbac.yaml", "rbac_actions": ["ACL_EDIT"]}
    plain = render(settings)["plain"]
    assert plain["RBAC_CONFIGURATION_FILE"] == "/etc/kpow/rbac.yaml"
    assert [name for name in plain if name.startswith("ALLOW_")] == ["ALLOW_UI_ANALYTICS"]


def test_variables_of_the_user_override_those_of_arguments(render):
    variables = render(
        {
            **ONE_CLUSTER,
            "environment": {"SASL_MECHANISM": "PLAIN", "ALLOW_UI_ANALYTICS": "true"},
            "secret_environment": {"SASL_JAAS_CONFIG": "PlainLoginModule", "BOOTSTRAP": "b-1:9096"},
        }
    )
    assert (variables["plain"]["SASL_MECHANISM"], variables["plain"]["ALLOW_UI_ANALYTICS"]) == ("PLAIN", "true")
    assert variables["secret"]["SASL_JAAS_CONFIG"].value == "PlainLoginModule"
    assert "BOOTSTRAP" not in variables["plain"]


def test_variables_of_the_tls_listener(render):
    variables = render({**ONE_CLUSTER, "kafka": {"listener": "tls", "bootstrap_servers": "b-1:9094"}})
    assert variables["plain"]["SECURITY_PROTOCOL"] == "SSL"
    assert not {"SASL_MECHANISM", "SASL_JAAS_CONFIG"} & {*variables["plain"], *variables["secret"]}


@pytest.mark.parametrize(
    ("servers", "broker_count", "argument", "rendered"),
    [
        ("a:1,b:1,c:1", None, None, "3"),
        ("a:1,b:1", None, None, "2"),
        ("a:1", None, None, "3"),
        ("a:1", 1, None, "1"),
        ("a:1,b:1", 4, None, "3"),
        ("a:1,b:1", 4, 4, "4"),
        ("a:1", None, 5, "5"),
    ],
)
def test_replication_factor_is_at_most_the_number_of_brokers(render, servers, broker_count, argument, rendered):
    kafka = {**SCRAM, "bootstrap_servers": servers}
    variables = render({**ONE_CLUSTER, "kafka": kafka, "broker_count": broker_count, "replication_factor": argument})
    assert variables["plain"]["REPLICATION_FACTOR"] == rendered


def test_each_variable_is_reserved_for_its_argument(render):
    variables = render({**THREE_CLUSTERS, "environment": {}, "secret_environment": {}}, behind_proxy=True)
    pattern = re.compile(f"(?:{'|'.join(ARGUMENT_OF_VARIABLES)})(?:_[0-9]+)?")
    unreserved = [name for kind in variables for name in variables[kind] if not pattern.fullmatch(name)]
    assert sorted(unreserved) == ["ALLOW_UI_ANALYTICS", "HTTP_FORWARDED", "LOG_FORMAT"]
