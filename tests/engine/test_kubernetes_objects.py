"""Lifecycle of Kubernetes objects with the emulated provider, and rejections by the API server."""

from collections.abc import Callable

import pulumi
import pulumi_kubernetes as kubernetes
import pytest
from engine import FailedError
from objects import pod_spec

CANARY = "canary-9b27e6-in-a-secret"


NAMESPACE = "engine-objects"


def program(*, topic: str = "orders", name: str | None = None, **pod: object) -> Callable[[], None]:
    """A namespace that enforces ``restricted``, with a ConfigMap, a Secret and a Deployment."""

    def create() -> None:
        levels = {"pod-security.kubernetes.io/enforce": "restricted", "pod-security.kubernetes.io/warn": "restricted"}
        namespace = kubernetes.core.v1.Namespace("orders", metadata={"name": name, "labels": levels})
        metadata = {"namespace": namespace.metadata.name}
        settings = kubernetes.core.v1.ConfigMap("settings", metadata=metadata, data={"topic": topic}, immutable=True)
        kubernetes.core.v1.Secret("login", metadata=metadata, string_data={"password": pulumi.Output.secret(CANARY)})
        spec = {**pod_spec(), **pod}
        spec["containers"][0]["envFrom"] = [{"configMapRef": {"name": settings.metadata.name}}]
        labels = {"app": "orders"}
        template = {"metadata": {"labels": labels}, "spec": spec}
        kubernetes.apps.v1.Deployment(
            "orders", metadata=metadata, spec={"selector": {"matchLabels": labels}, "template": template}
        )
        pulumi.export("settings", settings.metadata.name)

    return create


def test_lifecycle_of_objects(engine, api_server):
    stack = engine.program("objects-test", program())
    update = stack.up()
    assert update.touched() == {"orders", "settings", "login"}
    name = stack.outputs["settings"]
    assert name.startswith("settings-")
    config_maps = [
        config_map for config_map in api_server.api.list("v1", "ConfigMap") if config_map["metadata"]["name"] == name
    ]
    assert [config_map["data"] for config_map in config_maps] == [{"topic": "orders"}]
    assert stack.up().changes == {}
    assert stack.refresh().changes == {}

    # An immutable ConfigMap is replaced by one with another name, and the old one is deleted last.
    changed = stack.up(program(topic="payments"))
    assert {op: {urn.rpartition("::")[2] for urn in urns} for op, urns in changed.changes.items()} == {
        "create-replacement": {"settings"},
        "replace": {"settings"},
        "delete-replaced": {"settings"},
        "update": {"orders"},
    }
    assert stack.outputs["settings"] != name

    output = "".join(run.all_output for run in (update, changed, stack.destroy()))
    assert CANARY not in output + engine.files()
    assert not [
        config_map
        for config_map in api_server.api.list("v1", "ConfigMap")
        if config_map["metadata"]["name"].startswith(name)
    ]


def test_a_deleted_namespace_can_be_created_again(engine, api_server):
    stack = engine.program("recreated-test", program(name=NAMESPACE))
    stack.up()
    stack.destroy()
    assert not [
        namespace for namespace in api_server.api.list("v1", "Namespace") if namespace["metadata"]["name"] == NAMESPACE
    ]
    assert stack.up().touched() == {"orders", "settings", "login"}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"hostPath": "/var"}, "hostPath: field not declared in schema"),
        ({"hostNetwork": True}, "would violate PodSecurity"),
        ({"terminationGracePeriodSeconds": "soon"}, "terminationGracePeriodSeconds"),
    ],
)
def test_rejections_of_the_api_server_are_reported(engine, changes, message):
    stack = engine.program("rejected-test", program(**changes))
    with pytest.raises(FailedError, match=message):
        stack.up()


def test_a_preview_runs_a_dry_run_on_the_api_server(engine):
    stack = engine.program("dry-run-test", program())
    stack.up()
    with pytest.raises(FailedError, match="hostPath: field not declared in schema"):
        stack.preview(program(hostPath="/var"))


def test_manually_deleted_objects_are_created_again(engine, api_server):
    stack = engine.program("deleted-test", program())
    stack.up()
    object_ = next(resource for resource in stack.resources.values() if resource["type"].endswith(":ConfigMap"))
    api_server.api.delete({**object_["inputs"], "kind": "ConfigMap", "apiVersion": "v1"})
    refresh = stack.refresh()
    assert set(refresh.changes) == {"delete"}
    assert refresh.touched() == {"settings"}
    assert stack.up().touched() == {"settings", "orders"}
