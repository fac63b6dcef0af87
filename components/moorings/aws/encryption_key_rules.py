"""Rules of `EncryptionKey`."""

from moorings.aws.encryption_key_args import EncryptionKeyArgs
from moorings.validation.findings import Severity
from moorings.validation.rule_sets import RuleSet
from moorings.validation.rules import Findings, Rule

RULES = RuleSet(EncryptionKeyArgs)

KEY_NAME = Rule(
    id="aws-key-name",
    rationale="The alias begins with the logical name, and KMS rejects other characters and reserved prefixes.",
    source="https://docs.aws.amazon.com/kms/latest/developerguide/alias-create.html",
    invalid="EncryptionKey('aws/orders', EncryptionKeyArgs(description='Orders', services=['kafka']))",
    valid="EncryptionKey('orders', EncryptionKeyArgs(description='Orders', services=['kafka']))",
)


@RULES.rule(
    "aws-key-without-use",
    Severity.WARNING,
    source="https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-overview.html",
    invalid="services=[]",
    valid="services=['secretsmanager']",
)
def _use(services: list[str], log_groups: list[str]) -> Findings:
    """The key policy allows only the uses that are listed, so nothing can encrypt with a key without any."""
    if not services and not log_groups:
        yield "the key policy allows no use of the key; list the services that use it, or log_groups"
