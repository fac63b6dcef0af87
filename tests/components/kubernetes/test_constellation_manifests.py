"""The components reproduce the manifests in Constellation Engine's documentation, field by field.

Deliberate differences are listed with their reasons.

Source: https://github.com/VledicFranco/constellation-engine, website/docs/operations/deployment.md and deploy/k8s, read in
February 2026.
"""

import pytest

from moorings import KubernetesNamespace, KubernetesWorkload, WorkloadIngress

NAME = "constellation-engine"
IMAGE = "registry.example/constellation-engine@sha256:" + "0" * 64
HOST = "constellation.example.com"
CERTIFICATE = "arn:aws:acm:eu-west-1:123456789012:certificate/0d1c7a52-8b94-4f36-a0e2-1f7c93d58b06"
POD = "spec.template.spec"
MAIN = f"{POD}.containers.0"

DOCUMENTED = {
    "namespace": {
        "kind": "Namespace",
        "metadata.name": "constellation",
    },
    "config map": {
        "kind": "ConfigMap",
        "metadata.namespace": "constellation",
        "metadata.name": "constellation-config",
        "data.CONSTELLATION_PORT": "8080",
        "data.CONSTELLATION_SCHEDULER_ENABLED": "true",
        "data.CONSTELLATION_SCHEDULER_MAX_CONCURRENCY": "16",
        "data.CONSTELLATION_RATE_LIMIT_RPM": "100",
        "data.CONSTELLATION_RATE_LIMIT_BURST": "20",
        "data.JAVA_OPTS": "-Xms256m -Xmx1g",
    },
    "deployment": {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata.name": NAME,
        "metadata.namespace": "constellation",
        "spec.replicas": 2,
        "spec.selector.matchLabels": {"app.kubernetes.io/name": NAME},
        f"{POD}.securityContext.runAsNonRoot": True,
        f"{POD}.securityContext.runAsUser": None,
        f"{POD}.terminationGracePeriodSeconds": 30,
        f"{MAIN}.image": "constellation-engine:latest",
        f"{MAIN}.ports": [{"name": "http", "containerPort": 8080}],
        f"{MAIN}.resources.requests.memory": "512Mi",
        f"{MAIN}.resources.requests.cpu": "250m",
        f"{MAIN}.resources.limits.memory": "1Gi",
        f"{MAIN}.resources.limits.cpu": "1000m",
        f"{MAIN}.livenessProbe.httpGet": {"path": "/health/live", "port": "http"},
        f"{MAIN}.livenessProbe.initialDelaySeconds": 30,
        f"{MAIN}.livenessProbe.periodSeconds": 10,
        f"{MAIN}.livenessProbe.timeoutSeconds": 5,
        f"{MAIN}.livenessProbe.failureThreshold": 3,
        f"{MAIN}.readinessProbe.httpGet": {"path": "/health/ready", "port": "http"},
        f"{MAIN}.readinessProbe.initialDelaySeconds": 10,
        f"{MAIN}.readinessProbe.periodSeconds": 5,
        f"{MAIN}.readinessProbe.timeoutSeconds": 3,
        f"{MAIN}.readinessProbe.failureThreshold": 3,
        f"{MAIN}.startupProbe": None,
        f"{MAIN}.lifecycle": None,
        f"{MAIN}.securityContext.capabilities": None,
    },
    "deployment with four replicas": {"spec.replicas": 4},
    "service": {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata.name": NAME,
        "metadata.namespace": "constellation",
        "spec.type": "ClusterIP",
        "spec.sessionAffinity": "ClientIP",
        "spec.sessionAffinityConfig.clientIP.timeoutSeconds": 10800,
        "spec.selector": {"app.kubernetes.io/name": NAME},
        "spec.ports.0.name": "http",
        "spec.ports.0.port": 8080,
        "spec.ports.0.targetPort": 8080,
    },
    "service with provider port": {
        "spec.ports.1.name": "grpc-provider",
        "spec.ports.1.port": 9090,
        "spec.ports.1.targetPort": 9090,
    },
    "ingress of NGINX": {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "Ingress",
        "metadata.name": "constellation",
        "metadata.namespace": "constellation",
        "metadata.annotations.nginx.ingress.kubernetes.io/affinity": "cookie",
        "metadata.annotations.nginx.ingress.kubernetes.io/session-cookie-name": "CONSTELLATION_AFFINITY",
        "metadata.annotations.nginx.ingress.kubernetes.io/session-cookie-max-age": "10800",
        "metadata.annotations.nginx.ingress.kubernetes.io/proxy-read-timeout": None,
        "spec.ingressClassName": None,
        "spec.tls": None,
        "spec.rules.0.host": HOST,
        "spec.rules.0.http.paths.0.path": "/",
        "spec.rules.0.http.paths.0.pathType": "Prefix",
        "spec.rules.0.http.paths.0.backend.service": {"name": NAME, "port": {"number": 8080}},
    },
    "ingress of ALB": {
        "metadata.annotations.alb.ingress.kubernetes.io/target-type": "ip",
        "metadata.annotations.alb.ingress.kubernetes.io/target-group-attributes": (
            "stickiness.enabled=true,stickiness.lb_cookie.duration_seconds=10800"
        ),
        "spec.ingressClassName": "alb",
        "spec.rules.0.host": HOST,
        "spec.rules.0.http.paths.0.path": "/",
        "spec.rules.0.http.paths.0.pathType": "Prefix",
        "spec.rules.0.http.paths.0.backend.service": {"name": NAME, "port": {"number": 8080}},
    },
    "autoscaler": {
        "apiVersion": "autoscaling/v2",
        "kind": "HorizontalPodAutoscaler",
        "metadata.name": "constellation-hpa",
        "spec.scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": NAME},
        "spec.minReplicas": 2,
        "spec.maxReplicas": 10,
        "spec.metrics.0": {
            "type": "Resource",
            "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 70}},
        },
        "spec.metrics.1": {
            "type": "Resource",
            "resource": {"name": "memory", "target": {"type": "Utilization", "averageUtilization": 80}},
        },
        "spec.behavior": None,
    },
    "autoscaler with queue length": {
        "spec.scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": NAME},
        "spec.minReplicas": 2,
        "spec.maxReplicas": 10,
        "spec.metrics": [
            {
                "type": "Pods",
                "pods": {
                    "metric": {"name": "constellation_scheduler_queued_count"},
                    "target": {"type": "AverageValue", "averageValue": "50"},
                },
            }
        ],
    },
    "hardened config map": {
        "data.CONSTELLATION_PORT": "8080",
        "data.CONSTELLATION_PROVIDER_PORT": "9090",
        "data.CONSTELLATION_API_KEYS": "sk-prod-your-admin-key-here-24chars:Admin",
        "data.CONSTELLATION_CORS_ORIGINS": "https://your-app.example.com",
        "data.CONSTELLATION_RATE_LIMIT_RPM": "200",
        "data.CONSTELLATION_RATE_LIMIT_BURST": "40",
        "data.CONSTELLATION_SCHEDULER_ENABLED": "true",
        "data.CONSTELLATION_SCHEDULER_MAX_CONCURRENCY": "8",
        "data.JAVA_OPTS": "-Xms512m -Xmx2g -XX:+UseG1GC",
    },
}

