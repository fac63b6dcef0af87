"""Paths and values in the inputs of ``aws.msk.Cluster``, for the rules about its changes."""

from collections.abc import Mapping
from typing import Any, cast

from moorings.msk.kafka_versions import parse_version
from moorings.validation.resource_changes import Properties

CLUSTER_TYPE = "aws:msk/cluster:Cluster"

AUTHENTICATION = ("clientAuthentication",)
BROKER_COUNT = ("numberOfBrokerNodes",)
CLIENT_BROKER_ENCRYPTION = ("encryptionInfo", "encryptionInTransit", "clientBroker")
CONFIGURATION = ("configurationInfo",)
CONNECTIVITY = ("brokerNodeGroupInfo", "connectivityInfo")
INSTANCE_TYPE = ("brokerNodeGroupInfo", "instanceType")
KAFKA_VERSION = ("kafkaVersion",)
NETWORK_TYPE = (*CONNECTIVITY, "networkType")
PRIVATE_LINK = (*CONNECTIVITY, "vpcConnectivity")
PUBLIC_ACCESS = (*CONNECTIVITY, "publicAccess", "type")
STORAGE = ("brokerNodeGroupInfo", "storageInfo")
STORAGE_MODE = ("storageMode",)
SUBNETS = ("brokerNodeGroupInfo", "clientSubnets")
TLS = (*AUTHENTICATION, "tls")
VOLUME_SIZE = (*STORAGE, "ebsStorageInfo", "volumeSize")

_PUBLIC = "SERVICE_PROVIDED_EIPS"


def is_publicly_accessible(inputs: Properties) -> bool:
    """Whether public access is certainly on."""
    return inputs.text(*PUBLIC_ACCESS) == _PUBLIC


def known_version(inputs: Properties) -> str | None:
    """Return the Kafka version. None if it is unknown or cannot be parsed."""
    version = inputs.text(*KAFKA_VERSION)
    try:
        return version if version and parse_version(version) else None
    except ValueError:
        return None


def count_enabled(value: Any) -> int:
    """Count the values that are True, at any depth."""
    if isinstance(value, Mapping):
        return sum(map(count_enabled, cast("Mapping[str, Any]", value).values()))
    return int(value is True)
