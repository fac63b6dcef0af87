"""Rules of arguments that have no effect because of another argument."""

from collections.abc import Iterator

from moorings.kubernetes.consumer_group import KafkaConsumer
from moorings.kubernetes.container import PodContainer
from moorings.kubernetes.monitoring import Monitoring
from moorings.kubernetes.shutdown import Shutdown
from moorings.kubernetes.workload_args import Kind, KubernetesWorkloadArgs
from moorings.validation.findings import Path, Severity
from moorings.validation.rule_sets import RuleSet
from moorings.validation.rules import Findings

EFFECT_RULES = RuleSet(KubernetesWorkloadArgs)

Results = Iterator[tuple[str | Path, str]]

_NO_SERVICE = "requires a Service; declare ports of the container, or remove it"


@EFFECT_RULES.rule(
    "k8s-argument-without-effect",
    Severity.ERROR,
    source="https://kubernetes.io/docs/concepts/workloads/controllers/",
    invalid="strategy='Recreate', max_surge='50%'",
    valid="max_surge='50%'",
)
def _argument_without_effect(  # noqa: PLR0917 - arguments
    declared: frozenset[str],
    kind: Kind | None,
    recreate: bool,
    network_policy: bool,
    has_service: bool,
    receives_requests: bool,
    has_service_account: bool,
    shutdown: Shutdown,
    monitoring: Monitoring | None,
    consumer: KafkaConsumer | None,
    containers: dict[Path, PodContainer],
) -> Findings:
    """The argument would be ignored because of another argument."""
    yield from _update_arguments(declared, kind, recreate=recreate)
    if not has_service:
        yield from _service_arguments(declared, monitoring)
    if not receives_requests and shutdown.load_balancer not in {None, "none"}:
        yield ("shutdown", "load_balancer"), f"{shutdown.load_balancer} {_NO_SERVICE}"
    if consumer is not None and consumer.session_timeout_seconds is not None and consumer.membership != "static":
        problem = f"requires membership static, got {consumer.membership}"
        yield ("consumer", "session_timeout_seconds"), f"{problem}; remove it"
    yield from pod_arguments_without_effect(
        declared, containers, network_policy=network_policy, has_service_account=has_service_account
    )


def pod_arguments_without_effect(
    declared: frozenset[str], containers: dict[Path, PodContainer], *, network_policy: bool, has_service_account: bool
) -> Results:
    """Yield arguments of pods that have no effect because of another argument.

    Args:
        declared: names of the arguments that are set.
        containers: containers of the pod.
        network_policy: whether the pods have a network policy.
        has_service_account: whether the pods use an existing service account.

    """
    if not network_policy:
        for name in ("ingress_from", "egress_to", "derive_egress"):
            if name in declared:
                yield name, f"requires network_policy=True; set it, or remove {name}"
    if has_service_account and "service_account_annotations" in declared:
        problem = "cannot be set for the existing service account of service_account_name"
        yield "service_account_annotations", f"{problem}; remove one of them"
    for path, container in containers.items():
        if path[0] == "init_containers" and container.probes.declared:
            yield (*path, "probes"), "init containers have no probes; set only startup_seconds"
        for argument in ("ports", "udp_ports") if path[0] == "init_containers" else ():
            if getattr(container, argument):
                yield (*path, argument), "init containers serve no requests; remove them, or use a sidecar"


def _update_arguments(declared: frozenset[str], kind: Kind | None, *, recreate: bool) -> Results:
    """Yield update arguments of another kind or strategy."""
    rolling = ("max_surge", "max_unavailable")
    if kind == "StatefulSet":
        ineffective = dict.fromkeys(
            ("strategy", *rolling, "progress_deadline_seconds"), "has no effect on a StatefulSet"
        )
    else:
        ineffective = dict.fromkeys(("pod_management_policy", "governing_service_name"), "requires kind StatefulSet")
        if recreate:
            ineffective |= dict.fromkeys(rolling, "has no effect on a Deployment with strategy Recreate")
    for name, reason in ineffective.items():
        if name in declared:
            yield name, f"{reason}; remove it"


def _service_arguments(declared: frozenset[str], monitoring: Monitoring | None) -> Results:
    """Yield arguments of a Service that does not exist."""
    for name in ("session_affinity_timeout_seconds", "service_annotations", "service"):
        if name in declared:
            yield name, _NO_SERVICE
    if monitoring is not None and monitoring.kind == "ServiceMonitor":
        yield ("monitoring", "kind"), "ServiceMonitor requires a Service; use PodMonitor"
