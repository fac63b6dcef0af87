"""Rules of the DNS settings of pods."""

from moorings.kubernetes.pod_dns import PodDns
from moorings.validation.findings import Severity
from moorings.validation.rule_sets import RuleSet
from moorings.validation.rules import Findings

DNS_RULES = RuleSet(PodDns)


@DNS_RULES.rule(
    "k8s-dns-nameservers",
    Severity.ERROR,
    source="https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/#pod-s-dns-policy",
    invalid="policy='None', searches=['corp.example']",
    valid="policy='None', nameservers=['10.0.0.2']",
)
def _dns_nameservers(policy: str, has_nameservers: bool) -> Findings:
    """The API server rejects the policy None without a DNS server, because no name could be resolved."""
    if policy == "None" and not has_nameservers:
        yield "nameservers", "at least one is required with policy None; add it, or use another policy"
