"""Checks across the arguments of a container."""

import pytest

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


# Rejected arguments, message after the name of the component, and similar arguments that are valid.
CASES = {
    "image without tag": (
        {"container": {"image": "registry.example/orders"}},
        ".container.image: 'registry.example/orders' uses the mutable tag latest; use a version tag, or "
        "preferably a digest (registry.example/orders@sha256:...)",
        {"container": {"image": "registry.example/orders:1"}},
    ),
    "variable in two arguments": (
        {"container": {"environment": {"A": "1", "B": "1"}, "config_map_environment": {"A": "1"}}},
        ": container.environment: A is set twice; set each variable in one argument",
        {"container": {"environment": {"A": "1"}, "config_map_environment": {"B": "1"}}},
    ),
    "port with two names": (
        {"container": {"ports": {"http": 8080, "admin": 8080}}},
        ": container.ports: 8080 has more than one name; give each port one name",
        {"container": {"ports": {"http": 8080, "admin": 8081}}},
    ),
    "port above 65535": (
        {"container": {"ports": {"http": 65536}}},
        ".container.ports.http: must be at most 65535",
        {"container": {"ports": {"http": 65535}}},
    ),
    "files with the same key": (
        {"container": {"config_files": {"/srv/a_b": "x", "/srv/a/b": "x"}}},
        ": container.config_files: /srv/a/b and /srv/a_b would have the same key srv_a_b; rename one",
        {"container": {"config_files": {"/srv/a_b": "x", "/srv/a/c": "x"}}},
    ),
    "secret by the name of a variable": (
        {"container": {"environment": {"DATABASE_PASSWORD": "hunter2"}}},
        ": container.environment.DATABASE_PASSWORD: contains a secret and would be stored in plain text; move it to "
        "secret_environment, or add DATABASE_PASSWORD to not_secret",
        {"container": {"environment": {"DATABASE_PASSWORD": "none"}, "not_secret": ["DATABASE_PASSWORD"]}},
    ),
    "secret by the content of a file": (
        {"container": {"config_files": {"/etc/orders/key": "-----BEGIN PRIVATE KEY-----"}}},
        ": container.config_files./etc/orders/key: contains a private key and would be stored in plain text; move it "
        "to secret_files, or add /etc/orders/key to not_secret",
        {"container": {"secret_files": {"/etc/orders/key": "-----BEGIN PRIVATE KEY-----"}}},
    ),
    "secret by the value of an argument": (
        {"container": {"args": ["--database", "postgres://orders:hunter2@db/orders"]}},
        ": container.args[1]: contains a URL with a password and would be stored in plain text; move it to "
        "secret_environment and use $(NAME), or add args[1] to not_secret",
        {
            "container": {
                "args": ["--database", "$(DATABASE)"],
                "secret_environment": {"DATABASE": "postgres://a:b@db/c"},
            }
        },
    ),
    "secret by the name of an option": (
        {"container": {"args": ["--password", "hunter2"]}},
        ": container.args[1]: contains a secret and would be stored in plain text; move it to secret_environment and "
        "use $(NAME), or add args[1] to not_secret",
        {
            "container": {
                "args": ["--password", "$(PASSWORD)", "--password-file", "a"],
                "secret_environment": {"PASSWORD": "a"},
            }
        },
    ),
    "expansion of a later variable": (
        {"container": {"environment": {"URL": "http://$(HOST)", "HOST": "a"}}},
        ": container.environment.URL: $(HOST) is not expanded, since HOST is set after URL; set HOST first",
        {"container": {"environment": {"HOST": "a", "URL": "http://$(HOST)/$$(URL)/$(date)/$()"}}},
    ),
    "expansion of the variable itself": (
        {"container": {"environment": {"PATH": "$(PATH):/opt/orders"}}},
        ": container.environment.PATH: $(PATH) is not expanded, as a variable cannot refer to itself; set its value",
        {"container": {"environment": {"PATH": "/opt/orders"}}},
    ),
    "quantity without unit": (
        {"container": {"cpu_request": 1}},
        ".container.cpu_request: must be text with a unit, such as '250m' or '512Mi', got 1",
        {"container": {"cpu_request": "1"}},
    ),
    "ConfigMap above 1 MiB": (
        {"container": {"config_files": {"/etc/orders/a": "x" * 1048577}}},
        ": container.config_files: a ConfigMap must have at most 1048576 bytes, got 1048577",
        {"container": {"config_files": {"/etc/orders/a": "x" * 1048576}}},
    ),
    "secret reference without key": (
        {"container": {"secrets": {"A": {"secret_name": "orders"}}}},
        ".container.secrets.A.key: this argument is required",
        {"container": {"secrets": {"A": {"secret_name": "orders", "key": "a"}}}},
    ),
    "invalid name of a Secret": (
        {"container": {"secrets": {"A": {"secret_name": "Orders_DB", "key": "a"}}}},
        ".container.secrets.A.secret_name: must be 1 to 253 lower-case letters, digits, hyphens and dots, and begin "
        "and end with a letter or digit, got 'Orders_DB'",
        {"container": {"secrets": {"A": {"secret_name": "orders.db", "key": "a"}}}},
    ),
    "invalid key of a Secret": (
        {"container": {"secrets": {"A": {"secret_name": "orders", "key": "pass word"}}}},
        ".container.secrets.A.key: must be 1 to 253 letters, digits, '-', '_' and '.', got 'pass word'",
        {"container": {"secrets": {"A": {"secret_name": "orders", "key": ".Pass_word-1"}}}},
    ),
    "unknown field of the pod": (
        {"container": {"field_refs": {"A": "metadata.foo"}}},
        ".container.field_refs.A: must be metadata.name, metadata.namespace, metadata.uid, spec.nodeName, "
        "spec.serviceAccountName, status.hostIP, status.hostIPs, status.podIP, status.podIPs, "
        "metadata.labels['<key>'] or metadata.annotations['<key>'], got 'metadata.foo'",
        {"container": {"field_refs": {"A": "metadata.uid"}}},
    ),
    "field without downward API": (
        {"container": {"field_refs": {"A": "status.phase"}}},
        ".container.field_refs.A: must be metadata.name, metadata.namespace, metadata.uid, spec.nodeName, "
        "spec.serviceAccountName, status.hostIP, status.hostIPs, status.podIP, status.podIPs, "
        "metadata.labels['<key>'] or metadata.annotations['<key>'], got 'status.phase'",
        {"container": {"field_refs": {"A": "metadata.annotations['example.com/team']"}}},
    ),
    "invalid label key in a field path": (
        {"container": {"field_refs": {"A": "metadata.labels['a b']"}}},
        ".container.field_refs.A: must be at most 63 letters, digits, '-', '_' and '.', with an optional prefix of a "
        "DNS subdomain and a slash, got 'a b'",
        {"container": {"field_refs": {"A": "metadata.labels['a-b']"}}},
    ),
    "file in two arguments": (
        {"container": {"config_files": {"/opt/a/b": "x"}, "secret_files": {"/opt/a/b": "y"}}},
        ": container.config_files: /opt/a/b is in secret_files as well; remove it from one of them",
        {"container": {"config_files": {"/opt/a/b": "x"}, "secret_files": {"/opt/a/c": "y"}}},
    ),
    "file path above 254 characters": (
        {"container": {"config_files": {f"/opt/a/{'b' * 248}": "x"}}},
        ".container.config_files./opt/a/bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb[[key]]: must have at most 254 characters, since the path becomes a key of a ConfigMap or Secret, got 255 in '/opt/a/bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb'",
        {"container": {"config_files": {f"/opt/a/{'b' * 247}": "x"}}},
    ),
    "secret in the command of a probe": (
        probes(readiness={"http_get": None, "exec": ["pg_isready", "postgres://orders:hunter2@db/orders"]}),
        ": container.probes.readiness.exec[1]: contains a URL with a password and would be stored in plain text; move "
        "it to secret_environment and read it in a shell, or add probes.readiness.exec[1] to not_secret",
        probes(readiness={"http_get": None, "exec": ["pg_isready", "--host", "db"]}),
    ),
    "secret in a properties file": (
        {
            "container": {
                "config_files": {"/etc/orders/a.properties": "server.port=80\nspring.datasource.password=hunter2"}
            }
        },
        ": container.config_files./etc/orders/a.properties: contains a password and would be stored in plain text; "
        "move it to secret_files, or add /etc/orders/a.properties to not_secret",
        {"container": {"config_files": {"/etc/orders/a.properties": "spring.datasource.password=${PASSWORD}"}}},
    ),
    "memory volume beside the default heap": (
        {"container": {"runtime": "jvm", "memory_empty_dirs": {"/cache": "154Mi"}}},
        ": container.memory_empty_dirs: 154Mi do not fit beside a heap of 70 % of the memory limit 512Mi; raise "
        "memory_limit, lower the sizes, or set the heap in JAVA_TOOL_OPTIONS",
        {"container": {"runtime": "jvm", "memory_empty_dirs": {"/cache": "153Mi"}}},
    ),
    "memory volume beside a configured heap": (
        {"container": {"runtime": "jvm", "memory_empty_dirs": {"/cache": "512Mi"}, "environment": HEAP_OPTIONS}},
        ": container.memory_empty_dirs: must be smaller than the memory limit 512Mi, got 512Mi",
        {"container": {"runtime": "jvm", "memory_empty_dirs": {"/cache": "400Mi"}, "environment": HEAP_OPTIONS}},
    ),
    "cpu_request missing": (
        {"container": {"cpu_request": None}, **scaled(cpu_utilization_percent=70)},
        ".container.cpu_request: this argument is required",
        scaled(cpu_utilization_percent=70),
    ),
    "memory_request of a sidecar missing": (
        {"sidecars": {"proxy": {"image": DIGEST, "cpu_request": "10m"}}, **scaled(memory_utilization_percent=70)},
        ".sidecars.proxy.memory_request: this argument is required",
        {"sidecars": {"proxy": SIDECAR}, **scaled(memory_utilization_percent=70)},
    ),
    "limit below request": (
        {"container": {"cpu_limit": "100m"}},
        ": container.cpu_limit: must be at least cpu_request 250m, got 100m",
        {"container": {"cpu_limit": "250m"}},
    ),
    "memory volume as large as the memory": (
        {"container": {"memory_empty_dirs": {"/cache": "512Mi"}}},
        ": container.memory_empty_dirs: must be smaller than the memory limit 512Mi, got 512Mi",
        {"container": {"memory_empty_dirs": {"/cache": "511Mi"}}},
    ),
    "empty_dirs above the storage limit": (
        {"container": {"empty_dirs": {"/tmp": "2Gi"}}},
        ": container.empty_dirs: must be at most ephemeral_storage_limit 1Gi in total, got 2Gi",
        {"container": {"empty_dirs": {"/tmp": "1Gi"}}},
    ),
    "directory mounted twice": (
        {"container": {"config_files": {"/tmp/a": "x"}}},
        ": container.empty_dirs: /tmp is mounted twice; use each path once",
        {"container": {"config_files": {"/etc/orders/a": "x"}}},
    ),
    "jvm without writable directory": (
        {"container": {"runtime": "jvm", "empty_dirs": {}}},
        ": container.empty_dirs: the runtime jvm writes temporary files; keep /tmp",
        {"container": {"runtime": "jvm", "empty_dirs": {}, "read_only_root_filesystem": False}},
    ),
    "connection without password": (
        {"container": {"kafka": SCRAM_WITHOUT_PASSWORD}},
        ": container.kafka: the connection has no password, as it is only in Secrets Manager; reference a Secret as "
        "KAFKA_SASL_PASSWORD in secrets, or use a connection with a password",
        {"container": {"kafka": SCRAM_WITHOUT_PASSWORD, **PASSWORD_FROM_SECRET}},
    ),
    "variable of the connection": (
        {"container": {"kafka": SCRAM, "environment": {"KAFKA_BOOTSTRAP_SERVERS": "b:9096"}}},
        ": container.environment: KAFKA_BOOTSTRAP_SERVERS is set twice; set each variable in one argument",
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
        ": container.environment: KAFKA_SASL_PASSWORD is set twice; set each variable in one argument",
        {"container": {"kafka": SCRAM, "kafka_settings": "none", **PASSWORD_FROM_SECRET}},
    ),
}


