"""Rules of references to secrets and parameters."""

from moorings.aws.arns import arn_region, arn_service
from moorings.ecs.secrets import EcsSecretReference
from moorings.validation.findings import Severity
from moorings.validation.rule_sets import RuleSet
from moorings.validation.rules import Findings

SECRET_RULES = RuleSet(EcsSecretReference)

_SECRETS = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html"
_PARAMETERS = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-ssm-paramstore.html"
_PARAMETER = "parameter_arn='arn:aws:ssm:eu-west-1:123456789012:parameter/orders/password'"
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
def _key_region(kms_key_arn: str | None, arn: str) -> Findings:
    """A secret is encrypted with a key of its own Region."""
    region = arn_region(arn)
    if kms_key_arn is not None and arn_region(kms_key_arn) != region:
        kind = "parameter" if arn_service(arn) == "ssm" else "secret"
        yield f"the key is in {arn_region(kms_key_arn)}, but the {kind} in {region}; set the key of the {kind}"


@SECRET_RULES.rule(
    "ecs-parameter-key",
    Severity.ERROR,
    source=_PARAMETERS,
    invalid=f"secret_arn=None, {_PARAMETER}, json_key='password'",
    valid=f"secret_arn=None, {_PARAMETER}",
)
def _parameter_key(given_arguments: frozenset[str]) -> Findings:
    """ECS passes the whole current value of a parameter, and selects keys and versions of secrets only."""
    for argument in ("json_key", "version_id", "version_stage"):
        if {"parameter_arn", argument} <= given_arguments:
            yield argument, "applies to secrets only; remove it, or set secret_arn instead of parameter_arn"
