"""An MSK cluster in an existing VPC, with its users."""

from typing import Any

from moorings import MskCluster, MskClusterArgs
from settings import KafkaSettings


def deploy(settings: KafkaSettings) -> dict[str, Any]:
    """Create the cluster, and return what clients in other stacks need."""
    kafka = MskCluster("kafka", MskClusterArgs(**settings.model_dump()))
    connections = {user: kafka.connection(user) for user in settings.users}
    connections["iam"] = kafka.connection(listener="iam")
    return {
        "cluster_arn": kafka.arn,
        "security_group_id": kafka.security_group_id,
        "secrets_kms_key_arn": kafka.secrets_kms_key_arn,
        "bootstrap_servers": kafka.bootstrap_servers,
        "connections": {name: connection.to_export() for name, connection in connections.items()},
    }
