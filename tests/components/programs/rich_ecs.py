"""Arguments of `FargateSingleton` that together set every argument."""

from typing import Any

from rich_aws import CLUSTER_ARN, KEY_ARN, LOG_KEY_ARN, OTHER_KEY_ARN, SUBNETS, TAGS, TOPIC_ARN

import moorings

CERTIFICATE_ARN = "arn:aws:acm:eu-west-1:123456789012:certificate/11111111-2222-3333-4444-555555555555"
SECRET = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:"

PARAMETER = "arn:aws:ssm:eu-west-1:123456789012:parameter/orders/password"

REQUIRED: dict[str, Any] = {
    "vpc_id": "vpc-00000001",
    "subnet_ids": SUBNETS[:2],
    "image": "123456789012.dkr.ecr.eu-west-1.amazonaws.com/orders:1.4.2",
    "user": "1001:1001",
}
SCRAM: dict[str, Any] = {
    "listener": "scram",
    "bootstrap_servers": "b-1.orders.a1b2c3.c2.kafka.eu-west-1.amazonaws.com:9096",
    "username": "orders",
    "password": "correct horse battery",
    "secret_arn": f"{SECRET}AmazonMSK_orders-a1B2c3",
    "kms_key_arn": KEY_ARN,
    "security_group_id": "sg-00000001",
    "topic_partitions": {"orders": 12},
}
SCRAM_256: dict[str, Any] = {
    "listener": "scram",
    "scram_mechanism": "SCRAM-SHA-256",
    "bootstrap_servers": "broker.example.com:9096",
    "username": "kpow",
    "password": "correct horse battery",
}
IAM: dict[str, Any] = {
    "listener": "iam",
    "bootstrap_servers": "b-1.events.a1b2c3.c2.kafka.eu-west-1.amazonaws.com:9098",
    "cluster_arn": CLUSTER_ARN,
    "security_group_id": "sg-00000005",
    "permissions": {
        "read_topics": ["events"],
        "write_topics": ["results"],
        "consumer_groups": ["orders"],
        "transactional_ids": ["orders-*"],
    },
}

