"""The API server accepts rendered workloads and namespaces, under ``restricted`` and with strict validation."""

import pytest
from workloads import WORKLOADS, objects_of, rendered, the

from moorings import KubernetesNamespace


@pytest.mark.parametrize("changed", WORKLOADS.values(), ids=WORKLOADS)
def test_all_objects_are_accepted(api_server, changed):
    namespace = api_server.namespace()
    for each in objects_of(namespace, changed):
        api_server.api.create(each, dry_run=True)


@pytest.mark.parametrize("changed", WORKLOADS.values(), ids=WORKLOADS)
def test_all_pods_are_accepted(api_server, changed):
    """For a workload the API server only warns about its pods, so they are applied on their own here."""
    namespace = api_server.namespace()
    objects = objects_of(namespace, changed)
    workload = next(each for each in objects if each["kind"] in {"Deployment", "StatefulSet"})
    template = workload["spec"]["template"]
    claims = [each["metadata"]["name"] for each in workload["spec"].get("volumeClaimTemplates", [])]
    volumes = [{"name": name, "persistentVolumeClaim": {"claimName": f"{name}-orders-0"}} for name in claims]
    spec = {**template["spec"], "volumes": [*template["spec"]["volumes"], *volumes]}
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {**template["metadata"], "name": "orders-0", "namespace": namespace},
        "spec": spec,
    }
    api_server.api.create(pod, dry_run=True)


@pytest.mark.parametrize("kind", ["Deployment", "StatefulSet"])
def test_the_longest_names_are_accepted(api_server, kind):
    name, namespace = "a" * 43, api_server.namespace()
    for each in objects_of(namespace, {"kind": kind, "autoscaling": {"max_replicas": 3}}, name):
        api_server.api.create(each, dry_run=True)


@pytest.mark.parametrize("changed", [{}, {"autoscaling": {"max_replicas": 10}}, {"kind": "StatefulSet"}])
def test_a_second_apply_changes_nothing(api_server, changed):
    namespace = api_server.namespace()
    for each in objects_of(namespace, changed):
        first = api_server.api.apply(each)
        second = api_server.api.apply(each)
        assert first["metadata"]["resourceVersion"] == second["metadata"]["resourceVersion"], each["kind"]


def test_a_namespace_enforces_restricted(api_server):
    objects = rendered(
        lambda: KubernetesNamespace(
            "moorings-namespace", {"pod_readiness_gates": True, "default_deny_ingress": True, "labels": {"team": "a"}}
        )
    )
    namespace = the(objects, "Namespace")
    api_server.api.apply(namespace)
    api_server.api.apply(the(objects, "NetworkPolicy"))
    for each in objects_of("moorings-namespace", {}):
        api_server.api.create(each, dry_run=True)


def test_config_maps_are_immutable(api_server):
    namespace = api_server.namespace()
    objects = objects_of(namespace, WORKLOADS["settings from everywhere"])
    for kind in ("ConfigMap", "Secret"):
        for each in (found for found in objects if found["kind"] == kind):
            assert api_server.api.apply(each)["immutable"] is True