@pytest.mark.parametrize(("changed", "message"), [case[:2] for case in CASES.values()], ids=CASES)
def test_invalid_arguments_are_rejected(rejection, changed, message):
    assert rejection(**changed) == message


@pytest.mark.parametrize("changed", [case[2] for case in CASES.values()], ids=CASES)
def test_similar_valid_arguments_are_accepted(deploy_workload, changed):
    assert deploy_workload(**changed)["orders"]


@pytest.mark.parametrize(
    ("container", "message"),
    [
        (lambda late: {"image": late("registry.example/orders")}, CASES["image without tag"][1]),
        (
            lambda late: {"secrets": {"A": {"secret_name": late("Orders"), "key": "a"}}},
            ".container.secrets.secret_name: must be 1 to 253 lower-case letters, digits, hyphens and dots, and begin "
            "and end with a letter or digit, got 'Orders'",
        ),
    ],
)
def test_invalid_late_values_are_rejected_with_the_same_message(rejection, late, container, message):
    assert rejection(container=container(late)) == message


@pytest.mark.parametrize("preview", [True, False])
@pytest.mark.parametrize(
    ("argument", "name"), [("environment", "A"), ("config_map_environment", "A"), ("config_files", "/etc/orders/a")]
)
def test_late_secrets_in_plain_text_are_rejected(deploy_workload, rejection, late, argument, name, preview):  # noqa: PLR0917
    secret_argument = "secret_files" if argument == "config_files" else "secret_environment"
    container = {argument: {name: late("x", secret=True)}}
    assert rejection(container=container, preview=preview) == (
        f": container.{argument}.{name}: contains a secret and would be stored in plain text; move it to "
        f"{secret_argument}, or add {name} to not_secret"
    )
    assert deploy_workload(container={**container, "not_secret": [name]}, preview=preview)
    assert deploy_workload(container={argument: {name: late("x")}}, preview=preview)