COMPLETE: dict[str, Any] = {
    **REQUIRED,
    "cpu_architecture": "ARM64",
    "desired_count": 1,
    "startup_seconds": 90,
    "stop_timeout_seconds": 60,
    "client_security_group_ids": {"prometheus": "sg-00000002"},
    "client_cidrs": {"monitoring": "10.90.0.0/16"},
    "allow_https_egress": True,
    "egress": {
        "database": {"port": 5432, "security_group_id": "sg-00000006"},
        "ldap": {"port": 636, "cidr": "10.60.0.0/16"},
        "storage": {"port": 443, "prefix_list_id": "pl-00000001"},
    },
    "pull_through_cache": True,
    "efs_mounts": {
        "/data": {
            "file_system_id": "fs-00000001",
            "access_point_id": "fsap-00000001",
            "security_group_id": "sg-00000007",
            "read_only": True,
        }
    },
    "redeploy_on_secret_rotation": True,
    "cluster_arn": "arn:aws:ecs:eu-west-1:123456789012:cluster/production",
    "kms_key_arn": OTHER_KEY_ARN,
    "secret_recovery_window_days": 14,
    "log_kms_key_arn": LOG_KEY_ARN,
    "log_retention_days": 90,
    "log_mode": "non-blocking",
    "log_max_buffer_size_mib": 50,
    "alarms": True,
    "alarm_topic_arns": [TOPIC_ARN],
    "memory_alarm_threshold_percent": 90,
    "protect": False,
    "tags": TAGS,
    "port": 3000,
    "command": ["serve", "--all"],
    "entry_point": ["/bin/orders"],
    "cpu": 2048,
    "memory_mib": 4096,
    "ephemeral_storage_gib": 50,
    "environment": {"MODE": "production", "TOKEN_TTL": "60"},
    "not_secret": ["TOKEN_TTL"],
    "secrets": {
        "PASSWORD": {
            "secret_arn": f"{SECRET}orders/database-Xp4mQ9",
            "json_key": "password",
            "version_stage": "AWSCURRENT",
            "kms_key_arn": KEY_ARN,
        },
        "OLD_PASSWORD": {
            "secret_arn": f"{SECRET}orders/database-Xp4mQ9",
            "version_id": "11111111-2222-3333-4444-555555555555",
        },
    },
    "secret_environment": {"SESSION_KEY": "correct horse battery"},
    "kafka": SCRAM,
    "kafka_settings": "spring",
    "additional_kafka": {"events": IAM},
    "service_connect": {
        "namespace_arn": "arn:aws:servicediscovery:eu-west-1:123456789012:namespace/ns-0123456789abcdef",
        "dns_name": "orders",
        "port": 80,
    },
    "health_check": {"command": ["/bin/orders", "health"], "interval_seconds": 20, "timeout_seconds": 4, "retries": 4},
    "image_pull_seconds": 60,
    "restart_attempt_period_seconds": 120,
    "restart_ignored_exit_codes": [0],
    "read_only_root_filesystem": True,
    "tmpfs_mounts": {"/run/orders": 64},
    "ephemeral_volume_paths": ["/tmp"],
    "task_policy": '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", '
    '"Resource": "arn:aws:s3:::orders/*"}]}',
    "task_policy_arns": {"metrics": "arn:aws:iam::aws:policy/CloudWatchAgentServerPolicy"},
    "rollback_alarm_names": ["orders-errors"],
    "load_balancer": {
        "health_check_path": "/healthy",
        "health_check_port": 3001,
        "health_check_matcher": "200-299",
        "health_check_interval_seconds": 20,
        "health_check_timeout_seconds": 6,
        "healthy_threshold": 3,
        "unhealthy_threshold": 4,
        "listener_protocol": "HTTPS",
        "listener_port": 8443,
        "redirect_http": True,
        "additional_certificate_arns": {"partners": CERTIFICATE_ARN},
        "additional_listeners": {
            "admin": {
                "listener_port": 9443,
                "application_port": 3000,
                "health_check_path": "/healthy",
                "target_protocol": "HTTPS",
            }
        },
        "domain_name": "orders.example.com",
        "hosted_zone_id": "Z0123456789ABCDEFGHIJ",
        "subnet_ids": ["subnet-00000004", "subnet-00000005"],
        "client_cidrs": {"internet": "0.0.0.0/0", "internet-v6": "::/0"},
        "ip_address_type": "dualstack",
        "internet_facing": True,
        "oidc": {
            "issuer": "https://login.example.com",
            "authorization_endpoint": "https://login.example.com/authorize",
            "token_endpoint": "https://login.example.com/token",
            "user_info_endpoint": "https://login.example.com/userinfo",
            "client_id": "orders",
            "client_secret": "correct horse battery",
            "scope": "openid email",
        },
        "identity_provider_cidrs": {"login": "198.51.100.0/24"},
        "closed_paths": ["/metrics", "/internal/*"],
        "target_protocol": "HTTPS",
        "protocol_version": "HTTP2",
        "ssl_policy": "ELBSecurityPolicy-TLS13-1-2-2021-06",
        "deregistration_delay_seconds": 20,
        "idle_timeout_seconds": 600,
        "access_logs": True,
        "access_log_retention_days": 90,
        "web_acl_arn": "arn:aws:wafv2:eu-west-1:123456789012:regional/webacl/orders/11111111-2222-3333-4444-555555555555",
        "protect": True,
    },
}
COGNITO: dict[str, Any] = {
    **REQUIRED,
    "image": "registry.example/orders:1.4.2",
    "repository_credentials_secret_arn": f"{SECRET}registry-Yt7nB2",
    "repository_credentials_kms_key_arn": KEY_ARN,
    "assign_public_ip": True,
    "read_only_root_filesystem": False,
    "enable_execute_command": True,
    "log_mode": "blocking",
    "port": 3000,
    "load_balancer": {
        "health_check_path": "/healthy",
        "certificate_arn": CERTIFICATE_ARN,
        "client_security_group_ids": {"vpn": "sg-00000002"},
        "cognito": {
            "user_pool_arn": "arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_Ab1Cd2Ef3",
            "user_pool_client_id": "orders",
            "user_pool_domain": "orders-login",
        },
        "access_log_bucket": "orders-access-logs",
        "protect": False,
    },
}
LISTENER: dict[str, Any] = {
    **REQUIRED,
    "port": 3000,
    "existing_listener": {
        "listener_arn": "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/edge/50dc6c495c0c9188/f2f7dc8efc5",
        "health_check_path": "/healthy",
        "health_check_port": 3001,
        "hosts": ["orders.example.com", "*.orders.example.com"],
        "paths": ["/", "/orders/*"],
        "priority": 120,
        "closed_paths": ["/orders/metrics"],
        "hosted_zone_id": "Z0123456789ABCDEFGHIJ",
        "ip_address_type": "dualstack",
        "create_certificates": True,
        "certificate_arns": {"partners": CERTIFICATE_ARN},
        "security_group_id": "sg-00000009",
        "add_egress_rules": True,
        "deregistration_delay_seconds": 20,
    },
}
NETWORK: dict[str, Any] = {
    **REQUIRED,
    "port": 3000,
    "additional_ports": {"syslog": {"port": 6514}},
    "network_load_balancer": {
        "protocol": "TLS",
        "listener_port": 443,
        "application_port": 6514,
        "target_protocol": "TLS",
        "health_check_protocol": "HTTPS",
        "health_check_path": "/healthy",
        "health_check_port": 3000,
        "health_check_matcher": "200-299",
        "certificate_arn": CERTIFICATE_ARN,
        "additional_certificate_arns": {"partners": CERTIFICATE_ARN},
        "domain_name": "orders.example.com",
        "hosted_zone_id": "Z0123456789ABCDEFGHIJ",
        "internet_facing": True,
        "subnet_ids": ["subnet-00000004", "subnet-00000005"],
        "elastic_ip_allocation_ids": ["eipalloc-00000001", "eipalloc-00000002"],
        "client_security_group_ids": {"vpn": "sg-00000002"},
        "client_cidrs": {"partners": "203.0.113.0/24"},
        "preserve_client_ip": True,
        "proxy_protocol_v2": True,
        "access_log_bucket": "orders-access-logs",
        "protect": False,
    },
    "acknowledge": {"ecs-public-without-login": "clients authenticate with certificates"},
}
NETWORK_UDP: dict[str, Any] = {
    **REQUIRED,
    "additional_ports": {"dns": {"port": 53}, "dns-udp": {"port": 53, "protocol": "udp"}},
    "network_load_balancer": {
        "protocol": "TCP_UDP",
        "application_port": 53,
        "client_cidrs": {"vpn": "10.80.0.0/16", "vpn-v6": "2001:db8:1234::/56"},
        "ip_address_type": "dualstack",
    },
}
NETWORK_TCP: dict[str, Any] = {
    **REQUIRED,
    "port": 5432,
    "network_load_balancer": {"client_cidrs": {"vpn": "10.80.0.0/16"}, "idle_timeout_seconds": 600},
}
ENDPOINTS: dict[str, Any] = {
    **REQUIRED,
    "health_check": {"command": ["/bin/orders", "health"]},
    "kafka": SCRAM,
    "vpc_endpoints": {
        "security_group_id": "sg-00000008",
        "s3_prefix_list_id": "pl-00000001",
        "services": ["ecr.api", "ecr.dkr", "kms", "logs", "secretsmanager", "ssmmessages", "sts"],
    },
}

