"""Container definition: user, environment, ports, mounts, Linux parameters and logs, in the canonical form of ECS.

ECS sorts lists and adds defaults. If the definition differed from the stored one, each update would register a new
revision, which causes downtime of the singleton.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Annotated, Any

from pydantic import AfterValidator

from moorings.validation.argument_rules import RANGE
from moorings.validation.rules import Rule, Violation
from moorings.validation.types import matches

MAX_DEFINITION_BYTES = 64 * 1024
"""Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html"""

MAX_USER_ID = 2**31 - 1


def _check_user(user: str) -> str:
    if max(map(int, user.split(":"))) > MAX_USER_ID:
        raise Violation(RANGE, f"IDs must be at most {MAX_USER_ID}, got {user!r}")
    return user


ContainerUser = Annotated[
    str,
    matches("a numeric user, or user and group", "[0-9]{1,10}(?::[0-9]{1,10})?", "1001:1001"),
    AfterValidator(_check_user),
]
"""Numeric user, or user and group, of a container."""

EnvironmentName = Annotated[str, matches("the name of an environment variable", r"[^\s=\x00]{1,255}", "LOG_LEVEL")]
"""Name of an environment variable. ECS accepts names that a shell cannot read, such as ``spring.profiles.active``."""

DEFINITION_SIZE = Rule(
    id="ecs-container-definition-size",
    rationale="ECS rejects task definitions above 64 KiB.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html",
    invalid="FargateSingleton('orders', SINGLETON_ARGS | {'environment': {'TEXT': 'x' * 65536}})",
    valid="FargateSingleton('orders', SINGLETON_ARGS | {'environment': {'TEXT': 'x' * 60000}})",
)


def render_containers(containers: Sequence[Mapping[str, Any]]) -> str:
    """Return the definitions of the containers of a task as JSON, with sorted keys and without nulls.

    Raises:
        Violation: if they are larger than ECS allows.

    """
    definitions = [
        {key: value for key, value in container.items() if value is not None}
        for container in sorted(containers, key=lambda container: str(container["name"]))
    ]
    text = json.dumps(definitions, sort_keys=True, separators=(",", ":"))
    size = len(text.encode())
    if size > MAX_DEFINITION_BYTES:
        raise Violation(
            DEFINITION_SIZE,
            f"the container definition has {size} bytes, but ECS allows {MAX_DEFINITION_BYTES}; move long values to a "
            "file in the image or to a secret",
            "environment",
        )
    return text


def environment(variables: Mapping[str, str]) -> list[dict[str, str]]:
    """Return environment variables, sorted by name."""
    return [{"name": name, "value": variables[name]} for name in sorted(variables)]


def secrets(references: Mapping[str, str]) -> list[dict[str, str]] | None:
    """Return references to secrets, sorted by name. ECS removes an empty list."""
    return [{"name": name, "valueFrom": references[name]} for name in sorted(references)] or None


def port_mappings(ports: Mapping[str, tuple[int, str]]) -> list[dict[str, Any]]:
    """Return the mappings of ports, sorted by number. With ``awsvpc``, ECS sets the host port to the same number.

    Args:
        ports: number and protocol of each port, by name.

    """
    return [
        {"containerPort": port, "hostPort": port, "name": name, "protocol": protocol}
        for name, (port, protocol) in sorted(ports.items(), key=lambda item: item[1])
    ]


def repository_credentials(secret_arn: str | None) -> dict[str, str] | None:
    """Return the credentials of a private registry, None without any."""
    return None if secret_arn is None else {"credentialsParameter": secret_arn}


def mount_points(volume_names: Mapping[str, str], read_only_paths: Collection[str]) -> list[dict[str, Any]]:
    """Return the mount points of all volumes, sorted by path.

    Args:
        volume_names: name of each volume, by path.
        read_only_paths: paths of the volumes that are mounted read-only.

    """
    return [
        {"containerPath": path, "readOnly": path in read_only_paths, "sourceVolume": volume_names[path]}
        for path in sorted(volume_names)
    ]


def linux_parameters(user: str, tmpfs_mounts: Mapping[str, int], *, init_process: bool) -> dict[str, Any]:
    """Return Linux parameters without capabilities, and with in-memory file systems that belong to the user.

    The file systems are mounted with ``exec``, which Docker disables by default: libraries such as Snappy and Netty
    unpack native code there.

    Source: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_LinuxParameters.html
    """
    uid, _, gid = user.partition(":")
    mount_options = [f"uid={uid}", f"gid={gid or uid}", "mode=0700", "nodev", "nosuid", "exec"]
    tmpfs = [
        {"containerPath": path, "mountOptions": mount_options, "size": size}
        for path, size in sorted(tmpfs_mounts.items())
    ]
    return {
        "capabilities": {"add": [], "drop": ["ALL"]},
        "initProcessEnabled": init_process,
        **({"tmpfs": tmpfs} if tmpfs else {}),
    }


def log_configuration(
    log_group: str, region: str, *, stream_prefix: str, mode: str, max_buffer_size_mib: int
) -> dict[str, Any]:
    """Return the configuration of the ``awslogs`` driver. The default mode depends on the account, so it is always set.

    Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/specify-log-config.html
    """
    options = {
        "awslogs-group": log_group,
        "awslogs-region": region,
        "awslogs-stream-prefix": stream_prefix,
        "mode": mode,
        **({"max-buffer-size": f"{max_buffer_size_mib}m"} if mode == "non-blocking" else {}),
    }
    return {"logDriver": "awslogs", "options": options}


def restart_policy(attempt_period_seconds: int | None, ignored_exit_codes: Sequence[int]) -> dict[str, Any] | None:
    """Return the restart policy of the container, None without one."""
    if attempt_period_seconds is None:
        return None
    return {
        "enabled": True,
        "ignoredExitCodes": list(ignored_exit_codes),
        "restartAttemptPeriod": attempt_period_seconds,
    }
