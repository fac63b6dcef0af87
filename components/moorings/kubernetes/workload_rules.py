"""Rules of a workload: names, labels, annotations, service account, and all rules of the other topics."""

from moorings.kubernetes.change_checks import CHANGE_RULES
from moorings.kubernetes.container import PodContainer
from moorings.kubernetes.effect_rules import EFFECT_RULES
from moorings.kubernetes.kafka_rules import KAFKA_RULES
from moorings.kubernetes.name_rules import NAME_RULES
from moorings.kubernetes.names import (
    AUTONAME_LENGTH,
    MAX_LABEL_LENGTH,
    MAX_STATEFUL_SET_NAME_LENGTH,
    check_service_name,
)
from moorings.kubernetes.network_rules import NETWORK_RULES
from moorings.kubernetes.pod_rules import POD_RULES
from moorings.kubernetes.replica_rules import REPLICA_RULES
from moorings.kubernetes.rollout_rules import ROLLOUT_RULES
from moorings.kubernetes.service_rules import SERVICE_RULES
from moorings.kubernetes.transform_rules import WORKLOAD_TRANSFORM_RULES
from moorings.kubernetes.volume_access_rules import VOLUME_ACCESS_RULES
from moorings.kubernetes.workload_args import KubernetesWorkloadArgs
from moorings.validation.findings import Severity
from moorings.validation.rule_sets import RuleSet
from moorings.validation.rules import Findings, Violation

WORKLOAD_RULES = RuleSet(
    KubernetesWorkloadArgs,
    POD_RULES,
    NAME_RULES,
    VOLUME_ACCESS_RULES,
    REPLICA_RULES,
    ROLLOUT_RULES,
    SERVICE_RULES,
    EFFECT_RULES,
    KAFKA_RULES,
    NETWORK_RULES,
    WORKLOAD_TRANSFORM_RULES,
)
WORKLOAD_RULES.add(*CHANGE_RULES)  # evaluated by the hook of the component

_NAMES = "https://kubernetes.io/docs/concepts/overview/working-with-objects/names/"


@WORKLOAD_RULES.explicit(
    "k8s-name-length",
    Severity.ERROR,
    source=_NAMES,
    invalid="kind='StatefulSet', object_name='o' * 53",
    valid="kind='StatefulSet', object_name='o' * 52",
)
def name_length(name: str, args: KubernetesWorkloadArgs) -> Findings:
    """The name of a Service is a DNS label, and the names of a StatefulSet's revisions are label values."""
    try:
        check_service_name(name)
    except Violation as violation:
        yield "name", violation.message
        return
    stateful, object_name = args.kind == "StatefulSet", args.object_name
    if object_name is not None:
        if stateful and len(object_name) > MAX_STATEFUL_SET_NAME_LENGTH:
            yield (
                "object_name",
                (
                    f"must be at most {MAX_STATEFUL_SET_NAME_LENGTH} characters, because the revision names of the "
                    f"StatefulSet are label values, got {len(object_name)} in {object_name!r}; shorten it"
                ),
            )
        return
    longest, reason, fix = MAX_LABEL_LENGTH, "", "object_name"
    generated = [path for path, service in args.declared_services.items() if service.name is None]
    if generated:
        longest_suffix = max(len("-".join(["", *map(str, path[1:]), "service"])) for path in generated)
        longest = MAX_LABEL_LENGTH - AUTONAME_LENGTH - longest_suffix
        fix = "object_name" if generated == [("service",)] else "the names of services"
        reason = f"because Pulumi appends {AUTONAME_LENGTH} characters to the name of the Service"
    elif stateful:
        longest, reason = MAX_STATEFUL_SET_NAME_LENGTH, "because the revision names of the StatefulSet are label values"
    if len(name) > longest:
        yield (
            "name",
            f"must be at most {longest} characters, {reason}, got {len(name)}; shorten it, or set {fix}",
        )


@WORKLOAD_RULES.rule(
    "k8s-no-readiness-probe",
    Severity.WARNING,
    source="https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/",
    invalid="container=PodContainer(image=IMAGE, cpu_request='250m', memory_request='512Mi', ports={'http': 8080})",
    valid="container=PodContainer(image=IMAGE, cpu_request='250m', memory_request='512Mi', ports={'http': 8080}), "
    "service_ports={}",
)
def _no_readiness_probe(container: PodContainer, receives_requests: bool) -> Findings:
    """Without a readiness probe, pods receive requests before they can serve them."""
    if receives_requests and container.probes.readiness is None:
        yield (
            ("container", "probes", "readiness"),
            "not set, so pods receive requests before they can serve them; set a probe",
        )


@WORKLOAD_RULES.rule(
    "k8s-no-liveness-probe",
    Severity.WARNING,
    source="https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/",
    invalid="container=PodContainer(image=IMAGE, cpu_request='250m', memory_request='512Mi', ports={'http': 8080}, "
    "probes=Probes(readiness=Probe(http_get='/ready')))",
    valid="container=PodContainer(image=IMAGE, cpu_request='250m', memory_request='512Mi')",
)
def _no_liveness_probe(container: PodContainer, receives_requests: bool) -> Findings:
    """Without a liveness probe, a container that hangs is not restarted."""
    if receives_requests and container.probes.readiness is not None and container.probes.liveness is None:
        yield (
            ("container", "probes", "liveness"),
            "not set, so a container that hangs is not restarted; set a probe",
        )
