"""Rules of a persistent volume."""

from moorings.kubernetes.quantities import parse_quantity
from moorings.kubernetes.resource_rules import MAX_USUAL_BYTES, MIN_BYTES
from moorings.kubernetes.volumes import PodVolume
from moorings.validation.findings import Severity
from moorings.validation.rule_sets import RuleSet
from moorings.validation.rules import Findings

VOLUME_RULES = RuleSet(PodVolume)

_PERSISTENT = "https://kubernetes.io/docs/concepts/storage/persistent-volumes/"
_MOUNTS = "https://kubernetes.io/docs/concepts/storage/volumes/"


@VOLUME_RULES.rule(
    "k8s-volume-source",
    Severity.ERROR,
    source=_PERSISTENT,
    invalid="size='10Gi', claim_name='orders-data'",
    valid="size='10Gi'",
)
def _volume_source(size: str | None, has_claim: bool) -> Findings:
    """A volume is either created with a size, or that of an existing PersistentVolumeClaim."""
    if (size is None) != has_claim:
        yield (
            f"exactly one of size and claim_name is required, got {'neither' if size is None else 'both'}; set size "
            "for a new volume, or claim_name for an existing one"
        )


@VOLUME_RULES.rule(
    "k8s-volume-argument-without-effect",
    Severity.ERROR,
    source=_PERSISTENT,
    invalid="claim_name='orders-data', storage_class_name='gp3'",
    valid="size='10Gi', storage_class_name='gp3'",
)
def _volume_argument_without_effect(
    declared: frozenset[str],
    has_claim: bool,
    size: str | None,
    access_mode: str,
) -> Findings:
    """The argument applies only to new volumes, or makes a new volume useless."""
    for argument in ("storage_class_name", "protect"):
        if has_claim and argument in declared:
            yield argument, "cannot be set for the existing volume of claim_name; remove it"
    if size is not None and access_mode == "ReadOnlyMany":
        yield (
            "access_mode",
            (
                "with ReadOnlyMany, a new volume stays empty; use claim_name with a volume that contains data, or "
                "another access_mode"
            ),
        )


@VOLUME_RULES.rule(
    "k8s-volume-size-unit",
    Severity.UNSAFE,
    source=f"{_PERSISTENT}#capacity",
    invalid="size='10'",
    valid="size='10Gi'",
)
def _volume_size_unit(size: str | None) -> Findings:
    """A size without a unit is a number of bytes. Storage drivers round it up to their smallest volume."""
    if size is None:
        return
    if parse_quantity(size) < MIN_BYTES:
        fix = f"did you mean {size}Gi?" if size.isdecimal() else "use a unit such as Gi"
        yield f"{int(parse_quantity(size))} bytes is too small; {fix}"
    elif parse_quantity(size) > 2 * MAX_USUAL_BYTES:
        yield f"{size} is larger than a volume of any storage driver; use a unit such as Gi"
