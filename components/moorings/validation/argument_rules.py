"""Rules of every argument and of ``acknowledge``, which are evaluated before the rules of a component."""

from moorings.validation.findings import Severity
from moorings.validation.rules import Rule

_INPUTS = "https://www.pulumi.com/docs/iac/concepts/inputs-outputs/"
_COMPONENTS = "https://www.pulumi.com/docs/iac/concepts/components/"


def _acknowledging(acknowledgement: str) -> str:
    """Return an example that acknowledges a rule of a component."""
    arguments = f"description='Orders', services=['kafka'], acknowledge={{{acknowledgement}}}"
    return f"EncryptionKey('data', EncryptionKeyArgs({arguments}))"


REQUIRED = Rule(
    id="argument-required",
    rationale="The component cannot be created without this argument.",
    source=_COMPONENTS,
    invalid="KafkaTopic(name='orders')",
    valid="KafkaTopic(name='orders', partitions=3)",
)
UNKNOWN = Rule(
    id="argument-unknown",
    rationale="An unknown argument would be ignored, so that the resource would differ from the program.",
    source=_COMPONENTS,
    invalid="KafkaTopic(name='orders', partitons=3)",
    valid="KafkaTopic(name='orders', partitions=3)",
)
TYPE = Rule(
    id="argument-type",
    rationale="The argument does not support values of this type.",
    source=_COMPONENTS,
    invalid="KafkaTopic(name='orders', partitions='three')",
    valid="KafkaTopic(name='orders', partitions=3)",
)
RANGE = Rule(
    id="argument-range",
    rationale="The service accepts only numbers in this range.",
    source=_COMPONENTS,
    invalid="KafkaTopic(name='orders', partitions=0)",
    valid="KafkaTopic(name='orders', partitions=1)",
)
LENGTH = Rule(
    id="argument-length",
    rationale="The service accepts only strings and lists of this length.",
    source=_COMPONENTS,
    invalid="EncryptionKeyArgs(description='')",
    valid="EncryptionKeyArgs(description='Order data')",
)
CHOICE = Rule(
    id="argument-choice",
    rationale="The argument has a fixed set of values.",
    source=_COMPONENTS,
    invalid="NetworkArgs(availability_zones=['eu-west-1a', 'eu-west-1b'], nat='per-zone')",
    valid="NetworkArgs(availability_zones=['eu-west-1a', 'eu-west-1b'], nat='per_zone')",
)
FORMAT = Rule(
    id="argument-format",
    rationale="The service accepts only strings in this format.",
    source=_COMPONENTS,
    invalid="MskScramUserArgs(cluster_arn='orders', username='reader', kms_key_arn=KEY_ARN)",
    valid="MskScramUserArgs(cluster_arn=CLUSTER_ARN, username='reader', kms_key_arn=KEY_ARN)",
)
DUPLICATE = Rule(
    id="argument-duplicate",
    rationale="A list whose items must differ contains one of them twice.",
    source=_COMPONENTS,
    invalid="NetworkArgs(availability_zones=['eu-west-1a', 'eu-west-1a'])",
    valid="NetworkArgs(availability_zones=['eu-west-1a', 'eu-west-1b'])",
)
OUTPUT = Rule(
    id="argument-output",
    rationale="The argument decides which resources are created, which must be known before they are registered.",
    source=_INPUTS,
    invalid="KafkaTopic(name='orders', partitions=pulumi.Output.from_input(3))",
    valid="KafkaTopic(name='orders', partitions=3)",
)
OUTPUT_MESSAGE = "must be a plain value, not an Output, because it decides which resources are created; pass its value"
SIGNATURE = Rule(
    id="argument-signature",
    rationale="Components take a name and an arguments object, and arguments objects take keyword arguments.",
    source=_COMPONENTS,
    invalid="KafkaTopic('orders', 3)",
    valid="KafkaTopic(name='orders', partitions=3)",
)
ACKNOWLEDGE_UNKNOWN = Rule(
    id="acknowledge-unknown",
    rationale="An acknowledgement with a misspelt ID would have no effect.",
    source=_COMPONENTS,
    invalid=_acknowledging("'aws-key-without-usee': 'a reason'"),
    valid=_acknowledging(""),
)
ACKNOWLEDGE_REASON = Rule(
    id="acknowledge-reason",
    rationale="Reviewers and reports need the reason why a risk is accepted.",
    source=_COMPONENTS,
    invalid=_acknowledging("'aws-key-without-use': ' '"),
    valid=_acknowledging(""),
)
ACKNOWLEDGE_ERROR = Rule(
    id="acknowledge-error",
    rationale="A configuration with an error cannot work, whatever the reason for it.",
    source=_COMPONENTS,
    invalid=_acknowledging("'aws-key-name': 'a reason'"),
    valid=_acknowledging(""),
)
ACKNOWLEDGE_OTHER_COMPONENT = Rule(
    id="acknowledge-other-component",
    rationale="A finding can be acknowledged only on the component that reports it.",
    source=_COMPONENTS,
    invalid=_acknowledging("'msk-burstable-brokers': 'a reason'"),
    valid=_acknowledging(""),
)
ACKNOWLEDGE_UNUSED = Rule(
    id="acknowledge-unused",
    severity=Severity.WARNING,
    rationale="An acknowledgement without a finding would hide the next one.",
    source=_COMPONENTS,
    invalid=_acknowledging("'aws-key-without-use': 'a reason'"),
    valid=_acknowledging(""),
)