EXISTING: dict[str, Any] = {
    **REQUIRED,
    "health_check": {"command": ["/bin/orders", "health"]},
    "secrets": {"PASSWORD": {"parameter_arn": PARAMETER, "kms_key_arn": KEY_ARN}},
    "secret_environment": {"SESSION_KEY": "correct horse battery"},
    "roles": {
        "task_role_arn": "arn:aws:iam::123456789012:role/orders-task",
        "execution_role_arn": "arn:aws:iam::123456789012:role/orders-execution",
    },
    "security_group_ids": ["sg-00000009"],
    "log_group_name": "/ecs/orders",
    "service_discovery": {
        "service_arn": "arn:aws:servicediscovery:eu-west-1:123456789012:service/srv-b92d7f4a1e63c508"
    },
    "capacity_provider": "FARGATE",
}
BOUNDARY: dict[str, Any] = {
    **REQUIRED,
    "port": 3000,
    "service_discovery": {
        "namespace_id": "ns-b92d7f4a1e63c508",
        "dns_name": "orders",
        "record_type": "SRV",
        "ttl_seconds": 5,
    },
    "health_check": {"command": ["/bin/orders", "health"]},
    "roles": {"permissions_boundary_arn": "arn:aws:iam::123456789012:policy/boundary"},
    "cluster_arn": "arn:aws:ecs:eu-west-1:123456789012:cluster/production",
    "capacity_provider": "FARGATE_SPOT",
    "pause_schedule": {
        "pause": "cron(0 20 ? * MON-FRI *)",
        "resume": "cron(0 7 ? * MON-FRI *)",
        "time_zone": "Europe/Dublin",
    },
    "acknowledge": {"ecs-fargate-spot": "a test environment"},
    "redeploy_on_secret_rotation": True,
    "secrets": {"PASSWORD": {"secret_arn": f"{SECRET}orders/database-Xp4mQ9"}},
}

