"""Arguments of the components of AWS that together set every argument."""

from typing import Any

import moorings

CLUSTER_ARN = "arn:aws:kafka:eu-west-1:123456789012:cluster/orders/11111111-2222-3333-4444-555555555555-1"
KEY_ARN = "arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-3333-4444-555555555555"
OTHER_KEY_ARN = "arn:aws:kms:eu-west-1:123456789012:key/66666666-7777-8888-9999-000000000000"
LOG_KEY_ARN = "arn:aws:kms:eu-west-1:123456789012:key/aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee"
TOPIC_ARN = "arn:aws:sns:eu-west-1:123456789012:on-call"
SUBNETS = ["subnet-00000001", "subnet-00000002", "subnet-00000003"]
TAGS = {"team": "streaming"}

MSK_REQUIRED: dict[str, Any] = {"kafka_version": "3.9.x.kraft", "vpc_id": "vpc-00000001", "subnet_ids": SUBNETS}

MSK_STANDARD: dict[str, Any] = {
    **MSK_REQUIRED,
    "cluster_name": "orders-production",
    "timeout_hours": {"create": 2, "update": 9, "delete": 3},
    "protect": True,
    "tags": TAGS,
    "client_security_group_ids": {"kubernetes": "sg-00000002"},
    "client_cidrs": {"vpn": "10.80.0.0/16"},
    "security_group_rule_quota": 100,
    "connectivity": "private-link",
    "connectivity_step": "enable",
    "private_link_accounts": {"analytics": "210987654321"},
    "private_link_clients": [
        {
            "account": "analytics",
            "read_topics": ["orders"],
            "consumer_groups": ["analytics"],
            "write_topics": ["results"],
            "transactional_ids": ["analytics-*"],
        }
    ],
    "broker_hosted_zone_id": "Z0123456789ABCDEFGHIJ",
    "broker_type": "standard",
    "instance_type": "kafka.m7g.4xlarge",
    "brokers_per_zone": 2,
    "broker_quota": 90,
    "volume_gib": 500,
    "volume_autoscaling_max_gib": 2000,
    "volume_autoscaling_target_percent": 70,
    "volume_throughput_mib_per_second": 300,
    "tiered_storage": True,
    "scram": True,
    "iam": True,
    "users": ["kpow", "orders"],
    "password_versions": {"orders": 2},
    "secret_recovery_window_days": 14,
    "allow_everyone_if_no_acl_found": False,
    "kms_key_arn": KEY_ARN,
    "secrets_kms_key_arn": OTHER_KEY_ARN,
    "log_kms_key_arn": LOG_KEY_ARN,
    "cloudwatch_logs": True,
    "log_retention_days": 90,
    "log_bucket": "orders-broker-logs",
    "log_bucket_prefix": "kafka/",
    "log_firehose_stream": "broker-logs",
    "enhanced_monitoring": "PER_TOPIC_PER_PARTITION",
    "prometheus_security_group_ids": {"prometheus": "sg-00000003"},
    "prometheus_cidrs": {"monitoring": "10.90.0.0/16"},
    "alarms": True,
    "alarm_topic_arns": [TOPIC_ARN],
    "alarm_thresholds": {"disk": 75},
    "disabled_alarms": ["controller"],
    "dashboard": True,
    "default_replication_factor": 3,
    "min_insync_replicas": 2,
    "num_partitions": 6,
    "retention_hours": 72,
    "auto_create_topics": True,
    "server_properties": {"message.max.bytes": "2097152", "num.replica.fetchers": "4"},
    "topics": [
        {"name": "orders", "partitions": 12, "replication_factor": 3, "config": {"retention.ms": "86400000"}},
        {"name": "results", "partitions": 3, "protect": False},
    ],
    "other_partitions": 40,
}
MSK_EXPRESS: dict[str, Any] = {
    **MSK_REQUIRED,
    "broker_type": "express",
    "instance_type": "express.m7g.large",
    "rebalancing_paused": True,
    "security_group_ids": ["sg-00000004"],
    "alarms": True,
    "dashboard": True,
    "certificate_authority_arns": [
        "arn:aws:acm-pca:eu-west-1:123456789012:certificate-authority/11111111-2222-3333-4444-555555555555"
    ],
}
MSK_PUBLIC: dict[str, Any] = {
    **MSK_REQUIRED,
    "connectivity": "public",
    "connectivity_step": "enable",
    "disable_private_link": True,
    "public_client_cidrs": {"office": "203.0.113.0/24"},
    "dual_stack": True,
    "client_ipv6_cidrs": {"vpn": "2001:db8::/48"},
    "client_security_group_ids": {"kubernetes": "sg-00000002"},
    "cloudwatch_logs": False,
    "log_bucket": "orders-broker-logs",
    "protect": False,
}
MSK_DISPOSABLE: dict[str, Any] = {
    **MSK_REQUIRED,
    "scram": False,
    "iam": False,
    "unauthenticated": True,
    "client_broker_encryption": "TLS_PLAINTEXT",
    "acknowledge": {"msk-unauthenticated": "deleted every night", "msk-plaintext": "deleted every night"},
    "existing_configuration": {
        "arn": "arn:aws:kafka:eu-west-1:123456789012:configuration/shared/11111111-2222-3333-4444-555555555555-2",
        "revision": 3,
    },
    "dual_stack": True,
    "client_prefix_list_ids": {"offices": "pl-00000001"},
    "protect": False,
}
MSK_CUSTOM_DOMAIN: dict[str, Any] = {
    **MSK_REQUIRED,
    "client_security_group_ids": {"kubernetes": "sg-00000002"},
    "client_cidrs": {"vpn": "10.80.0.0/16"},
    "client_prefix_list_ids": {"offices": "pl-00000001"},
    "custom_domain": {
        "name": "kafka.example.com",
        "hosted_zone_id": "Z0123456789ABCDEFGHIJ",
        "certificate_arn": "arn:aws:acm:eu-west-1:123456789012:certificate/11111111-2222-3333-4444-555555555555",
        "listener": "scram",
        "step": "enable",
        "first_port": 9501,
        "ssl_policy": "ELBSecurityPolicy-TLS13-1-3-2021-06",
    },
}