SELECTOR = {"app.kubernetes.io/instance": "constellation", "app.kubernetes.io/managed-by": "pulumi"}
GENERATED_NAME = "Pulumi generates the name, so that two stacks can share a namespace"
NO_JAVA_OPTS = "the image runs java directly, which reads JAVA_TOOL_OPTIONS but not JAVA_OPTS"

DIFFERENCES = {
    ("config map", "metadata.name"): (None, "it is immutable: a change creates a new ConfigMap, and the pods restart"),
    ("config map", "data.JAVA_OPTS"): (None, NO_JAVA_OPTS),
    ("hardened config map", "data.JAVA_OPTS"): (None, NO_JAVA_OPTS),
    ("hardened config map", "data.CONSTELLATION_API_KEYS"): (None, "API keys belong in a Secret"),
    ("deployment", "spec.selector.matchLabels"): (
        SELECTOR,
        "no argument is part of the selector, which Kubernetes cannot change",
    ),
    ("deployment", f"{POD}.securityContext.runAsUser"): (
        10001,
        "the image has a user name, and runAsNonRoot requires a numeric user ID",
    ),
    ("deployment", f"{POD}.terminationGracePeriodSeconds"): (
        55,
        "10 s of sleep, 30 s of drain and 15 s to exit exceed 30 s",
    ),
    ("deployment", f"{MAIN}.resources.limits.cpu"): (
        "1",
        "the API server stores 1000m as 1",
    ),
    ("deployment", f"{MAIN}.image"): (IMAGE, "latest is a mutable tag"),
    ("deployment", f"{MAIN}.livenessProbe.initialDelaySeconds"): (None, "a startup probe replaces the initial delay"),
    ("deployment", f"{MAIN}.readinessProbe.initialDelaySeconds"): (None, "a startup probe replaces the initial delay"),
    ("deployment", f"{MAIN}.readinessProbe.failureThreshold"): (
        2,
        "a pod stops receiving requests well before it is restarted",
    ),
    ("deployment", f"{MAIN}.startupProbe"): (
        {
            "httpGet": {"path": "/health/ready", "port": "http"},
            "periodSeconds": 5,
            "timeoutSeconds": 3,
            "failureThreshold": 30,
        },
        "the liveness probe must not restart an engine that starts slowly",
    ),
    ("deployment", f"{MAIN}.lifecycle"): (
        {"preStop": {"sleep": {"seconds": 10}}},
        "a terminating pod serves requests until it is removed from the endpoints",
    ),
    ("deployment", f"{MAIN}.securityContext.capabilities"): (
        {"drop": ["ALL"]},
        "Pod Security's restricted level requires it",
    ),
    ("service", "spec.selector"): (SELECTOR, "it is that of the Deployment"),
    ("service", "spec.ports.0.targetPort"): ("http", "the Service refers to the container port by name"),
    ("service with provider port", "spec.ports.1.targetPort"): (
        "grpc-provider",
        "the Service refers to the container port by name",
    ),
    ("ingress of NGINX", "metadata.name"): (None, GENERATED_NAME),
    ("ingress of NGINX", "metadata.annotations.nginx.ingress.kubernetes.io/proxy-read-timeout"): (
        "3600",
        "NGINX closes a WebSocket that is idle for 60 s by default",
    ),
    ("ingress of NGINX", "spec.ingressClassName"): (
        "nginx",
        "without a class, a cluster with no default class ignores the Ingress",
    ),
    ("ingress of NGINX", "spec.tls"): (
        [{"hosts": [HOST], "secretName": "constellation-tls"}],
        "browsers send Secure cookies only over TLS",
    ),
    ("ingress of ALB", "metadata.annotations.alb.ingress.kubernetes.io/target-group-attributes"): (
        "stickiness.enabled=true,stickiness.type=lb_cookie,stickiness.lb_cookie.duration_seconds=10800,"
        "deregistration_delay.timeout_seconds=60",
        "30 s of sleep and 30 s of drain",
    ),
    ("autoscaler", "metadata.name"): (None, GENERATED_NAME),
    ("autoscaler", "spec.behavior"): (
        {
            "scaleUp": {
                "stabilizationWindowSeconds": 0,
                "selectPolicy": "Max",
                "policies": [
                    {"type": "Percent", "value": 100, "periodSeconds": 15},
                    {"type": "Pods", "value": 4, "periodSeconds": 15},
                ],
            },
            "scaleDown": {
                "stabilizationWindowSeconds": 600,
                "selectPolicy": "Max",
                "policies": [{"type": "Pods", "value": 1, "periodSeconds": 60}],
            },
        },
        "removing a pod ends its sessions",
    ),
}


