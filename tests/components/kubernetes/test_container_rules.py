"""Checks across the arguments of a container."""

import pytest

from moorings import InvalidInput

DIGEST = "registry.example/orders@sha256:" + "0" * 64
SIDECAR = {"image": DIGEST, "cpu_request": "10m", "memory_request": "16Mi"}
SCRAM = {"listener": "scram", "bootstrap_servers": "b:9096", "username": "orders", "password": "hunter2"}
SCRAM_WITHOUT_PASSWORD = {
    "listener": "scram",
    "bootstrap_servers": "b:9096",
    "username": "orders",
    "secret_arn": "arn:aws:secretsmanager:eu-west-1:123456789012:secret:AmazonMSK_orders-Jq7mB4",
}
PASSWORD_FROM_SECRET = {"secrets": {"KAFKA_SASL_PASSWORD": {"secret_name": "orders-kafka", "key": "password"}}}
HEAP_OPTIONS = {"JAVA_TOOL_OPTIONS": "-Xmx64m"}


def probes(**changed):
    return {"container": {"probes": changed}}


def scaled(**changed):
    return {"autoscaling": {"max_replicas": 10, **changed}}


# Arguments, what is found in them, each with its path, and similar arguments that are valid.
CASES = {
    "image without tag": (
        {"container": {"image": "registry.example/orders"}},
        [("k8s-image-latest", "container.image")],
        {"container": {"image": "registry.example/orders:1"}},
    ),
    "variable in two arguments": (
        {"container": {"environment": {"A": "1", "B": "1"}, "config_map_environment": {"A": "1"}}},
        [("k8s-duplicate-variable", "container.config_map_environment.A")],
        {"container": {"environment": {"A": "1"}, "config_map_environment": {"B": "1"}}},
    ),
    "port with two names": (
        {"container": {"ports": {"http": 8080, "admin": 8080}}, "service_ports": {"http": 80}},
        [("k8s-port-names", "container.ports.admin")],
        {"container": {"ports": {"http": 8080, "admin": 8081}}},
    ),
    "port above 65535": (
        {"container": {"ports": {"http": 65536}}},
        [("argument-range", "container.ports.http")],
        {"container": {"ports": {"http": 65535}}},
    ),
    "files with the same key": (
        {"container": {"config_files": {"/srv/a_b": "x", "/srv/a/b": "x"}}},
        [],
        {"container": {"config_files": {"/srv/a_b": "x", "/srv/a/c": "x"}}},
    ),
    "secret by the name of a variable": (
        {"container": {"environment": {"DATABASE_PASSWORD": "hunter2"}}},
        [("k8s-plaintext-secret", "container.environment.DATABASE_PASSWORD")],
        {"container": {"environment": {"DATABASE_PASSWORD": "none"}, "not_secret": ["DATABASE_PASSWORD"]}},
    ),
    "secret by the content of a file": (
        {"container": {"config_files": {"/etc/orders/key": "-----BEGIN PRIVATE KEY-----"}}},
        [("k8s-plaintext-secret", "container.config_files['/etc/orders/key']")],
        {"container": {"secret_files": {"/etc/orders/key": "-----BEGIN PRIVATE KEY-----"}}},
    ),
    "secret by the value of an argument": (
        {"container": {"args": ["--database", "postgres://orders:hunter2@db/orders"]}},
        [("k8s-plaintext-secret", "container.args[1]")],
        {
            "container": {
                "args": ["--database", "$(DATABASE)"],
                "secret_environment": {"DATABASE": "postgres://a:b@db/c"},
            }
        },
    ),
    "secret by the name of an option": (
        {"container": {"args": ["--password", "hunter2"]}},
        [("k8s-plaintext-secret", "container.args[1]")],
        {
            "container": {
                "args": ["--password", "$(PASSWORD)", "--password-file", "a"],
                "secret_environment": {"PASSWORD": "a"},
            }
        },
    ),
    "expansion of a later variable": (
        {"container": {"environment": {"URL": "http://$(HOST)", "HOST": "a"}}},
        [("k8s-variable-expansion", "container.environment.URL")],
        {"container": {"environment": {"HOST": "a", "URL": "http://$(HOST)/$$(URL)/$(date)/$()"}}},
    ),
    "expansion of the variable itself": (
        {"container": {"environment": {"PATH": "$(PATH):/opt/orders"}}},
        [("k8s-variable-expansion", "container.environment.PATH")],
        {"container": {"environment": {"PATH": "/opt/orders"}}},
    ),
    "quantity without unit": (
        {"container": {"cpu_request": 1}},
        [("argument-type", "container.cpu_request")],
        {"container": {"cpu_request": "1"}},
    ),
    "ConfigMap above 1 MiB": (
        {"container": {"config_files": {"/etc/orders/a": "x" * 1048577}}},
        [("k8s-config-map-size", "container.config_files")],
        {"container": {"config_files": {"/etc/orders/a": "x" * 1048576}}},
    ),
    "secret reference without key": (
        {"container": {"secrets": {"A": {"secret_name": "orders"}}}},
        [("argument-required", "container.secrets.A.key")],
        {"container": {"secrets": {"A": {"secret_name": "orders", "key": "a"}}}},
    ),
    "invalid name of a Secret": (
        {"container": {"secrets": {"A": {"secret_name": "Orders_DB", "key": "a"}}}},
        [("argument-format", "container.secrets.A.secret_name")],
        {"container": {"secrets": {"A": {"secret_name": "orders.db", "key": "a"}}}},
    ),
    "invalid key of a Secret": (
        {"container": {"secrets": {"A": {"secret_name": "orders", "key": "pass word"}}}},
        [("argument-format", "container.secrets.A.key")],
        {"container": {"secrets": {"A": {"secret_name": "orders", "key": ".Pass_word-1"}}}},
    ),
    "unknown field of the pod": (
        {"container": {"field_refs": {"A": "metadata.foo"}}},
        [("argument-format", "container.field_refs.A")],
        {"container": {"field_refs": {"A": "metadata.uid"}}},
    ),
    "field without downward API": (
        {"container": {"field_refs": {"A": "status.phase"}}},
        [("argument-format", "container.field_refs.A")],
        {"container": {"field_refs": {"A": "metadata.annotations['example.com/team']"}}},
    ),
    "invalid label key in a field path": (
        {"container": {"field_refs": {"A": "metadata.labels['a b']"}}},
        [("argument-format", "container.field_refs.A")],
        {"container": {"field_refs": {"A": "metadata.labels['a-b']"}}},
    ),
    "file in two arguments": (
        {"container": {"config_files": {"/opt/a/b": "x"}, "secret_files": {"/opt/a/b": "y"}}},
        [("k8s-duplicate-mount", "container.config_files['/opt/a/b']")],
        {"container": {"config_files": {"/opt/a/b": "x"}, "secret_files": {"/opt/a/c": "y"}}},
    ),
    "file path above 254 characters": (
        {"container": {"config_files": {f"/opt/a/{'b' * 248}": "x"}}},
        [],
        {"container": {"config_files": {f"/opt/a/{'b' * 247}": "x"}}},
    ),
    "secret in the command of a probe": (
        probes(readiness={"http_get": None, "exec": ["pg_isready", "postgres://orders:hunter2@db/orders"]}),
        [("k8s-plaintext-secret", "container.probes.readiness.exec[1]")],
        probes(readiness={"http_get": None, "exec": ["pg_isready", "--host", "db"]}),
    ),
    "secret in a properties file": (
        {
            "container": {
                "config_files": {"/etc/orders/a.properties": "server.port=80\nspring.datasource.password=hunter2"}
            }
        },
        [("k8s-plaintext-secret", "container.config_files['/etc/orders/a.properties']")],
        {"container": {"config_files": {"/etc/orders/a.properties": "spring.datasource.password=${PASSWORD}"}}},
    ),
    "memory volume beside the default heap": (
        {"container": {"runtime": "jvm", "memory_empty_dirs": {"/cache": "154Mi"}}},
        [("k8s-empty-dir-size", "container.memory_empty_dirs")],
        {"container": {"runtime": "jvm", "memory_empty_dirs": {"/cache": "153Mi"}}},
    ),
    "memory volume beside a configured heap": (
        {"container": {"runtime": "jvm", "memory_empty_dirs": {"/cache": "512Mi"}, "environment": HEAP_OPTIONS}},
        [("k8s-empty-dir-size", "container.memory_empty_dirs")],
        {"container": {"runtime": "jvm", "memory_empty_dirs": {"/cache": "400Mi"}, "environment": HEAP_OPTIONS}},
    ),
    "cpu_request missing": (
        {"container": {"cpu_request": None}, **scaled(cpu_utilization_percent=70)},
        [("argument-required", "container.cpu_request")],
        scaled(cpu_utilization_percent=70),
    ),
    "memory_request of a sidecar missing": (
        {"sidecars": {"proxy": {"image": DIGEST, "cpu_request": "10m"}}, **scaled(memory_utilization_percent=70)},
        [("argument-required", "sidecars.proxy.memory_request")],
        {"sidecars": {"proxy": SIDECAR}, **scaled(memory_utilization_percent=70)},
    ),
    "limit below request": (
        {"container": {"cpu_limit": "100m"}},
        [("k8s-limit-below-request", "container.cpu_limit")],
        {"container": {"cpu_limit": "250m"}},
    ),
    "memory volume as large as the memory": (
        {"container": {"memory_empty_dirs": {"/cache": "512Mi"}}},
        [("k8s-empty-dir-size", "container.memory_empty_dirs")],
        {"container": {"memory_empty_dirs": {"/cache": "511Mi"}}},
    ),
    "empty_dirs above the storage limit": (
        {"container": {"empty_dirs": {"/tmp": "2Gi"}}},
        [("k8s-empty-dir-size", "container.empty_dirs")],
        {"container": {"empty_dirs": {"/tmp": "1Gi"}}},
    ),
    "directory mounted twice": (
        {"container": {"config_files": {"/tmp/a": "x"}}},
        [("k8s-duplicate-mount", "container.empty_dirs['/tmp']")],
        {"container": {"config_files": {"/etc/orders/a": "x"}}},
    ),
    "jvm without writable directory": (
        {"container": {"runtime": "jvm", "empty_dirs": {}}},
        [("k8s-no-writable-directory", "container.empty_dirs")],
        {"container": {"runtime": "jvm", "empty_dirs": {}, "read_only_root_filesystem": False}},
    ),
    "connection without password": (
        {"container": {"kafka": SCRAM_WITHOUT_PASSWORD}},
        [("k8s-kafka-password", "container.kafka")],
        {"container": {"kafka": SCRAM_WITHOUT_PASSWORD, **PASSWORD_FROM_SECRET}},
    ),
    "variable of the connection": (
        {"container": {"kafka": SCRAM, "environment": {"KAFKA_BOOTSTRAP_SERVERS": "b:9096"}}},
        [("k8s-duplicate-variable", "container.environment.KAFKA_BOOTSTRAP_SERVERS")],
        {
            "container": {
                "kafka": SCRAM,
                "kafka_settings": "spring",
                "environment": {"KAFKA_BOOTSTRAP_SERVERS": "b:9096"},
            }
        },
    ),
    "password of the connection": (
        {"container": {"kafka": SCRAM, **PASSWORD_FROM_SECRET}},
        [("k8s-duplicate-variable", "container.secrets.KAFKA_SASL_PASSWORD")],
        {"container": {"kafka": SCRAM, "kafka_settings": "none", **PASSWORD_FROM_SECRET}},
    ),
}


