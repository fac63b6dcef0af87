"""Rules of a container: environment variables, files, ports, probes and image."""

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

from moorings.kafka.client_environment import ClientEnvironment, ClientSettingsFormat
from moorings.kafka.connection import KafkaConnection
from moorings.kubernetes.container import PodContainer
from moorings.kubernetes.container_security_rules import SECURITY_RULES
from moorings.kubernetes.environment_rules import ENVIRONMENT_RULES
from moorings.kubernetes.environment_variables import COMMON_VARIABLE_NAME
from moorings.kubernetes.probe_rules import PROBE_RULES
from moorings.kubernetes.probes import Probes, port_name
from moorings.kubernetes.resource_rules import RESOURCE_RULES
from moorings.kubernetes.security_context import FIRST_UNPRIVILEGED_PORT
from moorings.validation.command_words import shell_syntax
from moorings.validation.container_images import latest_tag_problem, mutable_tag_problem, registry_problem
from moorings.validation.findings import Severity
from moorings.validation.plaintext import find_secret
from moorings.validation.rule_sets import RuleSet
from moorings.validation.rules import Findings

CONTAINER_RULES = RuleSet(PodContainer, PROBE_RULES, RESOURCE_RULES, SECURITY_RULES, ENVIRONMENT_RULES)

MAX_CONFIG_BYTES = 1024 * 1024
"""Maximum size of a ConfigMap or Secret.

Source: https://kubernetes.io/docs/concepts/configuration/configmap/
"""

_EXPANSION = re.compile(r"\$\$|\$\(([A-Za-z_][A-Za-z0-9_.-]*)\)")
_VARIABLES = "https://kubernetes.io/docs/tasks/inject-data-application/define-environment-variable-container/"
_IMAGES = "https://kubernetes.io/docs/concepts/containers/images/"
_PROBES = "https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/"


@CONTAINER_RULES.rule(
    "k8s-image-latest",
    Severity.UNSAFE,
    source=_IMAGES,
    invalid="image='registry.example/orders:latest'",
    valid="image='registry.example/orders:1.4.2'",
)
def _image_latest(image: str) -> Findings:
    """The tag latest changes with every release, so pods of one workload can run different versions."""
    yield from filter(None, [latest_tag_problem(image)])


@CONTAINER_RULES.rule(
    "k8s-image-tag",
    Severity.WARNING,
    source=_IMAGES,
    invalid="image='registry.example/orders:1.4.2'",
    valid="image='registry.example/orders@sha256:' + '0' * 64",
)
def _image_tag(image: str) -> Findings:
    """A tag can be moved to another image. A digest always identifies the same image."""
    yield from filter(None, [mutable_tag_problem(image)])


@CONTAINER_RULES.rule(
    "k8s-image-pull-never",
    Severity.WARNING,
    source=f"{_IMAGES}#image-pull-policy",
    invalid="image_pull_policy='Never'",
    valid="image_pull_policy='IfNotPresent'",
)
def _image_pull_never(image_pull_policy: str | None) -> Findings:
    """The kubelet does not pull the image, so pods start only on nodes on which it has been stored."""
    if image_pull_policy == "Never":
        yield "pods do not start on a node that does not have the image, such as a new one; use IfNotPresent"


@CONTAINER_RULES.rule(
    "k8s-image-registry",
    Severity.UNSAFE,
    source="https://docs.aws.amazon.com/AmazonECR/latest/userguide/Registries.html",
    invalid="image='1234.dkr.ecr.eu-west-1.amazonaws.com/orders:1.4.2'",
    valid="image='123456789012.dkr.ecr.eu-west-1.amazonaws.com/orders:1.4.2'",
)
def _image_registry(image: str) -> Findings:
    """The host resembles that of a private Amazon ECR registry but is not valid, so the image cannot be pulled."""
    yield from filter(None, [registry_problem(image)])


@CONTAINER_RULES.rule(
    "k8s-command-shell-syntax",
    Severity.UNSAFE,
    source="https://kubernetes.io/docs/tasks/inject-data-application/define-command-argument-container/",
    invalid="command=['/bin/migrate', '&&', '/bin/orders']",
    valid="command=['sh', '-c', '/bin/migrate && exec /bin/orders']",
)
def _command_shell_syntax(command: list[str], args: list[str]) -> Findings:
    """Kubernetes starts the program without a shell, which would interpret operators and split command lines."""
    syntax = shell_syntax([*(command or [""]), *args])  # without a command, the image contains the program
    if syntax is not None:
        argument = "command" if command and (not args or shell_syntax(command)) else "args"
        yield (argument,), f"{syntax} needs a shell; use ['sh', '-c', 'command line'], or separate the words"