def engine(config=None, **changed):
    """Create the engine with the values of the documentation."""
    container = {
        "image": IMAGE,
        "runtime": "jvm",
        "ports": {"http": 8080},
        "cpu_request": "250m",
        "cpu_limit": "1000m",
        "memory_request": "512Mi",
        "memory_limit": "1Gi",
        "probes": {"readiness": {"http_get": "/health/ready"}, "liveness": {"http_get": "/health/live"}},
        "config_map_environment": {
            "CONSTELLATION_PORT": "8080",
            "CONSTELLATION_SCHEDULER_ENABLED": "true",
            "CONSTELLATION_SCHEDULER_MAX_CONCURRENCY": "16",
            "CONSTELLATION_RATE_LIMIT_RPM": "100",
            "CONSTELLATION_RATE_LIMIT_BURST": "20",
            **(config or {}),
        },
        **changed.pop("container", {}),
    }
    return KubernetesWorkload(
        "constellation",
        {"namespace": "constellation", "app": NAME, "object_name": NAME, "container": container, **changed},
    )


def ingress(controller, **changed):
    """Create the ingress with the values of the documentation."""
    args = {"namespace": "constellation", "service_name": NAME, "service_port": 8080, "hosts": [HOST], **changed}
    return WorkloadIngress("constellation", {"controller": controller, **args})