@pytest.mark.parametrize("preview", [True, False])
@pytest.mark.parametrize("argument", ["command", "args"])
def test_late_secrets_in_commands_are_rejected(deploy_workload, rejection, late, argument, preview):
    container = {argument: ["--password", late("x", secret=True)]}
    assert rejection(container=container, preview=preview) == (
        f": container.{argument}[1]: contains a secret and would be stored in plain text; move it to "
        f"secret_environment and use $(NAME), or add {argument}[1] to not_secret"
    )
    assert deploy_workload(container={**container, "not_secret": [f"{argument}[1]"]}, preview=preview)
    assert deploy_workload(container={argument: ["--password", late("x")]}, preview=preview)


def test_late_values_that_look_like_a_secret_are_rejected(rejection, late):
    sidecar = {**SIDECAR, "config_map_environment": {"URL": late("postgres://a:b@c/d")}}
    message = rejection(sidecars={"proxy": sidecar})
    assert message.startswith(": sidecars.proxy.config_map_environment.URL: contains a URL with a password")


@pytest.mark.parametrize(
    ("argument", "name", "kind"),
    [
        ("config_map_environment", "A", "ConfigMap"),
        ("config_files", "/etc/orders/a", "ConfigMap"),
        ("secret_environment", "A", "Secret"),
        ("secret_files", "/etc/orders/a", "Secret"),
    ],
)
def test_late_values_above_the_maximum_size_are_rejected(deploy_workload, rejection, late, argument, name, kind):  # noqa: PLR0917
    message = rejection(container={argument: {name: late("x" * 1048577)}})
    assert message == f": container.{argument}: a {kind} must have at most 1048576 bytes, got 1048577"
    assert deploy_workload(container={argument: {name: late("x" * 1048576)}})


def test_messages_contain_no_secret(rejection):
    assert "hunter2" not in rejection(container={"environment": {"DATABASE_PASSWORD": "hunter2"}})
