"""Pulumi components for Kafka applications on AWS and Kubernetes.

Names are resolved on first use, so that a program loads only the vendor SDKs of what it makes.
"""

from importlib import import_module
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from moorings.args import Args
    from moorings.inputs import Input, InvalidInput, SecretInput
    from moorings.kafka.connection import KafkaConnection
    from moorings.kms import EncryptionKey, EncryptionKeyArgs
    from moorings.msk.cluster import MskCluster
    from moorings.msk.cluster_args import MskClusterArgs
    from moorings.msk.scram import MskScramUser, MskScramUserArgs

_HOMES = {
    "Args": "args",
    "EncryptionKey": "kms",
    "EncryptionKeyArgs": "kms",
    "Input": "inputs",
    "InvalidInput": "inputs",
    "KafkaConnection": "kafka.connection",
    "MskCluster": "msk.cluster",
    "MskClusterArgs": "msk.cluster_args",
    "MskScramUser": "msk.scram",
    "MskScramUserArgs": "msk.scram",
    "SecretInput": "inputs",
}

__all__ = [
    "Args",
    "EncryptionKey",
    "EncryptionKeyArgs",
    "Input",
    "InvalidInput",
    "KafkaConnection",
    "MskCluster",
    "MskClusterArgs",
    "MskScramUser",
    "MskScramUserArgs",
    "SecretInput",
]


def __getattr__(name: str) -> Any:
    if name == "__version__":
        return version("moorings")
    if name in _HOMES:
        return getattr(import_module(f"moorings.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
