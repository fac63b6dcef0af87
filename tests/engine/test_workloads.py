"""The API server accepts rendered workloads and namespaces, under ``restricted`` and with strict validation."""

import pytest
from kubernetes_api import RejectedError
from workloads import PRIVILEGED, WORKLOADS, objects_of, only, rendered

from moorings import KubernetesNamespace


@pytest.mark.parametrize("changed", WORKLOADS.values(), ids=WORKLOADS)
def test_all_objects_are_accepted(api_server, changed):
    namespace = api_server.namespace()
    for object_ in objects_of(namespace, changed):
        api_server.api.create(object_, dry_run=True)


def pod_of(namespace, changed):
    """A pod with the template of the workload. The API server only warns about the pods of a workload."""
    objects = objects_of(namespace, changed)
    workload = next(object_ for object_ in objects if object_["kind"] in {"Deployment", "StatefulSet"})
    template = workload["spec"]["template"]
    claims = [claim["metadata"]["name"] for claim in workload["spec"].get("volumeClaimTemplates", [])]
    volumes = [{"name": name, "persistentVolumeClaim": {"claimName": f"{name}-orders-0"}} for name in claims]
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {**template["metadata"], "name": "orders-0", "namespace": namespace},
        "spec": {**template["spec"], "volumes": [*template["spec"]["volumes"], *volumes]},
    }


@pytest.mark.parametrize("changed", WORKLOADS.values(), ids=WORKLOADS)
def test_all_pods_are_accepted(api_server, changed):
    namespace = api_server.namespace()
    api_server.api.create(pod_of(namespace, changed), dry_run=True)


def test_privileged_pods_are_accepted_in_a_privileged_namespace_only(api_server):
    runtime_class = {"apiVersion": "node.k8s.io/v1", "kind": "RuntimeClass", "handler": "runsc"}
    api_server.api.apply({**runtime_class, "metadata": {"name": "gvisor"}})
    api_server.api.create(pod_of(api_server.namespace("privileged"), PRIVILEGED), dry_run=True)
    with pytest.raises(RejectedError, match="violates PodSecurity"):
        api_server.api.create(pod_of(api_server.namespace(), PRIVILEGED), dry_run=True)


@pytest.mark.parametrize("kind", ["Deployment", "StatefulSet"])
def test_the_longest_names_are_accepted(api_server, kind):
    name, namespace = "a" * 43, api_server.namespace()
    for object_ in objects_of(namespace, {"kind": kind, "autoscaling": {"max_replicas": 3}}, name):
        api_server.api.create(object_, dry_run=True)


@pytest.mark.parametrize("changed", [{}, {"autoscaling": {"max_replicas": 10}}, {"kind": "StatefulSet"}])
def test_a_second_apply_changes_nothing(api_server, changed):
    namespace = api_server.namespace()
    for object_ in objects_of(namespace, changed):
        first = api_server.api.apply(object_)
        second = api_server.api.apply(object_)
        assert first["metadata"]["resourceVersion"] == second["metadata"]["resourceVersion"], object_["kind"]


def test_a_namespace_enforces_restricted(api_server):
    objects = rendered(
        lambda: KubernetesNamespace(
            "moorings-namespace", {"pod_readiness_gates": True, "default_deny_ingress": True, "labels": {"team": "a"}}
        )
    )
    namespace = only(objects, "Namespace")
    api_server.api.apply(namespace)
    api_server.api.apply(only(objects, "NetworkPolicy"))
    for object_ in objects_of("moorings-namespace", {}):
        api_server.api.create(object_, dry_run=True)


def test_config_maps_and_secrets_are_immutable(api_server):
    namespace = api_server.namespace()
    objects = objects_of(namespace, WORKLOADS["settings from all sources"])
    immutable = [object_ for object_ in objects if object_["kind"] in {"ConfigMap", "Secret"}]
    assert {object_["kind"] for object_ in immutable} == {"ConfigMap", "Secret"}
    for object_ in immutable:
        assert api_server.api.apply(object_)["immutable"] is True
