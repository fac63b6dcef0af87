"""Both Constellation stacks deploy to one cluster that contains nothing of them, as the guide describes."""

import base64
import re
from contextlib import ExitStack

import pytest
from cluster_observers import addresses_published

NAMESPACES = {"constellation-development": "constellation-development", "constellation-production": "constellation"}
API_KEYS = "CONSTELLATION_API_KEYS"


@pytest.fixture
def stacks(cluster_engine, api):
    """The stacks by name, in a cluster whose controller publishes the addresses of load balancers."""
    stacks = {name: cluster_engine.stack(name) for name in NAMESPACES}
    with ExitStack() as published:
        for namespace in NAMESPACES.values():
            published.enter_context(addresses_published(api, namespace))
        yield stacks
        for stack in stacks.values():
            stack.unprotect()
            stack.destroy()


def existing_namespaces(api):
    return {namespace["metadata"]["name"] for namespace in api.list("v1", "Namespace")}


def references(deployment):
    """The kind and the name of each object without which the containers of a Deployment do not start."""
    (container,) = deployment["spec"]["template"]["spec"]["containers"]
    for source in container["envFrom"]:
        for kind, key in (("Secret", "secretRef"), ("ConfigMap", "configMapRef")):
            if key in source:
                yield kind, source[key]["name"]
    for variable in container.get("env", []):
        reference = variable.get("valueFrom", {}).get("secretKeyRef")
        if reference:
            yield "Secret", reference["name"]


def test_both_stacks_deploy_to_one_empty_cluster(stacks, api):
    before = existing_namespaces(api)
    for name, stack in stacks.items():
        run = stack.up()
        assert set(run.changes) == {"create"}
        namespace = NAMESPACES[name]
        (deployment,) = api.list("apps/v1", "Deployment", namespace)
        assert deployment["status"]["readyReplicas"] == {"constellation-production": 3}.get(name, 1)
        needed = set(references(deployment))
        existing = {
            (kind, object_["metadata"]["name"])
            for kind in ("Secret", "ConfigMap")
            for object_ in api.list("v1", kind, namespace)
        }
        assert needed <= existing
        assert {kind for kind, _ in needed} == {"Secret", "ConfigMap"}
        assert stack.outputs["address"]
        (secret,) = api.list("v1", "Secret", namespace)
        entries = base64.b64decode(secret["data"][API_KEYS]).decode().split(",")
        assert all(re.fullmatch(r"[A-Za-z0-9]{40}:(Admin|Execute|ReadOnly)", entry) for entry in entries)
        keys = {entry.partition(":")[0] for entry in entries}
        assert keys == set(stack.outputs["api_keys"].values())
        assert not [key for key in keys if key in run.all_output]
    assert existing_namespaces(api) - before == set(NAMESPACES.values())
    for stack in stacks.values():
        assert stack.up().changes == {}
