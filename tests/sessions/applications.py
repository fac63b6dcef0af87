"""Applications of the tests: a ``KubernetesWorkload`` and its ``WorkloadIngress``, deployed as the library renders them."""

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from engine import wait_until
from kubernetes_api import KubernetesApi, Object
from pods import PORT
from servers import Cluster
from workloads import container, only, rendered

from moorings import KubernetesWorkload, StickyPolicy, WorkloadIngress, service_annotations
from moorings.kubernetes.ingress.controllers import Controller, get_controller

NAME, HOST = "orders", "orders.example.com"
READINESS_GATE = "tests.example/ready"
_MERGE_PATCH = "application/strategic-merge-patch+json"


@dataclass(frozen=True)
class Application:
    """A deployed application."""

    api: KubernetesApi
    namespace: str
    hosts: dict[str, str]
    """Host of each route, by the name of its policy."""
    objects: list[Object]

    @property
    def pods(self) -> set[str]:
        """Names of the pods that are not being deleted."""
        labels = ",".join(f"{key}={value}" for key, value in self._selector.items())
        return {
            pod["metadata"]["name"]
            for pod in self.api.list("v1", "Pod", self.namespace, labels=labels)
            if "deletionTimestamp" not in pod["metadata"]
        }

    @property
    def addresses(self) -> dict[str, str]:
        """Addresses of the ready pods in the EndpointSlices of the Services, with the port, by name of the pod."""
        slices = self.api.list("discovery.k8s.io/v1", "EndpointSlice", self.namespace)
        return {
            endpoint["targetRef"]["name"]: f"{endpoint['addresses'][0]}:{PORT}"
            for slice_ in slices
            for endpoint in slice_["endpoints"] or []
            if endpoint["conditions"]["ready"]
        }

    def scale(self, replicas: int) -> set[str]:
        """Change the number of pods, as an autoscaler does, and return their names."""
        self._patch({"spec": {"replicas": replicas}})
        self.wait_until_rolled_out()
        return self.pods

    def start_rollout(self) -> None:
        """Roll out a new version. Its pods are ready when ``make_ready`` has been called for each."""
        template = {
            "metadata": {"annotations": {"tests.example/version": "2"}},
            "spec": {"readinessGates": [{"conditionType": READINESS_GATE}]},
        }
        self._patch({"spec": {"template": template}})

    def make_ready(self, pod: str) -> None:
        """Make a pod of the new version ready."""
        condition = {"type": READINESS_GATE, "status": "True"}
        path = self.api.path(self._object("v1", "Pod", pod))
        self.api.request("PATCH", f"{path}/status", {"status": {"conditions": [condition]}}, content_type=_MERGE_PATCH)

    def wait_until_rolled_out(self) -> None:
        """Wait until all pods have the newest template and are ready endpoints."""
        self.api.wait(self._deployment, _is_rolled_out)
        wait_until(lambda: self.addresses.keys() == self.pods, 60)

    def _patch(self, patch: dict[str, Any]) -> None:
        self.api.request("PATCH", self.api.path(self._deployment), patch, content_type=_MERGE_PATCH)

    @property
    def _deployment(self) -> Object:
        return only(self.objects, "Deployment")

    @property
    def _selector(self) -> dict[str, str]:
        selector: dict[str, str] = self._deployment["spec"]["selector"]["matchLabels"]
        return selector

    def _object(self, api_version: str, kind: str, name: str) -> Object:
        return {"apiVersion": api_version, "kind": kind, "metadata": {"name": name, "namespace": self.namespace}}


def deploy(
    cluster: Cluster,
    controller: Controller,
    policies: dict[str, StickyPolicy] | None = None,
    *,
    replicas: int = 3,
    change: Callable[[list[Object]], object] = lambda _: None,
    **ingress: Any,
) -> Application:
    """Deploy an application with a route for each policy, each with a host of its own.

    The first route uses the Service of the workload, and the others have a Service of their own.

    Args:
        cluster: the cluster.
        controller: the controller of all routes.
        policies: the policies by name. Defaults to one route with the default policy.
        replicas: number of pods.
        change: changes the rendered objects before they are applied.
        ingress: additional arguments of all routes.
    """
    namespace = cluster.namespace()
    policies = policies or {"default": StickyPolicy()}
    hosts = {name: f"{name}.{namespace}.example.com" for name in policies}
    routes = {name: (policy, hosts[name]) for name, policy in policies.items()}
    objects = rendered(lambda: _program(controller, namespace, replicas, routes, ingress))
    change(objects)
    for object_ in objects:
        cluster.api.apply(object_)
    application = Application(cluster.api, namespace, hosts, copy.deepcopy(objects))
    application.wait_until_rolled_out()
    return application


def render(controller: Controller, policy: StickyPolicy, **ingress: Any) -> list[Object]:
    """Return the objects of an application, for a controller that does not run here."""
    routes = {"default": (policy, HOST)}
    return rendered(lambda: _program(controller, NAME, 1, routes, ingress))


def _program(
    controller: Controller,
    namespace: str,
    replicas: int,
    routes: dict[str, tuple[StickyPolicy, str]],
    ingress: dict[str, Any],
) -> None:
    """A program of a user."""
    tls = get_controller(controller).tls_arguments
    (first, _), *_ = routes.values()
    workload = KubernetesWorkload(
        NAME,
        {
            "namespace": namespace,
            "container": container(ports={"http": PORT}),
            "availability": {"replicas": replicas},
            "min_ready_seconds": 0,
            "service_annotations": service_annotations(controller, first),
        },
    )
    for name, (policy, host) in routes.items():
        WorkloadIngress(
            f"{NAME}-{name}",
            {
                "controller": controller,
                "backend": workload.backend,
                "dedicated_service": policy is not first,
                "policy": policy,
                "hosts": [host],
                # The tests connect without TLS, like a load balancer in front of the controller.
                **({"external_tls_termination": True} if tls and "tls_secret_name" not in ingress else {}),
                **ingress,
            },
        )


def _is_rolled_out(deployment: Object) -> bool:
    status, replicas = deployment.get("status", {}), deployment["spec"]["replicas"]
    counts = [status.get(key) for key in ("replicas", "updatedReplicas", "readyReplicas", "availableReplicas")]
    return status.get("observedGeneration") == deployment["metadata"]["generation"] and counts == [replicas] * 4
