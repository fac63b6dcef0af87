"""Arguments of the components of Kubernetes that together set every argument."""

from typing import Any

from rich_ecs import CERTIFICATE_ARN, SCRAM, SCRAM_256

import moorings

IMAGE = "registry.example/orders@sha256:" + "0" * 64
PROBES: dict[str, Any] = {
    "readiness": {"http_get": "/ready", "period_seconds": 5, "timeout_seconds": 2, "failure_threshold": 2},
    "liveness": {"http_get": "/live", "scheme": "HTTPS", "port": "admin", "initial_delay_seconds": 5},
    "startup": {"tcp_socket": True, "port": "http", "success_threshold": 1},
    "startup_seconds": 90,
}
CONTAINER: dict[str, Any] = {
    "image": IMAGE,
    "image_pull_policy": "IfNotPresent",
    "command": ["/bin/orders"],
    "args": ["serve"],
    "ports": {"http": 8080, "admin": 8081},
    "udp_ports": {"discovery": 7946},
    "environment": {"MODE": "production", "TOKEN_TTL": "60"},
    "config_map_environment": {"REGION": "eu-west-1"},
    "config_files": {"/etc/orders/orders.yaml": "mode: production\n"},
    "secret_environment": {"SESSION_KEY": "correct horse battery"},
    "secret_files": {"/etc/orders/token": "staple"},
    "secrets": {"PASSWORD": {"secret_name": "database", "key": "password", "optional": True}},
    "config_maps": {"ZONE": {"config_map_name": "cluster", "key": "zone", "optional": True}},
    "environment_from": [
        {"secret_name": "database", "prefix": "DATABASE_"},
        {"config_map_name": "cluster", "optional": True},
    ],
    "field_refs": {"POD_NAME": "metadata.name"},
    "environment_patterns": {"MODE": "production|development"},
    "kafka": {
        **{key: value for key, value in SCRAM.items() if key not in {"secret_arn", "kms_key_arn", "security_group_id"}},
        "broker_cidrs": ["10.0.64.0/20"],
    },
    "kafka_settings": "spring",
    "not_secret": ["TOKEN_TTL"],
    "cpu_request": "500m",
    "cpu_limit": "2",
    "memory_request": "1Gi",
    "memory_limit": "1Gi",
    "ephemeral_storage_request": "1Gi",
    "ephemeral_storage_limit": "2Gi",
    "probes": PROBES,
    "empty_dirs": {"/var/cache/orders": "256Mi"},
    "memory_empty_dirs": {"/run/orders": "64Mi"},
    "read_only_root_filesystem": True,
    "net_bind_service": True,
    "extended_resources": {"nvidia.com/gpu": 1},
    "security": {
        "add_capabilities": ["NET_ADMIN"],
        "drop_capabilities": ["NET_RAW"],
        "allow_privilege_escalation": True,
        "privileged": True,
    },
    "run_as_user": 1002,
    "runtime": "jvm",
}
PRIVILEGES = dict.fromkeys(
    ("k8s-added-capability", "k8s-retained-capabilities", "k8s-privilege-escalation", "k8s-privileged"),
    "configures the network of the node",
)
SMALL: dict[str, Any] = {"image": IMAGE, "cpu_request": "50m", "memory_request": "64Mi"}
DEPLOYMENT: dict[str, Any] = {
    "namespace": "shop",
    "container": CONTAINER,
    "init_containers": {"migrate": {**SMALL, "command": ["/bin/migrate"]}},
    "sidecars": {
        "proxy": {
            **SMALL,
            "ports": {"proxy": 9000},
            "probes": {"readiness": {"grpc": True, "grpc_service": "proxy", "port": "proxy"}},
        }
    },
    "kind": "Deployment",
    "object_name": "orders-service",
    "app": "orders",
    "component": "api",
    "part_of": "shop",
    "version": "1.4.2",
    "pod_annotations": {"example.com/owner": "streaming"},
    "labels": {"team": "streaming"},
    "availability": {
        "level": "critical",
        "max_unavailable": "1",
        "zone_spread": "DoNotSchedule",
        "node_spread": "ScheduleAnyway",
    },
    "autoscaling": {
        "min_replicas": 4,
        "max_replicas": 12,
        "cpu_utilization_percent": 70,
        "memory_utilization_percent": 80,
        "metrics": [
            {"type": "Pods", "name": "requests_in_flight", "average_value": "20", "match_labels": {"path": "api"}},
            {"type": "External", "name": "queue_length", "value": "100"},
            {"type": "ContainerResource", "name": "cpu", "container": "proxy", "average_utilization": 60},
            {
                "type": "Object",
                "name": "requests_per_second",
                "value": "1k",
                "object_api_version": "networking.k8s.io/v1",
                "object_kind": "Ingress",
                "object_name": "orders",
            },
        ],
        "scale_up": {
            "stabilization_window_seconds": 30,
            "policies": [{"pods": 4, "period_seconds": 60}, {"percent": 100, "period_seconds": 30}],
            "select_policy": "Min",
            "tolerance": "50m",
        },
        "scale_down": {"stabilization_window_seconds": 600, "policies": [{"pods": 1, "period_seconds": 60}]},
    },
    "strategy": "RollingUpdate",
    "max_surge": "50%",
    "max_unavailable": "0",
    "min_ready_seconds": 10,
    "progress_deadline_seconds": 900,
    "revision_history_limit": 5,
    "service_ports": {"http": 80, "admin": 8081},
    "session_affinity_timeout_seconds": 3600,
    "service": {
        "type": "LoadBalancer",
        "name": "orders",
        "node_ports": {"http": 30080},
        "load_balancer_class": "service.k8s.aws/nlb",
        "load_balancer_source_ranges": ["10.0.0.0/8"],
        "external_traffic_policy": "Local",
    },
    "services": {
        "discovery": {
            "headless": True,
            "ports": {"discovery": 7946},
            "publish_not_ready_addresses": True,
            "annotations": {"example.com/dns": "discovery"},
        },
        "internal": {"session_affinity_timeout_seconds": 60, "ports": {"http": 80}},
    },
    "selector": {"app": "orders"},
    "network_policy": True,
    "additional_kafka": {"events": SCRAM_256},
    "ingress_from": [
        {
            "namespace_selector": {"kubernetes.io/metadata.name": "ingress"},
            "pod_selector": {"app": "ingress"},
            "ports": [8080],
        },
        {"cidr": "10.0.0.0/16"},
    ],
    "egress_to": [
        {"cidr": "10.60.0.0/16", "ports": [5432]},
        {
            "cidr": "10.61.0.0/16",
            "except_cidrs": ["10.61.1.0/24"],
            "policy_ports": [{"port": 8000, "end_port": 8100, "protocol": "UDP"}, {"name": "http"}],
        },
    ],
    "shutdown": {
        "drain_seconds": 45,
        "load_balancer": "alb",
        "pre_stop_seconds": 50,
        "pre_stop_command": ["/bin/orders", "leave"],
        "pre_stop_command_seconds": 10,
        "termination_grace_period_seconds": 120,
        "deregistration_delay_seconds": 45,
    },
    "run_as_user": 1001,
    "run_as_group": 1001,
    "service_account_annotations": {"eks.amazonaws.com/role-arn": "arn:aws:iam::123456789012:role/orders"},
    "service_annotations": {"example.com/dns": "orders"},
    "monitoring": {
        "kind": "ServiceMonitor",
        "port": "admin",
        "path": "/prometheus",
        "interval_seconds": 15,
        "labels": {"release": "prometheus"},
    },
    "priority_class_name": "important",
    "node_selector": {"kubernetes.io/arch": "arm64"},
    "tolerations": [{"key": "arm", "operator": "Exists", "effect": "NoSchedule"}],
    "affinity": {
        "nodeAffinity": {
            "requiredDuringSchedulingIgnoredDuringExecution": {
                "nodeSelectorTerms": [
                    {"matchExpressions": [{"key": "kubernetes.io/os", "operator": "In", "values": ["linux"]}]}
                ]
            }
        }
    },
    "runtime_class_name": "gvisor",
    "host_aliases": {"10.0.0.10": ["database.example"]},
    "dns": {
        "policy": "None",
        "nameservers": ["10.0.0.2"],
        "searches": ["corp.example"],
        "options": {"ndots": "2", "single-request-reopen": ""},
    },
    "image_pull_secrets": ["registry"],
    "automount_service_account_token": True,
    "sysctls": {"net.ipv4.tcp_keepalive_time": "300"},
    "retain_old_config": True,
    "acknowledge": PRIVILEGES,
}
STATEFUL_SET: dict[str, Any] = {
    "namespace": "shop",
    "kind": "StatefulSet",
    "container": {
        **CONTAINER,
        "kafka_settings": "environment",
        "volume_mounts": {"/exchange": {"volume": "exchange", "sub_path": "out", "read_only": True}},
    },
    "sidecars": {"backup": {**SMALL, "volume_mounts": {"/exchange": {"volume": "exchange"}}}},
    "availability": {"level": "standard", "replicas": 3, "min_available": "2"},
    "pod_management_policy": "Parallel",
    "governing_service_name": "orders-members",
    "container_name": "main",
    "consumer": {"membership": "static", "session_timeout_seconds": 300, "partitions": 12, "consumers_per_pod": 2},
    "volumes": {
        "data": {
            "mount_path": "/data",
            "size": "20Gi",
            "storage_class_name": "gp3",
            "access_mode": "ReadWriteOncePod",
            "containers": ["backup"],
            "protect": True,
        },
        "shared": {
            "mount_path": "/shared",
            "sub_path": "orders",
            "claim_name": "shared",
            "access_mode": "ReadWriteMany",
            "read_only": True,
        },
        "exchange": {"empty_dir": "1Gi"},
        "socket": {"mount_path": "/run/socket", "memory_empty_dir": "16Mi"},
        "scratch": {"mount_path": "/scratch", "ephemeral_size": "50Gi"},
        "certificate": {
            "mount_path": "/certificate",
            "secret": {"name": "tls", "items": {"tls/cert.pem": "tls.crt"}, "optional": True},
            "file_mode": 0o400,
        },
        "rules": {"mount_path": "/rules", "config_map": {"name": "rules"}},
        "identity": {
            "mount_path": "/identity",
            "projected": [
                {"secret": {"name": "identity"}},
                {"config_map": {"name": "ca", "items": {"ca.pem": "ca"}}},
                {"service_account_token": {"path": "vault", "audience": "vault", "expiration_seconds": 600}},
                {"field_refs": {"labels/app": "metadata.labels['app']"}},
            ],
        },
        "files": {"mount_path": "/files", "nfs": {"server": "nfs.example", "path": "/files"}},
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
    "monitoring": {"kind": "PodMonitor"},
    "service_account_name": "existing",
    "acknowledge": PRIVILEGES,
}
KAFKA_LAG: dict[str, Any] = {
    "namespace": "shop",
    "container": {**SMALL, "probes": {"liveness": {"exec": ["/bin/orders", "live"]}}},
    "service_ports": {},
    "derive_egress": True,
    "autoscaling": {
        "max_replicas": 6,
        "gradual_scale_down": True,
        "kafka_lag": {
            "bootstrap_servers": "b-1.orders.a1b2c3.c2.kafka.eu-west-1.amazonaws.com:9096",
            "consumer_group": "orders",
            "topic": "orders",
            "partitions": 12,
            "consumers_per_pod": 2,
            "lag_threshold": 500,
            "polling_interval_seconds": 20,
            "authentication_ref": "keda-kafka",
        },
        "keda": {
            "triggers": [
                {
                    "type": "prometheus",
                    "metadata": {"serverAddress": "http://prometheus:9090", "query": "sum(depth)", "threshold": "50"},
                    "name": "depth",
                    "authentication_ref": "prometheus",
                    "authentication_kind": "ClusterTriggerAuthentication",
                    "metric_type": "Value",
                    "use_cached_metrics": True,
                }
            ],
            "polling_interval_seconds": 15,
            "cooldown_seconds": 600,
            "initial_cooldown_seconds": 120,
            "idle_at_zero": True,
            "fallback": {"replicas": 4, "failure_threshold": 5, "behavior": "currentReplicasIfHigher"},
        },
    },
}
INGRESS_REQUIRED: dict[str, Any] = {"hosts": ["orders.example.com"], "service_name": "orders", "namespace": "shop"}
ALB: dict[str, Any] = {
    **INGRESS_REQUIRED,
    "controller": "aws-ingress",
    "service_port": 80,
    "hosts": ["orders.example.com", "www.example.com"],
    "paths": ["/api", "/app"],
    "closed_paths": ["/metrics"],
    "ingress_class_name": "alb",
    "certificate_arn": CERTIFICATE_ARN,
    "aws_region": "eu-west-1",
    "ssl_policy": "ELBSecurityPolicy-TLS13-1-3-2021-06",
    "deregistration_delay_seconds": 45,
    "health_check_path": "/ready",
    "internet_facing": True,
    "annotations": {"alb.ingress.kubernetes.io/tags": "team=streaming"},
    "labels": {"team": "streaming"},
    "wait_for_load_balancer": False,
    "policy": {"lifetime_seconds": 3600, "websocket_idle_timeout_seconds": 900, "server_idle_timeout_seconds": 600},
}
NGINX: dict[str, Any] = {
    **INGRESS_REQUIRED,
    "controller": "ingress-nginx",
    "service_port": 80,
    "tls_secret_name": "orders-tls",
    "cluster_issuer": "letsencrypt",
    "policy": {
        "strength": "strong",
        "cookie_name": "SESSION",
        "cookie_path": "/api",
        "lifetime_seconds": 3600,
        "secure": True,
        "same_site": "Strict",
        "websocket_idle_timeout_seconds": 900,
        "ping_interval_seconds": 30,
    },
}
GATEWAY: dict[str, Any] = {
    **INGRESS_REQUIRED,
    "controller": "nginx-gateway-fabric",
    "service_port": 80,
    "gateway_name": "public",
    "gateway_namespace": "gateways",
    "gateway_listener": "https",
    "gateway_api_release": "1.5",
    "controller_release": "2.4",
    "experimental_channel": True,
    "nginx_plus": True,
}
ROUTES: dict[str, Any] = {
    "controller": "nginx-virtualserver",
    "service_name": "orders",
    "service_port": 80,
    "namespace": "shop",
    "hosts": ["orders.example.com"],
    "tls_secret_name": "orders-tls",
    "policy": {"strength": "none", "websocket_idle_timeout_seconds": 600},
    "paths": ["/orders"],
    "exact_paths": ["/status"],
    "implementation_specific_paths": ["/orders/[0-9]+/pdf"],
    "routes": {
        "api": {
            "paths": ["/api"],
            "exact_paths": ["/login"],
            "implementation_specific_paths": ["/v[0-9]+"],
            "services": {
                "stable": {"service_name": "api", "service_port": 8080, "weight": 9},
                "canary": {
                    "backend": {
                        "service_name": "api-canary",
                        "namespace": "shop",
                        "ports": {"http": 8080},
                        "selector": {"app": "api"},
                    },
                    "service_port": 8080,
                },
            },
        },
        "old": {"paths": ["/v1"], "rewrite_prefix": "/orders"},
        "www": {
            "hosts": ["www.example.com"],
            "redirect": {
                "scheme": "https",
                "host": "orders.example.com",
                "port": 8443,
                "path": "/orders",
                "status_code": 301,
            },
        },
    },
}
LOGIN: dict[str, Any] = {
    "controller": "aws-ingress",
    "service_name": "orders",
    "service_port": 80,
    "namespace": "shop",
    "hosts": ["orders.example.com"],
    "certificate_arn": CERTIFICATE_ARN,
    "additional_certificate_arns": [
        "arn:aws:acm:eu-west-1:123456789012:certificate/91e5c8a3-2d4f-47b6-8f0a-6c3b7d12e9f5"
    ],
    "policy": {"strength": "none"},
    "backend_protocol": "GRPC",
    "web_acl_arn": ("arn:aws:wafv2:eu-west-1:123456789012:regional/webacl/tools/11111111-2222-3333-4444-555555555555"),
    "oidc": {
        "issuer": "https://login.example.com",
        "authorization_endpoint": "https://login.example.com/authorize",
        "token_endpoint": "https://login.example.com/token",
        "user_info_endpoint": "https://login.example.com/userinfo",
        "secret_name": "orders-oidc",
        "scope": "openid email",
    },
}
COGNITO: dict[str, Any] = {
    "controller": "aws-ingress",
    "selector": {"app": "orders"},
    "service_port": 80,
    "target_port_name": "http",
    "namespace": "shop",
    "hosts": ["orders.example.com"],
    "certificate_arn": CERTIFICATE_ARN,
    "health_check_path": "/ready",
    "cognito": {
        "user_pool_arn": "arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_AbCdEf123",
        "user_pool_client_id": "1example23456789",
        "user_pool_domain": "orders",
    },
}
CERTIFICATES: dict[str, Any] = {
    "controller": "haproxy-ingress",
    "service_name": "orders",
    "service_port": 80,
    "namespace": "shop",
    "hosts": ["orders.example.com"],
    "tls_secret_name": "orders-tls",
    "issuer": "letsencrypt",
    "routes": {"api": {"hosts": ["api.example.com"], "paths": ["/v1"], "tls_secret_name": "api-tls"}},
}
DEFAULT_CERTIFICATE: dict[str, Any] = {
    "controller": "traefik-crd",
    "service_name": "orders",
    "service_port": 80,
    "namespace": "shop",
    "hosts": ["orders.example.com"],
    "default_certificate": True,
}
TRAEFIK: dict[str, Any] = {
    "controller": "traefik-ingress",
    "hosts": ["orders.example.com"],
    "namespace": "shop",
    "service_port": 80,
    "selector": {"app": "orders"},
    "target_port": 8080,
    "external_tls_termination": True,
    "policy": {"http_only": True, "cookie_name": "SESSION", "secure": True},
}
BACKEND: dict[str, Any] = {
    "controller": "ingress-nginx",
    "tls_secret_name": "orders-tls",
    "hosts": ["orders.example.com"],
    "dedicated_service": True,
    "backend": {
        "service_name": "orders",
        "namespace": "shop",
        "ports": {"http": 8080},
        "selector": {"app": "orders"},
        "health_check": {"path": "/ready", "port": "http", "protocol": "HTTP"},
        "shutdown": {
            "drain_seconds": 30,
            "load_balancer": "service",
            "pre_stop_seconds": 10,
            "termination_grace_period_seconds": 60,
            "deregistration_delay_seconds": 30,
        },
        "service_annotations": {"example.com/dns": "orders"},
        "scales_down_quickly": False,
        "own_namespace_only": False,
    },
}
HEADER: dict[str, Any] = {
    **INGRESS_REQUIRED,
    "controller": "istio",
    "service_port": 80,
    "gateway_name": "public",
    "policy": {"header_name": "Execution-ID"},
}
APPLICATION_COOKIE: dict[str, Any] = {
    **INGRESS_REQUIRED,
    "controller": "aws-ingress",
    "service_port": 80,
    "certificate_arn": CERTIFICATE_ARN,
    "policy": {"application_cookie": True, "cookie_name": "shop_sid"},
}

KUBERNETES_PROGRAMS: dict[str, tuple[type, dict[str, Any]]] = {
    "KubernetesNamespace-rich": (
        moorings.KubernetesNamespace,
        {
            "namespace_name": "shop",
            "pod_security": "baseline",
            "pod_readiness_gates": True,
            "default_deny_ingress": True,
            "labels": {"team": "streaming"},
            "protect": False,
        },
    ),
    "KubernetesWorkload-deployment": (moorings.KubernetesWorkload, DEPLOYMENT),
    "KubernetesWorkload-stateful": (moorings.KubernetesWorkload, STATEFUL_SET),
    "KubernetesWorkload-lag": (moorings.KubernetesWorkload, KAFKA_LAG),
    "WorkloadIngress-alb": (moorings.WorkloadIngress, ALB),
    "WorkloadIngress-nginx": (moorings.WorkloadIngress, NGINX),
    "WorkloadIngress-gateway": (moorings.WorkloadIngress, GATEWAY),
    "WorkloadIngress-login": (moorings.WorkloadIngress, LOGIN),
    "WorkloadIngress-cognito": (moorings.WorkloadIngress, COGNITO),
    "WorkloadIngress-certificates": (moorings.WorkloadIngress, CERTIFICATES),
    "WorkloadIngress-default-certificate": (moorings.WorkloadIngress, DEFAULT_CERTIFICATE),
    "WorkloadIngress-routes": (moorings.WorkloadIngress, ROUTES),
    "WorkloadIngress-traefik": (moorings.WorkloadIngress, TRAEFIK),
    "WorkloadIngress-backend": (moorings.WorkloadIngress, BACKEND),
    "WorkloadIngress-header": (moorings.WorkloadIngress, HEADER),
    "WorkloadIngress-application": (moorings.WorkloadIngress, APPLICATION_COOKIE),
}