@CONTAINER_RULES.rule(
    "k8s-exec-probe-shell-syntax",
    Severity.UNSAFE,
    source=_PROBES,
    invalid="probes=Probes(readiness=Probe(exec=['pg_isready -U orders || exit 1']))",
    valid="probes=Probes(readiness=Probe(exec=['sh', '-c', 'pg_isready -U orders || exit 1']))",
)
def _exec_probe_shell_syntax(probes: Probes) -> Findings:
    """The kubelet runs the command of a probe without a shell, so that the probe fails."""
    for probe_type, probe in probes.declared.items():
        syntax = shell_syntax(probe.exec)
        if syntax is not None:
            fix = f"{syntax} needs a shell; use ['sh', '-c', 'command line'], or separate the words"
            yield ("probes", probe_type, "exec"), fix


@CONTAINER_RULES.rule(
    "k8s-variable-name",
    Severity.WARNING,
    source=_VARIABLES,
    invalid="environment={'LOG LEVEL': 'debug'}",
    valid="environment={'LOG_LEVEL': 'debug'}",
)
def _variable_name(environment_names: list[str], variables: list[tuple[str, str]]) -> Findings:
    """Kubernetes accepts the name, but shells and most programs cannot read the variable."""
    for argument, name in variables:
        if not COMMON_VARIABLE_NAME.fullmatch(name):
            yield (
                (argument, name),
                "most programs support only letters, digits, '_', '.' and '-', with no digit first; correct the name",
            )


@CONTAINER_RULES.rule(
    "k8s-duplicate-variable",
    Severity.ERROR,
    source=_VARIABLES,
    invalid="environment={'REGION': 'a'}, config_map_environment={'REGION': 'b'}",
    valid="environment={'REGION': 'a'}, config_map_environment={'ZONE': 'b'}",
)
def _duplicate_variable(variables: list[tuple[str, str]]) -> Findings:
    """An environment variable has only one value, so the others would be ignored."""
    first: dict[str, str] = {}
    for argument, name in variables:
        if name in first:
            fix = "set kafka_settings='none' if the application does not use the variables of kafka, or " * (
                first[name] == "kafka"
            )
            yield (argument, name), f"is also set by {first[name]}; {fix}remove one of them"
        first.setdefault(name, argument)


@CONTAINER_RULES.rule(
    "k8s-variable-expansion",
    Severity.UNSAFE,
    source="https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/",
    invalid="environment={'URL': 'http://$(HOST)', 'HOST': 'orders'}",
    valid="environment={'HOST': 'orders', 'URL': 'http://$(HOST)'}",
    each="environment",
)
def _variable_expansion(name: str, value: str, environment_names: list[str]) -> Findings:
    """The kubelet expands references only to variables that are defined earlier, and leaves others unchanged."""
    earlier = environment_names[: environment_names.index(name)]
    for variable in _EXPANSION.findall(value):
        if variable == name:
            yield f"$({name}) is not expanded, because a variable cannot refer to itself; set its value"
        elif variable in environment_names and variable not in earlier:
            yield f"$({variable}) is not expanded, because {variable} is defined after {name}; define {variable} first"


@CONTAINER_RULES.rule(
    "k8s-plaintext-secret",
    Severity.UNSAFE,
    source="https://kubernetes.io/docs/concepts/security/secrets-good-practices/",
    invalid="environment={'DATABASE_PASSWORD': 'hunter2'}",
    valid="secret_environment={'DATABASE_PASSWORD': 'hunter2'}",
    each="plaintext",
)
def _plaintext_secret(
    path: tuple[str | int, ...], value: Any, option_names: Mapping[Any, str], not_secret: list[str]
) -> Findings:
    """Anyone with read access to the workload or its ConfigMaps can read the secret."""
    argument, name = path[0], str(path[-1])
    if argument in {"environment", "config_map_environment", "config_files"}:
        kind = find_secret(value, name)
        fix = "secret_files" if argument == "config_files" else "secret_environment"
    else:
        kind = find_secret(value, option_names.get(path, ""))
        name = f"{'.'.join(map(str, path[:-1]))}[{name}]"
        # Variables are not expanded in probes.
        fix = f"secret_environment and {'read it in a shell' if argument == 'probes' else 'use $(NAME)'}"
    if kind and name not in not_secret:
        yield path, f"contains {kind} and would be stored in plain text; move it to {fix}, or add {name} to not_secret"


