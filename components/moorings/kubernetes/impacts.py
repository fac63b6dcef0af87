"""Impacts of changes to Kubernetes objects on pods and sessions."""

from collections.abc import Iterator, Mapping
from typing import Any, cast

from moorings.validation.impacts import Impact, ImpactLevel, ImpactRule, describe_count
from moorings.validation.resource_changes import ResourceChange

_WORKLOADS = frozenset(f"kubernetes:apps/v1:{kind}" for kind in ("DaemonSet", "Deployment", "StatefulSet"))

_JOBS = frozenset({"kubernetes:batch/v1:CronJob", "kubernetes:batch/v1:Job"})

_ROUTES = frozenset(
    {
        "kubernetes:networking.k8s.io/v1:Ingress",
        "kubernetes:core/v1:Service",
        "kubernetes:gateway.networking.k8s.io/v1:HTTPRoute",
        "kubernetes:gateway.envoyproxy.io/v1alpha1:BackendTrafficPolicy",
        "kubernetes:gateway.k8s.aws/v1:TargetGroupConfiguration",
        "kubernetes:gateway.kgateway.dev/v1alpha1:BackendConfigPolicy",
        "kubernetes:gateway.nginx.org/v1alpha1:UpstreamSettingsPolicy",
        "kubernetes:k8s.nginx.org/v1:VirtualServer",
        "kubernetes:networking.istio.io/v1:DestinationRule",
        "kubernetes:traefik.io/v1alpha1:IngressRoute",
        "kubernetes:traefik.io/v1alpha1:TraefikService",
    }
)
"""Objects that can configure sticky sessions."""

_TEMPLATE = ("spec", "template")
_REPLICAS = ("spec", "replicas")

_SESSION_NEUTRAL = ("duration", "expires", "httponly", "max-age", "maxage", "samesite", "secure", "ttl")
"""Parts of the names of settings whose changes do not affect existing sessions."""


def _describe_workload(change: ResourceChange) -> Impact | None:  # noqa: PLR0911 - one per effect
    kind = change.type.rpartition(":")[2]
    before, after = change.before.number(*_REPLICAS), change.after.number(*_REPLICAS)
    pods = (
        "the pods of all nodes"
        if kind == "DaemonSet"
        else describe_count(after if after is not None else before, "pod")
    )
    if change.operation == "replace":
        return Impact(ImpactLevel.DOWNTIME, f"the {kind} is deleted with its pods and recreated")
    if change.operation == "delete":
        return Impact(ImpactLevel.DOWNTIME, f"the {kind} is deleted with {pods}")
    if after == 0:
        return (
            Impact(ImpactLevel.DOWNTIME, f"scaling to 0 stops {describe_count(before, 'pod')}") if before != 0 else None
        )
    if change.before.at(*_TEMPLATE) != change.after.at(*_TEMPLATE):
        if change.after.text("spec", "strategy", "type") == "Recreate":
            return Impact(ImpactLevel.DOWNTIME, f"downtime until pods are ready again: Recreate stops {pods} first")
        if change.after.text("spec", "updateStrategy", "type") == "OnDelete":
            return Impact(ImpactLevel.NOTICE, "pods are not updated until they are deleted")
        return Impact(ImpactLevel.ROLLING, f"rolling update of {pods}")
    if before is not None and after is not None and before != after:
        return Impact(ImpactLevel.NOTICE, f"{describe_count(after, 'pod')} instead of {before:g}")
    return None


def _describe_job(change: ResourceChange) -> Impact | None:
    kind = change.type.rpartition(":")[2]
    if kind == "Job" and change.operation == "replace":
        return Impact(ImpactLevel.NOTICE, "the Job runs again")
    if kind == "CronJob" and change.operation in {"delete", "replace"}:
        return Impact(ImpactLevel.NOTICE, "active runs of the CronJob are stopped")
    suspended = (change.before.at("spec", "suspend") is True, change.after.at("spec", "suspend") is True)
    if change.operation == "update" and suspended == (False, True):
        effect = "active pods of the Job are stopped, and none" if kind == "Job" else "no runs of the CronJob"
        return Impact(ImpactLevel.NOTICE, f"{effect} start until it is resumed")
    return None


def _describe_route(change: ResourceChange) -> Impact | None:
    if change.operation == "update" and _session_settings(change.before.at()) != _session_settings(change.after.at()):
        return Impact(ImpactLevel.SESSIONS, "the session affinity changes, so clients can lose their sessions")
    return None


def _session_settings(inputs: Any) -> set[tuple[str, str]]:
    """Return path and value of each setting that affects existing sessions: cookies, affinity and hashing."""
    return {
        (path, value)
        for path, value in _leaves(inputs, "")
        if any(word in f"{path}={value}".lower() for word in ("cookie", "affinity", "hash"))
        and not any(word in path.lower() for word in _SESSION_NEUTRAL)
    }


def _leaves(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, item in cast("Mapping[str, Any]", value).items():
            yield from _leaves(item, f"{path}.{key}")
    elif isinstance(value, list):
        for index, item in enumerate(cast("list[Any]", value)):  # type: ignore[redundant-cast]
            yield from _leaves(item, f"{path}[{index}]")
    else:
        yield path, str(value)


WORKLOAD_IMPACT = ImpactRule(_WORKLOADS, _describe_workload)
JOB_IMPACT = ImpactRule(_JOBS, _describe_job)
ROUTE_IMPACT = ImpactRule(_ROUTES, _describe_route)