SIDECARS: dict[str, Any] = {
    **REQUIRED,
    "port": 8443,
    "port_sidecar": "proxy",
    "additional_ports": {
        "metrics": {"port": 9090, "client_security_group_ids": {"prometheus": "sg-00000002"}},
        "statsd": {"port": 8125, "protocol": "udp", "sidecar": "agent", "client_cidrs": {"vpn": "10.80.0.0/16"}},
    },
    "client_cidrs": {"vpn": "10.80.0.0/16"},
    "health_check": {"command": ["/bin/orders", "health"]},
    "ephemeral_volume_paths": ["/var/spool/orders"],
    "repository_credentials_secret_arn": f"{SECRET}registry-Yt7nB2",
    "repository_credentials_kms_key_arn": KEY_ARN,
    "secret_environment": {"SESSION_KEY": "correct horse battery"},
    "depends_on": {"migrate": "SUCCESS", "proxy": "HEALTHY", "router": "START"},
    "ulimits": {"nofile": {"soft": 65535, "hard": 65535}},
    "firelens_logs": {
        "options": {"Name": "firehose", "token_ttl": "60"},
        "secret_options": {"api_key": {"parameter_arn": PARAMETER, "kms_key_arn": KEY_ARN}},
        "not_secret": ["token_ttl"],
    },
    "sidecars": {
        "migrate": {
            "image": "123456789012.dkr.ecr.eu-west-1.amazonaws.com/orders:1.4.2",
            "user": "1001:1001",
            "essential": False,
            "command": ["migrate"],
            "entry_point": ["/bin/orders"],
            "environment": {"MODE": "migrate", "TOKEN_TTL": "60"},
            "not_secret": ["TOKEN_TTL"],
            "secrets": {"PASSWORD": {"secret_arn": f"{SECRET}orders/database-Xp4mQ9", "json_key": "password"}},
            "secret_environment": {"SESSION_KEY": "correct horse"},
            "start_timeout_seconds": 120,
            "startup_seconds": 90,
        },
        "proxy": {
            "image": "123456789012.dkr.ecr.eu-west-1.amazonaws.com/docker-hub/envoyproxy/envoy:v1.36.0",
            "user": "101:101",
            "pull_through_cache": True,
            "cpu": 256,
            "memory_mib": 256,
            "memory_reservation_mib": 128,
            "health_check": {"command": ["/bin/check"]},
            "stop_timeout_seconds": 40,
            "restart_attempt_period_seconds": 60,
            "restart_ignored_exit_codes": [0],
            "read_only_root_filesystem": False,
            "tmpfs_mounts": {"/run": 16},
            "shared_volumes": {"/spool": {"path": "/var/spool/orders", "read_only": True}},
            "ulimits": {"nofile": {"soft": 1024, "hard": 4096}, "core": {"soft": 0, "hard": 0}},
            "firelens_logs": {"options": {"Name": "stdout"}},
        },
        "agent": {
            "image": "registry.example/agent:7.71.0",
            "user": "1001:1001",
            "essential": False,
            "use_repository_credentials": True,
            "depends_on": {"application": "START"},
        },
        "router": {
            "image": "public.ecr.aws/aws-observability/aws-for-fluent-bit:3.0.0",
            "user": "1001:1001",
            "firelens_router": {"type": "fluentbit", "ecs_log_metadata": True, "config_file": "/etc/fluent-bit.conf"},
        },
    },
}

ECS_PROGRAMS: dict[str, tuple[type, dict[str, Any]]] = {
    "FargateSingleton-complete": (moorings.FargateSingleton, COMPLETE),
    "FargateSingleton-cognito": (moorings.FargateSingleton, COGNITO),
    "FargateSingleton-listener": (moorings.FargateSingleton, LISTENER),
    "FargateSingleton-network": (moorings.FargateSingleton, NETWORK),
    "FargateSingleton-network-tcp": (moorings.FargateSingleton, NETWORK_TCP),
    "FargateSingleton-network-udp": (moorings.FargateSingleton, NETWORK_UDP),
    "FargateSingleton-endpoints": (moorings.FargateSingleton, ENDPOINTS),
    "FargateSingleton-sidecars": (moorings.FargateSingleton, SIDECARS),
    "FargateSingleton-existing": (moorings.FargateSingleton, EXISTING),
    "FargateSingleton-boundary": (moorings.FargateSingleton, BOUNDARY),
}
