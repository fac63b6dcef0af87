"""Updates of stacks on a control plane, in which the engine waits as with the real Kubernetes provider.

The clock of the emulated provider is ten times as fast as that of the cluster, unless a test sets ``provider_second``.
"""

from collections.abc import Callable

import pytest
from cluster_observers import ReadyEndpoints, addresses_published
from engine import Engine, FailedError
from workloads import AUTOSCALER, IMAGE, NEVER_READY, OTHER_IMAGE, SLOW_READINESS, container

from moorings import KubernetesWorkload, WorkloadIngress

# A rollout waits min_ready_seconds for each pod, so the tests use a short value.
SHORT_ROLLOUT = {"min_ready_seconds": 1, "network_policy": False}


def workload(namespace: str, **changed: object) -> Callable[[], KubernetesWorkload]:
    """Return a program with one workload."""
    args = {
        "namespace": namespace,
        "container": container(),
        "pod_annotations": SLOW_READINESS,
        **SHORT_ROLLOUT,
        **changed,
    }
    return lambda: KubernetesWorkload("orders", args)


def only(api, kind, namespace, api_version="apps/v1"):
    """Return the only object of a kind."""
    (match,) = api.list(api_version, kind, namespace)
    return match


def outputs(stack, name):
    """Return the outputs of a resource in the state, which the provider read when the resource was ready."""
    (match,) = (resource for urn, resource in stack.resources.items() if urn.endswith(f"::{name}"))
    return match["outputs"]


def scale(api, deployment, replicas: int) -> None:
    """Set the number of replicas as an autoscaler does."""
    metadata = {key: deployment["metadata"][key] for key in ("name", "namespace")}
    scaled = {
        "apiVersion": "autoscaling/v1",
        "kind": "Scale",
        "metadata": metadata,
        "spec": {"replicas": replicas},
    }
    api.request("PUT", f"{api.path(deployment)}/scale", scaled, {"fieldManager": AUTOSCALER})


def ready_endpoints(api, namespace, replicas):
    """Return the endpoints of the only Service when all replicas are ready."""
    endpoints = ReadyEndpoints(api, namespace, only(api, "Service", namespace, "v1")["metadata"]["name"])
    endpoints.wait(lambda ready: len(ready) == replicas)
    return endpoints


def test_an_autoscaled_deployment_starts_with_its_minimum(cluster_engine, api, namespace):
    autoscaling = {"autoscaling": {"min_replicas": 3, "max_replicas": 9}}
    stack = cluster_engine.program("minimum-test", workload(namespace, **autoscaling))
    stack.up()
    assert outputs(stack, "orders-deployment")["status"]["readyReplicas"] == 3

    scale(api, only(api, "Deployment", namespace), 5)
    stack.up(workload(namespace, container=container(image=OTHER_IMAGE), **autoscaling))
    assert outputs(stack, "orders-deployment")["spec"]["replicas"] == 5
    assert outputs(stack, "orders-deployment")["status"]["readyReplicas"] == 5


def test_changed_labels_keep_the_capacity(cluster_engine, api, namespace):
    autoscaling = {"autoscaling": {"min_replicas": 3, "max_replicas": 9}}
    stack = cluster_engine.program("labels-test", workload(namespace, **autoscaling))
    stack.up()
    scale(api, only(api, "Deployment", namespace), 4)
    endpoints = ready_endpoints(api, namespace, 4)
    before = endpoints.history[-1]
    start = len(endpoints.history)

    run = stack.up(workload(namespace, app="shop", component="api", **autoscaling))
    history = endpoints.up_to_now()[start:]
    assert min(map(len, history)) >= 4
    assert not history[-1] & before  # all pods were replaced
    assert set(run.changes) == {"update"}


def test_a_new_image_and_configuration_keep_the_capacity(cluster_engine, api, namespace):
    def program(image: str, topic: str) -> Callable[[], KubernetesWorkload]:
        configured = container(image=image, config_map_environment={"TOPIC": topic})
        return workload(namespace, container=configured, availability={"replicas": 3})

    stack = cluster_engine.program("update-test", program(IMAGE, "orders"))
    stack.up()
    endpoints = ready_endpoints(api, namespace, 3)
    start = len(endpoints.history)
    run = stack.up(program(OTHER_IMAGE, "payments"))
    assert min(map(len, endpoints.up_to_now()[start:])) == 3
    assert run.touched() == {"orders-config", "orders-deployment"}


def test_an_update_fails_soon_after_its_deadline(pulumi_cli, control_plane, tmp_path, namespace):
    # Kubernetes reports the failure after 7 s of real time. The provider's timeout must not expire before that.
    engine = Engine(pulumi_cli, tmp_path, kubeconfig=control_plane.kubeconfig, provider_second=0.3)
    probes = {**container()["probes"], "startup_seconds": 5}
    never_ready = {
        "container": container(probes=probes),
        "pod_annotations": NEVER_READY,
        "progress_deadline_seconds": 7,
    }
    stack = engine.program("deadline-test", workload(namespace, **never_ready))
    with pytest.raises(FailedError, match=r"\[ProgressDeadlineExceeded\]"):
        stack.up()
    (deployment,) = (resource for resource in stack.resources.values() if resource["type"].endswith(":Deployment"))
    assert deployment["customTimeouts"]["create"] <= 60
    assert any("timed out waiting to be Ready" in reason for reason in deployment["initErrors"])


def test_closed_paths_do_not_delay_an_update(cluster_engine, api, namespace):
    def program(*closed_paths: str):
        def declare() -> None:
            args = {
                "controller": "aws-ingress",
                "namespace": namespace,
                "hosts": ["orders.example.com"],
                "certificate_arn": "arn:aws:acm:eu-west-1:123456789012:certificate/1",
                "backend": workload(namespace, shutdown={"load_balancer": "alb"})().backend,
                "closed_paths": list(closed_paths),
            }
            WorkloadIngress("edge", args)

        return declare

    stack = cluster_engine.program("closed-test", program("/metrics"))
    with addresses_published(api):
        runs = [stack.up(), stack.up(program("/metrics", "/admin"))]
    ingress = only(api, "Ingress", namespace, "networking.k8s.io/v1")
    assert len(ingress["spec"]["rules"][0]["http"]["paths"]) == 3
    warnings = [text for run in runs for _, severity, text in run.status_messages if severity == "warning"]
    assert not [text for text in warnings if text.startswith("No matching service found")]