@pytest.mark.parametrize(("changed", "findings"), [case[:2] for case in CASES.values()], ids=CASES)
def test_invalid_arguments_are_found(findings_of, changed, findings):
    assert findings_of(**changed) == findings


@pytest.mark.parametrize("changed", [case[2] for case in CASES.values()], ids=CASES)
def test_similar_valid_arguments_are_accepted(deploy_workload, changed):
    assert deploy_workload(**changed)["orders"]


def test_late_names_of_secrets_are_checked(findings_of, late):
    secrets = {"A": {"secret_name": late("Orders"), "key": "a"}}
    assert findings_of(container={"secrets": secrets}) == [("argument-format", "container.secrets.A.secret_name")]


@pytest.mark.parametrize("preview", [True, False])
@pytest.mark.parametrize(
    ("argument", "name"), [("environment", "A"), ("config_map_environment", "A"), ("config_files", "/etc/orders/a")]
)
def test_values_that_are_marked_as_secrets(deploy_workload, rejected, late, argument, name, preview):  # noqa: PLR0917
    container = {argument: {name: late("x", secret=True)}}
    key = f".{name}" if name == "A" else f"['{name}']"
    with rejected("k8s-plaintext-secret", f"container.{argument}{key}"):
        deploy_workload(container=container, preview=preview)
    assert deploy_workload(container={**container, "not_secret": [name]}, preview=preview)
    assert deploy_workload(container={argument: {name: late("x")}}, preview=preview)


