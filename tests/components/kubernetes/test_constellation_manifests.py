"""The manifests that Constellation Engine's documentation shows, field by field beside what the components make.

Source: https://github.com/VledicFranco/constellation-engine, website/docs/operations/deployment.md and deploy/k8s, read in
February 2026. What is different here is different for a reason, and listed with it.
"""

import pytest

from moorings import KubernetesNamespace, KubernetesWorkload, StickyIngress

NAME = "constellation-engine"
IMAGE = "registry.example/constellation-engine@sha256:" + "0" * 64
HOST = "constellation.example.com"
CERTIFICATE = "arn:aws:acm:eu-west-1:123456789012:certificate/0d1c7a52-8b94-4f36-a0e2-1f7c93d58b06"
POD = "spec.template.spec"
MAIN = f"{POD}.containers.0"

FACTS = {
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
    "deployment of four": {"spec.replicas": 4},
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
    "service with providers": {
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
    "autoscaler by the queue": {
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

SELECTOR = {"app.kubernetes.io/name": NAME, "app.kubernetes.io/instance": "constellation"}
BY_PULUMI = "Pulumi names it, so that it can be replaced without a gap"
NO_JAVA_OPTS = "the image starts java itself, which reads JAVA_TOOL_OPTIONS alone"

DIFFERENT = {
    ("config map", "metadata.name"): (None, "it never changes: a change makes another, and its consumers restart"),
    ("config map", "data.JAVA_OPTS"): (None, NO_JAVA_OPTS),
    ("hardened config map", "data.JAVA_OPTS"): (None, NO_JAVA_OPTS),
    ("hardened config map", "data.CONSTELLATION_API_KEYS"): (None, "keys of an API are secret, and come from a Secret"),
    ("deployment", "spec.selector.matchLabels"): (SELECTOR, "two releases of one application do not share their pods"),
    ("deployment", f"{POD}.securityContext.runAsUser"): (
        10001,
        "the image names its user, and the kubelet cannot tell whether a name is root's",
    ),
    ("deployment", f"{POD}.terminationGracePeriodSeconds"): (
        55,
        "10 s until proxies have heard, 30 s of drain and 15 s to end do not fit in 30",
    ),
    ("deployment", f"{MAIN}.resources.limits.cpu"): (
        "1",
        "the API server writes 1000m so, and tells nothing else apart",
    ),
    ("deployment", f"{MAIN}.image"): (IMAGE, "uses the mutable tag latest"),
    ("deployment", f"{MAIN}.livenessProbe.initialDelaySeconds"): (None, "the startup probe waits instead"),
    ("deployment", f"{MAIN}.readinessProbe.initialDelaySeconds"): (None, "the startup probe waits instead"),
    ("deployment", f"{MAIN}.readinessProbe.failureThreshold"): (2, "requests stop well before a restart"),
    ("deployment", f"{MAIN}.startupProbe"): (
        {
            "httpGet": {"path": "/health/ready", "port": "http"},
            "periodSeconds": 5,
            "timeoutSeconds": 3,
            "failureThreshold": 30,
        },
        "an engine that starts slowly is not restarted while it does",
    ),
    ("deployment", f"{MAIN}.lifecycle"): (
        {"preStop": {"sleep": {"seconds": 10}}},
        "a pod answers until nobody sends it anything",
    ),
    ("deployment", f"{MAIN}.securityContext.capabilities"): (
        {"drop": ["ALL"]},
        "Pod Security's restricted asks for it",
    ),
    ("service", "spec.selector"): (SELECTOR, "two releases of one application do not share their pods"),
    ("service", "spec.ports.0.targetPort"): ("http", "the port is known by its name"),
    ("service with providers", "spec.ports.1.targetPort"): ("grpc-provider", "the port is known by its name"),
    ("ingress of NGINX", "metadata.name"): (None, BY_PULUMI),
    ("ingress of NGINX", "metadata.annotations.nginx.ingress.kubernetes.io/proxy-read-timeout"): (
        "3600",
        "after 60 s without a word NGINX would cut a WebSocket",
    ),
    ("ingress of NGINX", "spec.ingressClassName"): (
        "nginx",
        "without a class nobody serves it, where none is the default",
    ),
    ("ingress of NGINX", "spec.tls"): (
        [{"hosts": [HOST], "secretName": "constellation-tls"}],
        "a cookie that is Secure needs TLS",
    ),
    ("ingress of ALB", "metadata.annotations.alb.ingress.kubernetes.io/target-group-attributes"): (
        "stickiness.enabled=true,stickiness.type=lb_cookie,stickiness.lb_cookie.duration_seconds=10800,"
        "deregistration_delay.timeout_seconds=60",
        "a target goes with its pod: 30 s until nobody sends to it, and 30 s of drain",
    ),
    ("autoscaler", "metadata.name"): (None, BY_PULUMI),
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
        "each pod that goes ends its sessions",
    ),
}


def engine(config=None, **changed):
    """The engine, with the values of the documentation."""
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


def way(controller, **changed):
    """The way in, with the values of the documentation."""
    made = {"namespace": "constellation", "service_name": NAME, "service_port": 8080, "hosts": [HOST], **changed}
    return StickyIngress("constellation", {"controller": controller, **made})


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
QUEUED = {"type": "Pods", "name": "constellation_scheduler_queued_count", "average_value": "50"}
SCALED = {"max_replicas": 10, "gradual_scale_down": True}

MADE = {
    "namespace": (lambda: KubernetesNamespace("constellation", {}), "constellation-namespace"),
    "config map": (engine, "constellation-config"),
    "deployment": (engine, "constellation-deployment"),
    "deployment of four": (lambda: engine(availability={"replicas": 4}), "constellation-deployment"),
    "service": (lambda: engine(session_affinity_timeout_seconds=10800), "constellation-service"),
    "service with providers": (lambda: engine(container=PROVIDERS), "constellation-service"),
    "ingress of NGINX": (
        lambda: way(
            "ingress-nginx",
            tls_secret_name="constellation-tls",
            policy={"cookie_name": "CONSTELLATION_AFFINITY", "lifetime_seconds": 10800},
        ),
        "constellation-ingress",
    ),
    "ingress of ALB": (
        lambda: way("aws-ingress", certificate_arn=CERTIFICATE, policy={"lifetime_seconds": 10800}),
        "constellation-ingress",
    ),
    "autoscaler": (
        lambda: engine(
            autoscaling={**SCALED, "cpu_utilization_percent": 70, "memory_utilization_percent": 80},
            acknowledged_warnings=["heap-memory"],
        ),
        "constellation-autoscaler",
    ),
    "autoscaler by the queue": (
        lambda: engine(autoscaling={**SCALED, "metrics": [QUEUED]}),
        "constellation-autoscaler",
    ),
    "hardened config map": (lambda: engine(HARDENED, container=PROVIDERS), "constellation-config"),
}


def at(thing, path):
    """What stands at a path; a key with dots in it is the last."""
    found, words = thing, path.split(".")
    while words:
        rest = ".".join(words)
        if isinstance(found, dict) and rest in found:
            return found[rest]
        word = words.pop(0)
        if isinstance(found, list):
            found = found[int(word)]
        elif isinstance(found, dict):
            found = found.get(word)
        if found is None:
            return None
    return found


@pytest.mark.parametrize("manifest", FACTS)
def test_vendor_manifests_are_reproduced(deploy, manifest):
    program, name = MADE[manifest]
    made = deploy(program)[name].inputs
    for path, documented in FACTS[manifest].items():
        expected, reason = DIFFERENT.get((manifest, path), (documented, "as it is documented"))
        assert at(made, path) == expected, f"{path}: {reason}"


def test_every_difference_has_a_reason():
    for (manifest, path), (ours, reason) in DIFFERENT.items():
        assert FACTS[manifest][path] != ours
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
