"""Rules of probes."""

from moorings.kubernetes.probes import Probe, Probes, ProbeType
from moorings.validation.findings import Severity
from moorings.validation.rule_sets import RuleSet
from moorings.validation.rules import Findings

_HANDLER_RULES = RuleSet(Probe)
PROBE_RULES = RuleSet(Probes, _HANDLER_RULES)

_PROBES = "https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/"
_API = "https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/"


@_HANDLER_RULES.rule(
    "k8s-probe-handler",
    Severity.ERROR,
    source=_API,
    invalid="http_get='/ready', tcp_socket=True",
    valid="http_get='/ready'",
)
def _probe_handler(handlers: list[str]) -> Findings:
    """The API server requires exactly one handler."""
    if len(handlers) != 1:
        problem = "exactly one of http_get, tcp_socket, grpc and exec is required"
        yield handlers[1] if handlers else "", f"{problem}, got {' and '.join(handlers) or 'none'}; set one"


@_HANDLER_RULES.rule(
    "k8s-probe-argument-without-effect",
    Severity.ERROR,
    source=_API,
    invalid="tcp_socket=True, scheme='HTTPS'",
    valid="http_get='/ready', scheme='HTTPS'",
)
def _argument_without_effect(handlers: list[str], scheme: str, grpc_service: str | None, port: str | None) -> Findings:
    """The handler of the probe does not have this setting."""
    if len(handlers) != 1:
        return
    handler = handlers[0]
    if scheme == "HTTPS" and handler != "http_get":
        yield "scheme", f"HTTPS requires http_get, but the handler is {handler}; remove it"
    if grpc_service is not None and handler != "grpc":
        yield "grpc_service", f"requires grpc, but the handler is {handler}; remove it"
    if port and handler == "exec":
        yield "port", f"a probe with exec has no port, got {port!r}; remove it"


@PROBE_RULES.rule(
    "k8s-probe-success-threshold",
    Severity.ERROR,
    source=_API,
    invalid="liveness=Probe(http_get='/live', success_threshold=2)",
    valid="readiness=Probe(http_get='/ready', success_threshold=2)",
)
def _success_threshold(startup: Probe | None, liveness: Probe | None) -> Findings:
    """The API server accepts a threshold above 1 for readiness probes only."""
    for probe_type, probe in (("startup", startup), ("liveness", liveness)):
        if probe is not None and probe.success_threshold != 1:
            yield (probe_type, "success_threshold"), f"must be 1, got {probe.success_threshold}; remove it"


@PROBE_RULES.rule(
    "k8s-startup-seconds",
    Severity.UNSAFE,
    source=_PROBES,
    invalid="startup=Probe(http_get='/ready', failure_threshold=3), startup_seconds=60",
    valid="startup=Probe(http_get='/ready', failure_threshold=12), startup_seconds=60",
)
def _startup_seconds(startup_seconds: int, startup: Probe | None) -> Findings:
    """The startup probe fails before the application has started, so the container is restarted forever."""
    if startup is None or not (startup.period_seconds or startup.failure_threshold):
        return
    seconds = startup.failure_seconds("startup")
    if seconds < startup_seconds:
        yield (
            f"{startup_seconds} s is longer than the {seconds} s after which the startup probe fails; raise "
            "startup.failure_threshold, or lower startup_seconds"
        )


@PROBE_RULES.rule(
    "k8s-probe-timeout",
    Severity.WARNING,
    source=_PROBES,
    invalid="readiness=Probe(http_get='/ready', period_seconds=5, timeout_seconds=6)",
    valid="readiness=Probe(http_get='/ready', period_seconds=5, timeout_seconds=5)",
)
def _probe_timeout(effective: dict[ProbeType, Probe]) -> Findings:
    """The kubelet waits for a probe to finish before it starts the next one, so failures are detected later."""
    for probe_type, probe in effective.items():
        period, timeout, _ = probe.times(probe_type)
        if timeout > period:
            yield (
                (probe_type, "timeout_seconds"),
                f"{timeout} s is longer than the period of {period} s; lower it, or raise period_seconds",
            )


@PROBE_RULES.rule(
    "k8s-probe-initial-delay",
    Severity.WARNING,
    source=_PROBES,
    invalid="liveness=Probe(http_get='/live', initial_delay_seconds=30)",
    valid="startup=Probe(http_get='/live', initial_delay_seconds=30)",
)
def _initial_delay(readiness: Probe | None, liveness: Probe | None) -> Findings:
    """Readiness and liveness probes begin after the startup probe, so the delay is added to it."""
    for probe_type, probe in (("readiness", readiness), ("liveness", liveness)):
        if probe is not None and probe.initial_delay_seconds:
            yield (
                (probe_type, "initial_delay_seconds"),
                f"the delay of {probe.initial_delay_seconds} s is added to the startup probe; remove it",
            )


@PROBE_RULES.rule(
    "k8s-liveness-before-readiness",
    Severity.WARNING,
    source=_PROBES,
    invalid="readiness=Probe(http_get='/ready', failure_threshold=6), liveness=Probe(http_get='/live')",
    valid="readiness=Probe(http_get='/ready', failure_threshold=5), liveness=Probe(http_get='/live')",
)
def _liveness_before_readiness(liveness: Probe | None, readiness: Probe | None) -> Findings:
    """A container that fails is restarted while it still receives requests."""
    if liveness is None or readiness is None:
        return
    restarted, removed = liveness.failure_seconds("liveness"), readiness.failure_seconds("readiness")
    if removed >= restarted:
        yield (
            f"restarts a failing container after {restarted} s, but readiness removes it from the endpoints only "
            f"after {removed} s; lower readiness.failure_threshold"
        )