@pytest.mark.parametrize("preview", [True, False])
@pytest.mark.parametrize("argument", ["command", "args"])
def test_secrets_in_commands(deploy_workload, rejected, late, argument, preview):
    container = {argument: ["--password", late("x", secret=True)]}
    with rejected("k8s-plaintext-secret", f"container.{argument}[1]"):
        deploy_workload(container=container, preview=preview)
    assert deploy_workload(container={**container, "not_secret": [f"{argument}[1]"]}, preview=preview)
    assert deploy_workload(container={argument: ["--password-file", late("x")]}, preview=preview)


def test_late_values_with_the_name_of_a_secret_are_rejected_in_a_preview(findings_of, late):
    findings = findings_of(container={"environment": {"DB_PASSWORD": late("x")}}, preview=True)
    assert findings == [("k8s-plaintext-secret", "container.environment.DB_PASSWORD")]


def test_late_values_that_look_like_a_secret(findings_of, late):
    sidecar = {**SIDECAR, "config_map_environment": {"URL": late("postgres://a:b@c/d")}}
    assert findings_of(sidecars={"proxy": sidecar}) == [
        ("k8s-plaintext-secret", "sidecars.proxy.config_map_environment.URL")
    ]


@pytest.mark.parametrize(
    ("argument", "name", "kind"),
    [
        ("config_map_environment", "A", "config-map"),
        ("config_files", "/etc/orders/a", "config-map"),
        ("secret_environment", "A", "secret"),
        ("secret_files", "/etc/orders/a", "secret"),
    ],
)
def test_late_values_above_the_maximum_size(deploy_workload, findings_of, late, argument, name, kind):  # noqa: PLR0917
    findings = findings_of(container={argument: {name: late("x" * 1048577)}})
    assert findings == [(f"k8s-{kind}-size", f"container.{argument}")]
    assert deploy_workload(container={argument: {name: late("x" * 1048576)}})


def test_messages_contain_no_secret(deploy_workload):
    with pytest.raises(InvalidInput) as error:
        deploy_workload(container={"environment": {"DATABASE_PASSWORD": "hunter2"}})
    assert "hunter2" not in str(error.value)
