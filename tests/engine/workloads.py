"""Rendered Kubernetes objects of components, for an API server."""

from collections.abc import Callable
from typing import Any

from moorings import KubernetesWorkload
from moorings.kubernetes.environment_variables import FIELD_PATHS
from moorings.preview.plan import Resource, jsonable
from moorings.preview.program import StackContext, run

Object = dict[str, Any]

IMAGE = "registry.example/orders@sha256:" + "0" * 64
OTHER_IMAGE = "registry.example/orders@sha256:" + "1" * 64
SLOW_READINESS = {"tests/ready-after": "300ms"}
"""Annotation of pods that become ready after a delay."""
NEVER_READY = {"tests/ready-after": "1h"}
AUTOSCALER = "kube-controller-manager"
"""Field manager of the HorizontalPodAutoscaler controller."""
CUSTOM_GROUPS = {"monitoring.coreos.com", "keda.sh"}
"""API groups of operators that are not installed in the test cluster."""


def container(**changed: Any) -> dict[str, Any]:
    """A container with probes and a port."""
    return {
        "image": IMAGE,
        "cpu_request": "100m",
        "memory_request": "128Mi",
        "ports": {"http": 8080},
        "probes": {"readiness": {"http_get": "/ready"}, "liveness": {"http_get": "/live"}},
        **changed,
    }


SIDECAR = {"image": IMAGE, "cpu_request": "10m", "memory_request": "16Mi"}
DATA_VOLUME = {"data": {"mount_path": "/data", "size": "1Gi"}}
CPU_METRIC = {"type": "Resource", "name": "cpu", "average_utilization": 70}
INGRESS_OBJECT = {
    "object_api_version": "networking.k8s.io/v1",
    "object_kind": "Ingress",
    "object_name": "orders",
}
SYSCTLS = {
    "kernel.shm_rmid_forced": "0",
    "net.ipv4.ip_local_port_range": "1024 65535",
    "net.ipv4.ip_local_reserved_ports": "8080",
    "net.ipv4.ip_unprivileged_port_start": "1024",
    "net.ipv4.ping_group_range": "1 0",
    "net.ipv4.tcp_fin_timeout": "60",
    "net.ipv4.tcp_keepalive_intvl": "60",
    "net.ipv4.tcp_keepalive_probes": "3",
    "net.ipv4.tcp_keepalive_time": "240",
    "net.ipv4.tcp_syncookies": "1",
}

