"""Arguments of kPow that together set every argument, except those of the platform."""

from typing import Any

from rich_aws import KEY_ARN, SUBNETS
from rich_ecs import CERTIFICATE_ARN, IAM, SCRAM, SCRAM_256, SECRET

import moorings

LICENSE = dict.fromkeys(
    ("LICENSE_ID", "LICENSE_CODE", "LICENSEE", "LICENSE_EXPIRY", "LICENSE_SIGNATURE"), "correct horse battery"
)
KPOW: dict[str, Any] = {
    "environment_name": "Production",
    "schema_registry": {
        "url": "https://registry.example.com",
        "display_name": "Registry",
        "username": "kpow",
        "password": "correct horse battery",
    },
    "kafka_connect": {"url": "https://connect.example.com"},
    "replication_factor": 3,
    "broker_count": 3,
    "num_partitions": 24,
    "streams_error_strategy": "LOG_AND_EXIT",
    "auth_provider": "okta",
    "prometheus": True,
    "java_options": ["-Xlog:gc"],
    "environment": {"OKTA_ORGANISATION": "example", "AUTH_LANDING_URI": "https://kpow.example.com", "TOKEN_TTL": "60"},
    "not_secret": ["TOKEN_TTL"],
    "secret_environment": {"OPENID_CLIENT_SECRET": "correct horse battery"},
    "license": LICENSE,
}
FARGATE: dict[str, Any] = {
    **KPOW,
    "allow": ["TOPIC_INSPECT"],
    "kafka": {**SCRAM, "username": "kpow"},
    "additional_clusters": {"events": {"kafka": {**IAM, "permissions": None}, "environment_name": "Events"}},
    "vpc_id": "vpc-00000001",
    "subnet_ids": SUBNETS[:2],
    "image": "factorhouse/kpow:96.2",
    "secrets": {"OPENID_CLIENT_ID": {"secret_arn": f"{SECRET}kpow/okta-T3nZ8w", "json_key": "OPENID_CLIENT_ID"}},
    "cpu": 2048,
    "memory_mib": 8192,
    "load_balancer": {
        "health_check_path": "/healthy",
        "certificate_arn": CERTIFICATE_ARN,
        "client_cidrs": {"offices": "10.64.0.0/12"},
    },
    "task_policy_arns": {"metrics": "arn:aws:iam::aws:policy/CloudWatchAgentServerPolicy"},
    "egress": {"registry": {"port": 443, "cidr": "10.60.0.0/16"}},
}
KUBERNETES: dict[str, Any] = {
    **KPOW,
    "kafka": {
        key: value for key, value in SCRAM.items() if key not in {"secret_arn", "kms_key_arn", "security_group_id"}
    },
    "namespace": "tools",
    "image": f"registry.example/kpow:96.2@sha256:{'0' * 64}",
    "secrets": {"OPENID_CLIENT_ID": {"secret_name": "okta", "key": "client-id"}},
    "object_name": "kpow-ui",
    "cpu": 2048,
    "memory_mib": 8192,
    "behind_ingress": True,
    "startup_seconds": 240,
    "config_files": {"/etc/kpow/rbac.yaml": "admin_roles: [kpow]\n"},
    "rbac_actions": ["TOPIC_INSPECT"],
    "rbac_configuration_file": "/etc/kpow/rbac.yaml",
    "data_policy_configuration_file": "/etc/kpow/policies.yaml",
    "monitoring": {"path": "/metrics/v1"},
}
FARGATE_MARKETPLACE: dict[str, Any] = {
    "kafka": {**SCRAM, "username": "kpow"},
    "vpc_id": "vpc-00000001",
    "subnet_ids": SUBNETS[:2],
    "image": "709825985650.dkr.ecr.us-east-1.amazonaws.com/factor-house/kpow-aws-hourly:96.2",
    "marketplace": "hourly",
    "https": True,
    "environment": {"HTTPS_KEYSTORE_LOCATION": "/etc/kpow/keystore.jks"},
    "secret_environment": {"HTTPS_KEYSTORE_PASSWORD": "correct horse battery"},
    "efs_mounts": {
        "/etc/kpow": {
            "file_system_id": "fs-00000001",
            "access_point_id": "fsap-00000001",
            "security_group_id": "sg-00000007",
        }
    },
    "health_check": {"command": ["CMD-SHELL", "curl --fail --insecure https://localhost:3000/healthy"]},
    "acknowledge": {"kpow-no-login": "a test"},
}
FARGATE_LICENSE: dict[str, Any] = {
    "kafka": {**SCRAM, "username": "kpow"},
    "vpc_id": "vpc-00000001",
    "subnet_ids": SUBNETS[:2],
    "image": "factorhouse/kpow:96.2",
    "license_secret": {"secret_arn": f"{SECRET}kpow/license-Jq7mB4", "kms_key_arn": KEY_ARN},
    "license_secret_keys": list(LICENSE),
    "acknowledge": {"kpow-no-login": "a test"},
}
KUBERNETES_MARKETPLACE: dict[str, Any] = {
    "kafka": SCRAM_256,
    "namespace": "tools",
    "image": f"registry.example/kpow-aws-annual:96.2@sha256:{'0' * 64}",
    "marketplace": "annual",
    "https": True,
    "environment": {"HTTPS_KEYSTORE_LOCATION": "/etc/kpow/keystore.jks"},
    "secret_environment": {"HTTPS_KEYSTORE_PASSWORD": "correct horse battery"},
    "service_account_annotations": {"eks.amazonaws.com/role-arn": "arn:aws:iam::123456789012:role/kpow"},
    "acknowledge": {"kpow-no-login": "a test"},
}
KUBERNETES_LICENSE: dict[str, Any] = {
    "kafka": SCRAM_256,
    "namespace": "tools",
    "image": f"registry.example/kpow:96.2@sha256:{'0' * 64}",
    "license_secret_name": "kpow-license",
    "license_secret_keys": list(LICENSE),
    "acknowledge": {"kpow-no-login": "a test"},
}

APPS_PROGRAMS: dict[str, tuple[type, dict[str, Any]]] = {
    "KpowOnFargate-rich": (moorings.KpowOnFargate, FARGATE),
    "KpowOnFargate-marketplace": (moorings.KpowOnFargate, FARGATE_MARKETPLACE),
    "KpowOnFargate-license": (moorings.KpowOnFargate, FARGATE_LICENSE),
    "KpowOnKubernetes-rich": (moorings.KpowOnKubernetes, KUBERNETES),
    "KpowOnKubernetes-marketplace": (moorings.KpowOnKubernetes, KUBERNETES_MARKETPLACE),
    "KpowOnKubernetes-license": (moorings.KpowOnKubernetes, KUBERNETES_LICENSE),
}
