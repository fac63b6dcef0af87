"""Pulumi components for Kafka applications on AWS and Kubernetes.

Names are resolved on first use, so that a program loads only the vendor SDKs of what it makes.
"""

from importlib import import_module
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from moorings.apps.kpow.clusters import KpowCluster, KpowEndpoint
    from moorings.apps.kpow.fargate import KpowOnFargate
    from moorings.apps.kpow.fargate_args import KpowOnFargateArgs
    from moorings.apps.kpow.kubernetes import KpowOnKubernetes
    from moorings.apps.kpow.kubernetes_args import KpowOnKubernetesArgs
    from moorings.aws.encryption_key import EncryptionKey, EncryptionKeyArgs
    from moorings.aws.network.network import Network
    from moorings.aws.network.network_args import NetworkArgs
    from moorings.ecs.health_check import HealthCheck
    from moorings.ecs.load_balancer_args import CognitoLogin, OidcLogin, SingletonLoadBalancer
    from moorings.ecs.network_access import EgressRule
    from moorings.ecs.secrets import SecretReference
    from moorings.ecs.service_connect import ServiceConnect
    from moorings.ecs.singleton import FargateSingleton
    from moorings.ecs.singleton_args import FargateSingletonArgs
    from moorings.ecs.volumes import EfsMount
    from moorings.kafka.acl_resources import acl_resources, kafka_provider, quota_resources
    from moorings.kafka.acls import KafkaAcl
    from moorings.kafka.connection import KafkaConnection
    from moorings.kafka.quotas import KafkaQuota
    from moorings.kafka.topics import KafkaTopic
    from moorings.kubernetes.autoscaling import Autoscaling, KafkaLag, Metric, ScalingPolicy, ScalingRules
    from moorings.kubernetes.availability import Availability
    from moorings.kubernetes.consumer_group import KafkaConsumer
    from moorings.kubernetes.container import PodContainer
    from moorings.kubernetes.ingress.services import service_annotations
    from moorings.kubernetes.ingress.sticky_ingress import StickyIngress
    from moorings.kubernetes.ingress.sticky_ingress_args import StickyIngressArgs
    from moorings.kubernetes.ingress.sticky_policy import StickyPolicy
    from moorings.kubernetes.monitoring import Monitoring
    from moorings.kubernetes.namespace import KubernetesNamespace, KubernetesNamespaceArgs
    from moorings.kubernetes.network_policy import NetworkPeer
    from moorings.kubernetes.probes import Probe, Probes
    from moorings.kubernetes.shutdown import Shutdown
    from moorings.kubernetes.volumes import PodVolume
    from moorings.kubernetes.workload import KubernetesWorkload
    from moorings.kubernetes.workload_args import KubernetesWorkloadArgs
    from moorings.msk.client_policy import MskClientPolicy
    from moorings.msk.cluster import MskCluster
    from moorings.msk.cluster_args import MskClusterArgs
    from moorings.msk.cluster_policy import MskPrivateLinkClient
    from moorings.msk.scram_user import MskScramUser, MskScramUserArgs
    from moorings.msk.vpc_connection import MskVpcConnection, MskVpcConnectionArgs
    from moorings.validation.args import Args
    from moorings.validation.inputs import Input, InvalidInput, SecretInput

