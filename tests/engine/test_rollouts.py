"""Rollouts, scaling, spreading and drains of workloads with the defaults of the component, on a control plane."""

from collections import Counter
from functools import partial

import pytest
from engine import wait_until
from kubernetes_api import RejectedError
from servers import ZONES
from workloads import OTHER_IMAGE, SLOW_READINESS, container, only, rendered

from moorings import KubernetesWorkload

# A rollout waits min_ready_seconds for each pod. One second is sufficient for these tests.
SHORT_ROLLOUT = {"min_ready_seconds": 1}


@pytest.fixture
def objects(namespace):
    """Returns a function that renders the objects of a workload in the namespace."""

    def render(**changed):
        args = {
            "namespace": namespace,
            "container": container(),
            "pod_annotations": SLOW_READINESS,
            **SHORT_ROLLOUT,
            **changed,
        }
        return rendered(lambda: KubernetesWorkload("orders", args))

    return render


def workload_of(manifests):
    return next(manifest for manifest in manifests if manifest["kind"] in {"Deployment", "StatefulSet"})


def apply(api, manifests):
    """Apply objects. Existing ones keep their generated name, as with Pulumi."""
    for manifest in manifests:
        api.apply(manifest)
    return workload_of(manifests)


def rolled_out(replicas):
    def condition(observed):
        status = observed.get("status", {})
        counts = [status.get(key) for key in ("replicas", "updatedReplicas", "readyReplicas", "availableReplicas")]
        return status.get("observedGeneration") == observed["metadata"]["generation"] and counts == [replicas] * 4

    return condition


def roll_out(api, manifests, replicas):
    workload = apply(api, manifests)
    api.wait(workload, rolled_out(replicas), seconds=120)
    return workload


def pods(api, namespace):
    return [pod for pod in api.list("v1", "Pod", namespace) if "deletionTimestamp" not in pod["metadata"]]


def names(objects):
    return {object_["metadata"]["name"] for object_ in objects}


def ready_endpoints(observed):
    return {
        endpoint["targetRef"]["name"] for endpoint in observed["endpoints"] or [] if endpoint["conditions"]["ready"]
    }


def test_a_default_update_never_reduces_the_endpoints(api, namespace, objects):
    roll_out(api, objects(availability={"replicas": 4}), 4)
    slice_ = {"apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice"}
    before, endpoint_counts = set(), []
    for _, observed in api.watch(slice_["apiVersion"], slice_["kind"], namespace, seconds=120):
        now = ready_endpoints(observed)
        if not before:
            if len(now) < 4:
                continue
            before = now
            apply(api, objects(availability={"replicas": 4}, container=container(image=OTHER_IMAGE)))
        endpoint_counts.append(len(now))
        if len(now) == 4 and not now & before:
            break
    assert min(endpoint_counts) == 4
    assert max(endpoint_counts) <= 5


def test_recreate_never_runs_two_versions(api, namespace, objects):
    recreate = {"kind": "Deployment", "strategy": "Recreate"}
    deployment = roll_out(api, objects(**recreate), 2)
    first = {pod["metadata"]["labels"]["pod-template-hash"] for pod in pods(api, namespace)}
    apply(api, objects(**recreate, container=container(image=OTHER_IMAGE)))
    current, observed_hashes = {}, []
    for type_, observed in api.watch("v1", "Pod", namespace, seconds=120):
        name, template_hash = observed["metadata"]["name"], observed["metadata"]["labels"]["pod-template-hash"]
        if type_ == "DELETED":
            current.pop(name, None)
        else:
            current[name] = template_hash
        observed_hashes.append(set(current.values()))
        if len(current) == 2 and not first & set(current.values()):
            break
    assert all(len(template_hashes) <= 1 for template_hashes in observed_hashes)
    api.wait(deployment, rolled_out(2))


def drain(api, namespace, node):
    """Evict the pods of a node repeatedly, as ``kubectl drain`` does, and return the lowest number of ready pods."""
    cordoned = {"spec": {"unschedulable": True}}
    api.request("PATCH", f"/api/v1/nodes/{node}", cordoned, content_type="application/merge-patch+json")
    ready_counts = []
    evicted = [pod for pod in pods(api, namespace) if pod["spec"].get("nodeName") == node]

    def is_evicted(pod):
        """Whether the pod was evicted or no longer exists."""
        try:
            api.evict(pod)
        except RejectedError as error:
            if error.code not in {404, 429}:  # already deleted, or the budget does not allow an eviction now
                raise
            return error.code == 404
        finally:
            ready_counts.append(len(ready_pods(api, namespace)))
        return True

    for pod in evicted:
        wait_until(partial(is_evicted, pod), 120)
    return min(ready_counts)


def ready_pods(api, namespace):
    return [
        pod
        for pod in pods(api, namespace)
        if any(
            condition["type"] == "Ready" and condition["status"] == "True"
            for condition in pod["status"].get("conditions", [])
        )
    ]


@pytest.fixture
def schedulable(api):
    """Make the nodes schedulable again after the test."""
    yield
    for node in api.list("v1", "Node"):
        path = f"/api/v1/nodes/{node['metadata']['name']}"
        api.request("PATCH", path, {"spec": {"unschedulable": None}}, content_type="application/merge-patch+json")


