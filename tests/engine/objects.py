"""Valid Kubernetes objects, which tests change."""

from typing import Any

Object = dict[str, Any]

IMAGE = "registry.example/orders@sha256:" + "0" * 64


def pod_spec() -> Object:
    """A pod spec that conforms to the Pod Security level ``restricted``."""
    return {
        "securityContext": {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}},
        "containers": [
            {
                "name": "orders",
                "image": IMAGE,
                "ports": [{"name": "http", "containerPort": 8080}],
                "resources": {"requests": {"cpu": "100m", "memory": "128Mi"}, "limits": {"memory": "128Mi"}},
                "livenessProbe": {"httpGet": {"path": "/live", "port": "http"}},
                "securityContext": {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}},
            }
        ],
    }


def named(api_version: str, kind: str, namespace: str, name: str = "orders", **parts: Any) -> Object:
    """An object of any kind."""
    return {"apiVersion": api_version, "kind": kind, "metadata": {"name": name, "namespace": namespace}, **parts}


def pod(namespace: str) -> Object:
    """A pod."""
    return named("v1", "Pod", namespace, spec=pod_spec())


def deployment(namespace: str, *, replicas: int = 3, max_unavailable: int = 0, max_surge: int = 1) -> Object:
    """A Deployment that is spread over the zones."""
    spread = {
        "maxSkew": 1,
        "topologyKey": "topology.kubernetes.io/zone",
        "whenUnsatisfiable": "DoNotSchedule",
        "labelSelector": {"matchLabels": {"app": "orders"}},
        "matchLabelKeys": ["pod-template-hash"],
    }
    spec = {
        "replicas": replicas,
        "selector": {"matchLabels": {"app": "orders"}},
        "strategy": {
            "type": "RollingUpdate",
            "rollingUpdate": {"maxUnavailable": max_unavailable, "maxSurge": max_surge},
        },
        "template": {
            "metadata": {"labels": {"app": "orders"}},
            "spec": {**pod_spec(), "topologySpreadConstraints": [spread]},
        },
    }
    return named("apps/v1", "Deployment", namespace, spec=spec)


def service(namespace: str) -> Object:
    """A Service for the pods of the Deployment."""
    spec = {"selector": {"app": "orders"}, "ports": [{"name": "http", "port": 80, "targetPort": "http"}]}
    return named("v1", "Service", namespace, spec=spec)


def autoscaler(namespace: str) -> Object:
    """An autoscaler of the Deployment."""
    cpu = {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 70}}
    spec = {
        "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "orders"},
        "minReplicas": 3,
        "maxReplicas": 6,
        "metrics": [{"type": "Resource", "resource": cpu}],
    }
    return named("autoscaling/v2", "HorizontalPodAutoscaler", namespace, spec=spec)


def budget(namespace: str, **limit: object) -> Object:
    """A disruption budget of the Deployment."""
    spec = {"selector": {"matchLabels": {"app": "orders"}}, **(limit or {"maxUnavailable": 1})}
    return named("policy/v1", "PodDisruptionBudget", namespace, spec=spec)


def ingress(namespace: str) -> Object:
    """An Ingress to the Service."""
    backend = {"service": {"name": "orders", "port": {"name": "http"}}}
    rule = {"host": "orders.example.com", "http": {"paths": [{"path": "/", "pathType": "Prefix", "backend": backend}]}}
    return named("networking.k8s.io/v1", "Ingress", namespace, spec={"rules": [rule]})


def config(namespace: str) -> Object:
    """An immutable ConfigMap."""
    return named("v1", "ConfigMap", namespace, data={"topic": "orders"}, immutable=True)
