"""Fixtures that deploy workloads with changed arguments."""

import copy
from dataclasses import dataclass
from typing import Any

import pulumi
import pytest

from moorings import InvalidInput, KubernetesWorkload
from moorings.validation.findings import Finding

DIGEST = "registry.example/orders@sha256:" + "0" * 64


def merged(base, changes):
    """Return a nested dict with changes. None removes a key."""
    result = copy.copy(base)
    for key, value in changes.items():
        if isinstance(value, dict) and isinstance(result.get(key), dict) and value:
            result[key] = merged(result[key], value)
        elif value is None:
            result.pop(key, None)
        else:
            result[key] = value
    return result


@dataclass(frozen=True)
class Late:
    """Placeholder of an Output, which can only be created in a running program."""

    value: Any
    secret: bool = False


def with_outputs(value):
    """Return arguments with Outputs instead of their placeholders."""
    if isinstance(value, Late):
        return pulumi.Output.secret(value.value) if value.secret else pulumi.Output.from_input(value.value)
    if isinstance(value, dict):
        return {key: with_outputs(item) for key, item in value.items()}
    return [with_outputs(item) for item in value] if isinstance(value, list) else value


@pytest.fixture
def late():
    """Placeholder of an Output in the arguments of ``deploy_workload``."""
    return Late


CONTAINER = {
    "image": DIGEST,
    "cpu_request": "250m",
    "memory_request": "512Mi",
    "ports": {"http": 8080},
    "probes": {"readiness": {"http_get": "/ready"}, "liveness": {"http_get": "/live"}},
}


PEERS = {"ingress_from": [{"cidr": "10.0.0.0/8"}], "egress_to": [{"cidr": "10.0.0.0/8"}]}


@pytest.fixture
def workload():
    """Arguments of a workload with changes. ``container`` is merged, other arguments are replaced."""

    def args(**changed):
        container = merged(CONTAINER, changed.pop("container", {}))
        return {"namespace": "shop", "container": container, **PEERS, **changed}

    return args


@pytest.fixture
def deploy_workload(deploy, workload):
    """Deploy a workload with changed arguments."""

    def make(*, preview=False, reveal_secrets=True, name="orders", **changed):
        return deploy(
            lambda: KubernetesWorkload(name, with_outputs(workload(**changed))),
            preview=preview,
            reveal_secrets=reveal_secrets,
        )

    return make


@pytest.fixture
def findings_of(deploy_workload):
    """Deploy a workload, and return the rejected and the logged findings: the rule and the path of each."""

    def findings(**changed):
        try:
            lines = [message for _, message, _ in deploy_workload(**changed).log]
        except InvalidInput as error:
            lines = str(error).splitlines()
        return [(finding.rule, finding.path) for finding in map(Finding.parse, lines)]

    return findings
