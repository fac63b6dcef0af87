"""Checks across the arguments of a container."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import partial
from itertools import pairwise
from typing import Any

import pulumi

from moorings.kafka.client_environment import ClientEnvironment
from moorings.kubernetes.container import JVM_HEAP_PERCENT, JVM_OPTIONS_VARIABLE, PodContainer, config_key
from moorings.kubernetes.environment_variables import check_value
from moorings.kubernetes.probes import port_name
from moorings.kubernetes.quantities import parse_quantity
from moorings.validation.inputs import check_together, is_late
from moorings.validation.plaintext import check_plaintext, find_secret, plaintext_problem

MAX_CONFIG_BYTES = 1024 * 1024
"""Maximum size of a ConfigMap or Secret.

Source: https://kubernetes.io/docs/concepts/configuration/configmap/
"""

_EXPANSION = re.compile(r"\$\$|\$\(([A-Za-z_][A-Za-z0-9_.-]*)\)")


def container_problems(path: str, container: PodContainer) -> Iterator[str]:
    """Yield the problems of the plain values of a container.

    Args:
        path: argument that contains the container.
        container: the container.

    """
    for check in (
        _check_names,
        _check_expansion,
        _check_plaintext,
        _check_patterns,
        _check_kafka,
        _check_config_size,
        _check_resources,
        _check_mount_paths,
        _check_probe_ports,
        _check_probe_endpoints,
    ):
        for problem in check(container):
            yield f"{path}.{problem}"


def find_duplicates(items: Iterable[Any]) -> list[str]:
    """Return the items that occur more than once, as sorted text."""
    return sorted(str(item) for item, count in Counter(items).items() if count > 1)


def _check_names(container: PodContainer) -> Iterator[str]:
    if names := find_duplicates(container.variable_names):
        yield f"environment: {', '.join(names)} is set twice; set each variable in one argument"
    if ports := find_duplicates(container.ports.values()):
        yield f"ports: {', '.join(ports)} has more than one name; give each port one name"
    for argument in ("config_files", "secret_files"):
        keys = Counter(map(config_key, getattr(container, argument)))
        paths = sorted(path for path in getattr(container, argument) if keys[config_key(path)] > 1)
        if paths:
            yield f"{argument}: {' and '.join(paths)} would have the same key {config_key(paths[0])}; rename one"
    if paths := sorted(container.config_files.keys() & container.secret_files.keys()):
        yield f"config_files: {', '.join(paths)} is in secret_files as well; remove it from one of them"


def _check_expansion(container: PodContainer) -> Iterator[str]:
    earlier: set[str] = set()
    for name, value in container.environment.items():
        referenced = _EXPANSION.findall(value) if isinstance(value, str) else []
        later = [variable for variable in referenced if variable in container.environment and variable not in earlier]
        if name in later:
            yield f"environment.{name}: $({name}) is not expanded, as a variable cannot refer to itself; set its value"
        elif later:
            yield (
                f"environment.{name}: $({later[0]}) is not expanded, since {later[0]} is set after {name}; set "
                f"{later[0]} first"
            )
        earlier.add(name)


def _plaintext_fix(argument: str, name: str) -> str:
    secret_argument = "secret_files" if argument == "config_files" else "secret_environment"
    return f"move it to {secret_argument}, or add {name} to not_secret"


def _command_fix(element: str) -> str:
    # Variables are not expanded in probes.
    instead = "read it in a shell" if element.startswith("probes.") else "use $(NAME)"
    return f"move it to secret_environment and {instead}, or add {element} to not_secret"


def _check_plaintext(container: PodContainer) -> Iterator[str]:
    for argument in ("environment", "config_map_environment", "config_files"):
        for name, value in getattr(container, argument).items():
            kind = find_secret(value, name) if name not in container.not_secret else None
            if kind:
                yield plaintext_problem(f"{argument}.{name}", kind, _plaintext_fix(argument, name))
    for argument, command in container.commands.items():
        for index, (before, value) in enumerate(pairwise(["", *command])):
            option = before if isinstance(before, str) and before.startswith("-") else ""
            element = f"{argument}[{index}]"
            kind = find_secret(value, option) if isinstance(value, str) else None
            if kind and element not in container.not_secret:
                yield plaintext_problem(element, kind, _command_fix(element))


def _check_patterns(container: PodContainer) -> Iterator[str]:
    variables = {
        *container.environment, *container.config_map_environment, *container.secret_environment, *container.secrets
    }  # fmt: skip
    if unset := [name for name in container.environment_patterns if name not in variables]:
        yield (
            f"environment_patterns: {', '.join(unset)} is set in none of environment, config_map_environment, "
            "secret_environment and secrets; set it there or remove its pattern"
        )
    for argument, pattern, value in container.values_with_patterns:
        if isinstance(value, str):
            try:
                check_value(argument, pattern, value)
            except ValueError as error:
                yield str(error)


def _check_kafka(container: PodContainer) -> Iterator[str]:
    variable = ClientEnvironment(container.kafka, container.kafka_settings).missing_variable
    if variable is not None and variable not in container.variable_names:
        yield (
            "kafka: the connection has no password, as it is only in Secrets Manager; reference a Secret as "
            f"{variable} in secrets, or use a connection with a password"
        )


def _check_config_size(container: PodContainer) -> Iterator[str]:
    for argument in ("config_map_environment", "config_files"):
        try:
            _check_size(argument, getattr(container, argument).values())
        except ValueError as error:
            yield str(error)


def _check_size(argument: str, texts: Iterable[Any]) -> None:
    """Reject texts that exceed a ConfigMap or Secret. Late values are not counted."""
    size = sum(len(text.encode()) for text in texts if isinstance(text, str))
    kind = "Secret" if argument.endswith(("secret_environment", "secret_files")) else "ConfigMap"
    if size > MAX_CONFIG_BYTES:
        raise ValueError(f"{argument}: a {kind} must have at most {MAX_CONFIG_BYTES} bytes, got {size}")


def _check_resources(container: PodContainer) -> Iterator[str]:
    for resource in ("cpu", "memory", "ephemeral_storage"):
        request, limit = getattr(container, f"{resource}_request"), getattr(container, f"{resource}_limit")
        if limit is not None and parse_quantity(limit) < parse_quantity(request):
            yield f"{resource}_limit: must be at least {resource}_request {request}, got {limit}"
    memory = container.memory_limit or container.memory_request
    in_memory = sum(map(parse_quantity, container.memory_empty_dirs.values()))
    sizes = " and ".join(container.memory_empty_dirs.values())
    if in_memory >= parse_quantity(memory):
        yield f"memory_empty_dirs: must be smaller than the memory limit {memory}, got {sizes}"
    elif container.sets_heap_size and in_memory > parse_quantity(memory) * (100 - JVM_HEAP_PERCENT) / 100:
        yield (
            f"memory_empty_dirs: {sizes} do not fit beside a heap of {JVM_HEAP_PERCENT} % of the memory limit "
            f"{memory}; raise memory_limit, lower the sizes, or set the heap in {JVM_OPTIONS_VARIABLE}"
        )
    if sum(map(parse_quantity, container.empty_dirs.values())) > parse_quantity(container.ephemeral_storage_limit):
        yield (
            f"empty_dirs: must be at most ephemeral_storage_limit {container.ephemeral_storage_limit} in total, got "
            f"{' and '.join(container.empty_dirs.values())}"
        )


def _check_mount_paths(container: PodContainer) -> Iterator[str]:
    if paths := find_duplicates(container.mount_paths):
        yield f"empty_dirs: {', '.join(paths)} is mounted twice; use each path once"
    writable = container.empty_dirs or container.memory_empty_dirs or not container.read_only_root_filesystem
    if container.runtime != "other" and not writable:
        yield f"empty_dirs: the runtime {container.runtime} writes temporary files; keep /tmp"


def _check_probe_ports(container: PodContainer) -> Iterator[str]:
    ports = ", ".join(container.ports) or "none"
    for probe_type, probe in container.probes.declared.items():
        if not probe.exec and port_name(probe.port, container.ports) is None:
            problem = f"{probe.port} is not one of ports" if probe.port else "required unless there is one port or http"
            yield f"probes.{probe_type}.port: {problem} ({ports})"


def _check_probe_endpoints(container: PodContainer) -> Iterator[str]:
    liveness, readiness = container.probes.liveness, container.probes.readiness
    if container.probes.same_endpoint or not (liveness and readiness):
        return
    liveness_port, readiness_port = (port_name(probe.port, container.ports) for probe in (liveness, readiness))
    if (*liveness.endpoint, liveness_port) == (*readiness.endpoint, readiness_port):
        yield (
            "probes.liveness: has the endpoint of readiness, so that a draining container would be restarted; use "
            "another endpoint, or set same_endpoint=True if there is none"
        )


def check_late_values(component: str, path: str, container: PodContainer) -> None:
    """Check the late values of a container when they resolve.

    Args:
        component: component in messages.
        path: argument that contains the container.
        container: the container.

    Raises:
        InvalidInput: if a value is invalid, or a secret is stored in plain text.

    """
    _check_late_plaintext(component, path, container)
    for argument in ("config_map_environment", "config_files", "secret_environment", "secret_files"):
        texts: list[pulumi.Input[str]] = list(getattr(container, argument).values())
        if is_late(texts):
            check_together(component, partial(_check_size, f"{path}.{argument}"), texts=texts)
    for argument, pattern, value in container.values_with_patterns:
        if is_late(value):
            check_together(component, partial(check_value, f"{path}.{argument}", pattern), value=value)


def _check_late_plaintext(component: str, path: str, container: PodContainer) -> None:
    for argument in ("environment", "config_map_environment", "config_files"):
        for name, value in getattr(container, argument).items():
            if is_late(value) and name not in container.not_secret:
                fix, find = _plaintext_fix(argument, name), partial(find_secret, name=name)
                check_plaintext(component, f"{path}.{argument}.{name}", value, fix=fix, find=find)
    for argument in ("command", "args"):
        for index, value in enumerate(getattr(container, argument)):
            element = f"{argument}[{index}]"
            if is_late(value) and element not in container.not_secret:
                check_plaintext(component, f"{path}.{element}", value, fix=_command_fix(element))
