"""Workloads to change."""

import copy
from dataclasses import dataclass
from typing import Any

import pulumi
import pytest

from moorings import KubernetesWorkload

DIGEST = "registry.example/orders@sha256:" + "0" * 64


def merged(base, changes):
    """A nested dict with changes; None takes a key away."""
    found = copy.copy(base)
    for key, value in changes.items():
        if isinstance(value, dict) and isinstance(found.get(key), dict) and value:
            found[key] = merged(found[key], value)
        elif value is None:
            found.pop(key, None)
        else:
            found[key] = value
    return found


@dataclass(frozen=True)
class Late:
    """Stands for an Output, which only a program that runs can make."""

    value: Any
    secret: bool = False


def promised(value):
    """The arguments with Outputs in the places of those that stand for them."""
    if isinstance(value, Late):
        return pulumi.Output.secret(value.value) if value.secret else pulumi.Output.from_input(value.value)
    if isinstance(value, dict):
        return {key: promised(each) for key, each in value.items()}
    return [promised(each) for each in value] if isinstance(value, list) else value


@pytest.fixture
def late():
    """What stands for an Output in the arguments of ``made``."""
    return Late


CONTAINER = {
    "image": DIGEST,
    "cpu_request": "250m",
    "memory_request": "512Mi",
    "ports": {"http": 8080},
    "probes": {"readiness": {"http_get": "/ready"}, "liveness": {"http_get": "/live"}},
}


@pytest.fixture
def workload():
    """Arguments of a workload, with changes; ``container`` is merged, and all else replaced."""

    def args(**changed):
        container = merged(CONTAINER, changed.pop("container", {}))
        return {"namespace": "shop", "container": container, **changed}

    return args


@pytest.fixture
def made(deploy, workload):
    """Deploy a workload with the given changes."""

    def make(*, preview=False, reveal_secrets=True, name="orders", **changed):
        return deploy(
            lambda: KubernetesWorkload(name, promised(workload(**changed))),
            preview=preview,
            reveal_secrets=reveal_secrets,
        )

    return make


@pytest.fixture
def warnings_of(made):
    """The warnings of a workload, without the component's name and the way to silence them."""

    def told(**changed):
        begin = "KubernetesWorkload 'orders': "
        found = []
        for level, message, _ in made(**changed).log:
            assert level == "warning"
            assert message.startswith(begin)
            sentence, _, silence = message.removeprefix(begin).rpartition("; acknowledged_warnings=")
            found.append((silence.removesuffix(" says that it is meant").strip("[']"), sentence))
        return found

    return told
