"""The kinds that the provider waits for, and their awaiters.

Source: https://github.com/pulumi/pulumi-kubernetes/blob/master/provider/pkg/await/awaiters.go
"""

from collections.abc import Mapping

from emulated_providers.kubernetes_await import annotations
from emulated_providers.kubernetes_await.awaiter import AwaitConfig, Awaiter
from emulated_providers.kubernetes_await.custom_conditions import ConditionsAwaiter
from emulated_providers.kubernetes_await.deletion import DeletionAwaiter
from emulated_providers.kubernetes_await.deployment import DeploymentAwaiter
from emulated_providers.kubernetes_await.ingress import IngressAwaiter
from emulated_providers.kubernetes_await.job import JobAwaiter
from emulated_providers.kubernetes_await.objects import annotation
from emulated_providers.kubernetes_await.pod import PodAwaiter
from emulated_providers.kubernetes_await.service import ServiceAwaiter
from emulated_providers.kubernetes_await.stateful_set import StatefulSetAwaiter
from emulated_providers.kubernetes_await.volumes import ClaimAwaiter, VolumeAwaiter

AWAITERS: Mapping[tuple[str, str], type[Awaiter]] = {
    ("apps/v1", "Deployment"): DeploymentAwaiter,
    ("apps/v1", "StatefulSet"): StatefulSetAwaiter,
    ("batch/v1", "Job"): JobAwaiter,
    ("networking.k8s.io/v1", "Ingress"): IngressAwaiter,
    ("v1", "PersistentVolume"): VolumeAwaiter,
    ("v1", "PersistentVolumeClaim"): ClaimAwaiter,
    ("v1", "Pod"): PodAwaiter,
    ("v1", "Service"): ServiceAwaiter,
}

CHECKED_AT_REFRESH = frozenset({"Deployment", "StatefulSet", "Job", "Ingress", "Pod", "Service"})
"""Kinds whose readiness is checked during a refresh."""


def wait_until_ready(config: AwaitConfig) -> None:
    """Wait until a created or updated object is ready.

    Raises:
        NotReadyError: it was not ready in time, or failed.
        LookupError: the annotation ``pulumi.com/waitFor`` is invalid.
    """
    if annotations.skips_await(config.inputs):
        return
    if annotation(config.object, annotations.WAIT_FOR):
        ConditionsAwaiter(config).wait()
        return
    awaiter = AWAITERS.get((config.object["apiVersion"], config.object["kind"]))
    if awaiter is not None:
        awaiter(config).wait()


def check_readiness(config: AwaitConfig) -> None:
    """Check an object during a refresh.

    Raises:
        NotReadyError: it is not ready.
    """
    kind = config.object["kind"]
    awaiter = AWAITERS.get((config.object["apiVersion"], kind))
    if awaiter is not None and kind in CHECKED_AT_REFRESH and not annotations.skips_await(config.inputs):
        awaiter(config).check()


def wait_until_deleted(config: AwaitConfig) -> None:
    """Wait until an object is deleted.

    Raises:
        NotReadyError: it still existed at the timeout.
    """
    if not annotations.skips_await_of_deletion(config.inputs):
        DeletionAwaiter(config).wait()