HARDENED = {
    "CONSTELLATION_PROVIDER_PORT": "9090",
    "CONSTELLATION_CORS_ORIGINS": "https://your-app.example.com",
    "CONSTELLATION_RATE_LIMIT_RPM": "200",
    "CONSTELLATION_RATE_LIMIT_BURST": "40",
    "CONSTELLATION_SCHEDULER_MAX_CONCURRENCY": "8",
}
PROVIDERS = {
    "ports": {"http": 8080, "grpc-provider": 9090},
    "secret_environment": {"CONSTELLATION_API_KEYS": "sk-prod-your-admin-key-here-24chars:Admin"},
}
QUEUE_LENGTH = {"type": "Pods", "name": "constellation_scheduler_queued_count", "average_value": "50"}
SCALED = {"max_replicas": 10, "gradual_scale_down": True}

PROGRAMS = {
    "namespace": (lambda: KubernetesNamespace("constellation", {}), "constellation-namespace"),
    "config map": (engine, "constellation-config"),
    "deployment": (engine, "constellation-deployment"),
    "deployment with four replicas": (lambda: engine(availability={"replicas": 4}), "constellation-deployment"),
    "service": (lambda: engine(session_affinity_timeout_seconds=10800), "constellation-service"),
    "service with provider port": (lambda: engine(container=PROVIDERS), "constellation-service"),
    "ingress of NGINX": (
        lambda: ingress(
            "ingress-nginx",
            tls_secret_name="constellation-tls",
            policy={"cookie_name": "CONSTELLATION_AFFINITY", "lifetime_seconds": 10800},
        ),
        "constellation-ingress",
    ),
    "ingress of ALB": (
        lambda: ingress("aws-ingress", certificate_arn=CERTIFICATE, policy={"lifetime_seconds": 10800}),
        "constellation-ingress",
    ),
    "autoscaler": (
        lambda: engine(
            autoscaling={**SCALED, "cpu_utilization_percent": 70, "memory_utilization_percent": 80},
        ),
        "constellation-autoscaler",
    ),
    "autoscaler with queue length": (
        lambda: engine(autoscaling={**SCALED, "metrics": [QUEUE_LENGTH]}),
        "constellation-autoscaler",
    ),
    "hardened config map": (lambda: engine(HARDENED, container=PROVIDERS), "constellation-config"),
}


def value_at(value, path):
    """Return the value at a path, None if there is none. Only the last key of a path can contain dots."""
    if not path or value is None:
        return value
    if isinstance(value, dict) and path in value:
        return value[path]
    key, _, rest = path.partition(".")
    return value_at(value[int(key)] if isinstance(value, list) else value.get(key), rest)


@pytest.mark.parametrize("manifest", DOCUMENTED)
def test_vendor_manifests_are_reproduced(deploy, manifest):
    program, name = PROGRAMS[manifest]
    inputs = deploy(program)[name].inputs
    for path, documented in DOCUMENTED[manifest].items():
        expected, reason = DIFFERENCES.get((manifest, path), (documented, "as documented"))
        assert value_at(inputs, path) == expected, f"{path}: {reason}"


def test_every_difference_has_a_reason():
    for (manifest, path), (value, reason) in DIFFERENCES.items():
        assert DOCUMENTED[manifest][path] != value
        assert reason


def test_the_autoscaler_targets_the_deployment(deploy):
    plan = deploy(lambda: engine(autoscaling=SCALED))
    target = plan["constellation-autoscaler"].inputs["spec"]["scaleTargetRef"]
    assert target["name"] == plan["constellation-deployment"].inputs["metadata"]["name"] == NAME


def test_the_heap_follows_the_memory_limit(deploy):
    container = deploy(engine)["constellation-deployment"].inputs["spec"]["template"]["spec"]["containers"][0]
    assert {"name": "JAVA_TOOL_OPTIONS", "value": "-XX:MaxRAMPercentage=70"} in container["env"]


def test_api_keys_are_masked(deploy):
    plan = deploy(lambda: engine(HARDENED, container=PROVIDERS), reveal_secrets=False)
    assert plan["constellation-secrets"].inputs["stringData"] == {"CONSTELLATION_API_KEYS": "[secret]"}
