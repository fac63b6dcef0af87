"""Constellation Engine in its own namespace, with sticky sessions on an Application Load Balancer."""

from typing import Any

import pulumi
import pulumi_random as random

from moorings import (
    Autoscaling,
    Availability,
    KubernetesNamespace,
    KubernetesNamespaceArgs,
    KubernetesSecretReference,
    KubernetesWorkload,
    KubernetesWorkloadArgs,
    NetworkPeer,
    PodContainer,
    Probe,
    Probes,
    Shutdown,
    StickyPolicy,
    WorkloadIngress,
    WorkloadIngressArgs,
)
from settings import ConstellationSettings

PORT = 8080
DRAIN_SECONDS = 30
SESSION_SECONDS = 10800
SERVER_IDLE_SECONDS = 600
API_KEY_LENGTH = 40
API_KEYS_VARIABLE = "CONSTELLATION_API_KEYS"
COOKIE_FLAGS_REASON = "cookies of Application Load Balancers never have flags"
UNAUTHENTICATED_PATHS = ["/health", "/metrics"]
"""Paths that the engine serves without authentication. The load balancer does not forward them; the kubelet, Prometheus
and the health checks of the load balancer connect directly to the pods."""


def deploy(settings: ConstellationSettings) -> dict[str, Any]:
    """Create the namespace, the API keys, the engine and its ingress."""
    namespace = KubernetesNamespace(
        "constellation",
        KubernetesNamespaceArgs(
            namespace_name=settings.namespace,
            pod_readiness_gates=True,
            protect=settings.protect,
            acknowledge=dict(settings.acknowledge.namespace),
        ),
    )
    api_keys = _api_keys(settings)
    engine = KubernetesWorkload(
        "constellation-engine",
        KubernetesWorkloadArgs(
            namespace=namespace.namespace_name,
            app="constellation-engine",
            component="api",
            part_of="constellation",
            container=_engine(settings, api_keys),
            availability=Availability(level=settings.availability),
            autoscaling=_autoscaling(settings),
            shutdown=Shutdown(drain_seconds=DRAIN_SECONDS, load_balancer="alb"),
            ingress_from=[
                *(NetworkPeer(cidr=cidr) for cidr in settings.load_balancer_cidrs),
                NetworkPeer(namespace_selector={"kubernetes.io/metadata.name": settings.monitoring_namespace}),
            ],
            acknowledge=dict(settings.acknowledge.engine),
        ),
    )
    ingress = WorkloadIngress(
        "constellation",
        WorkloadIngressArgs(
            controller="aws-ingress",
            backend=engine.backend,
            hosts=[settings.host],
            closed_paths=UNAUTHENTICATED_PATHS,
            certificate_arn=settings.certificate_arn,
            internet_facing=settings.internet_facing,
            policy=StickyPolicy(
                lifetime_seconds=SESSION_SECONDS,
                websocket_idle_timeout_seconds=SERVER_IDLE_SECONDS,
                server_idle_timeout_seconds=SERVER_IDLE_SECONDS,
            ),
            acknowledge={"ingress-cookie-flags": COOKIE_FLAGS_REASON, **settings.acknowledge.ingress},
        ),
    )
    return {
        "namespace": namespace.namespace_name,
        "workload_name": engine.workload_name,
        "service_name": engine.service_name,
        "address": ingress.address,
        "url": pulumi.Output.concat("https://", settings.host),
        "api_keys": api_keys,
    }


def _api_keys(settings: ConstellationSettings) -> dict[str, pulumi.Output[str]]:
    """Generate the API keys unless they are in an existing Secret."""
    names = settings.api_keys if settings.api_keys_secret is None else ()
    return {
        name: random.RandomPassword(f"constellation-api-key-{name}", length=API_KEY_LENGTH, special=False).result
        for name in names
    }


def _engine(settings: ConstellationSettings, api_keys: dict[str, pulumi.Output[str]]) -> PodContainer:
    secrets, secret_environment = dict[str, KubernetesSecretReference](), dict[str, pulumi.Input[str]]()
    if settings.api_keys_secret is None:
        entries = [pulumi.Output.concat(key, ":", settings.api_keys[name]) for name, key in api_keys.items()]
        secret_environment[API_KEYS_VARIABLE] = pulumi.Output.all(*entries).apply(",".join)
    else:
        name, _, key = settings.api_keys_secret.partition("/")
        secrets[API_KEYS_VARIABLE] = KubernetesSecretReference(secret_name=name, key=key)
    return PodContainer(
        image=settings.image,
        runtime="jvm",
        ports={"http": PORT},
        config_map_environment={
            "CONSTELLATION_PORT": str(PORT),
            "CONSTELLATION_SCHEDULER_ENABLED": "true",
            "CONSTELLATION_SCHEDULER_MAX_CONCURRENCY": str(settings.scheduler_max_concurrency),
            "CONSTELLATION_RATE_LIMIT_RPM": str(settings.rate_limit_rpm),
            "CONSTELLATION_RATE_LIMIT_BURST": str(settings.rate_limit_burst),
            "CONSTELLATION_CORS_ORIGINS": f"https://{settings.host}",
        },
        secret_environment=secret_environment,
        secrets=secrets,
        environment_patterns={
            API_KEYS_VARIABLE: ".+",  # without keys, every client has full access
            "CONSTELLATION_SCHEDULER_MAX_CONCURRENCY": "[1-9][0-9]*",
            "CONSTELLATION_RATE_LIMIT_RPM": "[1-9][0-9]*",
            "CONSTELLATION_RATE_LIMIT_BURST": "[1-9][0-9]*",
            "CONSTELLATION_CORS_ORIGINS": r"https://[^\s*]+",
        },
        cpu_request=settings.cpu_request,
        cpu_limit=settings.cpu_limit,
        memory_request=settings.memory,
        probes=Probes(readiness=Probe(http_get="/health/ready"), liveness=Probe(http_get="/health/live")),
    )


def _autoscaling(settings: ConstellationSettings) -> Autoscaling | None:
    """Return the autoscaling settings. Removing a pod ends its sessions, so pods are removed one at a time."""
    if settings.max_replicas is None:
        return None
    return Autoscaling(max_replicas=settings.max_replicas, gradual_scale_down=True)
