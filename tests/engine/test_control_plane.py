"""The control plane rolls out, spreads, drains and completes workloads, without running containers."""

import os
import subprocess
import tempfile
from collections import Counter

import pytest
import servers
from engine import wait_until
from kubernetes_api import RejectedError
from objects import budget, deployment, named, pod, pod_spec, service
from servers import ZONES
from workloads import OTHER_IMAGE


def rolled_out(observed):
    status, replicas = observed.get("status", {}), observed["spec"]["replicas"]
    counts = [status.get(key) for key in ("replicas", "updatedReplicas", "readyReplicas", "availableReplicas")]
    return status.get("observedGeneration") == observed["metadata"]["generation"] and counts == [replicas] * 4


def roll_out(api, object_):
    api.apply(object_)
    return api.wait(object_, rolled_out)


def is_ready(observed):
    conditions = observed.get("status", {}).get("conditions", [])
    return any(condition["type"] == "Ready" and condition["status"] == "True" for condition in conditions)


def ready_endpoints(observed):
    return {
        endpoint["targetRef"]["name"] for endpoint in observed["endpoints"] or [] if endpoint["conditions"]["ready"]
    }


def test_a_deployment_is_spread_over_the_zones(api, namespace):
    roll_out(api, deployment(namespace, replicas=6))
    zones = {
        node["metadata"]["name"]: node["metadata"]["labels"]["topology.kubernetes.io/zone"]
        for node in api.list("v1", "Node")
    }
    pods = api.list("v1", "Pod", namespace, labels="app=orders")
    assert Counter(zones[pod_["spec"]["nodeName"]] for pod_ in pods) == dict.fromkeys(ZONES, 2)


@pytest.mark.parametrize(
    ("max_unavailable", "max_surge", "minimum"),
    [(0, 1, 3), (1, 0, 2)],
    ids=["surge", "one unavailable"],
)
def test_a_rolling_update_keeps_the_minimum_of_endpoints(api, namespace, max_unavailable, max_surge, minimum):
    object_ = deployment(namespace, max_unavailable=max_unavailable, max_surge=max_surge)
    template = object_["spec"]["template"]
    template["metadata"]["annotations"] = {"tests/ready-after": "300ms"}
    api.apply(service(namespace))
    roll_out(api, object_)

    before, ready = set(), []
    for type_, observed in api.watch("discovery.k8s.io/v1", "EndpointSlice", namespace):
        assert type_ in {"ADDED", "MODIFIED"}
        now = ready_endpoints(observed)
        if not before:
            if len(now) < 3:
                continue
            before = now
            template["spec"]["containers"][0]["image"] = OTHER_IMAGE
            api.apply(object_)
        ready.append(len(now))
        if len(now) == 3 and not now & before:
            break
    assert min(ready) == minimum
    assert max(ready) <= 3 + max_surge
    api.wait(object_, rolled_out)


def test_a_disruption_budget_blocks_an_eviction(api, namespace):
    api.apply(budget(namespace, minAvailable=3))
    roll_out(api, deployment(namespace))
    api.wait(budget(namespace), lambda observed: observed.get("status", {}).get("currentHealthy") == 3)
    evicted = api.list("v1", "Pod", namespace)[0]

    with pytest.raises(RejectedError, match="disruption budget") as error:
        api.evict(evicted)
    assert error.value.code == 429

    api.apply(budget(namespace, minAvailable=2))
    api.wait(budget(namespace), lambda observed: observed["status"]["disruptionsAllowed"] == 1)
    api.evict(evicted)
    name = evicted["metadata"]["name"]  # the pod is deleted asynchronously
    wait_until(lambda: name not in {pod_["metadata"]["name"] for pod_ in api.list("v1", "Pod", namespace)}, 60)
    api.wait(deployment(namespace), rolled_out)


def test_pods_that_violate_the_pod_security_level_do_not_start(api, namespace):
    forbidden = deployment(namespace)
    forbidden["spec"]["template"]["spec"]["hostNetwork"] = True
    with pytest.raises(RejectedError, match="would violate PodSecurity"):
        api.apply(forbidden)
    failed = api.wait(
        forbidden,
        lambda observed: any(
            condition["type"] == "ReplicaFailure" for condition in observed["status"].get("conditions", [])
        ),
    )
    assert not failed["status"].get("replicas")


def test_a_readiness_gate_delays_readiness(api, namespace):
    gated = pod(namespace)
    gated["spec"]["readinessGates"] = [{"conditionType": "example.com/registered"}]
    api.apply(gated)
    running = api.wait(gated, lambda observed: observed["status"]["phase"] == "Running")
    assert not is_ready(running)

    gate_status = {"status": {"conditions": [{"type": "example.com/registered", "status": "True"}]}}
    api.request(
        "PATCH", f"{api.path(gated)}/status", gate_status, content_type="application/strategic-merge-patch+json"
    )
    api.wait(gated, is_ready)


def test_a_pod_with_a_sidecar_is_ready(api, namespace):
    object_ = pod(namespace)
    container = object_["spec"]["containers"][0]
    init, sidecar = ({**container, "name": name, "ports": [], "livenessProbe": None} for name in ("migrate", "proxy"))
    object_["spec"]["initContainers"] = [init, {**sidecar, "restartPolicy": "Always"}]
    api.apply(object_)
    status = api.wait(object_, is_ready)["status"]
    assert [next(iter(container["state"])) for container in status["initContainerStatuses"]] == [
        "terminated",
        "running",
    ]


def test_a_job_completes(api, namespace):
    template = {"spec": {**pod_spec(), "restartPolicy": "Never"}}
    job = named("batch/v1", "Job", namespace, spec={"template": template})
    api.apply(job)
    assert api.wait(job, lambda observed: observed.get("status", {}).get("succeeded"))["status"]["succeeded"] == 1


def test_deletion_includes_the_pods(api, namespace):
    object_ = deployment(namespace)
    roll_out(api, object_)
    api.delete(object_)
    remaining = set()
    for type_, observed in api.watch("v1", "Pod", namespace):
        (remaining.discard if type_ == "DELETED" else remaining.add)(observed["metadata"]["name"])
        if type_ == "DELETED" and not remaining:
            break
    assert not remaining
    with pytest.raises(RejectedError, match="not found"):
        api.get(object_)


def test_files_of_killed_runs_are_removed(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    ended = subprocess.Popen(["true"])
    ended.wait()
    stale, current, other = (
        tmp_path / f"moorings-{suffix}" for suffix in (f"{ended.pid}-a", f"{os.getpid()}-b", "notes-c")
    )
    for folder in (stale, current, other):
        (folder / "etcd").mkdir(parents=True)
    servers.remove_stale_files()
    assert sorted(tmp_path.iterdir()) == sorted([current, other])