WORKLOADS: dict[str, dict[str, Any]] = {
    "the defaults": {},
    "one replica": {"availability": {"level": "development"}},
    "critical": {"availability": {"level": "critical", "replicas": 9}},
    "settings from all sources": {
        "container": container(
            environment={"A": "1"},
            config_map_environment={"B": "2"},
            config_files={"/etc/orders/a.conf": "x"},
            secret_environment={"C": "3"},
            secret_files={"/etc/orders/key": "x"},
            secrets={"D": {"secret_name": "orders-database", "key": "password"}},
            field_refs={
                **{f"FIELD_{number}": field for number, field in enumerate(FIELD_PATHS)},
                "LABEL": "metadata.labels['app.kubernetes.io/name']",
                "ANNOTATION": "metadata.annotations['example.com/Team_1']",
            },
            memory_empty_dirs={"/cache": "16Mi"},
            runtime="jvm",
        )
    },
    "a Kafka client": {
        "container": container(
            environment={"ID": "orders-$(POD_NAME)"},
            field_refs={"POD_NAME": "metadata.name"},
            kafka={"listener": "scram", "bootstrap_servers": "b:9096", "username": "orders", "password": "x"},
        ),
        "autoscaling": {"max_replicas": 3, "kafka_lag": {"consumer_group": "g", "topic": "t", "partitions": 3}},
        "egress_to": [],
    },
    "a privileged port": {
        "container": container(ports={"http": 80}, net_bind_service=True, read_only_root_filesystem=False)
    },
    "a command": {"container": container(command=["orders"], args=["--serve"], cpu_limit="1", memory_limit="1Gi")},
    "probes by TCP and gRPC": {
        "container": container(
            ports={"http": 8080, "grpc": 9090},
            probes={
                "startup": {"grpc": True, "port": "grpc", "initial_delay_seconds": 5},
                "readiness": {"tcp_socket": True, "port": "http", "success_threshold": 2},
                "liveness": {"grpc": True, "port": "grpc", "grpc_service": "orders"},
            },
        )
    },
    "probes by HTTPS and a command": {
        "container": container(
            probes={"readiness": {"http_get": "/", "scheme": "HTTPS"}, "liveness": {"exec": ["true"]}}
        )
    },
    "sidecars and init containers": {
        "sidecars": {"proxy": {**SIDECAR, "ports": {"proxy": 9000}, "probes": {"readiness": {"tcp_socket": True}}}},
        "init_containers": {"migrate": {**SIDECAR, "run_as_user": 20000}},
    },
    "the largest numbers": {
        "container": container(
            probes={"startup_seconds": 2**31 - 1, "readiness": {"http_get": "/"}, "liveness": {"tcp_socket": True}}
        ),
        "autoscaling": {"max_replicas": 2**31 - 1},
        "acknowledge": {"k8s-implausible-seconds": "the largest number of the API"},
    },
    "unusual names and quantities": {
        "container": container(
            environment={"spring.datasource.url": "x", "1A": "x", "LOG LEVEL": "x", "~!@#$%^&*()": "x"},
            config_map_environment={"a-b.c": "x", "1": "x"},
            config_files=dict.fromkeys(
                ("/srv/a_b", "/srv/a/b", "/opt/app/.npmrc", "/opt/my app/a b", f"/opt/{'a' * 200}/{'b' * 200}"), "x"
            ),
            cpu_request="5e-1",
            memory_request="129e6",
        ),
        "kind": "StatefulSet",
        "volumes": {"folder-1": {"mount_path": "/data", "size": "1Gi"}},
    },
    "a disruption budget that blocks drains": {
        "availability": {"max_unavailable": 0},
        "acknowledge": {"k8s-drain-blocked": "drains are done by hand"},
    },
    "a StatefulSet with its own settings": {
        "kind": "StatefulSet",
        "revision_history_limit": 3,
        "volumes": {"data": {**DATA_VOLUME["data"], "storage_class_name": "ebs.gp3-1"}},
    },
    "a StatefulSet with volumes": {"kind": "StatefulSet", "volumes": DATA_VOLUME, "pod_management_policy": "Parallel"},
    "a StatefulSet without ports": {
        "kind": "StatefulSet",
        "service_ports": {},
        "container": container(ports={}, probes={}),
    },
    "a Deployment with a ReadWriteOnce volume": {
        "kind": "Deployment",
        "volumes": DATA_VOLUME,
        "availability": {"replicas": 1},
    },
    "an existing claim": {
        "kind": "Deployment",
        "volumes": {"data": {"mount_path": "/data", "claim_name": "files", "access_mode": "ReadWriteMany"}},
    },
    "a StatefulSet with an existing claim": {
        "kind": "StatefulSet",
        "volumes": {
            **DATA_VOLUME,
            "files": {"mount_path": "/files", "claim_name": "files", "access_mode": "ReadWriteMany"},
        },
    },
    "percentages of pods": {"max_surge": "50%", "max_unavailable": "10%", "availability": {"min_available": "50%"}},
    "an autoscaler": {"autoscaling": {"max_replicas": 10}},
    "an autoscaler of a StatefulSet": {
        "kind": "StatefulSet",
        "autoscaling": {"max_replicas": 10, "gradual_scale_down": True},
    },
    "metrics of every kind": {
        "sidecars": {"proxy": SIDECAR},
        "autoscaling": {
            "max_replicas": 10,
            "memory_utilization_percent": 80,
            "metrics": [
                {**CPU_METRIC, "average_utilization": None, "average_value": "500m"},
                {"type": "ContainerResource", "name": "cpu", "average_utilization": 60, "container": "main"},
                {"type": "ContainerResource", "name": "memory", "average_value": "1Gi", "container": "proxy"},
                {"type": "Pods", "name": "queued", "average_value": "50", "match_labels": {"queue": "orders"}},
                {"type": "Object", "name": "hits", "value": "2k", **INGRESS_OBJECT},
                {"type": "Object", "name": "hits", "average_value": "2k", **INGRESS_OBJECT},
                {"type": "External", "name": "lag", "value": "100"},
                {"type": "External", "name": "lag", "average_value": "100", "match_labels": {"topic": "orders"}},
            ],
            "scale_down": {
                "stabilization_window_seconds": 3600,
                "tolerance": "0.05",
                "select_policy": "Min",
                "policies": [{"pods": 1, "period_seconds": 1800}],
            },
        },
    },
    "a Service with session affinity": {"session_affinity_timeout_seconds": 86400, "service_ports": {"http": 80}},
    "a load balancer": {"shutdown": {"load_balancer": "alb", "drain_seconds": 300}},
    "no load balancer": {"shutdown": {"drain_seconds": 0, "load_balancer": "none"}},
    "network policy peers": {
        "ingress_from": [
            {"namespace_selector": {"kubernetes.io/metadata.name": "ingress"}, "pod_selector": {"app": "nginx"}},
            {"cidr": "10.0.0.0/8", "ports": [8080]},
        ],
        "egress_to": [{"cidr": "10.1.0.0/16", "ports": [9096]}, {"namespace_selector": {}}],
    },
    "network policy peers with exceptions, ranges and named ports": {
        "ingress_from": [
            {"cidr": "2001:db8::/32", "except_cidrs": ["2001:db8:1::/48"], "policy_ports": [{"name": "http"}]},
            {"pod_selector": {}, "policy_ports": [{"protocol": "SCTP"}, {"port": 8000, "end_port": 8080}]},
        ],
        "egress_to": [
            {
                "cidr": "0.0.0.0/0",
                "except_cidrs": ["169.254.169.254/32", "10.0.0.0/8"],
                "ports": [443],
                "policy_ports": [{"protocol": "UDP", "port": 443}, {"port": 30000, "end_port": 32767}],
            },
        ],
    },
    "no network policy": {"network_policy": False},
    "settings from existing objects": {
        "container": container(
            image_pull_policy="Always",
            environment_from=[{"secret_name": "a", "prefix": "A_"}, {"config_map_name": "b", "optional": True}],
            config_maps={"ZONE": {"config_map_name": "cluster", "key": "zone", "optional": True}},
            secrets={"D": {"secret_name": "database", "key": "password", "optional": True}},
            extended_resources={"nvidia.com/gpu": 1, "hugepages-2Mi": "128Mi"},
        )
    },
    "volumes of every kind": {
        "kind": "StatefulSet",
        "container": container(volume_mounts={"/out": {"volume": "exchange", "sub_path": "a/b"}}),
        "sidecars": {"copy": {**SIDECAR, "volume_mounts": {"/in": {"volume": "exchange", "read_only": True}}}},
        "volumes": {
            **DATA_VOLUME,
            "exchange": {"empty_dir": "100Mi"},
            "socket": {"mount_path": "/run/socket", "memory_empty_dir": "1Mi"},
            "scratch": {"mount_path": "/scratch", "ephemeral_size": "50Gi", "storage_class_name": "gp3"},
            "part": {
                "mount_path": "/part",
                "sub_path": "orders",
                "claim_name": "files",
                "access_mode": "ReadWriteMany",
            },
            "certificate": {
                "mount_path": "/certificate",
                "secret": {"name": "tls", "items": {"a/cert.pem": "tls.crt"}, "optional": True},
                "file_mode": 0o400,
            },
            "rules": {"mount_path": "/rules/a.yaml", "sub_path": "a.yaml", "config_map": {"name": "rules"}},
            "identity": {
                "mount_path": "/identity",
                "projected": [
                    {"secret": {"name": "identity"}},
                    {"config_map": {"name": "ca", "items": {"ca.pem": "ca"}, "optional": True}},
                    {"service_account_token": {"audience": "vault", "expiration_seconds": 600}},
                    {"field_refs": {"labels/app": "metadata.labels['app']"}},
                ],
            },
            "vault": {
                "mount_path": "/vault",
                "csi": {
                    "driver": "secrets-store.csi.k8s.io",
                    "attributes": {"secretProviderClass": "orders"},
                    "fs_type": "ext4",
                    "node_publish_secret_name": "vault",
                },
                "read_only": True,
            },
        },
    },
    "Services of every kind": {
        "container": container(udp_ports={"dns": 8080}),
        "service": {
            "type": "LoadBalancer",
            "name": "orders-public",
            "node_ports": {"http": 30999},
            "load_balancer_class": "service.k8s.aws/nlb",
            "load_balancer_source_ranges": ["10.0.0.0/8"],
            "external_traffic_policy": "Local",
        },
        "services": {
            "nodes": {"type": "NodePort", "session_affinity_timeout_seconds": 60, "node_ports": {"dns": 30999}},
            "members": {"headless": True, "publish_not_ready_addresses": True, "ports": {}},
            "dns": {"ports": {"dns": 53}, "annotations": {"example.com/dns": "orders"}},
        },
        "selector": {"app": "orders"},
    },
    "a headless governing Service": {
        "kind": "StatefulSet",
        "governing_service_name": "orders-members",
        "service": {"headless": True, "name": "orders-members"},
    },
    "scheduling and name resolution": {
        "affinity": {
            "nodeAffinity": {
                "requiredDuringSchedulingIgnoredDuringExecution": {
                    "nodeSelectorTerms": [
                        {
                            "matchExpressions": [{"key": "pool", "operator": "In", "values": ["orders"]}],
                            "matchFields": [{"key": "metadata.name", "operator": "NotIn", "values": ["a"]}],
                        }
                    ]
                },
                "preferredDuringSchedulingIgnoredDuringExecution": [
                    {"weight": 100, "preference": {"matchExpressions": [{"key": "ssd", "operator": "Exists"}]}}
                ],
            },
            "podAffinity": {
                "requiredDuringSchedulingIgnoredDuringExecution": [
                    {
                        "topologyKey": "topology.kubernetes.io/zone",
                        "labelSelector": {
                            "matchLabels": {"app": "cache"},
                            "matchExpressions": [{"key": "tier", "operator": "Exists"}],
                        },
                        "namespaceSelector": {},
                        "matchLabelKeys": ["pod-template-hash"],
                    }
                ]
            },
            "podAntiAffinity": {
                "preferredDuringSchedulingIgnoredDuringExecution": [
                    {
                        "weight": 1,
                        "podAffinityTerm": {
                            "topologyKey": "kubernetes.io/hostname",
                            "labelSelector": {},
                            "namespaces": ["shop"],
                            "mismatchLabelKeys": ["team"],
                        },
                    }
                ]
            },
        },
        "labels": {"team": "orders"},
        "host_aliases": {"10.0.0.10": ["database.example", "database"], "fd00::1": ["cache"]},
        "dns": {
            "policy": "None",
            "nameservers": ["10.0.0.2", "fd00::2"],
            "searches": ["corp.example"],
            "options": {"ndots": "2", "single-request-reopen": ""},
        },
    },
    "a pre-stop command": {
        "shutdown": {"pre_stop_command": ["/bin/orders", "leave"], "pre_stop_command_seconds": 20},
    },
    "a pre-stop command without a sleep": {
        "service_ports": {},
        "shutdown": {"pre_stop_command": ["/bin/orders", "leave"], "pre_stop_command_seconds": 20},
    },
    "all pod settings": {
        "component": "api",
        "part_of": "shop",
        "version": "1.4.2",
        "labels": {"example.com/team": "a"},
        "pod_annotations": {"example.com/a": "b" * (256 * 1024 - 13)},
        "run_as_user": 2**31 - 1,
        "node_selector": {"kubernetes.io/arch": "amd64"},
        "tolerations": [
            {"operator": "Exists"},
            {"key": "spot", "operator": "Exists", "effect": "NoSchedule"},
            {"key": "spot", "value": "a", "effect": "PreferNoSchedule"},
            {"key": "spot", "operator": "Equal", "value": "a", "effect": "NoExecute", "tolerationSeconds": 60},
        ],
        "image_pull_secrets": ["registry", "mirror"],
        "automount_service_account_token": True,
        "sysctls": SYSCTLS,
        "service_account_annotations": {"eks.amazonaws.com/role-arn": "arn:aws:iam::123456789012:role/orders"},
    },
}
"""Arguments that together cover all features of the component, as changes of a default workload."""