MSK_PROGRAMS: dict[str, tuple[type, dict[str, Any]]] = {
    "MskCluster-standard": (moorings.MskCluster, MSK_STANDARD),
    "MskCluster-express": (moorings.MskCluster, MSK_EXPRESS),
    "MskCluster-public": (moorings.MskCluster, MSK_PUBLIC),
    "MskCluster-disposable": (moorings.MskCluster, MSK_DISPOSABLE),
    "MskCluster-custom-domain": (moorings.MskCluster, MSK_CUSTOM_DOMAIN),
    "MskScramUser-rich": (
        moorings.MskScramUser,
        {
            "cluster_arn": CLUSTER_ARN,
            "username": "orders",
            "kms_key_arn": KEY_ARN,
            "secret_name": "AmazonMSK_orders-user",
            "password_version": 3,
            "recovery_window_days": 7,
            "tags": TAGS,
        },
    ),
    "MskScramUser-password": (
        moorings.MskScramUser,
        {"cluster_arn": CLUSTER_ARN, "username": "orders", "kms_key_arn": KEY_ARN, "password": "correct horse battery"},
    ),
    "MskVpcConnection-rich": (
        moorings.MskVpcConnection,
        {
            "cluster_arn": CLUSTER_ARN,
            "listener": "scram",
            "vpc_id": "vpc-00000001",
            "subnet_ids": SUBNETS,
            "client_security_group_ids": {"orders": "sg-00000002"},
            "client_cidrs": {"vpn": "10.80.0.0/16"},
            "tags": TAGS,
        },
    ),
    "EncryptionKey-rich": (
        moorings.EncryptionKey,
        {
            "description": "Orders",
            "services": ["kafka", "secretsmanager"],
            "log_groups": ["/aws/msk/orders-*"],
            "rotation_period_days": 180,
            "deletion_window_days": 14,
            "protect": False,
            "tags": TAGS,
        },
    ),
    "Network-rich": (
        moorings.Network,
        {
            "availability_zones": ["eu-west-1a", "eu-west-1c"],
            "cidr": "10.64.0.0/16",
            "connected_cidrs": {"offices": "10.128.0.0/16"},
            "nat": "one",
            "public_subnets": True,
            "endpoints": ["ecr.api", "com.amazonaws.eu-west-1.logs"],
            "flow_logs": "all",
            "log_retention_days": 30,
            "protect": False,
            "private_subnet_tags": {"kubernetes.io/role/internal-elb": "1"},
            "public_subnet_tags": {"kubernetes.io/role/elb": "1"},
            "tags": TAGS,
        },
    ),
    "Network-private": (
        moorings.Network,
        {
            "availability_zones": ["eu-west-1a", "eu-west-1b"],
            "nat": "none",
            "public_subnets": False,
            "flow_logs": "none",
        },
    ),
}
