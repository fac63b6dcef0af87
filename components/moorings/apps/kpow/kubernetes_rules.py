"""Rules of `KpowOnKubernetes`."""

from moorings.apps.kpow.clusters import KpowCluster
from moorings.apps.kpow.kubernetes_args import KpowOnKubernetesArgs
from moorings.apps.kpow.settings_rules import SETTINGS_RULES
from moorings.kafka.connection import KafkaConnection
from moorings.kubernetes.annotations import ROLE_ANNOTATION
from moorings.kubernetes.monitoring import Monitoring
from moorings.kubernetes.workload_rules import WORKLOAD_RULES
from moorings.validation.findings import Severity
from moorings.validation.rule_sets import RuleSet
from moorings.validation.rules import Findings

_IAM = "KafkaConnection(listener='iam', bootstrap_servers='b-1:9098', cluster_arn=CLUSTER_ARN)"

KUBERNETES_RULES = RuleSet(KpowOnKubernetesArgs, SETTINGS_RULES, forwards=WORKLOAD_RULES)


@KUBERNETES_RULES.rule(
    "kpow-metrics-disabled",
    Severity.ERROR,
    source="https://docs.kpow.io/features/prometheus",
    invalid="monitoring=Monitoring(path='/metrics/v1')",
    valid="monitoring=Monitoring(path='/metrics/v1'), prometheus=True",
)
def _metrics_disabled(
    monitoring: Monitoring | None,
    prometheus: bool,
    variable_names: list[str],
) -> Findings:
    """Metrics of kPow are disabled by default."""
    if monitoring is not None and not prometheus and "PROMETHEUS_EGRESS" not in variable_names:
        yield "kPow serves no metrics; set prometheus=True"


@KUBERNETES_RULES.rule(
    "kpow-no-iam-role",
    Severity.WARNING,
    source="https://docs.aws.amazon.com/eks/latest/userguide/service-accounts.html",
    invalid=f"kafka={_IAM}",
    valid=f"kafka={_IAM}, service_account_annotations={{'{ROLE_ANNOTATION}': 'arn:aws:iam::123456789012:role/kpow'}}",
)
def _no_iam_role(
    connections: dict[str, KafkaConnection],
    marketplace: str | None,
    annotation_names: list[str],
    has_service_account: bool,
) -> Findings:
    """Without an IAM role, kPow can neither connect to a cluster with IAM nor register with AWS Marketplace."""
    iam = [name for name, kafka in connections.items() if kafka.uses_iam]
    if (iam or marketplace is not None) and not has_service_account and ROLE_ANNOTATION not in annotation_names:
        purpose = f"the IAM listener of {', '.join(iam)}" if iam else "AWS Marketplace"
        yield (
            "service_account_annotations",
            (
                f"{purpose} requires an IAM role; set {ROLE_ANNOTATION}, or acknowledge this if an EKS Pod Identity "
                "association assigns the role"
            ),
        )


@KUBERNETES_RULES.rule(
    "kpow-not-secret-without-variable",
    Severity.ERROR,
    source="https://kubernetes.io/docs/concepts/security/secrets-good-practices/",
    invalid="not_secret=['SLACK_TOKEN']",
    valid="not_secret=['SLACK_TOKEN'], environment={'SLACK_TOKEN': 'a public one'}",
)
def _not_secret_without_variable(not_secret: list[str], variables: dict[str, list[str]]) -> Findings:
    """No variable in environment has this name, which is probably misspelt."""
    for index, name in enumerate(not_secret):
        if name not in variables["environment"]:
            yield ("not_secret", index), f"{name} is not in environment; remove it, or correct the name"


@KUBERNETES_RULES.rule(
    "kpow-additional-key-store",
    Severity.ERROR,
    source="https://docs.kpow.io/config/multi-cluster",
    invalid="additional_clusters={'payments': KpowCluster(kafka=KafkaConnection(bootstrap_servers='b-1:9092', "
    "security_protocol='SSL', tls=KafkaTls(truststore=KafkaKeyStore(content=KEY_STORE, password='hidden'))))}",
    valid="additional_clusters={'payments': KpowCluster(kafka=KafkaConnection(bootstrap_servers='b-1:9092', "
    "security_protocol='SSL', tls=KafkaTls(ca_certificate=CA_PEM)))}",
)
def _additional_key_store(additional_clusters: dict[str, KpowCluster]) -> Findings:
    """Files of additional clusters are mounted from a Secret with text, and key stores are binary."""
    for name, cluster in additional_clusters.items():
        tls = cluster.kafka.tls
        if tls is not None and (tls.truststore is not None or tls.keystore is not None):
            problem = "key stores are mounted for the primary cluster only; use certificates in PEM"
            yield ("additional_clusters", name, "kafka", "tls"), problem