_HOMES = {
    "Args": "validation.args",
    "Autoscaling": "kubernetes.autoscaling",
    "Availability": "kubernetes.availability",
    "CognitoLogin": "ecs.load_balancer_args",
    "EfsMount": "ecs.volumes",
    "EgressRule": "ecs.network_access",
    "EncryptionKey": "aws.encryption_key",
    "EncryptionKeyArgs": "aws.encryption_key",
    "FargateSingleton": "ecs.singleton",
    "FargateSingletonArgs": "ecs.singleton_args",
    "HealthCheck": "ecs.health_check",
    "Input": "validation.inputs",
    "InvalidInput": "validation.inputs",
    "KafkaAcl": "kafka.acls",
    "KafkaConnection": "kafka.connection",
    "KafkaConsumer": "kubernetes.consumer_group",
    "KafkaLag": "kubernetes.autoscaling",
    "KafkaQuota": "kafka.quotas",
    "KafkaTopic": "kafka.topics",
    "KpowCluster": "apps.kpow.clusters",
    "KpowEndpoint": "apps.kpow.clusters",
    "KpowOnFargate": "apps.kpow.fargate",
    "KpowOnFargateArgs": "apps.kpow.fargate_args",
    "KpowOnKubernetes": "apps.kpow.kubernetes",
    "KpowOnKubernetesArgs": "apps.kpow.kubernetes_args",
    "KubernetesNamespace": "kubernetes.namespace",
    "KubernetesNamespaceArgs": "kubernetes.namespace",
    "KubernetesWorkload": "kubernetes.workload",
    "KubernetesWorkloadArgs": "kubernetes.workload_args",
    "Metric": "kubernetes.autoscaling",
    "Monitoring": "kubernetes.monitoring",
    "MskClientPolicy": "msk.client_policy",
    "MskCluster": "msk.cluster",
    "MskClusterArgs": "msk.cluster_args",
    "MskPrivateLinkClient": "msk.cluster_policy",
    "MskScramUser": "msk.scram_user",
    "MskScramUserArgs": "msk.scram_user",
    "MskVpcConnection": "msk.vpc_connection",
    "MskVpcConnectionArgs": "msk.vpc_connection",
    "Network": "aws.network.network",
    "NetworkArgs": "aws.network.network_args",
    "NetworkPeer": "kubernetes.network_policy",
    "OidcLogin": "ecs.load_balancer_args",
    "PodContainer": "kubernetes.container",
    "PodVolume": "kubernetes.volumes",
    "Probe": "kubernetes.probes",
    "Probes": "kubernetes.probes",
    "ScalingPolicy": "kubernetes.autoscaling",
    "ScalingRules": "kubernetes.autoscaling",
    "SecretInput": "validation.inputs",
    "SecretReference": "ecs.secrets",
    "ServiceConnect": "ecs.service_connect",
    "Shutdown": "kubernetes.shutdown",
    "SingletonLoadBalancer": "ecs.load_balancer_args",
    "StickyIngress": "kubernetes.ingress.sticky_ingress",
    "StickyIngressArgs": "kubernetes.ingress.sticky_ingress_args",
    "StickyPolicy": "kubernetes.ingress.sticky_policy",
    "acl_resources": "kafka.acl_resources",
    "kafka_provider": "kafka.acl_resources",
    "quota_resources": "kafka.acl_resources",
    "service_annotations": "kubernetes.ingress.services",
}

__all__ = [
    "Args",
    "Autoscaling",
    "Availability",
    "CognitoLogin",
    "EfsMount",
    "EgressRule",
    "EncryptionKey",
    "EncryptionKeyArgs",
    "FargateSingleton",
    "FargateSingletonArgs",
    "HealthCheck",
    "Input",
    "InvalidInput",
    "KafkaAcl",
    "KafkaConnection",
    "KafkaConsumer",
    "KafkaLag",
    "KafkaQuota",
    "KafkaTopic",
    "KpowCluster",
    "KpowEndpoint",
    "KpowOnFargate",
    "KpowOnFargateArgs",
    "KpowOnKubernetes",
    "KpowOnKubernetesArgs",
    "KubernetesNamespace",
    "KubernetesNamespaceArgs",
    "KubernetesWorkload",
    "KubernetesWorkloadArgs",
    "Metric",
    "Monitoring",
    "MskClientPolicy",
    "MskCluster",
    "MskClusterArgs",
    "MskPrivateLinkClient",
    "MskScramUser",
    "MskScramUserArgs",
    "MskVpcConnection",
    "MskVpcConnectionArgs",
    "Network",
    "NetworkArgs",
    "NetworkPeer",
    "OidcLogin",
    "PodContainer",
    "PodVolume",
    "Probe",
    "Probes",
    "ScalingPolicy",
    "ScalingRules",
    "SecretInput",
    "SecretReference",
    "ServiceConnect",
    "Shutdown",
    "SingletonLoadBalancer",
    "StickyIngress",
    "StickyIngressArgs",
    "StickyPolicy",
    "acl_resources",
    "kafka_provider",
    "quota_resources",
    "service_annotations",
]


def __getattr__(name: str) -> Any:
    if name == "__version__":
        return version("moorings")
    if name in _HOMES:
        return getattr(import_module(f"moorings.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
