"""A StatefulSet of another tool is adopted with its Services, without replacing anything."""

from typing import Any

import pulumi
import pulumi_kubernetes as kubernetes
import pytest
from engine import FailedError
from workloads import IMAGE, OTHER_IMAGE, container

from moorings import KubernetesWorkload

NAMES = {"StatefulSet": ["search"], "Service": ["search", "search-members"]}
SELECTOR = {"app.kubernetes.io/name": "search", "app.kubernetes.io/instance": "production"}
API_VERSIONS = {"StatefulSet": "apps/v1", "Service": "v1"}


def existing(namespace: str) -> list[dict[str, Any]]:
    """The objects of a Helm chart: a StatefulSet, its governing Service and the Service of its clients."""
    labels = {**SELECTOR, "app.kubernetes.io/managed-by": "Helm"}
    ports = [{"name": "http", "port": 9200, "targetPort": "http", "protocol": "TCP"}]
    pod = {
        "containers": [
            {"name": "main", "image": IMAGE, "ports": [{"name": "http", "containerPort": 9200}]},
        ],
        "terminationGracePeriodSeconds": 120,
    }
    specs: list[tuple[str, str, dict[str, Any]]] = [
        ("Service", "search", {"selector": SELECTOR, "ports": ports}),
        ("Service", "search-members", {"selector": SELECTOR, "ports": ports, "clusterIP": "None"}),
        (
            "StatefulSet",
            "search",
            {
                "replicas": 3,
                "serviceName": "search-members",
                "podManagementPolicy": "Parallel",
                "selector": {"matchLabels": SELECTOR},
                "template": {"metadata": {"labels": labels}, "spec": pod},
                "volumeClaimTemplates": [
                    {
                        "metadata": {"name": "data"},
                        "spec": {
                            "accessModes": ["ReadWriteOnce"],
                            "resources": {"requests": {"storage": "100Gi"}},
                            "storageClassName": "gp3",
                        },
                    }
                ],
            },
        ),
    ]
    return [
        {
            "apiVersion": API_VERSIONS[kind],
            "kind": kind,
            "metadata": {"name": name, "namespace": namespace, "labels": labels},
            "spec": spec,
        }
        for kind, name, spec in specs
    ]


def program(namespace: str, **changed: Any):
    """The same workload as a component, with another image."""

    def create() -> None:
        args: dict[str, Any] = {
            "namespace": namespace,
            "kind": "StatefulSet",
            "object_name": "search",
            "selector": SELECTOR,
            "governing_service_name": "search-members",
            "container_name": "main",
            "service": {"name": "search"},
            "pod_management_policy": "Parallel",
            "container": container(image=OTHER_IMAGE, ports={"http": 9200}),
            "volumes": {"data": {"mount_path": "/data", "size": "100Gi", "storage_class_name": "gp3"}},
            "availability": {"replicas": 3},
        }
        # The emulated provider always takes over existing objects, as the real one does with this setting.
        provider = kubernetes.Provider("adoption", upsert_existing_objects=True, enable_patch_force=True)
        KubernetesWorkload("search", {**args, **changed}, pulumi.ResourceOptions(provider=provider))

    return create


@pytest.fixture
def chart(api_server):
    """Objects that Helm has created, by kind and name."""
    namespace = api_server.namespace("privileged")
    created = {
        (object_["kind"], object_["metadata"]["name"]): api_server.api.apply(object_, manager="helm")
        for object_ in existing(namespace)
    }
    return namespace, created


def test_nothing_is_replaced(engine, api_server, chart):
    namespace, before = chart
    stack = engine.program("adoption-test", program(namespace))
    stack.up()
    after = {key: api_server.api.get(object_) for key, object_ in before.items()}
    for key, object_ in after.items():
        assert object_["metadata"]["uid"] == before[key]["metadata"]["uid"], key
    spec = after["StatefulSet", "search"]["spec"]
    assert spec["serviceName"] == "search-members"
    assert spec["selector"] == {"matchLabels": SELECTOR}
    assert spec["volumeClaimTemplates"] == before["StatefulSet", "search"]["spec"]["volumeClaimTemplates"]
    (main,) = spec["template"]["spec"]["containers"]
    assert (main["name"], main["image"]) == ("main", OTHER_IMAGE)
    assert after["Service", "search-members"]["spec"]["clusterIP"] == "None"
    # The other objects of the component are new: the governing Service is the existing one.
    services = [service["metadata"]["name"] for service in api_server.api.list("v1", "Service", namespace)]
    assert sorted(services) == NAMES["Service"]
    assert stack.up().changes == {}


@pytest.mark.parametrize("changed", [{"selector": None}, {"governing_service_name": None}])
def test_the_api_server_rejects_other_values_of_immutable_fields(engine, chart, changed):
    stack = engine.program("rejected-adoption-test", program(chart[0], **changed))
    with pytest.raises(FailedError, match=r"updates to statefulset spec|field is immutable"):
        stack.up()