@CONTAINER_RULES.rule(
    "k8s-not-secret-without-setting",
    Severity.ERROR,
    source="https://kubernetes.io/docs/concepts/security/secrets-good-practices/",
    invalid="not_secret=['TOKEN_SECONDS']",
    valid="not_secret=['TOKEN_SECONDS'], environment={'TOKEN_SECONDS': '60'}",
    each="not_secret",
)
def _not_secret(_index: int, name: str, plaintext_names: list[str]) -> Findings:
    """No setting that is stored in plain text has this name, which is probably misspelled."""
    if name not in plaintext_names:
        yield f"no setting {name} is stored in plain text; remove it, or correct the name"


@CONTAINER_RULES.rule(
    "k8s-variable-pattern",
    Severity.ERROR,
    source="https://docs.python.org/3/library/re.html#re.fullmatch",
    invalid="config_map_environment={'CORS_ORIGINS': '*'}, environment_patterns={'CORS_ORIGINS': 'https://.+'}",
    valid="config_map_environment={'CORS_ORIGINS': 'https://a.example'}, "
    "environment_patterns={'CORS_ORIGINS': 'https://.+'}",
    each="values_with_patterns",
)
def _variable_pattern(path: tuple[str, str], value: str, environment_patterns: dict[str, str]) -> Findings:
    """The value does not match the pattern that the program declares for it. The message never contains the value."""
    pattern = environment_patterns[path[1]]
    if not re.fullmatch(pattern, value):
        yield path, f"must match the pattern {pattern!r} of environment_patterns; correct the value"


@CONTAINER_RULES.rule(
    "k8s-variable-unset",
    Severity.ERROR,
    source=_VARIABLES,
    invalid="environment_patterns={'API_KEYS': '.+'}",
    valid="environment_patterns={'API_KEYS': '.+'}, "
    "secrets={'API_KEYS': KubernetesSecretReference(secret_name='api', key='keys')}",
)
def _variable_unset(
    environment_patterns: dict[str, str], variables: list[tuple[str, str]], has_unknown_variables: bool
) -> Findings:
    """A variable with a pattern must be set."""
    names = {name for argument, name in variables if argument not in {"kafka", "field_refs"}}
    for name in environment_patterns:
        if name not in names and not has_unknown_variables:
            yield (
                ("environment_patterns", name),
                (
                    "the variable is not set in environment, config_map_environment, secret_environment or secrets; "
                    "set it, or remove the pattern"
                ),
            )


@CONTAINER_RULES.rule(
    "k8s-kafka-password",
    Severity.ERROR,
    source="https://docs.aws.amazon.com/msk/latest/developerguide/msk-password-tutorial.html",
    invalid="kafka=KafkaConnection(listener='scram', bootstrap_servers='b:9096', username='orders', "
    "secret_arn=SECRET_ARN)",
    valid="kafka=KafkaConnection(listener='scram', bootstrap_servers='b:9096', username='orders', "
    "secret_arn=SECRET_ARN), "
    "secrets={'KAFKA_SASL_PASSWORD': KubernetesSecretReference(secret_name='orders-kafka', key='password')}",
)
def _kafka_password(
    kafka: KafkaConnection | None,
    kafka_settings: ClientSettingsFormat,
    variable_names: list[str],
    has_unknown_variables: bool,
) -> Findings:
    """The password is stored only in Secrets Manager, which the container does not read: it could not authenticate."""
    variable = ClientEnvironment(kafka, kafka_settings).missing_variable
    if variable is not None and variable not in variable_names and not has_unknown_variables:
        yield (
            f"the password is stored only in Secrets Manager; set {variable} in secrets to a key of a Kubernetes "
            "Secret, or use a connection with a password"
        )


@CONTAINER_RULES.rule(
    "k8s-config-map-size",
    Severity.ERROR,
    source="https://kubernetes.io/docs/concepts/configuration/configmap/",
    invalid="config_files={'/etc/orders/a': 'x' * 1048577}",
    valid="config_files={'/etc/orders/a': 'x' * 1048576}",
)
def _config_map_size(config_files: dict[str, str], config_map_environment: dict[str, str]) -> Findings:
    """The API server rejects ConfigMaps above 1 MiB."""
    for argument, texts in (("config_files", config_files), ("config_map_environment", config_map_environment)):
        if (size := _size(texts)) > MAX_CONFIG_BYTES:
            yield argument, f"a ConfigMap must be at most {MAX_CONFIG_BYTES} bytes, got {size}; shorten the values"


