"""The container of a task, in the one form in which ECS gives it back.

A definition that differs from what ECS keeps, be it by an order or by a default left out, would register a new revision
in every run, and for a singleton each revision is an outage.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from moorings.ecs.container_user import owner
from moorings.ecs.volumes import volume_name

MOST_BYTES = 64 * 1024
"""Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html"""


def canonical(container: Mapping[str, Any]) -> str:
    """The definitions of a task with one container as JSON: keys sorted, nothing that is null.

    Raises:
        ValueError: for a definition that ECS would not take, as it is too large.

    """
    given = {key: value for key, value in container.items() if value is not None}
    text = json.dumps([given], sort_keys=True, separators=(",", ":"))
    size = len(text.encode())
    if size > MOST_BYTES:
        raise ValueError(
            f"the task definition has {size} bytes, and ECS takes {MOST_BYTES}; move long values of environment to a "
            "file of the image or to a secret"
        )
    return text


def environment(variables: Mapping[str, str]) -> list[dict[str, str]]:
    """Variables, sorted by name."""
    return [{"name": name, "value": variables[name]} for name in sorted(variables)]


def secrets(references: Mapping[str, str]) -> list[dict[str, str]] | None:
    """References, sorted by name; ECS drops an empty list."""
    return [{"name": name, "valueFrom": references[name]} for name in sorted(references)] or None


def port_mappings(ports: Sequence[tuple[str, int]]) -> list[dict[str, Any]]:
    """Ports by name; with ``awsvpc`` the host's is the container's, and ECS writes it."""
    return [
        {"containerPort": port, "hostPort": port, "name": name, "protocol": "tcp"}
        for name, port in sorted(ports, key=lambda each: each[1])
    ]


def mount_points(volumes: Sequence[str], read_only: Mapping[str, bool]) -> list[dict[str, Any]]:
    """Volumes at their paths, sorted."""
    return [
        {"containerPath": path, "readOnly": read_only.get(path, False), "sourceVolume": volume_name(path)}
        for path in sorted([*volumes, *read_only])
    ]


def linux_parameters(*, user: str, writable: Mapping[str, int], init: bool) -> dict[str, Any]:
    """No capabilities, file systems in memory that belong to the user, and an init process for ECS Exec.

    Programs may run from these file systems, which Docker forbids by default: Snappy, Netty and the like unpack their
    native libraries there.

    Source: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_LinuxParameters.html
    """
    tmpfs = [
        {
            "containerPath": path,
            "mountOptions": [*owner(user), "mode=0700", "nodev", "nosuid", "exec"],
            "size": writable[path],
        }
        for path in sorted(writable)
    ]
    return {
        "capabilities": {"add": [], "drop": ["ALL"]},
        "initProcessEnabled": init,
        **({"tmpfs": tmpfs} if tmpfs else {}),
    }


def log_configuration(*, group: str, region: str, name: str, mode: str, buffer_mib: int) -> dict[str, Any]:
    """Logs to CloudWatch, with the mode written out: what ECS takes without one depends on the account.

    Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/specify-log-config.html
    """
    options = {
        "awslogs-group": group,
        "awslogs-region": region,
        "awslogs-stream-prefix": name,
        "mode": mode,
        **({"max-buffer-size": f"{buffer_mib}m"} if mode == "non-blocking" else {}),
    }
    return {"logDriver": "awslogs", "options": options}
