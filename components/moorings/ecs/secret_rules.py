"""Rules of references to secrets."""

from moorings.aws.arns import arn_region
from moorings.ecs.secrets import EcsSecretReference
from moorings.validation.findings import Severity
from moorings.validation.rule_sets import RuleSet
from moorings.validation.rules import Findings

SECRET_RULES = RuleSet(EcsSecretReference)

_SECRETS = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html"
_KEYS = "https://docs.aws.amazon.com/kms/latest/developerguide/multi-region-keys-overview.html"


@SECRET_RULES.rule(
    "ecs-secret-version",
    Severity.ERROR,
    source=_SECRETS,
    invalid="version_id='0d1c7a52-8b94-4f36-a0e2-1f7c93d58b06', version_stage='AWSPREVIOUS'",
    valid="version_stage='AWSPREVIOUS'",
)
def _version(given_arguments: frozenset[str]) -> Findings:
    """ECS selects a version of a secret either by its ID or by its staging label."""
    if {"version_id", "version_stage"} <= given_arguments:
        yield "version_stage", "version_id also selects a version; remove one of them"


@SECRET_RULES.rule(
    "ecs-secret-key-region",
    Severity.ERROR,
    source=_KEYS,
    invalid="kms_key_arn='arn:aws:kms:us-east-1:123456789012:key/11111111-2222-3333-4444-555555555555'",
    valid="kms_key_arn='arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-3333-4444-555555555555'",
)
def _key_region(kms_key_arn: str | None, secret_arn: str) -> Findings:
    """A secret is encrypted with a key of its own Region."""
    region = arn_region(secret_arn)
    if kms_key_arn is not None and arn_region(kms_key_arn) != region:
        yield f"the key is in {arn_region(kms_key_arn)}, but the secret in {region}; set the key of the secret"
