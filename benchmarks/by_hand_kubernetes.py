"""The objects of `KubernetesWorkload` and `WorkloadIngress` without components, as a baseline."""

from typing import Any

import pulumi
import pulumi_kubernetes as kubernetes
from by_hand import Group, Options


def workload(name: str, namespace: str, image: str) -> None:
    """Create a Deployment with Service, account, network policy, autoscaler, disruption budget and ingress."""
    group = Group("Workload", name)
    selector = {"app.kubernetes.io/name": name, "app.kubernetes.io/instance": name}
    labels = {**selector, "app.kubernetes.io/managed-by": "pulumi"}
    metadata: dict[str, Any] = {"namespace": namespace, "labels": labels}
    account = kubernetes.core.v1.ServiceAccount(
        f"{name}-account", metadata=metadata, automount_service_account_token=False, opts=group.child
    )
    service = kubernetes.core.v1.Service(
        f"{name}-service",
        metadata=metadata,
        spec={
            "type": "ClusterIP",
            "selector": selector,
            "ports": [{"name": "http", "port": 8080, "target_port": "http", "protocol": "TCP"}],
        },
        opts=group.child,
    )
    policy = kubernetes.networking.v1.NetworkPolicy(
        f"{name}-network-policy",
        metadata=metadata,
        spec={
            "pod_selector": {"match_labels": selector},
            "policy_types": ["Ingress"],
            "ingress": [{"ports": [{"protocol": "TCP", "port": 8080}]}],
        },
        opts=group.child,
    )
    deployment = kubernetes.apps.v1.Deployment(
        f"{name}-deployment",
        metadata=metadata,
        spec={
            "selector": {"match_labels": selector},
            "min_ready_seconds": 10,
            "strategy": {"type": "RollingUpdate", "rolling_update": {"max_surge": "25%", "max_unavailable": 0}},
            "progress_deadline_seconds": 600,
            "revision_history_limit": 5,
            "template": {"metadata": {"labels": labels}, "spec": _pod(name, image, selector, account)},
        },
        opts=Options(
            parent=group,
            depends_on=[service, policy],
            custom_timeouts=pulumi.CustomTimeouts(create="720s", update="720s"),
            ignore_changes=["spec.replicas"],
        ),
    )
    kubernetes.autoscaling.v2.HorizontalPodAutoscaler(
        f"{name}-autoscaler",
        metadata=metadata,
        spec={
            "scale_target_ref": {"api_version": "apps/v1", "kind": "Deployment", "name": _name(deployment)},
            "min_replicas": 2,
            "max_replicas": 10,
            "metrics": [
                {
                    "type": "Resource",
                    "resource": {"name": "cpu", "target": {"type": "Utilization", "average_utilization": 70}},
                }
            ],
            "behavior": {
                "scale_up": {
                    "stabilization_window_seconds": 0,
                    "select_policy": "Max",
                    "policies": [
                        {"type": "Percent", "value": 100, "period_seconds": 15},
                        {"type": "Pods", "value": 4, "period_seconds": 15},
                    ],
                },
                "scale_down": {
                    "stabilization_window_seconds": 300,
                    "select_policy": "Max",
                    "policies": [{"type": "Percent", "value": 50, "period_seconds": 60}],
                },
            },
        },
        opts=group.child,
    )
    kubernetes.policy.v1.PodDisruptionBudget(
        f"{name}-disruption-budget",
        metadata=metadata,
        spec={
            "selector": {"match_labels": selector},
            "unhealthy_pod_eviction_policy": "AlwaysAllow",
            "max_unavailable": 1,
        },
        opts=group.child,
    )
    _ingress(name, namespace, service)
    group.register_outputs(
        {
            "workloadName": _name(deployment),
            "serviceName": _name(service),
            "serviceAccountName": _name(account),
        }
    )


def _ingress(name: str, namespace: str, service: kubernetes.core.v1.Service) -> None:
    group = Group("Ingress", name)
    backend = {"service": {"name": _name(service), "port": {"number": 8080}}}
    kubernetes.networking.v1.Ingress(
        f"{name}-ingress",
        metadata={
            "namespace": namespace,
            "annotations": {
                "haproxy-ingress.github.io/affinity": "cookie",
                "haproxy-ingress.github.io/session-cookie-name": "SESSION_AFFINITY",
                "haproxy-ingress.github.io/session-cookie-strategy": "insert",
            },
        },
        spec={
            "ingress_class_name": "haproxy",
            "rules": [
                {
                    "host": f"{name}.example.com",
                    "http": {"paths": [{"path": "/", "path_type": "Prefix", "backend": backend}]},
                }
            ],
            "tls": [{"hosts": [f"{name}.example.com"], "secret_name": name}],
        },
        opts=group.child,
    )
    group.register_outputs({"serviceName": _name(service)})


def _pod(name: str, image: str, selector: dict[str, str], account: kubernetes.core.v1.ServiceAccount) -> dict[str, Any]:
    return {
        "service_account_name": _name(account),
        "automount_service_account_token": False,
        "enable_service_links": False,
        "security_context": {
            "run_as_non_root": True,
            "run_as_user": 10001,
            "run_as_group": 10001,
            "fs_group": 10001,
            "fs_group_change_policy": "OnRootMismatch",
            "seccomp_profile": {"type": "RuntimeDefault"},
        },
        "termination_grace_period_seconds": 55,
        "containers": [
            {
                "name": name,
                "image": image,
                "image_pull_policy": "IfNotPresent",
                "ports": [{"name": "http", "container_port": 8080}],
                "resources": {
                    "requests": {"cpu": "250m", "memory": "512Mi", "ephemeral-storage": "100Mi"},
                    "limits": {"memory": "512Mi", "ephemeral-storage": "1Gi"},
                },
                "volume_mounts": [{"name": "folder-1", "mount_path": "/tmp"}],  # noqa: S108 - a path in the container
                "security_context": {
                    "allow_privilege_escalation": False,
                    "capabilities": {"drop": ["ALL"]},
                    "read_only_root_filesystem": True,
                },
                "termination_message_policy": "FallbackToLogsOnError",
                "startup_probe": _probe("/ready", 5, 3, 30),
                "readiness_probe": _probe("/ready", 5, 3, 2),
                "liveness_probe": _probe("/live", 10, 5, 3),
                "lifecycle": {"pre_stop": {"sleep": {"seconds": 10}}},
            }
        ],
        "volumes": [{"name": "folder-1", "empty_dir": {"size_limit": "256Mi"}}],
        "topology_spread_constraints": [
            {
                "max_skew": 1,
                "topology_key": key,
                "when_unsatisfiable": "ScheduleAnyway",
                "label_selector": {"match_labels": selector},
                "match_label_keys": ["pod-template-hash"],
            }
            for key in ("topology.kubernetes.io/zone", "kubernetes.io/hostname")
        ],
    }


def _name(resource: pulumi.CustomResource) -> pulumi.Output[str]:
    """Name of an object, the last part of its ID."""
    return resource.id.apply(lambda id_: id_.rpartition("/")[2])


def _probe(path: str, period: int, timeout: int, failures: int) -> dict[str, Any]:
    return {
        "period_seconds": period,
        "timeout_seconds": timeout,
        "failure_threshold": failures,
        "http_get": {"path": path, "port": "http"},
    }
