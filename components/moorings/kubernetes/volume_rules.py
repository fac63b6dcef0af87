"""Rules of a volume and its content."""

from typing import Any

from moorings.kubernetes.quantities import parse_quantity
from moorings.kubernetes.resource_rules import MAX_USUAL_BYTES, MIN_BYTES
from moorings.kubernetes.volume_sources import CsiVolume, ProjectedSource
from moorings.kubernetes.volumes import FILE_SOURCES, SOURCES, PodVolume
from moorings.validation.findings import Severity
from moorings.validation.plaintext import find_secret
from moorings.validation.rule_sets import RuleSet
from moorings.validation.rules import Findings

_CSI_RULES = RuleSet(CsiVolume)
_PROJECTED_RULES = RuleSet(ProjectedSource)
VOLUME_RULES = RuleSet(PodVolume, _CSI_RULES, _PROJECTED_RULES)

_PERSISTENT = "https://kubernetes.io/docs/concepts/storage/persistent-volumes/"
_MOUNTS = "https://kubernetes.io/docs/concepts/storage/volumes/"


@VOLUME_RULES.rule(
    "k8s-volume-source",
    Severity.ERROR,
    source=_PERSISTENT,
    invalid="size='10Gi', claim_name='orders-data'",
    valid="size='10Gi'",
)
def _volume_source(sources: list[str]) -> Findings:
    """The content of a volume is a new or an existing PersistentVolumeClaim, an empty directory or another source."""
    if len(sources) != 1:
        got = " and ".join(sources) or "none"
        path = "size" if not sources or "size" in sources else sources[0]
        yield path, f"exactly one source is required, got {got}; set one of {', '.join(SOURCES)}"


@VOLUME_RULES.rule(
    "k8s-volume-argument-without-effect",
    Severity.ERROR,
    source=_PERSISTENT,
    invalid="claim_name='orders-data', storage_class_name='gp3'",
    valid="size='10Gi', storage_class_name='gp3'",
)
def _volume_argument_without_effect(  # noqa: PLR0917 - arguments
    declared: frozenset[str],
    sources: list[str],
    has_claim: bool,
    has_claim_template: bool,
    access_mode: str,
    mount_path: str | None,
) -> Findings:
    """The argument applies to other volumes only, or makes a new volume useless."""
    for argument in ("storage_class_name", "protect"):
        if has_claim and argument in declared:
            yield argument, "cannot be set for the existing volume of claim_name; remove it"
    for argument, applies, volumes in (
        ("storage_class_name", has_claim or has_claim_template, "size and ephemeral_size"),
        ("protect", has_claim or "size" in sources, "size"),
        ("access_mode", has_claim or has_claim_template, "size, claim_name and ephemeral_size"),
        ("file_mode", not {*FILE_SOURCES}.isdisjoint(sources), ", ".join(FILE_SOURCES)),
    ):
        if argument in declared and not applies:
            yield argument, f"applies to volumes with {volumes} only; remove it"
    for argument in ("sub_path", "containers"):
        if argument in declared and mount_path is None:
            yield argument, "requires mount_path; set it, or use volume_mounts of the containers"
    if has_claim_template and access_mode == "ReadOnlyMany":
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
def _volume_size_unit(
    size: str | None, empty_dir: str | None, memory_empty_dir: str | None, ephemeral_size: str | None
) -> Findings:
    """A size without a unit is a number of bytes. Storage drivers round it up to their smallest volume."""
    for argument, quantity in (
        ("size", size),
        ("empty_dir", empty_dir),
        ("memory_empty_dir", memory_empty_dir),
        ("ephemeral_size", ephemeral_size),
    ):
        if quantity is None:
            continue
        if parse_quantity(quantity) < MIN_BYTES:
            fix = f"did you mean {quantity}Gi?" if quantity.isdecimal() else "use a unit such as Gi"
            yield argument, f"{int(parse_quantity(quantity))} bytes is too small; {fix}"
        elif parse_quantity(quantity) > 2 * MAX_USUAL_BYTES:
            yield argument, f"{quantity} is larger than a volume of any storage driver; use a unit such as Gi"


@VOLUME_RULES.rule(
    "k8s-nfs-volume",
    Severity.WARNING,
    source="https://kubernetes.io/docs/concepts/security/pod-security-standards/",
    invalid="nfs=NfsVolume(server='nfs.example', path='/orders')",
    valid="claim_name='orders-files', access_mode='ReadWriteMany'",
)
def _nfs_volume(sources: list[str]) -> Findings:
    """The Pod Security level restricted rejects NFS volumes, but allows a claim of a volume on the same server."""
    if "nfs" in sources:
        yield "nfs", "a namespace that enforces restricted rejects the pods; use claim_name with a PersistentVolume"


@_CSI_RULES.rule(
    "k8s-volume-attribute-secret",
    Severity.UNSAFE,
    source="https://kubernetes.io/docs/concepts/security/secrets-good-practices/",
    invalid="driver='smb.csi.k8s.io', attributes={'password': 'hunter2'}",
    valid="driver='smb.csi.k8s.io', node_publish_secret_name='smb'",
    each="plaintext",
)
def _volume_attribute_secret(path: tuple[str, str], value: Any) -> Findings:
    """Anyone with read access to the workload can read the attributes of its volumes."""
    secret = find_secret(value, path[1])
    if secret:
        yield path, f"contains {secret} and would be stored in plain text; move it to node_publish_secret_name"


@_PROJECTED_RULES.rule(
    "k8s-projected-source",
    Severity.ERROR,
    source="https://kubernetes.io/docs/concepts/storage/projected-volumes/",
    invalid="field_refs={'name': 'metadata.name'}, secret=MountedObject(name='orders')",
    valid="field_refs={'name': 'metadata.name'}",
)
def _projected_source(sources: list[str]) -> Findings:
    """The API server accepts one source in each item."""
    if len(sources) != 1:
        got = " and ".join(sources) or "none"
        yield "", f"exactly one source is required, got {got}; use one item per source"
