"""Environment variables of kPow."""

import re

import pulumi
import pytest

from moorings.apps.kpow.environment import KpowEnvironment
from moorings.apps.kpow.license import LICENSE_KEYS
from moorings.apps.kpow.settings import KpowSettings
from moorings.apps.kpow.validation import ARGUMENT_OF_VARIABLES

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
    "rbac_configuration_file": "/etc/kpow/rbac.yaml",
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
            settings = KpowSettings.from_input("kPow", args)
            environment = KpowEnvironment.from_settings("kPow", "kpow", settings, behind_proxy=behind_proxy)
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


def test_each_variable_is_reserved_for_its_argument(render):
    variables = render({**THREE_CLUSTERS, "environment": {}, "secret_environment": {}}, behind_proxy=True)
    pattern = re.compile(f"(?:{'|'.join(ARGUMENT_OF_VARIABLES)})(?:_[0-9]+)?")
    unreserved = [name for kind in variables for name in variables[kind] if not pattern.fullmatch(name)]
    assert sorted(unreserved) == ["ALLOW_UI_ANALYTICS", "HTTP_FORWARDED", "LOG_FORMAT"]