PRIVILEGED: dict[str, Any] = {
    "container": container(
        security={
            "add_capabilities": ["NET_ADMIN"],
            "drop_capabilities": ["NET_RAW"],
            "privileged": True,
        },
    ),
    "volumes": {"files": {"mount_path": "/files", "nfs": {"server": "nfs.example", "path": "/files"}}},
    "sidecars": {"sudo": {**SIDECAR, "security": {"allow_privilege_escalation": True, "drop_capabilities": []}}},
    "runtime_class_name": "gvisor",
    "acknowledge": dict.fromkeys(
        ("k8s-added-capability", "k8s-retained-capabilities", "k8s-privileged", "k8s-privilege-escalation"), "a test"
    ),
}
"""Arguments that Pod Security's ``restricted`` level rejects."""


def rendered(program: Callable[[], object]) -> list[Object]:
    """The objects of a program with their names in the cluster, in the order of their dependencies."""

    def without_result() -> None:
        program()

    plan = run(without_result, StackContext("tests", "tests", config={}), known=True, reveal=True)
    resources = {resource.urn: resource for resource in plan.resources if resource.type.startswith("kubernetes:")}
    objects: list[Object] = []
    rendered_urns: set[str] = set()
    while len(rendered_urns) < len(resources):
        ready = [
            resource
            for urn, resource in resources.items()
            if urn not in rendered_urns and not (set(resource.dependencies) & set(resources)) - rendered_urns
        ]
        rendered_urns |= {resource.urn for resource in ready}
        objects += [_object(resource) for resource in ready]
    return [object_ for object_ in objects if object_["apiVersion"].partition("/")[0] not in CUSTOM_GROUPS]


def only(objects: list[Object], kind: str) -> Object:
    """The only object of a kind."""
    (match,) = (object_ for object_ in objects if object_["kind"] == kind)
    return match


def _object(resource: Resource) -> Object:
    inputs: Object = jsonable(resource.inputs)
    inputs["metadata"].setdefault("name", resource.id.rpartition("/")[2])
    return inputs


def objects_of(namespace: str, changed: dict[str, Any], name: str = "orders") -> list[Object]:
    """The objects of a workload with changed arguments."""
    args = {"namespace": namespace, "container": container(), **changed}
    return rendered(lambda: KubernetesWorkload(name, args))