@pytest.mark.usefixtures("schedulable")
@pytest.mark.parametrize(
    ("availability", "minimum"),
    [
        ({"replicas": 6}, 5),
        ({"replicas": 1}, 0),
        ({"replicas": 6, "min_available": "50%"}, 3),
    ],
    ids=["six pods", "one pod", "half of six"],
)
def test_a_drain_completes_within_the_disruption_budget(api, namespace, objects, availability, minimum):
    replicas = availability["replicas"]
    manifests = objects(availability=availability)
    deployment = roll_out(api, manifests, replicas)
    budgets = [manifest for manifest in manifests if manifest["kind"] == "PodDisruptionBudget"]
    for budget in budgets:
        api.wait(budget, lambda observed: observed.get("status", {}).get("currentHealthy") == replicas)
    assert len(budgets) == (replicas > 1)
    node = pods(api, namespace)[0]["spec"]["nodeName"]
    assert drain(api, namespace, node) >= minimum
    api.wait(deployment, rolled_out(replicas), seconds=120)
    assert node not in {pod["spec"].get("nodeName") for pod in pods(api, namespace)}


def test_crashing_pods_do_not_block_a_drain(api, namespace, objects):
    never_ready = {"tests/ready-after": "1h"}
    manifests = objects(pod_annotations=never_ready)
    apply(api, manifests)
    api.wait(workload_of(manifests), lambda observed: observed.get("status", {}).get("replicas") == 2)
    for pod in pods(api, namespace):
        api.evict(pod)


def test_replicas_without_an_autoscaler_are_overwritten(api, objects):
    deployment = workload_of(objects())
    api.apply(deployment, manager="pulumi")
    scale = {"spec": {"replicas": 5}}
    api.request("PATCH", f"{api.path(deployment)}/scale", scale, content_type="application/merge-patch+json")
    assert api.apply(deployment, manager="pulumi")["spec"]["replicas"] == 2


@pytest.mark.parametrize("level", ["standard", "critical"])
def test_pods_are_spread_over_the_zones(api, namespace, objects, level):
    roll_out(api, objects(availability={"level": level, "replicas": 6}), 6)
    zones = {
        node["metadata"]["name"]: node["metadata"]["labels"]["topology.kubernetes.io/zone"]
        for node in api.list("v1", "Node")
    }
    assert Counter(zones[pod["spec"]["nodeName"]] for pod in pods(api, namespace)) == dict.fromkeys(ZONES, 2)


def test_a_changed_config_map_restarts_only_its_workload(api, namespace):
    def manifests_for(topic):
        def program():
            for name, setting in (("orders", topic), ("billing", "bills")):
                args = {
                    "namespace": namespace,
                    "container": container(config_map_environment={"TOPIC": setting}),
                    **SHORT_ROLLOUT,
                }
                KubernetesWorkload(name, args)

        manifests = rendered(program)
        # Pulumi generates a new name for a changed immutable ConfigMap. Names of rendered objects do not change.
        for manifest in manifests:
            if manifest["metadata"]["name"].startswith("orders-config"):
                manifest["metadata"]["name"] += f"-{topic}"
            if manifest["kind"] == "Deployment" and manifest["metadata"]["name"].startswith("orders"):
                (source,) = manifest["spec"]["template"]["spec"]["containers"][0]["envFrom"]
                source["configMapRef"]["name"] += f"-{topic}"
        return manifests

    def roll_out_both(manifests):
        for manifest in manifests:
            api.apply(manifest)
        for deployment in (manifest for manifest in manifests if manifest["kind"] == "Deployment"):
            api.wait(deployment, rolled_out(2), seconds=120)
        all_pods = pods(api, namespace)
        return {
            name: names(pod for pod in all_pods if pod["metadata"]["name"].startswith(name))
            for name in ("orders", "billing")
        }

    before = roll_out_both(manifests_for("orders"))
    after = roll_out_both(manifests_for("orders-v2"))
    assert not before["orders"] & after["orders"]
    assert before["billing"] == after["billing"]


def test_a_stateful_set_starts_its_pods_in_order(api, namespace, objects):
    manifests = objects(kind="StatefulSet", availability={"replicas": 3})
    apply(api, manifests)
    api.wait(
        workload_of(manifests), lambda observed: observed.get("status", {}).get("availableReplicas") == 3, seconds=120
    )
    assert names(pods(api, namespace)) == {"orders-0", "orders-1", "orders-2"}


def test_the_service_selects_only_the_pods_of_the_workload(api, namespace, objects):
    manifests = objects()
    roll_out(api, manifests, 2)
    name = only(manifests, "Service")["metadata"]["name"]
    for _, observed in api.watch("discovery.k8s.io/v1", "EndpointSlice", namespace, seconds=60):
        if len(ready_endpoints(observed)) == 2:
            break
    assert observed["metadata"]["labels"]["kubernetes.io/service-name"] == name
    assert ready_endpoints(observed) == names(pods(api, namespace))
