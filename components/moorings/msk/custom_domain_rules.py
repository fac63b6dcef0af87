"""Rules of `MskCluster`: custom domain name and existing configuration."""

from collections.abc import Sequence
from typing import Any

from moorings.msk.authentication import MskListener
from moorings.msk.cluster_args import MskClusterArgs
from moorings.msk.custom_domain import ADVERTISED_LISTENERS
from moorings.validation.findings import Severity
from moorings.validation.rule_sets import RuleSet
from moorings.validation.rules import Findings

CUSTOM_DOMAIN_RULES = RuleSet(MskClusterArgs)

_SOURCE = "https://docs.aws.amazon.com/msk/latest/developerguide/custom-domain-names.html"
_SETUP = "https://docs.aws.amazon.com/msk/latest/developerguide/custom-domain-setup.html"


def _domain(**arguments: object) -> str:
    """Return the Python expression of a custom domain name, for examples."""
    given = "".join(f", {argument}={value!r}" for argument, value in arguments.items())
    return (
        "custom_domain=MskCustomDomain(name='kafka.example.com', hosted_zone_id='Z0123456789ABCDEFGHIJ', "
        f"certificate_arn=CERTIFICATE_ARN{given})"
    )


_CONFIGURATION = (
    "existing_configuration=MskConfigurationRevision("
    "arn='arn:aws:kafka:eu-west-1:123456789012:configuration/orders/11111111-2222-3333-4444-555555555555-2', "
    "revision=3)"
)


@CUSTOM_DOMAIN_RULES.rule(
    "msk-custom-domain-listener",
    Severity.ERROR,
    source=_SOURCE,
    invalid=f"scram=False, {_domain(listener='scram')}",
    valid=_domain(listener="scram"),
)
def _custom_domain_listener(custom_domain_listener: str | None, listeners: list[MskListener]) -> Findings:
    """Brokers can advertise a custom domain name only on an enabled listener."""
    if custom_domain_listener is not None and custom_domain_listener not in listeners:
        fix = f"set {custom_domain_listener}=True, or use a different listener"
        yield ("custom_domain", "listener"), f"the listener {custom_domain_listener!r} is disabled; {fix}"


@CUSTOM_DOMAIN_RULES.rule(
    "msk-custom-domain-not-enabled",
    Severity.WARNING,
    source=_SETUP,
    invalid=_domain(listener="iam"),
    valid=_domain(listener="iam", step="prepare"),
)
def _custom_domain_not_enabled(custom_domain: Any) -> Findings:
    """Brokers must not advertise the custom names before clients can connect to the load balancer."""
    if custom_domain is not None and custom_domain.step is None:
        yield (
            ("custom_domain", "step"),
            (
                "the load balancer exists, but brokers do not advertise the custom domain name; set step to 'enable' "
                "once clients can connect to the load balancer, or to 'prepare' to keep this state"
            ),
        )


@CUSTOM_DOMAIN_RULES.rule(
    "msk-custom-domain-property",
    Severity.ERROR,
    source=_SOURCE,
    invalid=(
        f"{_domain(listener='iam', step='prepare')}, server_properties={{'custom.advertised.listeners': "
        "'CLIENT_IAM://b-{broker_id}.kafka.example.com:9000+{broker_id}'}"
    ),
    valid=_domain(listener="iam", step="enable"),
)
def _custom_domain_property(server_property_names: list[str], custom_domain_listener: str | None) -> Findings:
    """Both arguments set the addresses that brokers advertise."""
    if custom_domain_listener is not None and ADVERTISED_LISTENERS in server_property_names:
        yield ("server_properties", ADVERTISED_LISTENERS), "custom_domain sets this property; remove one of them"


@CUSTOM_DOMAIN_RULES.rule(
    "msk-existing-configuration",
    Severity.ERROR,
    source="https://docs.aws.amazon.com/msk/latest/developerguide/msk-configuration-operations.html",
    invalid=f"{_CONFIGURATION}, num_partitions=6",
    valid=_CONFIGURATION,
)
def _existing_configuration(configuration_arguments: Sequence[str], configuration_is_managed: bool) -> Findings:
    """A cluster has one configuration. `MskCluster` does not change an existing one."""
    for argument in () if configuration_is_managed else configuration_arguments:
        yield tuple(argument.split(".")), "cannot be set with existing_configuration; set it there, and remove it here"