@CONTAINER_RULES.rule(
    "k8s-secret-size",
    Severity.ERROR,
    source="https://kubernetes.io/docs/concepts/configuration/secret/",
    invalid="secret_files={'/etc/orders/a': 'x' * 1048577}",
    valid="secret_files={'/etc/orders/a': 'x' * 1048576}",
)
def _secret_size(secret_files: dict[str, str], secret_environment: dict[str, str]) -> Findings:
    """The API server rejects Secrets above 1 MiB."""
    for argument, texts in (("secret_files", secret_files), ("secret_environment", secret_environment)):
        if (size := _size(texts)) > MAX_CONFIG_BYTES:
            yield argument, f"a Secret must be at most {MAX_CONFIG_BYTES} bytes, got {size}; shorten the values"


def _size(texts: Mapping[str, str]) -> int:
    return sum(len(text.encode()) for text in texts.values())


@CONTAINER_RULES.rule(
    "k8s-port-names",
    Severity.WARNING,
    source="https://kubernetes.io/docs/concepts/services-networking/service/",
    invalid="ports={'http': 8080, 'admin': 8080}",
    valid="ports={'http': 8080, 'admin': 8081}",
)
def _port_names(ports: dict[str, int]) -> Findings:
    """A port with two names usually means that one of the numbers is wrong."""
    counts = Counter(ports.values())
    for name, port in ports.items():
        if counts[port] > 1 and name != next(iter(ports)):
            yield ("ports", name), f"{port} has more than one name; give each port one name"
            return


@CONTAINER_RULES.rule(
    "k8s-privileged-port",
    Severity.WARNING,
    source="https://kubernetes.io/docs/tasks/administer-cluster/sysctl-cluster/",
    invalid="ports={'http': 80}",
    valid="ports={'http': 80}, net_bind_service=True",
)
def _privileged_port(ports: dict[str, int], net_bind_service: bool) -> Findings:
    """Some container runtimes allow only root to listen on ports below 1024."""
    for name, port in ports.items():
        if port < FIRST_UNPRIVILEGED_PORT and not net_bind_service:
            yield (
                ("ports", name),
                (
                    f"some container runtimes allow only root to listen on ports below {FIRST_UNPRIVILEGED_PORT}, got "
                    f"{port}; use another port, or set net_bind_service=True"
                ),
            )


@CONTAINER_RULES.rule(
    "k8s-probe-port",
    Severity.ERROR,
    source=_PROBES,
    invalid="ports={'http': 8080}, probes=Probes(readiness=Probe(http_get='/ready', port='admin'))",
    valid="ports={'http': 8080}, probes=Probes(readiness=Probe(http_get='/ready', port='http'))",
)
def _probe_port(probes: Probes, ports: dict[str, int], udp_ports: dict[str, int]) -> Findings:
    """A probe refers to a TCP port that the container declares."""
    known = ", ".join(ports) or "none"
    for probe_type, probe in probes.declared.items():
        if not probe.exec and port_name(probe.port, ports) is None:
            requirement = "required unless the container has a single port or a port named http"
            kind = "a UDP port, which probes do not support" if probe.port in udp_ports else "not the name of a port"
            problem = f"{probe.port} is {kind}" if probe.port else requirement
            yield ("probes", probe_type, "port"), f"{problem} ({known}); set the name of a port"


@CONTAINER_RULES.rule(
    "k8s-probe-same-endpoint",
    Severity.UNSAFE,
    source=_PROBES,
    invalid="ports={'http': 8080}, probes=Probes(readiness=Probe(http_get='/'), liveness=Probe(http_get='/'))",
    valid="ports={'http': 8080}, probes=Probes(readiness=Probe(http_get='/ready'), liveness=Probe(http_get='/live'))",
)
def _probe_same_endpoint(probes: Probes, ports: dict[str, int]) -> Findings:
    """A draining container is not ready. With the same endpoint for both probes it would also be restarted."""
    liveness, readiness = probes.liveness, probes.readiness
    if liveness is None or readiness is None:
        return
    liveness_port, readiness_port = (port_name(probe.port, ports) for probe in (liveness, readiness))
    if (*liveness.endpoint, liveness_port) == (*readiness.endpoint, readiness_port):
        yield (
            ("probes", "liveness"),
            "uses the endpoint of readiness, so a draining container would be restarted; use another endpoint",
        )
