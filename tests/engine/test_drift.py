"""Drift: changes by autoscaling are kept, all other changes are reverted."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from emulated_providers import property_encoding
from emulated_providers.aws_rules import CLUSTER
from engine import Engine, FailedError
from programs import NETWORK, cluster
from workloads import container

from moorings import KubernetesWorkload

AUTOSCALER = "horizontal-pod-autoscaler"


def change_manually(engine: Engine, type_: str, *path: str, value: object) -> None:
    """Change a resource in the emulated cloud."""
    (resource,) = engine.cloud.all(type_)
    parts: dict[str, Any] = {"inputs": dict(resource.inputs), "outputs": dict(resource.outputs)}
    for part in parts.values():
        parent = part
        for key in path[:-1]:
            parent[key] = property_encoding.plain(parent[key])
            parent = parent[key]
        parent[path[-1]] = value
    engine.cloud.put(replace(resource, **parts))


VOLUME = ("brokerNodeGroupInfo", "storageInfo", "ebsStorageInfo", "volumeSize")


def test_autoscaled_volumes_are_kept(engine):
    program = lambda: cluster(volume_gib=100, volume_autoscaling_max_gib=400)  # noqa: E731
    stack = engine.program("autoscaled-test", program, NETWORK)
    stack.up()
    change_manually(engine, CLUSTER, *VOLUME, value=150)
    stack.refresh()
    assert stack.up().changes == {}
    (kafka,) = engine.cloud.all(CLUSTER)
    assert kafka.get(".".join(VOLUME)) == 150


def test_manual_changes_are_reverted(engine):
    stack = engine.program("changed-test", cluster, NETWORK)
    stack.up()
    (kafka,) = engine.cloud.all(CLUSTER)
    configured = kafka.get("enhancedMonitoring")
    change_manually(engine, CLUSTER, "enhancedMonitoring", value="DEFAULT")
    assert stack.refresh().touched() == {"kafka-cluster"}
    reverted = stack.up()
    assert set(reverted.changes) == {"update"}
    assert reverted.touched() == {"kafka-cluster"}
    (kafka,) = engine.cloud.all(CLUSTER)
    assert kafka.get("enhancedMonitoring") == configured != "DEFAULT"


def workload(namespace: str, digest: str = "0", **changed: object) -> Callable[[], KubernetesWorkload]:
    """A program with one workload."""
    image = f"registry.example/orders@sha256:{digest * 64}"
    args = {"namespace": namespace, "container": container(image=image), **changed}
    return lambda: KubernetesWorkload("orders", args)


@pytest.fixture
def deployed(api_server) -> Callable[[str], Any]:
    """Returns a function that reads the only Deployment of a namespace."""

    def find(namespace: str) -> Any:
        (deployment,) = api_server.api.list("apps/v1", "Deployment", namespace)
        return deployment

    return find


def scale(api, deployment: Any, replicas: int, manager: str) -> None:
    """Set the number of replicas through the scale subresource, as an autoscaler and ``kubectl scale`` do."""
    metadata = {key: deployment["metadata"][key] for key in ("name", "namespace")}
    scale_object = {
        "apiVersion": "autoscaling/v1",
        "kind": "Scale",
        "metadata": metadata,
        "spec": {"replicas": replicas},
    }
    api.request("PUT", f"{api.path(deployment)}/scale", scale_object, {"fieldManager": manager})


def test_replicas_of_an_autoscaler_are_kept(engine, api_server, deployed):
    namespace = api_server.namespace()
    scaled = {"autoscaling": {"max_replicas": 9}}
    stack = engine.program("scaled-test", workload(namespace))
    stack.up()
    assert deployed(namespace)["spec"]["replicas"] == 2
    assert stack.up(workload(namespace, **scaled)).touched() == {"orders", "orders-autoscaler"}
    assert deployed(namespace)["spec"]["replicas"] == 2
    scale(api_server.api, deployed(namespace), 7, AUTOSCALER)
    assert stack.up(workload(namespace, "1", **scaled)).touched() == {"orders-deployment"}
    assert deployed(namespace)["spec"]["replicas"] == 7
    stack.refresh()
    assert stack.up(workload(namespace, "1", **scaled)).changes == {}
    assert stack.up(workload(namespace, "2", **scaled)).touched() == {"orders-deployment"}
    assert deployed(namespace)["spec"]["replicas"] == 7


def test_manual_changes_of_kubernetes_objects_are_reverted(engine, api_server, deployed):
    namespace = api_server.namespace()
    stack = engine.program("manual-test", workload(namespace))
    stack.up()
    edit = {"spec": {"replicas": 5}}
    path, content_type = api_server.api.path(deployed(namespace)), "application/merge-patch+json"
    api_server.api.request("PATCH", path, edit, {"fieldManager": "kubectl-edit"}, content_type=content_type)
    assert stack.up().changes == {}  # not refreshed yet
    refresh = stack.refresh()
    assert set(refresh.changes) == {"update"}
    assert refresh.touched() == {"orders-deployment"}
    reverted = stack.up()
    assert set(reverted.changes) == {"update"}
    assert reverted.touched() == {"orders-deployment"}
    assert deployed(namespace)["spec"]["replicas"] == 2


def test_replicas_of_kubectl_scale_are_a_conflict(engine, api_server, deployed):
    """The provider takes over the fields of ``kubectl``, except those of the subresource ``scale``."""
    namespace = api_server.namespace()
    stack = engine.program("conflict-test", workload(namespace))
    stack.up()
    scale(api_server.api, deployed(namespace), 5, "kubectl")
    stack.refresh()
    with pytest.raises(FailedError, match=r'conflict with "kubectl" with subresource "scale".*: \.spec\.replicas'):
        stack.up()
    assert deployed(namespace)["spec"]["replicas"] == 5
